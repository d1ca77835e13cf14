{# Tables of the templates that this project publishes (engagement, actions, responsibilities). #}


{# The rows of one table in the extracts in use, with the fields that name their cells. A table is a sheet of a workbook or a CSV
   in a zip; a CSV that came alone has no name of its own, and is the one that `lone` names. #}
{% macro template_table(source_name, table, lone='') -%}
    (
        select
            raw.extract_id,
            raw.sheet,
            raw.row_number,
            raw.cells,
            header.fields,
            extracts.sender,
            extracts.received_at,
            extracts.period_start,
            extracts.period_end
        from {{ source(source_name, source_name) }} as raw
        inner join {{ extracts_in_use(source_name) }} as extracts on raw.extract_id = extracts.extract_id
        inner join {{ source('raw_headers', 'header') }} as header
            on raw.extract_id = header.extract_id and raw.sheet = header.sheet
        where
            coalesce(nullif(regexp_replace(lower(btrim(raw.sheet)), '^.*/|[.]csv$', '', 'g'), ''), '{{ lone }}') = '{{ table }}'
    )
{%- endmacro %}


{# A cell of such a table; blank is null. #}
{% macro sent(field) -%}
    {{ cell(field, row='sent', header='sent') }}
{%- endmacro %}


{# A date as ISO 8601, as a spreadsheet gives it (with a time of midnight) or as British spreadsheets write it (30/09/2026). #}
{% macro template_date(cell) -%}
    regexp_replace(regexp_replace({{ cell }}, '^(\d\d)/(\d\d)/(\d{4})$', '\3-\2-\1'), 'T[0-9:.]*$', '')::date
{%- endmacro %}


{# How many people, where a number was sent: small groups come as bands (<10, 10-19, 100+). #}
{% macro people_number(cell) -%}
    case when {{ cell }} ~ '^\d{1,7}$' then ({{ cell }})::integer end
{%- endmacro %}


{# Why there is no number: not counted, a group of fewer than ten, or a band of more. #}
{% macro people_null_reason(cell) -%}
    case
        when {{ cell }} is null then 'not_collected'
        when {{ cell }} ~ '^\d{1,7}$' then null
        when {{ cell }} ~ '^(< ?10|< ?\d|\d ?- ?\d)$' then 'too_few'
        else 'suppressed'
    end
{%- endmacro %}


{# The lowest number that a band or a number means. #}
{% macro people_low(cell) -%}
    case
        when {{ cell }} ~ '^<' then 1
        else substring({{ cell }} from '^\d{1,7}')::integer
    end
{%- endmacro %}


{# The highest number that a band or a number means; null where it is open. #}
{% macro people_high(cell) -%}
    case
        when {{ cell }} ~ '^< ?\d{1,7}$' then substring({{ cell }} from '\d{1,7}$')::integer - 1
        when {{ cell }} ~ '\d{1,7}$' then substring({{ cell }} from '\d{1,7}$')::integer
    end
{%- endmacro %}


{# Whether a cell says yes, no, or neither. #}
{% macro yes_no(cell) -%}
    case lower({{ cell }}) when 'yes' then true when 'true' then true when 'no' then false when 'false' then false end
{%- endmacro %}


{# A list in one cell, its parts separated by semicolons. #}
{% macro listed(cell) -%}
    regexp_split_to_array({{ cell }}, '\s*;\s*')
{%- endmacro %}


{# The group that a template's cell names, in words that are known: a band of ages, a group of the seed population_group, or what the words
   that logs share make of it. Other words are somebody's own: they become a mark. #}
{% macro known_group(characteristic, group) -%}
    case
        when {{ characteristic }} = 'all' then 'all'
        when {{ characteristic }} = 'age' then coalesce({{ age_band(group) }}, 'not_known')
        when
            {{ characteristic }} || ':' || {{ group }} in (select known.group_code from {{ ref('population_group') }} as known)
            then {{ group }}
        else coalesce(
            case {{ characteristic }}
                when 'sex' then {{ said_of_oneself('sex', group) }}
                when 'ethnicity' then {{ said_of_oneself('ethnicity', group) }}
                when 'disability' then {{ said_of_oneself('yes_no', group) }}
                when 'carer' then {{ said_of_oneself('yes_no', group) }}
                when 'english' then {{ said_of_oneself('yes_no', group) }}
            end,
            {{ code_mark('lower(' ~ group ~ ')') }}
        )
    end
{%- endmacro %}
