-- Each local Healthwatch that sends something: the register of organisations has none of them.
select distinct
    extract_id,
    sender as organisation_code,
    null::text as organisation_name,
    'healthwatch' as organisation_level,
    null::text as icb_code,
    period_end
from {{ extracts_in_use('healthwatch') }} as extracts
