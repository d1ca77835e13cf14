{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='period_code',
    on_schema_change='fail',
    post_hook=["{{ drop_periods_of_nothing('int_experience_made_of') }}"],
    indexes=[
        {'columns': [
            'icb_code', 'pathway_code', 'interface_code', 'area_level', 'area_code', 'organisation_code',
            'period_kind', 'period_start', 'measure_code', 'series', 'source', 'heard_of',
        ], 'unique': True},
        {'columns': ['period_code']},
    ]
) }}

{{ experience_along_pathways('interface') }}
