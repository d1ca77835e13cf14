{{ config(sql_header="set local enable_nestloop = off;") }}

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

-- read once: it is a view of every list that was ever published
denominators as materialized (
    select * from {{ ref('int_denominators') }}
    where people > 0
),

beside as (
    select distinct on (
        counted.measure_code,
        counted.organisation_code,
        counted.organisation_level,
        counted.period_start,
        counted.period_end,
        counted.group_code,
        counted.icb_code
    )
        counted.*,
        denominators.people,
        denominators.as_at
    from counted
    left join denominators
        on
            counted.organisation_code = denominators.organisation_code
            and counted.organisation_level = denominators.organisation_level
            and counted.denominator_kind = denominators.denominator_kind
            and abs(denominators.as_at - counted.middle) <= 366
    order by
        counted.measure_code asc,
        counted.organisation_code asc,
        counted.organisation_level asc,
        counted.period_start asc,
        counted.period_end asc,
        counted.group_code asc,
        counted.icb_code asc,
        abs(denominators.as_at - counted.middle) asc,
        denominators.as_at asc
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
