{{ config(materialized='table') }}

-- How many people as asked one person's weighted answer is worth: of surveys whose publisher gives intervals, the number of people over the
-- number that Wilson's limits would need for these to be as wide, n = z² l (1 - l) / (p - l)² for a limit l; the median over questions
-- that a hundred people or more answered (Kish's design effect; methods.md, "Measures" 5).
with waves as (
    select
        fact.source,
        fact.organisation_code,
        fact.organisation_level,
        fact.period_end,
        fact.base
        / (3.841458820694124 * fact.lower * (1 - fact.lower) / ((fact.value - fact.lower) * (fact.value - fact.lower)))
            as design_effect
    from {{ ref('fct_measure') }} as fact
    where
        fact.group_code = 'all'
        and fact.interval_method = 'wilson_95_published'
        and fact.base >= 100
        and fact.lower > 0
        and fact.value > fact.lower
        and fact.value < 1
),

newest as (
    select
        source,
        max(period_end) as period_end
    from waves
    group by source
)

select
    waves.source,
    waves.organisation_code,
    waves.organisation_level,
    span.period_kind,
    span.period_start,
    percentile_cont(0.5) within group (order by waves.design_effect)::numeric as design_effect
from waves
inner join newest on waves.source = newest.source
cross join lateral {{ year_and_three_years('waves.period_end', 'newest.period_end') }} as span
group by waves.source, waves.organisation_code, waves.organisation_level, span.period_kind, span.period_start
