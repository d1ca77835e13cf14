{# The extracts in use of the source whose staging folder calls this. #}
{% macro extracts_in_use(source_name) -%}
    (
        select
            extract_id,
            sender,
            part,
            received_at,
            period_start,
            period_end
        from {{ source('ledger', 'current_extract') }}
        where source = '{{ source_name }}'
    )
{%- endmacro %}


{# Rows of extracts that the incremental table does not hold yet. The ids are written out, because only a constant reaches
   through the views to the index on raw: that is what makes a month's arrival cost a month's work. #}
{% macro only_new_extracts(shape) -%}
    {%- if not execute or not is_incremental() -%}
        true
    {%- else -%}
        {%- set query -%}
            select extract_id from {{ source('ledger', 'current_extract') }}
            where
                source in ('{{ var('shapes')[shape] | join("', '") }}')
                and extract_id not in (select distinct extract_id from {{ this }})
            order by extract_id
        {%- endset -%}
        {%- set found = run_query(query).columns[0].values() -%}
        {%- if found -%} extract_id in ('{{ found | join("', '") }}') {%- else -%} false {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# Rows of extracts that are no longer in use, because a restatement replaced them, leave the table before new ones come. #}
{% macro drop_superseded_extracts() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where extract_id not in (select extract_id from {{ source('ledger', 'current_extract') }})
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# Rows whose publisher states no ICB take the one that ODS says for the last day of their period, also when the ODS file comes after
   them: the warehouse must be the same in whatever order files arrive. #}
{% macro take_icb_from_ods() -%}
    {%- set organisations = ref('dim_organisation') -%}
    {%- set sources = ref('dim_source') -%}
    {%- if is_incremental() -%}
        update {{ this }} as fact
        set icb_code = organisation.icb_code
        from {{ organisations }} as organisation
        where
            organisation.organisation_code = fact.organisation_code
            and {{ valid_on('organisation', 'fact.period_end') }}
            and fact.icb_code <> organisation.icb_code
            and fact.source in (select source from {{ sources }} where not states_icb)
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# A cell of a row that raw keeps as an array, by our name of its column; blank is null. `row` and `header` are the aliases under which
   the raw table and `raw.header` stand in the query. #}
{% macro cell(field, row='raw', header='header') -%}
    nullif(btrim({{ row }}.cells[array_position({{ header }}.fields, '{{ field }}')]), '')
{%- endmacro %}
