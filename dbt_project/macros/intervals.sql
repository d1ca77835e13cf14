{# A limit of Wilson's 95 % interval of a proportion of counts, `side` being lower or upper, to twelve places; null where there is none to count. Rounding
   must not leave the proportion outside its interval, nor the interval outside 0 and 1 (facts.md section 11). #}
{% macro wilson_95(side, numerator, denominator) -%}
    {%- set share -%} ({{ numerator }}::numeric / nullif({{ denominator }}, 0)) {%- endset -%}
    {%- set of -%} nullif({{ denominator }}, 0)::numeric {%- endset -%}
    {%- set z = '1.959963984540054' -%}
    {%- set centre -%} ({{ share }} + {{ z }} * {{ z }} / (2 * {{ of }})) {%- endset -%}
    {%- set half -%} {{ z }} * sqrt({{ share }} * (1 - {{ share }}) / {{ of }} + {{ z }} * {{ z }} / (4 * {{ of }} * {{ of }})) {%- endset -%}
    {%- if side == 'lower' -%}
        greatest(0, least({{ share }}, round(({{ centre }} - {{ half }}) / (1 + {{ z }} * {{ z }} / {{ of }}), 12)))
    {%- else -%}
        least(1, greatest({{ share }}, round(({{ centre }} + {{ half }}) / (1 + {{ z }} * {{ z }} / {{ of }}), 12)))
    {%- endif -%}
{%- endmacro %}

{# What a group's ratio says by its interval: below the one threshold, above the other, between, or across one of them. #}
{% macro heard_status(lower, upper, seldom_below, often_above) -%}
    case
        when {{ upper }} < {{ seldom_below }} then 'seldom_heard'
        when {{ lower }} > {{ often_above }} then 'more_often_heard'
        when {{ lower }} >= {{ seldom_below }} and {{ upper }} <= {{ often_above }} then 'as_expected'
        else 'unclear'
    end
{%- endmacro %}
