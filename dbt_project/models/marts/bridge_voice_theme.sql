{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ follow_the_voices() }}"],
    indexes=[
        {'columns': ['icb_code', 'voice_id', 'theme_code', 'polarity', 'scheme'], 'unique': True},
        {'columns': ['voice_id']},
        {'columns': ['extract_id']},
    ]
) }}

{{ voices_along('theme', 'int_theme_crosswalk') }}
