{{ config(materialized='table') }}

-- Every value that may stand on a line, one per chart (measure × organisation × group) and period. Counts stand beside proportions
-- of counts alone: what a publisher weighted has none that mean anything. Where both counts are there the value is what they say:
-- a percentage that was rounded to a whole number lies beside every centre that was not. Limits are for comparing two periods only.
with values_found as (
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        group_code,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        lower,
        upper,
        scale,
        series
    from {{ ref('fct_measure') }}

    union all

    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        'all' as group_code,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        null as lower,
        null as upper,
        'proportion' as scale,
        source as series
    from {{ ref('fct_operational') }}

    union all

    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        group_code,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        1000 * {{ byar_95('lower', 'numerator') }} / denominator as lower,
        1000 * {{ byar_95('upper', 'numerator') }} / denominator as upper,
        scale,
        series
    from {{ ref('fct_rate') }}
    where value is not null
),

described as (
    select
        found.*,
        measure.direction,
        measure.figure = 'counted' and found.scale = 'proportion' and found.numerator is not null and found.denominator > 0
            as has_counts
    from values_found as found
    inner join {{ ref('dim_measure') }} as measure on found.measure_code = measure.measure_code
    where found.value is not null
)

select
    icb_code,
    source,
    measure_code,
    organisation_code,
    organisation_level,
    group_code,
    period_start,
    period_end,
    case when has_counts then numerator / denominator else value end::double precision as value,
    case when has_counts then numerator::double precision end as numerator,
    case when has_counts then denominator::double precision end as denominator,
    lower::double precision as lower,
    upper::double precision as upper,
    scale,
    series,
    direction
from described
