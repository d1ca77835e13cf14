-- Values that may be set beside those of other organisations of their level and period, with how sure each is: its 95 % interval,
-- the variance that this stands for, and for proportions the number of answers (of a weighted one: how many unweighted answers
-- would give its published interval). Measures that may be compared over time alone are not here, whoever asks: the Friends and
-- Family Test never between providers.
with facts as (
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        value,
        scale,
        numerator,
        denominator,
        base,
        lower,
        upper
    from {{ ref('fct_measure') }}
    where group_code = 'all' and value is not null

    union all

    -- everybody was counted: how far chance could have moved the figure is said by Wilson's interval all the same
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        value,
        'proportion' as scale,
        numerator,
        denominator,
        denominator::bigint as base,
        {{ wilson_95('lower', 'numerator', 'denominator') }} as lower,
        {{ wilson_95('upper', 'numerator', 'denominator') }} as upper
    from {{ ref('fct_operational') }}
    where value is not null
),

compared as (
    select
        facts.icb_code,
        facts.source,
        facts.measure_code,
        facts.organisation_code,
        facts.organisation_level,
        facts.period_start,
        facts.period_end,
        facts.scale,
        facts.base,
        measure.figure,
        measure.direction,
        facts.value::double precision as value,
        facts.denominator::double precision as denominator,
        facts.lower::double precision as lower,
        facts.upper::double precision as upper
    from facts
    inner join {{ ref('dim_measure') }} as measure on facts.measure_code = measure.measure_code
    where measure.compared = 'between_organisations'
)

select
    *,
    {{ interval_variance('lower', 'upper') }} as variance,
    case
        when scale <> 'proportion' then null
        when figure = 'counted' then denominator
        when lower is not null and upper > lower
            then round({{ effective_base('value', 'lower', 'upper') }}::numeric, 1)::double precision
    end as answers
from compared
