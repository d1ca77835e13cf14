-- Which organisations voices name, kept by extract: a new file costs a look at that file alone, and whose voices they are can be
-- said again when the register comes.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    sql_header="set local enable_nestloop = off;",
    pre_hook=["{{ drop_replaced_voices() }}"],
    indexes=[{'columns': ['voice_id']}, {'columns': ['extract_id']}]
) }}

select * from {{ ref('int_voice_organisations') }}
where {{ only_new_voices('voice_organisations') }}
