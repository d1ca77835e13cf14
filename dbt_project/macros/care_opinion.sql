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
