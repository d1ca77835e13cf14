{# A time as Care Opinion writes it: without a zone, with or without up to seven digits of a second; null for anything else. #}
{% macro care_opinion_time(text) -%}
    case
        when {{ text }} ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.]\d{1,7})?Z?$' and pg_input_is_valid({{ text }}, 'timestamp')
            then ({{ text }})::timestamp
    end
{%- endmacro %}


{# A list in a JSON value; empty where there is another thing or nothing. #}
{% macro json_list(value) -%}
    case jsonb_typeof({{ value }}) when 'array' then {{ value }} else '[]'::jsonb end
{%- endmacro %}


{# What the links of each story's newest pull name, of one relation: under `rel` or `relation`, as the API spelt them at the time. #}
{% macro care_opinion_links(relation) -%}
    (
        select
            newest.story_id,
            newest.extract_id,
            nullif(btrim(link.value ->> 'id'), '') as named
        from (
            select distinct on (story_id)
                story_id,
                extract_id,
                item
            from {{ ref('stg_care_opinion__pulled') }}
            order by story_id asc, pulled_on desc
        ) as newest
        cross join lateral jsonb_array_elements({{ json_list("newest.item -> 'links'") }}) as link (value)
        where coalesce(link.value ->> 'rel', link.value ->> 'relation') = '{{ relation }}'
    )
{%- endmacro %}
