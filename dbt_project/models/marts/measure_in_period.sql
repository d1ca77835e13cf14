-- Every measure of everybody in the quarters and financial years: of organisations, of boards and of England. Counts and
-- unweighted proportions are added up over months and, where a board has no figure of its own, over its organisations. What may
-- not be added up (weighted surveys, scores) stays what its publisher gave: the newest in the period, and each organisation's own
-- under its board.
with placed as (
    select
        fact.icb_code,
        fact.source,
        fact.measure_code,
        fact.series,
        fact.scale,
        fact.organisation_code,
        fact.organisation_level,
        span.period_kind,
        span.period_start,
        span.period_end,
        fact.period_end as observed_to,
        fact.value,
        fact.numerator,
        fact.denominator,
        fact.base,
        fact.lower,
        fact.upper,
        fact.interval_method,
        fact.null_reason,
        fact.interval_null_reason,
        case
            when fact.value is null then null
            when fact.scale = 'count' then true
            else fact.scale = 'proportion' and fact.interval_method = 'wilson_95' and fact.numerator is not null
        end as adds_up
    from {{ ref('fct_measure') }} as fact
    cross join lateral {{ quarter_and_year('fact.period_start', 'fact.period_end') }} as span
    where fact.group_code = 'all'
),

of_organisations as (
    select
        icb_code,
        source,
        measure_code,
        series,
        scale,
        organisation_code,
        organisation_level,
        period_kind,
        period_start,
        period_end,
        coalesce(bool_and(adds_up), false) as adds_up,
        count(*) as figures,
        count(value) as figures_with_value,
        case
            when not bool_and(adds_up) then (array_agg(value order by observed_to desc) filter (where value is not null))[1]
            when scale = 'count' then sum(value)
            else sum(numerator) filter (where value is not null) / nullif(sum(denominator) filter (where value is not null), 0)
        end as value,
        case when bool_and(adds_up) then sum(numerator) filter (where value is not null) end as numerator,
        case when bool_and(adds_up) then sum(denominator) filter (where value is not null) end as denominator,
        case
            when bool_and(adds_up) then sum(base) filter (where value is not null)
            else (array_agg(base order by observed_to desc) filter (where value is not null))[1]
        end as base,
        (array_agg(lower order by observed_to desc) filter (where value is not null))[1] as lower,
        (array_agg(upper order by observed_to desc) filter (where value is not null))[1] as upper,
        (array_agg(interval_method order by observed_to desc) filter (where value is not null))[1] as interval_method,
        (array_agg(null_reason order by observed_to desc))[1] as null_reason,
        (array_agg(interval_null_reason order by (value is null) asc, observed_to desc))[1] as interval_null_reason
    from placed
    group by
        icb_code, source, measure_code, series, scale, organisation_code, organisation_level, period_kind, period_start, period_end
),

boards as (
    select distinct
        icb_code,
        measure_code,
        series,
        period_kind,
        period_start
    from of_organisations
    where organisation_level = 'icb'
),

-- A board's organisations, where it has no figure of its own. Sites and wards are parts of these, and networks hold practices.
parts as (
    select of_organisations.*
    from of_organisations
    left join boards
        on
            of_organisations.icb_code = boards.icb_code
            and of_organisations.measure_code = boards.measure_code
            and of_organisations.series = boards.series
            and of_organisations.period_kind = boards.period_kind
            and of_organisations.period_start = boards.period_start
    where
        boards.icb_code is null
        and of_organisations.organisation_level in ('trust', 'provider', 'practice', 'dental_practice')
        and of_organisations.icb_code not in ('ENG', 'UNK')
),

together as (
    select
        case own.organisation_level when 'icb' then 'icb' when 'england' then 'england' else 'organisation' end as area_level,
        own.organisation_code as area_code,
        case when own.figures_with_value <= 1 then 'published' when own.adds_up then 'added_up' else 'newest' end as basis,
        own.*
    from of_organisations as own

    union all

    select
        'icb' as area_level,
        parts.icb_code as area_code,
        case when parts.figures_with_value <= 1 then 'published' else 'newest' end as basis,
        parts.*
    from parts
    where not parts.adds_up

    union all

    select
        'icb' as area_level,
        icb_code as area_code,
        'added_up' as basis,
        icb_code,
        source,
        measure_code,
        series,
        scale,
        icb_code as organisation_code,
        'icb' as organisation_level,
        period_kind,
        period_start,
        period_end,
        true as adds_up,
        sum(figures) as figures,
        sum(figures_with_value) as figures_with_value,
        case scale when 'count' then sum(value) else sum(numerator) / nullif(sum(denominator), 0) end as value,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(base) as base,
        null as lower,
        null as upper,
        null as interval_method,
        null as null_reason,
        null as interval_null_reason
    from parts
    where adds_up
    group by icb_code, source, measure_code, series, scale, period_kind, period_start, period_end
)

select
    icb_code,
    area_level,
    area_code,
    organisation_code,
    organisation_level,
    period_kind,
    period_start,
    period_end,
    source,
    measure_code,
    series,
    scale,
    value,
    numerator,
    denominator,
    base::bigint as base,
    case
        when value is null then null
        when basis = 'added_up' and scale = 'proportion' then round({{ wilson_95('lower', 'numerator', 'denominator') }}, 10)
        else lower
    end as lower,
    case
        when value is null then null
        when basis = 'added_up' and scale = 'proportion' then round({{ wilson_95('upper', 'numerator', 'denominator') }}, 10)
        else upper
    end as upper,
    case when basis = 'added_up' and scale = 'proportion' then 'wilson_95' else interval_method end as interval_method,
    case when value is null then coalesce(null_reason, 'not_collected') end as null_reason,
    case
        when value is null then coalesce(null_reason, 'not_collected')
        when basis = 'added_up' and scale = 'proportion' then null
        when lower is null then coalesce(interval_null_reason, 'not_collected')
    end as interval_null_reason,
    basis,
    figures::integer as figures,
    (figures - figures_with_value)::integer as figures_missing
from together
