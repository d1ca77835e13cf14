{# All sources that fill a shape, one below the other. A source says in its source.yml which shapes its staging folder fills. #}
{% macro all_of_shape(shape) -%}
    {%- for source_name in var('shapes')[shape] %}
        {% if not loop.first %}union all{% endif %}
        select * from {{ ref('stg_' ~ source_name ~ '__' ~ shape) }}
    {%- endfor %}
{%- endmacro %}
