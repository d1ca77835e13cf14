{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ follow_the_voices() }}"]
) }}

{{ voices_along('theme', 'int_theme_crosswalk') }}
