{{ config(materialized='view') }}

-- Touchpoints at which nobody was heard in a board or place, in quarters and financial years for which anything at all was
-- published of it. Who was heard there on one pathway was heard there.
with heard as (
    select distinct
        area_level,
        area_code,
        touchpoint_code,
        period_kind,
        period_start
    from {{ ref('pathway_experience') }}
    where heard_as in ('measure', 'voices') and coalesce(null_reason, 'heard') in ('heard', 'suppressed', 'too_few')
)

select distinct
    silent.icb_code,
    silent.area_level,
    silent.area_code,
    silent.touchpoint_code,
    silent.period_kind,
    silent.period_start,
    silent.period_end,
    silent.heard_of as silence
from {{ ref('pathway_experience') }} as silent
left join heard
    on
        silent.area_level = heard.area_level
        and silent.area_code = heard.area_code
        and silent.touchpoint_code = heard.touchpoint_code
        and silent.period_kind = heard.period_kind
        and silent.period_start = heard.period_start
where silent.heard_as = 'nobody' and heard.touchpoint_code is null
