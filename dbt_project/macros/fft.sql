{# A Friends and Family Test cell as a number; marks are none. That a cell is a number or a known mark is what the raw check holds. #}
{% macro fft_number(field, kind='bigint') -%}
    case when {{ cell(field, 'fft', 'fft') }} ~ '^[0-9.]' then {{ cell(field, 'fft', 'fft') }}::{{ kind }} end
{%- endmacro %}


{# Why such a cell holds no number; null when it holds one. A column that a layout does not have was not collected. #}
{% macro fft_null_reason(field) -%}
    case
        when {{ cell(field, 'fft', 'fft') }} is null then 'not_collected'
        when {{ cell(field, 'fft', 'fft') }} = '*' then 'suppressed'
        when {{ cell(field, 'fft', 'fft') }} !~ '^[0-9.]' then 'not_applicable'
    end
{%- endmacro %}


{# Which kind of unknown an answer about oneself is; null when it is known. #}
{% macro fft_comments_unknown(name) -%}
    case
        when not {{ name }}_asked then 'not_asked'
        when {{ name }} is null then 'not_known'
        when {{ name }}_meaning in ('not_stated', 'not_known') then {{ name }}_meaning
    end
{%- endmacro %}


{# What an answer about oneself means: a group or a kind of unknown, as the seed has it; null where it has it not. #}
{% macro fft_comments_meaning(name) -%}
    coalesce(meanings ->> ('{{ name }}:' || lower({{ name }})), meanings ->> ('any:' || lower({{ name }})))
{%- endmacro %}


{# A group that people put themselves in, where the seed knows it; null for what stays as they wrote it. #}
{% macro fft_comments_group(name) -%}
    case
        when {{ name }} in (select known.group_code from {{ ref('fft_comments_group') }} as known where known.characteristic = '{{ name }}')
            then {{ name }}
    end
{%- endmacro %}


{# What an upload says of a person's main language, in one of its own extra variables; and whether it asked at all. #}
{% macro fft_comments_english() -%}
    (
        select (regexp_match(lower(extra.variable), '^main language english *[:=] *(yes|no|y|n)$'))[1]
        from unnest(extra_variables) as extra (variable)
        where lower(extra.variable) ~ '^main language english *[:=]'
        order by extra.variable
        limit 1
    ) as english_said,
    bool_or(array_to_string(extra_variables, ' ') ~* 'main language english *[:=]') over (partition by extract_id) as english_asked
{%- endmacro %}


{# The same as a group. #}
{% macro fft_comments_english_group(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    case
        when {{ of }}english_said in ('yes', 'y') then 'yes'
        when {{ of }}english_said in ('no', 'n') then 'no'
        when {{ of }}english_asked then 'not_known'
        else 'not_asked'
    end
{%- endmacro %}
