-- What people said beside the wait that was counted, for the same organisation and the same days: one never without the other, or
-- with the reason why. Operational months are added up over the days that a survey covers. A board's two figures may tell of two
-- sets of people, those treated by its services and those whom it pays for: both geographies are named.
with pairs as (
    select
        measure_code,
        operational_measure_code
    from {{ with_local('paired_measure', ['measure_code', 'operational_measure_code']) }} as paired
),

said as (
    select
        fact.icb_code,
        pairs.measure_code,
        pairs.operational_measure_code,
        fact.organisation_code,
        -- What one publisher calls a trust is another's provider.
        case fact.organisation_level when 'trust' then 'provider' else fact.organisation_level end as organisation_level,
        fact.period_start,
        fact.period_end,
        fact.source,
        fact.series,
        fact.scale,
        fact.value,
        fact.base,
        fact.lower,
        fact.upper,
        fact.interval_method,
        fact.null_reason,
        fact.interval_null_reason
    from {{ ref('fct_measure') }} as fact
    inner join pairs on fact.measure_code = pairs.measure_code
    where fact.group_code = 'all'
),

published as (
    select
        fact.icb_code,
        fact.measure_code,
        fact.organisation_code,
        fact.organisation_level,
        fact.period_start,
        fact.period_end,
        fact.source,
        fact.numerator,
        fact.denominator,
        fact.value,
        fact.null_reason
    from {{ ref('fct_operational') }} as fact
),

-- A board whose publisher counts by provider alone is counted as its providers together.
counted as (
    select
        published.*,
        'published' as basis
    from published

    union all

    select
        providers.icb_code,
        providers.measure_code,
        providers.icb_code as organisation_code,
        'icb' as organisation_level,
        providers.period_start,
        providers.period_end,
        max(providers.source) as source,
        sum(providers.numerator) filter (where providers.value is not null) as numerator,
        sum(providers.denominator) filter (where providers.value is not null) as denominator,
        sum(providers.numerator) filter (where providers.value is not null)
        / nullif(sum(providers.denominator) filter (where providers.value is not null), 0) as value,
        case when count(providers.value) = 0 then max(providers.null_reason) end as null_reason,
        'added_up' as basis
    from published as providers
    where
        providers.organisation_level = 'provider'
        and providers.icb_code not in ('ENG', 'UNK')
        and providers.measure_code not in (
            select board.measure_code
            from published as board
            where board.organisation_level = 'icb'
        )
    group by providers.icb_code, providers.measure_code, providers.period_start, providers.period_end
),

levels as (
    select distinct
        pairs.measure_code,
        pairs.operational_measure_code,
        counted.organisation_level,
        'counted' as side
    from pairs
    inner join counted on pairs.operational_measure_code = counted.measure_code

    union

    select distinct
        said.measure_code,
        said.operational_measure_code,
        said.organisation_level,
        'said' as side
    from said
),

-- The days for which one of the two is there: those of each wave or month of the measure, and the months of a monthly measure for
-- which it has not come.
waves as (
    select distinct
        measure_code,
        operational_measure_code,
        period_start,
        period_end
    from said
),

-- A survey of one month a year is no monthly measure.
monthly as (
    select
        measure_code,
        min(period_start) as since
    from waves
    group by measure_code
    having
        max(period_end - period_start) <= 31
        and count(distinct period_start) >= 3
        and 2 * 30 * count(distinct period_start) > max(period_end) - min(period_start)
),

days as (
    select
        waves.measure_code,
        waves.operational_measure_code,
        waves.period_start,
        waves.period_end
    from waves

    union

    select
        pairs.measure_code,
        pairs.operational_measure_code,
        counted.period_start,
        counted.period_end
    from counted
    inner join pairs on counted.measure_code = pairs.operational_measure_code
    inner join monthly on pairs.measure_code = monthly.measure_code and counted.period_start >= monthly.since
),

-- Months of the operational measure that those days touch, one organisation at a time.
beside as (
    select
        max(counted.icb_code) as icb_code,
        days.measure_code,
        days.operational_measure_code,
        days.period_start,
        days.period_end,
        counted.organisation_code,
        counted.organisation_level,
        max(counted.basis) as basis,
        max(counted.source) as source,
        sum(counted.numerator) filter (where counted.value is not null) as numerator,
        sum(counted.denominator) filter (where counted.value is not null) as denominator,
        count(counted.value) as months,
        max(counted.null_reason) as null_reason
    from days
    inner join counted
        on
            days.operational_measure_code = counted.measure_code
            and days.period_end >= counted.period_start
            and days.period_start <= counted.period_end
    group by
        days.measure_code, days.operational_measure_code, days.period_start, days.period_end,
        counted.organisation_code, counted.organisation_level
),

