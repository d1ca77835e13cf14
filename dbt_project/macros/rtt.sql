{# Pathways waiting up to 18 weeks: the first 18 of the 105 weekly bands. A blank band holds nobody. #}
{% macro rtt_within_18_weeks(relation) -%}
    {%- for week in range(18) -%}
        coalesce({{ relation }}.gt_{{ '%02d' % week }}_to_{{ '%02d' % (week + 1) }}_weeks_sum_1, 0)
        {%- if not loop.last %} + {% endif -%}
    {%- endfor -%}
{%- endmacro %}
