-- Care Opinion itself, which heard the stories and has no code in ODS.
select
    extract_id,
    'CARE_OPINION' as organisation_code,
    'Care Opinion' as organisation_name,
    'platform' as organisation_level,
    null::text as icb_code,
    period_end
from {{ extracts_in_use('care_opinion') }} as extracts
