{# A cell of the cancer survey as a number; null for blank, NA and *. That there is nothing else is what the raw check holds. #}
{% macro cancer_number(field) -%}
    {%- set sent = cell(field) -%}
    case
        when {{ sent }} ~ '^-?([0-9]+(,[0-9][0-9][0-9])*([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9][0-9]?)?$'
            then replace({{ sent }}, ',', '')::numeric
    end
{%- endmacro %}
