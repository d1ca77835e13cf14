-- Organisations that publishers name, by extract. Kept, so that a new file costs a look at that file alone.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=["{{ drop_superseded_extracts() }}"],
    on_schema_change='fail'
) }}

select * from {{ ref('int_organisations') }}
where {{ only_new_extracts('organisations') }}
