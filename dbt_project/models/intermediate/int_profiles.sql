-- Kept as a table: who answered is read once, with the file that says it, and again only where a newer one may say it otherwise.
-- Without nested loops, as fct_measure.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    sql_header="set local enable_nestloop = off; set local work_mem = '256MB';",
    pre_hook=["{{ drop_superseded_extracts(of_whole_sources_with_news('profiles')) }}"],
    indexes=[{'columns': ['extract_id']}]
) }}

select profiles.* from ({{ all_of_shape('profiles') }}) as profiles
where ({{ only_new_extracts('profiles') }}) or {{ of_whole_sources_with_news('profiles') }}
