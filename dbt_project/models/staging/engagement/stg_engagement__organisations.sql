-- Whoever sends a log of engagement: panels and voluntary groups are in no register.
select distinct
    extract_id,
    sender as organisation_code,
    null::text as organisation_name,
    'community' as organisation_level,
    null::text as icb_code,
    period_end
from {{ extracts_in_use('engagement') }} as extracts
