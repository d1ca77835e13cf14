with facts as (
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        group_code,
        value,
        scale,
        numerator,
        denominator,
        base,
        lower,
        upper,
        interval_method,
        null_reason,
        interval_null_reason,
        series
    from {{ ref('fct_measure') }}
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
    group_code,
    value,
    scale,
    numerator,
    denominator,
    base,
    lower,
    upper,
    interval_method,
    null_reason,
    interval_null_reason,
    series,
    geography,
    method,
    made_of_level,
    members,
    members_missing,
    why
from as_now
