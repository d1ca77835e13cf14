-- Kept as a table, read anew for new files only: a look for changes of it is over the whole history, with every month that arrives.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_superseded_extracts() }}"],
    indexes=[
        {'columns': ['measure_code', 'organisation_level', 'organisation_code', 'period_start', 'mode'], 'unique': True},
        {'columns': ['extract_id']},
    ]
) }}

select modes.* from ({{ all_of_shape('collection_modes') }}) as modes
where {{ only_new_extracts('collection_modes') }}
