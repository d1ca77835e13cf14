{# A seed's national rows with those that the ICB which runs this warehouse adds in seeds/local: a local row wins over a national one
   with the same key. #}
{% macro with_local(seed, keys) -%}
    (
        select * from {{ ref(seed ~ '_local') }}
        union all
        select national.* from {{ ref(seed) }} as national
        where not exists (
            select from {{ ref(seed ~ '_local') }} as own
            where
                {% for key in keys -%}
                own.{{ key }} = national.{{ key }}{% if not loop.last %} and {% endif %}
                {%- endfor %}
        )
    )
{%- endmacro %}
