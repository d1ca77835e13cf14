{# A day as a publisher wrote it (20260401, 2026-04-01, 1 April 2026), or null for what is no day of the calendar: the checks say so
   beside the data, and a view must not fail on it. #}
{% macro day(text) -%}
    case when pg_input_is_valid({{ text }}, 'date') then ({{ text }})::date end
{%- endmacro %}


{# First day of the financial year in which a day falls: 1 April. #}
{% macro financial_year_start(day) -%}
    make_date(extract(year from {{ day }})::integer - (extract(month from {{ day }}) < 4)::integer, 4, 1)
{%- endmacro %}


{# The quarter and the financial year in which a period ends, where it is no longer than they are: a lateral table with period_code
   (`2025-26 Q1`, `2025-26`), period_kind, period_start and period_end. A year's figure stands in no quarter. #}
{% macro quarter_and_year(starts, ends) -%}
    (
        select
            to_char(span.year_start, 'YYYY-') || to_char(span.year_start + interval '1 year', 'YY') || span.quarter as period_code,
            span.period_kind,
            span.period_start,
            (span.period_start + span.lasts - interval '1 day')::date as period_end
        from (
            values
            (
                'quarter',
                {{ financial_year_start(ends) }},
                date_trunc('quarter', {{ ends }})::date,
                interval '3 months',
                ' Q' || extract(quarter from {{ ends }} - interval '3 months')
            ),
            ('year', {{ financial_year_start(ends) }}, {{ financial_year_start(ends) }}, interval '1 year', '')
        ) as span (period_kind, year_start, period_start, lasts, quarter)
        where {{ starts }} + span.lasts > {{ ends }}
    )
{%- endmacro %}
