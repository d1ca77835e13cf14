-- Counts that only mean something beside how many people they could have come from, per 1,000 of a stated denominator: the seed
-- `rate_denominator` says which, or why there is none. The denominator is the one counted nearest to the middle of the period, and
-- no farther from it than a year. A rate is no proportion: it has no interval.
with stated as (
    select * from {{ with_local('rate_denominator', ['measure_code', 'organisation_level']) }} as each
),

counted as (
    select
        fact.icb_code,
        fact.source,
        fact.measure_code,
        fact.organisation_code,
        fact.organisation_level,
        fact.period_start,
        fact.period_end,
        fact.group_code,
        fact.value as events,
        fact.null_reason,
        fact.series,
        fact.extract_id,
        stated.denominator_kind,
        stated.null_reason as denominator_null_reason,
        stated.why,
        fact.period_start + (fact.period_end - fact.period_start) / 2 as middle
    from {{ ref('fct_measure') }} as fact
    inner join stated on fact.measure_code = stated.measure_code and fact.organisation_level = stated.organisation_level
),

beside as (
    select
        counted.*,
        nearest.people,
        nearest.as_at
    from counted
    left join lateral (
        select
            denominators.people,
            denominators.as_at
        from {{ ref('int_denominators') }} as denominators
        where
            denominators.organisation_code = counted.organisation_code
            and denominators.organisation_level = counted.organisation_level
            and denominators.denominator_kind = counted.denominator_kind
            and denominators.people > 0
            and abs(denominators.as_at - counted.middle) <= 366
        order by abs(denominators.as_at - counted.middle), denominators.as_at
        limit 1
    ) as nearest on true
)

select
    icb_code,
    source,
    measure_code || '_per_1000' as measure_code,
    measure_code as counted_measure_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    group_code,
    trim_scale(1000 * events / people) as value,
    'rate_per_1000' as scale,
    events as numerator,
    people as denominator,
    case when people is not null then denominator_kind end as denominator_kind,
    as_at as denominator_as_at,
    case
        when null_reason is not null then null_reason
        when denominator_null_reason is not null then denominator_null_reason
        when people is null then 'denominator_not_counted'
    end as null_reason,
    why as denominator_note,
    series,
    extract_id
from beside
