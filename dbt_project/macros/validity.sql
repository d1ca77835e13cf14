{# Whether what stands in a row with `valid_from` and `valid_to` was true on a day. The first day counts, the last is the day before
   `valid_to`; no `valid_from` is since before anybody looked, no `valid_to` is still so. #}
{% macro valid_on(alias, day) -%}
    coalesce({{ alias }}.valid_from <= {{ day }}, true) and coalesce({{ day }} < {{ alias }}.valid_to, true)
{%- endmacro %}
