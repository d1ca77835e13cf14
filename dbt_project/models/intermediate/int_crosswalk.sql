-- What sources' own codes are in our vocabularies of the pathway, national rows and a board's own together.
{% for target in ['touchpoint', 'interface', 'pathway'] %}
    select
        '{{ target }}' as target,
        {{ target }}_said.*
    from ({{ crosswalk(target) }}) as {{ target }}_said
    {% if not loop.last %}union all{% endif %}
{% endfor %}
