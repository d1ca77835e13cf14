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


{# Who a row of raw is about, and how many were asked and answered; of `gpps` (raw), `header` and `extracts`. #}
{% macro gpps_area() -%}
    gpps.extract_id,
    gpps.row_number,
    extracts.part,
    extracts.period_start,
    extracts.period_end,
    case extracts.part when 'national' then 'england' when 'ics' then 'icb' else extracts.part end as organisation_level,
    case extracts.part
        when 'national' then 'ENG'
        when 'ics' then {{ cell('icb_code', row='gpps') }}
        when 'pcn' then {{ cell('pcn_code', row='gpps') }}
        else {{ cell('practice_code', row='gpps') }}
    end as organisation_code,
    case extracts.part
        when 'national' then 'England'
        when 'ics' then {{ cell('icb_name', row='gpps') }}
        when 'pcn' then {{ cell('pcn_name', row='gpps') }}
        else {{ cell('practice_name', row='gpps') }}
    end as organisation_name,
    case extracts.part
        when 'national' then 'ENG'
        else {{ cell('icb_code', row='gpps') }}
    end as icb_code,
    {{ cell('icb_name', row='gpps') }} as icb_name,
    {{ gpps_number("gpps.cells[array_position(header.fields, 'distributed')]") }} as distributed,
    {{ gpps_number("gpps.cells[array_position(header.fields, 'received')]") }} as received,
    {{ gpps_number("gpps.cells[array_position(header.fields, 'response_rate')]") }} as response_rate
{%- endmacro %}
