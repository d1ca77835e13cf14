{# A GP Patient Survey cell as a number. The publisher writes reasons as negative numbers (-97, -98, -99), and derived copies
   write them as marks: none of them is a number. That there are no others is what the raw check holds ("cells are numbers or
   known marks"), so that millions of cells need no pattern here. #}
{% macro gpps_number(cell) -%}
    case when {{ cell }} not in ('-97', '-98', '-99', '', '*', '/', '-', ':') then {{ cell }}::numeric end
{%- endmacro %}


{# Why a GP Patient Survey cell holds no number; null when it holds one. -97: suppressed for fewer than 10 respondents; -98: a
   share above 0 and below 0.5 %; -99: no interval, because its percentage is suppressed. #}
{% macro gpps_null_reason(cell) -%}
    case {{ cell }}
        when '-97' then 'suppressed'
        when '-98' then 'too_few'
        when '-99' then 'not_applicable'
        when '*' then 'suppressed'
        when '' then 'not_collected'
        when '/' then 'not_collected'
        when '-' then 'not_collected'
        when ':' then 'not_collected'
    end
{%- endmacro %}
