{# Marts by quarter and year are made anew for the periods alone whose facts are others than those that they were made of: a column
   `made_of` says which these were. #}


{# A number for what a row says that does not depend on the order of rows: the sum of these over a period says what it is made of. #}
{% macro said_by(columns) -%}
    hashtextextended(concat_ws('|', {{ columns | join(', ') }}), 0)::numeric
{%- endmacro %}


{# What each period of measure_in_period is made of: its facts, whose they are, and which organisations make up which place. #}
{% macro what_measures_are_made_of() -%}
    select
        span.period_code,
        md5(sum({{ said_by(['fact.icb_code', 'fact.organisation_code', 'fact.extract_id']) }})::text || max(places.said)) as made_of
    from {{ ref('fct_measure') }} as fact
    cross join lateral {{ quarter_and_year('fact.period_start', 'fact.period_end') }} as span
    cross join (
        select coalesce(sum({{ said_by(['organisation_code', 'area_code', 'valid_from', 'valid_to']) }}), 0)::text as said
        from {{ ref('bridge_organisation_area') }}
        where area_level = 'place' and geography <> 'resident'
    ) as places
    where fact.group_code = 'all'
    group by span.period_code
{%- endmacro %}


{# What each period of what was heard along pathways is made of: measures, voices, and which boards there were. #}
{% macro what_experience_is_made_of() -%}
    select
        parts.period_code,
        md5(sum(parts.said)::text || max(boards.said)) as made_of
    from (
        select
            period_code,
            {{ said_by(['made_of']) }} as said
        from {{ ref('measure_in_period') }}
        group by period_code, made_of

        union all

        select
            span.period_code,
            {{ said_by(['voice.icb_code', 'voice.voice_id', 'voice.extract_id', 'voice.organisation_code', 'voice.polarity']) }} as said
        from {{ ref('voice_once') }} as voice
        cross join lateral (select {{ heard_on('voice') }} as day) as heard
        cross join lateral {{ quarter_and_year('heard.day', 'heard.day') }} as span
    ) as parts
    cross join (
        select coalesce(sum({{ said_by(['organisation_code', 'opened_on', 'closed_on']) }}), 0)::text as said
        from {{ ref('dim_organisation') }}
        where organisation_level = 'icb' and is_current
    ) as boards
    group by parts.period_code
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
