{# Marts by quarter and year are made anew for the periods alone whose facts are others than those that they were made of: a column
   `made_of` says which these were, and a table of that (int_measures_made_of, int_experience_made_of) which they are now. #}


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


{# Periods of which nothing is left leave the mart. #}
{% macro drop_periods_of_nothing(made_of) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where period_code not in (select made.period_code from {{ ref(made_of) }} as made)
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# The periods that are to be made: all of them the first time, and then those that are made of something else by now. #}
{% macro periods_to_make(made_of) -%}
    select made.*
    from {{ ref(made_of) }} as made
    {% if is_incremental() -%}
        where
            not exists (
                select 1
                from {{ this }} as kept
                where kept.period_code = made.period_code and kept.made_of = made.made_of
            )
    {%- endif %}
{%- endmacro %}


{# The spans of time in which it is told who was heard: the financial year that a month or wave ends in, and the three years up to the newest
   month or wave of its source, where it lies in them. A lateral table: period_kind, period_start, period_end. #}
{% macro year_and_three_years(period_end, newest) -%}
    (
        select
            span.period_kind,
            span.period_start,
            (span.period_start + span.lasts - interval '1 day')::date as period_end
        from (
            values
            ('year', {{ financial_year_start(period_end) }}, interval '1 year'),
            ('three_years', ({{ newest }} + 1 - interval '3 years')::date, interval '3 years')
        ) as span (period_kind, period_start, lasts)
        where {{ period_end }} >= span.period_start
    )
{%- endmacro %}
