with facts as (
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        'all' as group_code,
        value,
        'proportion' as scale,
        numerator,
        denominator,
        denominator as base,
        null::numeric as lower,
        null::numeric as upper,
        null::text as interval_method,
        null_reason,
        'not_applicable' as interval_null_reason,
        source as series
    from {{ ref('fct_operational') }}
),

{{ recut() }}

select
    icb_code,
    source,
    measure_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    numerator,
    denominator,
    value,
    null_reason,
    geography,
    method,
    made_of_level,
    members,
    members_missing,
    why
from as_now
