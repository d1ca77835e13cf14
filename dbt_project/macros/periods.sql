{# Marts by quarter and year are made anew for the periods alone whose facts are others than those that they were made of: a column
   `made_of` says which these were. #}


{# A number for what a row says that does not depend on the order of rows: the sum of these over a period says what it is made of. As a
   row's text, in which a null has its place: a span that begins on a day is none that ends on it. #}
{% macro said_by(columns) -%}
    hashtextextended(row({{ columns | join(', ') }})::text, 0)::numeric
{%- endmacro %}


{# Which organisations make up which place at the end of each period: `places`, a lateral table. One that joins a place changes the
   periods from then on and none before. #}
{% macro places_said(period_end) -%}
    (
        select coalesce(sum({{ said_by(['place.organisation_code', 'place.area_code']) }}), 0) as said
        from {{ ref('bridge_organisation_area') }} as place
        where place.area_level = 'place' and place.geography <> 'resident' and {{ valid_on('place', period_end) }}
    )
{%- endmacro %}


{# What each period of measure_in_period is made of: its facts, whose they are, and which organisations make up which place. #}
{% macro what_measures_are_made_of() -%}
    select
        facts.period_code,
        md5(row(facts.said, places.said)::text) as made_of
    from (
        select
            span.period_code,
            span.period_end,
            sum({{ said_by(['fact.icb_code', 'fact.organisation_code', 'fact.extract_id']) }}) as said
        from {{ ref('fct_measure') }} as fact
        cross join lateral {{ quarter_and_year('fact.period_start', 'fact.period_end') }} as span
        where fact.group_code = 'all'
        group by span.period_code, span.period_end
    ) as facts
    cross join lateral {{ places_said('facts.period_end') }} as places
{%- endmacro %}


{# What each period of what was heard along pathways is made of: measures, voices, which organisations make up which place, and which
   boards there were. A voice is what it says, whom it is about and how it was coded, and not the file that it stands in: a file that says
   all of it again changes nothing. #}
{% macro what_experience_is_made_of() -%}
    select
        periods.period_code,
        md5(row(periods.said, places.said, boards.said)::text) as made_of
    from (
        select
            parts.period_code,
            parts.period_end,
            sum(parts.said) as said
        from (
            select
                period_code,
                period_end,
                {{ said_by(['made_of']) }} as said
            from {{ ref('measure_in_period') }}
            group by period_code, period_end, made_of

            union all

            select
                span.period_code,
                span.period_end,
                {{ said_by(['voice.icb_code', 'voice.voice_id', 'voice.organisation_code', 'voice.polarity']) }}
                + coalesce(codes.said, 0) + coalesce(organisations.said, 0) as said
            from {{ ref('voice_once') }} as voice
            cross join lateral (select {{ heard_on('voice') }} as day) as heard
            cross join lateral {{ quarter_and_year('heard.day', 'heard.day') }} as span
            left join (
                select
                    voice_id,
                    sum({{ said_by(['voice_id', 'scheme', 'code']) }}) as said
                from {{ ref('bridge_voice_code') }}
                group by voice_id
            ) as codes on voice.voice_id = codes.voice_id
            left join (
                select
                    voice_id,
                    sum({{ said_by(['voice_id', 'organisation_code', 'role']) }}) as said
                from {{ ref('bridge_voice_organisation') }}
                where role in ('about', 'also_about', 'involved')
                group by voice_id
            ) as organisations on voice.voice_id = organisations.voice_id
        ) as parts
        group by parts.period_code, parts.period_end
    ) as periods
    cross join lateral {{ places_said('periods.period_end') }} as places
    cross join (
        select coalesce(sum({{ said_by(['organisation_code', 'opened_on', 'closed_on']) }}), 0) as said
        from {{ ref('dim_organisation') }}
        where organisation_level = 'icb' and is_current
    ) as boards
{%- endmacro %}


{# Periods of which nothing is left leave the mart. #}
{% macro drop_periods_of_nothing(made_of) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where period_code not in (select made.period_code from ({{ made_of }}) as made)
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# The periods that are to be made: all of them the first time, and then those that are made of something else by now. #}
{% macro periods_to_make(made_of) -%}
    select made.*
    from ({{ made_of }}) as made
    {% if is_incremental() -%}
        where
            not exists (
                select 1
                from {{ this }} as kept
                where kept.period_code = made.period_code and kept.made_of = made.made_of
            )
    {%- endif %}
{%- endmacro %}
