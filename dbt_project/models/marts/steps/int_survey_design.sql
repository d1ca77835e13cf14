{{ config(materialized='table') }}

-- How many people as asked stand behind a survey's weighted answers: the n that Wilson's limits as published would need, for a
-- limit l n = z² l (1 - l) / (p - l)², the median over its questions; and how many more answered (Kish's design effect; methods.md,
-- "Measures" 5). The GP Patient Survey of 2025 works its limits out for all who answered, also of shares of some of them: one
-- design effect fits all questions of an area.
with limits as (
    select
        fact.source,
        fact.organisation_code,
        fact.organisation_level,
        fact.period_end,
        3.841458820694124 * fact.lower * (1 - fact.lower) / power(fact.value - fact.lower, 2) as effective_size
    from {{ ref('fct_measure') }} as fact
    where
        fact.group_code = 'all'
        and fact.interval_method = 'wilson_95_published'
        and fact.base >= 100
        and fact.lower > 0
        and fact.value > fact.lower
        and fact.value < 1
),

waves as (
    select
        limits.source,
        limits.organisation_code,
        limits.organisation_level,
        limits.period_end,
        percentile_cont(0.5) within group (order by limits.effective_size)::numeric as effective_size
    from limits
    group by limits.source, limits.organisation_code, limits.organisation_level, limits.period_end
),

answered as (
    select
        source,
        organisation_code,
        organisation_level,
        period_end,
        numerator as answered
    from {{ ref('fct_measure') }}
    where measure_code like '%\_response\_rate' and group_code = 'all'
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
    sum(waves.effective_size) as effective_size,
    trim_scale(round(sum(answered.answered) / sum(waves.effective_size), 8)) as design_effect
from waves
inner join answered
    on
        waves.source = answered.source
        and waves.organisation_code = answered.organisation_code
        and waves.organisation_level = answered.organisation_level
        and waves.period_end = answered.period_end
inner join newest on waves.source = newest.source
cross join lateral {{ year_and_three_years('waves.period_end', 'newest.period_end') }} as span
group by waves.source, waves.organisation_code, waves.organisation_level, span.period_kind, span.period_start
