{# A GP Patient Survey cell as a number. The publisher writes reasons as negative numbers (-97, -98, -99), and derived copies
   write them as marks: none of them is a number. #}
{% macro gpps_number(cell) -%}
    case when {{ cell }} ~ '^[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$' then {{ cell }}::numeric end
{%- endmacro %}


{# Why a GP Patient Survey cell holds no number; null when it holds one. -97: suppressed for fewer than 10 respondents; -98: a
   share above 0 and below 0.5 %; -99: no interval, because its percentage is suppressed. #}
{% macro gpps_null_reason(cell) -%}
    case
        when {{ gpps_number(cell) }} is not null then null
        when {{ cell }} in ('-97', '*') then 'suppressed'
        when {{ cell }} = '-98' then 'too_few'
        when {{ cell }} = '-99' then 'not_applicable'
        else 'not_collected'
    end
{%- endmacro %}
