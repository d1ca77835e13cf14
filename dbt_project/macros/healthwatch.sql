{# A field of a row of stg_healthwatch__rows; blank is null. #}
{% macro hw(field) -%}
    nullif(btrim(rows.sent ->> '{{ field }}'), '')
{%- endmacro %}
