{# Accepted files that stand so to one that is news to staging (condition on `kept` and `news`), of one source. Ids are written out where they
   are used, because only constants reach through the views. #}
{% macro accepted_beside_news(condition) -%}
    {%- set query -%}
        select distinct kept.extract_id
        from {{ source('ledger', 'extract') }} as kept
        inner join {{ source('ledger', 'extract') }} as news on kept.source = news.source and {{ condition }}
        where kept.state = 'accepted' and {{ is_news('news', 'staging') }}
        order by kept.extract_id
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()) }}
{%- endmacro %}


{# Of a view of staging, the rows of files that came since staging last passed its tests, and of those that are in use again since another of
   their period was refused: what held of a file's rows holds still, and a month's arrival must not cost a test of all history. Everything
   else, and all of it after a change of the project, is tested whole. #}
{% macro rows_to_test(model) -%}
    {%- if not execute or flags.FULL_REFRESH or model is string or model.schema != 'staging' -%}
        true
    {%- elif 'extract_id' not in adapter.get_columns_in_relation(model) | map(attribute='name') -%}
        true
    {%- else -%}
        {%- set found = accepted_beside_news(
            '(kept.sender, kept.part, kept.period_start, kept.period_end) is not distinct from '
            ~ '(news.sender, news.part, news.period_start, news.period_end)'
        ) -%}
        {%- if found -%} extract_id in ('{{ found | join("', '") }}') {%- else -%} false {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Of a view of staging, the rows that a new file may have given a key that another row has: none where its source sent nothing; those of
   new files where the file is in the key; those of files whose periods overlap a new one's where the period is; else all of its source. #}
{% macro rows_that_may_clash(model, columns) -%}
    {%- if rows_to_test(model) == 'true' or 'extract_id' in columns -%}
        {{ rows_to_test(model) }}
    {%- else -%}
        {%- set found = accepted_beside_news(
            "news.source = '" ~ model.identifier[4:].split('__')[0] ~ "'"
            ~ ' and coalesce(kept.period_start <= news.period_end, true) and coalesce(kept.period_end >= news.period_start, true)'
        ) -%}
        {%- if not found -%} false
        {%- elif 'period_start' in columns -%} extract_id in ('{{ found | join("', '") }}')
        {%- else -%} true {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# No two rows share a key. #}
{% test unique_together(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where {{ rows_that_may_clash(model, columns) }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{% test unique(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} is not null and {{ rows_that_may_clash(model, [column_name]) }}
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}


{# What holds in every row, as expressions, all of them asked at once: a view of staging is worked out anew for every question. An expression
   that is null holds. Gives each that does not, with the number of its rows, which says nothing of what is in them. #}
{% test every_row(model, holds) %}
    with broken as (
        select
            {%- for expression in holds %}
            count(*) filter (where not ({{ expression }})) as rule_{{ loop.index }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ model }}
        where {{ rows_to_test(model) }}
    )

    select
        rule.holds,
        rule.broken_in
    from broken
    cross join
        lateral (
            values
            {%- for expression in holds %}
            ({{ dbt.string_literal(dbt.escape_single_quotes(expression)) }}, broken.rule_{{ loop.index }}){% if not loop.last %},{% endif %}
            {%- endfor %}
        ) as rule (holds, broken_in)
    where rule.broken_in > 0
{% endtest %}


{# The weights of each whole add up to 1, where they are known. #}
{% test adds_up_to_one(model, column_name, of) %}
    select {{ of }}
    from {{ model }}
    group by {{ of }}
    having abs(sum({{ column_name }}) - 1) > 0.000001
{% endtest %}


{# A view for a board says what people said and what was counted, or why one of the two is missing: never one side in silence. #}
{% test both_sides(model) %}
    select *
    from {{ model }}
    where
        measure_code is null
        or operational_measure_code is null
        or (experience_value is null) <> (experience_null_reason is not null)
        or (operational_value is null) <> (operational_null_reason is not null)
{% endtest %}
