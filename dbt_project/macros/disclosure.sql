{# As many voices as readers may see (policy round5): none is none, one to nine are not told, more to the nearest five. #}
{% macro rounded_voices(count) -%}
    case when {{ count }} = 0 then 0 when {{ count }} >= 10 then 5 * round({{ count }} / 5.0)::bigint end
{%- endmacro %}

{# Why there is no number of voices. #}
{% macro why_not_told(count) -%}
    case when {{ count }} between 1 and 9 then 'small_number' end
{%- endmacro %}
