{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='period_code',
    on_schema_change='fail',
    post_hook=["{{ drop_periods_of_nothing('int_experience_made_of') }}"]
) }}

{{ experience_along_pathways('touchpoint') }}
