{# Who sees which rows of a published table that has a board: a quality lead those of England and of the boards that `access.reader` names
   for the login, everybody else who reads published all of them. It is the post-hook of every published table, which is made anew at each
   publication. A view would show what its tables hide, so there may be none. #}
{% macro readers_see_their_rows() -%}
    {%- if execute -%}
        {%- if config.get('materialized') != 'table' -%}
            {{ exceptions.raise_compiler_error(this ~ ' is not a table: whoever reads it would see the rows of all boards.') }}
        {%- endif -%}
        {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
        {%- set boards = ['icb_code', 'now_icb_code'] | select('in', columns) | list -%}
        {%- if boards %}
            alter table {{ this }} enable row level security;
            create policy all_rows on {{ this }} for select to ics_auditor, ics_analyst, ics_dashboard using (true);
            create policy rows_of_their_boards on {{ this }} for select to ics_quality_lead using (
                {%- for board in boards %}
                {{ board }} = 'ENG' or {{ board }} = any((select access.organisations())::text[]){{ ' or' if not loop.last }}
                {%- endfor %}
            )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
