{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='period_code',
    on_schema_change='fail',
    post_hook=["{{ drop_periods_of_nothing('int_measures_made_of') }}"]
) }}

-- Every measure of everybody in the quarters and financial years: of organisations, places, boards and England. Counts and
-- unweighted proportions are added up over months and over the organisations of a place, or of a board that has no figure of its
-- own. A weighted survey's areas come of its organisations by their weighted bases, which is marked as derived and has no
-- interval. A board's own row is its area, unless it tells of the board as a body: then it is an organisation's like any other.
-- What may not be put together (scores) stays what its publisher gave: the newest in the period, and each
-- organisation's own under its board or place.
with anew as (
    {{ periods_to_make('int_measures_made_of') }}
),

placed as (
    select
        anew.period_code,
        anew.made_of,
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
        fact.organisation_level = 'icb' and measure.board_row_is <> 'body' as is_area_of_board,
        case
            when fact.value is null then null
            when fact.scale = 'count' then true
            else fact.scale = 'proportion' and fact.interval_method = 'wilson_95' and fact.numerator is not null
        end as adds_up,
        case
            when fact.value is null then null
            else fact.scale = 'proportion' and fact.denominator is not null and measure.figure <> 'counted'
        end as is_weighted
    from {{ ref('fct_measure') }} as fact
    cross join lateral {{ quarter_and_year('fact.period_start', 'fact.period_end') }} as span
    inner join anew on span.period_code = anew.period_code
    inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
    where fact.group_code = 'all'
),

of_organisations as (
    select
        period_code,
        made_of,
        icb_code,
        source,
        measure_code,
        series,
        scale,
        organisation_code,
        organisation_level,
        is_area_of_board,
        period_kind,
        period_start,
        period_end,
        coalesce(bool_and(adds_up), false) as adds_up,
        coalesce(bool_and(is_weighted) and count(value) = 1, false) as is_weighted,
        count(*) as figures,
        count(value) as figures_with_value,
        case
            when not bool_and(adds_up) then (array_agg(value order by observed_to desc) filter (where value is not null))[1]
            when scale = 'count' then sum(value)
            else sum(numerator) filter (where value is not null) / nullif(sum(denominator) filter (where value is not null), 0)
        end as value,
        case when bool_and(adds_up) then sum(numerator) filter (where value is not null) end as numerator,
        case
            when bool_and(adds_up) or count(value) = 1 then sum(denominator) filter (where value is not null)
        end as denominator,
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
        period_code, made_of, icb_code, source, measure_code, series, scale, organisation_code, organisation_level,
        is_area_of_board, period_kind, period_start, period_end
),

boards as (
    select distinct
        icb_code,
        measure_code,
        series,
        period_kind,
        period_start
    from of_organisations
    where is_area_of_board
),

places as (
    select
        organisation_code,
        area_code,
        valid_from,
        valid_to
    from {{ ref('bridge_organisation_area') }}
    where area_level = 'place' and geography <> 'resident'
),

-- The organisations of a board that has no figure of its own, and those of a place. Sites and wards are parts of these, and
-- networks hold practices.
parts as (
    select
        'icb' as area_level,
        own.icb_code as area_code,
        own.*
    from of_organisations as own
    left join boards
        on
            own.icb_code = boards.icb_code
            and own.measure_code = boards.measure_code
            and own.series = boards.series
            and own.period_kind = boards.period_kind
            and own.period_start = boards.period_start
    where boards.icb_code is null and own.organisation_level in ('trust', 'provider', 'practice', 'dental_practice')

    union all

    select
        'place' as area_level,
        places.area_code,
        own.*
    from of_organisations as own
    inner join places on own.organisation_code = places.organisation_code and {{ valid_on('places', 'own.period_end') }}
    where own.organisation_level in ('trust', 'provider', 'practice', 'dental_practice')
),

together as (
    select
        case
            when own.is_area_of_board then 'icb'
            when own.organisation_level = 'england' then 'england'
            else 'organisation'
        end as area_level,
        own.organisation_code as area_code,
        case when own.figures_with_value <= 1 then 'published' when own.adds_up then 'added_up' else 'newest' end as basis,
        own.*
    from of_organisations as own

    union all

    select
        parts.area_level,
        parts.area_code,
        case when parts.figures_with_value <= 1 then 'published' else 'newest' end as basis,
        parts.period_code,
        parts.made_of,
        parts.icb_code,
        parts.source,
        parts.measure_code,
        parts.series,
        parts.scale,
        parts.organisation_code,
        parts.organisation_level,
        parts.is_area_of_board,
        parts.period_kind,
        parts.period_start,
        parts.period_end,
        parts.adds_up,
        parts.is_weighted,
        parts.figures,
        parts.figures_with_value,
        parts.value,
        parts.numerator,
        parts.denominator,
        parts.base,
        parts.lower,
        parts.upper,
        parts.interval_method,
        parts.null_reason,
        parts.interval_null_reason
    from parts
    where not parts.adds_up and not parts.is_weighted and parts.icb_code not in ('ENG', 'UNK')

    union all

    select
        area_level,
        area_code,
        case when bool_and(adds_up) then 'added_up' else 'derived' end as basis,
        period_code,
        made_of,
        icb_code,
        source,
        measure_code,
        series,
        scale,
        area_code as organisation_code,
        area_level as organisation_level,
        area_level = 'icb' as is_area_of_board,
        period_kind,
        period_start,
        period_end,
        bool_and(adds_up) as adds_up,
        bool_and(is_weighted) as is_weighted,
        sum(figures) as figures,
        sum(figures_with_value) as figures_with_value,
        case
            when scale = 'count' then sum(value)
            when bool_and(adds_up) then sum(numerator) / nullif(sum(denominator), 0)
            else sum(value * denominator) / nullif(sum(denominator), 0)
        end as value,
        case when bool_and(adds_up) then sum(numerator) end as numerator,
        sum(denominator) as denominator,
        sum(base) as base,
        null as lower,
        null as upper,
        null as interval_method,
        null as null_reason,
        'not_applicable' as interval_null_reason
    from parts
    where (adds_up or is_weighted) and icb_code not in ('ENG', 'UNK')
    group by
        area_level, area_code, period_code, made_of, icb_code, source, measure_code, series, scale, adds_up,
        period_kind, period_start, period_end
)

select
    icb_code,
    area_level,
    area_code,
    organisation_code,
    organisation_level,
    period_code,
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
    (figures - figures_with_value)::integer as figures_missing,
    made_of
from together
