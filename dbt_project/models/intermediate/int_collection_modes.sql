-- Kept as a table, read anew for new files only: a look for changes of it is over the whole history, with every month that arrives.
-- Without nested loops, as fct_measure: ways unfold from arrays whose length the planner cannot know.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    sql_header="set local enable_nestloop = off; set local work_mem = '256MB';",
    pre_hook=["{{ drop_superseded_extracts() }}"],
    indexes=[
        {'columns': ['measure_code', 'organisation_level', 'organisation_code', 'period_start', 'mode'], 'unique': True},
        {'columns': ['extract_id']},
    ]
) }}

select modes.* from ({{ all_of_shape('collection_modes') }}) as modes
where {{ only_new_extracts('collection_modes') }}
