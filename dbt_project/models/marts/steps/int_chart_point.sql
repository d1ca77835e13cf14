-- Every value that may stand on a line, one per chart (measure × organisation × group) and period. Counts stand beside proportions
-- of counts alone: what a publisher weighted has none that mean anything. Limits are for comparing two periods only.
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
)

select
    found.icb_code,
    found.source,
    found.measure_code,
    found.organisation_code,
    found.organisation_level,
    found.group_code,
    found.period_start,
    found.period_end,
    found.value::double precision as value,
    case when measure.figure = 'counted' and found.scale = 'proportion' then found.numerator::double precision end as numerator,
    case when measure.figure = 'counted' and found.scale = 'proportion' then found.denominator::double precision end as denominator,
    found.lower::double precision as lower,
    found.upper::double precision as upper,
    found.scale,
    found.series,
    measure.direction
from values_found as found
inner join {{ ref('dim_measure') }} as measure on found.measure_code = measure.measure_code
where found.value is not null
