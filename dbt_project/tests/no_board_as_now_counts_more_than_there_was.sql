-- Why: a merger or a split that is followed twice would count the same answers in two boards. What counts add up to over all boards
-- as they are now is never more than what the level that they were made of adds up to.
with made as (
    select
        measure_code,
        period_start,
        period_end,
        group_code,
        made_of_level,
        sum(denominator) as denominator
    from {{ ref('measure_as_now') }}
    where organisation_level = 'icb' and method = 'resummed' and made_of_level not in ('icb') and denominator is not null
    group by measure_code, period_start, period_end, group_code, made_of_level
),

published as (
    select
        measure_code,
        period_start,
        period_end,
        group_code,
        organisation_level,
        sum(denominator) filter (where value is not null) as denominator
    from {{ ref('fct_measure') }}
    where organisation_level not in ('icb', 'england')
    group by measure_code, period_start, period_end, group_code, organisation_level
)

select
    made.measure_code,
    made.period_end,
    made.denominator,
    published.denominator as published
from made
inner join published
    on
        made.measure_code = published.measure_code
        and made.period_start = published.period_start
        and made.period_end = published.period_end
        and made.group_code = published.group_code
        and made.made_of_level = published.organisation_level
where made.denominator > published.denominator
