{# Policy round5 of `ics_insight.disclosure`, for counts of voices: none is none, one to seven are not told, more to the nearest
   five. #}
{% macro rounded_voices(count) -%}
    case when {{ count }} = 0 then 0 when {{ count }} >= 8 then {{ nearest_five(count) }} end
{%- endmacro %}

{# Rounded to the nearest five. #}
{% macro nearest_five(count) -%}
    5 * round(({{ count }}) / 5.0)::bigint
{%- endmacro %}

{# Why there is no number of voices. #}
{% macro why_not_told(count) -%}
    case when {{ count }} between 1 and 7 then 'small_number' end
{%- endmacro %}

{# Of a part of voices that are told as well, what is left is a small number too. #}
{% macro is_small_part(part, whole) -%}
    ({{ part }} between 1 and 7 or {{ whole }} - {{ part }} between 1 and 7)
{%- endmacro %}

{% macro rounded_part(part, whole) -%}
    case when not {{ is_small_part(part, whole) }} then {{ rounded_voices(part) }} end
{%- endmacro %}

{% macro why_part_not_told(part, whole) -%}
    case when {{ is_small_part(part, whole) }} then 'small_part' end
{%- endmacro %}

{# A group in words. Fifths of practices are of the board's own practices, by where their patients live, and not of people. #}
{% macro group_compared(group_code, vocabulary) -%}
    case
        when fact.basis = 'practices_in_fifths'
            then
                case split_part({{ group_code }}, ':', 2)
                    when '1' then 'the fifth of practices with the most deprived patients'
                    when '2' then 'the second fifth of practices, by how deprived their patients are'
                    when '3' then 'the middle fifth of practices, by how deprived their patients are'
                    when '4' then 'the fourth fifth of practices, by how deprived their patients are'
                    when '5' then 'the fifth of practices with the least deprived patients'
                end
        else coalesce({{ vocabulary }}.label, replace(split_part({{ group_code }}, ':', 2), '_', ' '))
    end
{%- endmacro %}

{# What readers see of a row of experience along pathways: publishers' figures as they stand, voices rounded. #}
{% macro as_readers_see() -%}
    seen.period_code,
    seen.period_start,
    seen.period_end,
    seen.heard_as,
    seen.heard_of,
    seen.source,
    titles.title as source_title,
    seen.measure_code,
    measure.label as measure_label,
    measure.headline,
    seen.series,
    seen.scale,
    case when seen.heard_as = 'measure' then seen.value end as value,
    case when seen.heard_as = 'measure' then seen.base end as base,
    seen.lower,
    seen.upper,
    seen.interval_method,
    seen.null_reason,
    seen.interval_null_reason,
    seen.basis,
    case when seen.heard_as = 'voices' then {{ rounded_voices('seen.base') }} end as voices,
    case when seen.heard_as = 'voices' then {{ why_not_told('seen.base') }} end as voices_null_reason,
    case when seen.heard_as = 'voices' then {{ rounded_part('seen.negative', 'seen.base') }} end as negative,
    case when seen.heard_as = 'voices' then {{ why_part_not_told('seen.negative', 'seen.base') }} end as negative_null_reason
{%- endmacro %}
