{{ config(materialized='view') }}

-- Touchpoints at which nobody was heard in a board or place, in quarters and financial years for which anything at all was
-- published of it.
select distinct
    icb_code,
    area_level,
    area_code,
    touchpoint_code,
    period_kind,
    period_start,
    period_end,
    heard_of as silence
from {{ ref('pathway_experience') }}
where heard_as = 'nobody'
