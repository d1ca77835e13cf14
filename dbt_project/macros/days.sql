{# A day as a publisher wrote it (20260401, 2026-04-01, 1 April 2026), or null for what is no day of the calendar: the checks say so
   beside the data, and a view must not fail on it. #}
{% macro day(text) -%}
    case when pg_input_is_valid({{ text }}, 'date') then ({{ text }})::date end
{%- endmacro %}