together as (
    select
        coalesce(said.icb_code, beside.icb_code) as icb_code,
        coalesce(said.measure_code, beside.measure_code) as measure_code,
        coalesce(said.operational_measure_code, beside.operational_measure_code) as operational_measure_code,
        coalesce(said.organisation_code, beside.organisation_code) as organisation_code,
        coalesce(said.organisation_level, beside.organisation_level) as organisation_level,
        coalesce(said.period_start, beside.period_start) as period_start,
        coalesce(said.period_end, beside.period_end) as period_end,
        said.source as experience_source,
        said.series as experience_series,
        said.scale as experience_scale,
        said.value as experience_value,
        said.base as experience_base,
        said.lower as experience_lower,
        said.upper as experience_upper,
        said.interval_method as experience_interval_method,
        said.measure_code is null as nobody_said,
        said.null_reason as said_null_reason,
        said.interval_null_reason,
        beside.source as operational_source,
        beside.basis as operational_basis,
        beside.numerator as operational_numerator,
        beside.denominator as operational_denominator,
        beside.numerator / nullif(beside.denominator, 0) as operational_value,
        beside.months as operational_months,
        beside.null_reason as counted_null_reason
    from said
    full join beside
        on
            said.measure_code = beside.measure_code
            and said.operational_measure_code = beside.operational_measure_code
            and said.organisation_code = beside.organisation_code
            and said.organisation_level = beside.organisation_level
            and said.period_start = beside.period_start
            and said.period_end = beside.period_end
),

paired as (
    select
        *,
        -- of an organisation's own figures itself says of whom they tell
        case organisation_level
            when 'provider' then 'provider'
            when 'site' then 'provider'
            when 'practice' then 'registered'
        end as own_geography
    from together
)

select
    paired.icb_code,
    paired.measure_code,
    paired.operational_measure_code,
    paired.organisation_code,
    paired.organisation_level,
    paired.period_start,
    paired.period_end,
    paired.experience_source,
    paired.experience_series,
    paired.experience_scale,
    paired.experience_value,
    paired.experience_base,
    paired.experience_lower,
    paired.experience_upper,
    paired.experience_interval_method,
    case
        when paired.experience_value is not null then null
        when not paired.nobody_said then paired.said_null_reason
        when said_at.organisation_level is null then 'not_collected'
        else 'not_submitted'
    end as experience_null_reason,
    case
        when not paired.nobody_said then paired.interval_null_reason
        when said_at.organisation_level is null then 'not_collected'
        else 'not_submitted'
    end as experience_interval_null_reason,
    paired.operational_source,
    paired.operational_basis,
    paired.operational_value,
    paired.operational_numerator,
    paired.operational_denominator,
    paired.operational_months::integer as operational_months,
    case
        when paired.operational_value is not null then null
        when paired.operational_months is not null then coalesce(paired.counted_null_reason, 'not_applicable')
        -- Some levels, such as sites, have no count of their own; others sent none for these days.
        when counted_at.organisation_level is null then 'not_collected'
        else 'not_submitted'
    end as operational_null_reason,
    coalesce(paired.own_geography, said_measure.area_geography) as experience_geography,
    case
        when paired.operational_basis = 'added_up' then 'provider'
        else coalesce(paired.own_geography, counted_measure.area_geography, 'not_known')
    end as operational_geography
from paired
inner join {{ ref('dim_measure') }} as said_measure on paired.measure_code = said_measure.measure_code
-- which is not there while nobody counted it anywhere
left join {{ ref('dim_measure') }} as counted_measure on paired.operational_measure_code = counted_measure.measure_code
left join levels as said_at
    on
        paired.measure_code = said_at.measure_code
        and paired.operational_measure_code = said_at.operational_measure_code
        and paired.organisation_level = said_at.organisation_level
        and said_at.side = 'said'
left join levels as counted_at
    on
        paired.measure_code = counted_at.measure_code
        and paired.operational_measure_code = counted_at.operational_measure_code
        and paired.organisation_level = counted_at.organisation_level
        and counted_at.side = 'counted'
