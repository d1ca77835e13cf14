{# Which of several lists speaks for an organisation: the report that is about its kind comes first, lists that others have made of it
   last (null). #}
{% macro list_that_speaks(part) -%}
    array_position(
        array['practices', 'trusts', 'others', 'sub_icbs', 'networks', 'network_workbook', 'sites', 'branches', 'sub_icb_sites'],
        {{ part }}
    )
{%- endmacro %}
