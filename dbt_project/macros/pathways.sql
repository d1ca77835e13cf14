{# A measure or a voice whose mapping to a pathway is at least as sure as this is of people on that pathway; below, it is of everybody
   who was at the same place, among whom they are. #}
{% macro sure_enough() -%} 0.5 {%- endmacro %}


{# The day on which a voice is filed: when it happened, or else when it was heard. A day that is known to the season or year alone is no
   day to file it under. #}
{% macro heard_on(voice) -%}
    case
        when {{ voice }}.said_on is null or {{ voice }}.said_precision in ('season', 'year') then {{ voice }}.received_on
        else {{ voice }}.said_on
    end
{%- endmacro %}


{# Pathway by touchpoint (or interface), period and area: what every source heard there, each on its own scale, and a row that says
   that nobody was heard where none did. #}
{% macro experience_along_pathways(target) -%}
with anew as (
    {{ periods_to_make('int_experience_made_of') }}
),

on_pathways as (
    select
        pathway_code,
        {{ target }}_code
    from {{ ref('bridge_pathway_' ~ target) }}
),

-- A measure of one pathway's people says nothing of another's; one that is of no pathway is of everybody, on every pathway.
measures as (
    select
        here.measure_code,
        here.{{ target }}_code,
        here.confidence,
        on_pathways.pathway_code,
        case
            when of_pathway.confidence >= {{ sure_enough() }} then 'of_this_pathway'
            else 'of_everybody_here'
        end as heard_of
    from {{ ref('bridge_measure_' ~ target) }} as here
    inner join on_pathways on here.{{ target }}_code = on_pathways.{{ target }}_code
    left join {{ ref('bridge_measure_pathway') }} as of_pathway
        on here.measure_code = of_pathway.measure_code and on_pathways.pathway_code = of_pathway.pathway_code
    where
        of_pathway.measure_code is not null
        or here.measure_code not in (select any_pathway.measure_code from {{ ref('bridge_measure_pathway') }} as any_pathway)
),

measured as (
    select
        figures.icb_code,
        measures.pathway_code,
        measures.{{ target }}_code,
        figures.area_level,
        figures.area_code,
        figures.organisation_code,
        anew.period_code,
        anew.made_of,
        figures.period_kind,
        figures.period_start,
        figures.period_end,
        figures.source,
        'measure' as heard_as,
        measures.heard_of,
        figures.measure_code,
        figures.series,
        figures.scale,
        figures.value,
        figures.base,
        figures.lower,
        figures.upper,
        figures.interval_method,
        figures.null_reason,
        figures.interval_null_reason,
        figures.basis,
        null::bigint as positive,
        null::bigint as mixed,
        null::bigint as negative,
        null::bigint as polarity_unknown,
        null::bigint as of_several_organisations,
        measures.confidence
    from {{ ref('measure_in_period') }} as figures
    inner join anew on figures.period_code = anew.period_code
    inner join measures on figures.measure_code = measures.measure_code
    where figures.area_level <> 'england'
),

voices as (
    select
        voice.icb_code,
        voice.voice_id,
        voice.source,
        voice.organisation_code,
        voice.polarity,
        anew.period_code,
        anew.made_of,
        span.period_kind,
        span.period_start,
        span.period_end,
        several.organisations > 1 as of_several
    from {{ ref('voice_once') }} as voice
    cross join lateral (select {{ heard_on('voice') }} as day) as heard
    cross join lateral {{ quarter_and_year('heard.day', 'heard.day') }} as span
    inner join anew on span.period_code = anew.period_code
    left join (
        select
            voice_id,
            count(distinct organisation_code) as organisations
        from {{ ref('bridge_voice_organisation') }}
        where role in ('about', 'also_about', 'involved')
        group by voice_id
    ) as several on voice.voice_id = several.voice_id
),

-- A voice stands under its board, under the place of the organisation that it is about, and under the organisations that it is about.
placed as (
    select
        'icb' as area_level,
        voices.icb_code as area_code,
        voices.*
    from voices
    where voices.icb_code not in ('ENG', 'UNK')

    union all

    select
        'place' as area_level,
        places.area_code,
        voices.*
    from voices
    inner join {{ ref('bridge_organisation_area') }} as places
        on
            voices.organisation_code = places.organisation_code
            and places.area_level = 'place'
            and places.geography <> 'resident'
            and {{ valid_on('places', 'voices.period_end') }}
    where voices.icb_code not in ('ENG', 'UNK')

    union all

    select
        'organisation' as area_level,
        concerned.organisation_code as area_code,
        voices.*
    from voices
    inner join (
        select distinct
            voice_id,
            organisation_code
        from {{ ref('bridge_voice_organisation') }}
        where role in ('about', 'also_about', 'involved')
    ) as concerned on voices.voice_id = concerned.voice_id
    {% if target == 'touchpoint' -%}
        -- Where several organisations are concerned nobody says which of them a touchpoint belongs to.
        where not coalesce(voices.of_several, false)
    {%- endif %}
),

told as (
    select
        placed.icb_code,
        on_pathways.pathway_code,
        on_pathways.{{ target }}_code,
        placed.area_level,
        placed.area_code,
        placed.area_code as organisation_code,
        placed.period_code,
        placed.made_of,
        placed.period_kind,
        placed.period_start,
        placed.period_end,
        placed.source,
        'voices' as heard_as,
        case
            when of_pathway.confidence >= {{ sure_enough() }} then 'of_this_pathway'
            else 'of_everybody_here'
        end as heard_of,
        'voices' as measure_code,
        placed.source as series,
        'voices' as scale,
        count(*)::numeric as value,
        count(*) as base,
        null::numeric as lower,
        null::numeric as upper,
        null as interval_method,
        null as null_reason,
        'not_applicable' as interval_null_reason,
        'added_up' as basis,
        count(*) filter (where placed.polarity = 'positive') as positive,
        count(*) filter (where placed.polarity = 'mixed') as mixed,
        count(*) filter (where placed.polarity = 'negative') as negative,
        count(*) filter (where placed.polarity = 'unknown') as polarity_unknown,
        count(*) filter (where placed.of_several) as of_several_organisations,
        max(here.confidence) as confidence
    from placed
    inner join {{ ref('bridge_voice_' ~ target) }} as here on placed.icb_code = here.icb_code and placed.voice_id = here.voice_id
    inner join on_pathways on here.{{ target }}_code = on_pathways.{{ target }}_code
    left join {{ ref('bridge_voice_pathway') }} as of_pathway
        on
            placed.icb_code = of_pathway.icb_code
            and placed.voice_id = of_pathway.voice_id
            and on_pathways.pathway_code = of_pathway.pathway_code
    where
        of_pathway.voice_id is not null
        or placed.voice_id not in (select any_pathway.voice_id from {{ ref('bridge_voice_pathway') }} as any_pathway)
    group by
        placed.icb_code, on_pathways.pathway_code, on_pathways.{{ target }}_code, placed.area_level, placed.area_code,
        placed.period_code, placed.made_of, placed.period_kind, placed.period_start, placed.period_end, placed.source,
        case
            when of_pathway.confidence >= {{ sure_enough() }} then 'of_this_pathway'
            else 'of_everybody_here'
        end
),

heard as (
    select * from measured
    union all
    select * from told
),

-- The periods of a board, and of a place, are those for which anything at all was published of it. A place has one board: the one under
-- which most of it was published, since publishers follow a change of boards at different times. A board that was not there yet, or no
-- longer, is not silent.
published as (
    select
        figures.area_level,
        figures.area_code,
        anew.period_code,
        anew.made_of,
        figures.period_kind,
        figures.period_start,
        figures.period_end,
        mode() within group (order by figures.icb_code) as icb_code
    from {{ ref('measure_in_period') }} as figures
    inner join anew on figures.period_code = anew.period_code
    where figures.area_level in ('icb', 'place') and figures.icb_code not in ('ENG', 'UNK')
    group by
        figures.area_level, figures.area_code, anew.period_code, anew.made_of, figures.period_kind, figures.period_start,
        figures.period_end
),

periods as (
    select published.*
    from published
    left join {{ ref('dim_organisation') }} as board
        on published.area_code = board.organisation_code and published.area_level = 'icb' and board.is_current
    where
        coalesce(board.opened_on <= published.period_end, true)
        and coalesce(board.closed_on >= published.period_start, true)
),

-- What was not collected or not sent in was not heard; what was suppressed was.
hearings as (
    select distinct
        area_level,
        area_code,
        period_kind,
        period_start,
        pathway_code,
        {{ target }}_code
    from heard
    where area_level in ('icb', 'place') and (value is not null or null_reason in ('suppressed', 'too_few'))
),

-- Hospitals serve several places. What was heard under the board alone is not silence in its places, and is not known to be of them.
silences as (
    select
        periods.*,
        on_pathways.pathway_code,
        on_pathways.{{ target }}_code,
        case
            when periods.area_level = 'place' and of_board.area_code is not null then 'not_known_by_place'
            else 'nobody_heard'
        end as silence
    from periods
    cross join on_pathways
    left join hearings
        on
            periods.area_level = hearings.area_level
            and periods.area_code = hearings.area_code
            and periods.period_kind = hearings.period_kind
            and periods.period_start = hearings.period_start
            and on_pathways.pathway_code = hearings.pathway_code
            and on_pathways.{{ target }}_code = hearings.{{ target }}_code
    left join hearings as of_board
        on
            of_board.area_level = 'icb'
            and periods.icb_code = of_board.area_code
            and periods.period_kind = of_board.period_kind
            and periods.period_start = of_board.period_start
            and on_pathways.pathway_code = of_board.pathway_code
            and on_pathways.{{ target }}_code = of_board.{{ target }}_code
    where hearings.area_code is null
),

nobody as (
    select
        icb_code,
        pathway_code,
        {{ target }}_code,
        area_level,
        area_code,
        area_code as organisation_code,
        period_code,
        made_of,
        period_kind,
        period_start,
        period_end,
        'none' as source,
        'nobody' as heard_as,
        silence as heard_of,
        'none' as measure_code,
        'none' as series,
        'none' as scale,
        null::numeric as value,
        0::bigint as base,
        null::numeric as lower,
        null::numeric as upper,
        null as interval_method,
        silence as null_reason,
        silence as interval_null_reason,
        'none' as basis,
        null::bigint as positive,
        null::bigint as mixed,
        null::bigint as negative,
        null::bigint as polarity_unknown,
        null::bigint as of_several_organisations,
        null::numeric as confidence
    from silences
)

select * from heard
union all
select * from nobody
{%- endmacro %}
