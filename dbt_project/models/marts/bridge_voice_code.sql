{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ follow_the_voices() }}"]
) }}

{#- its hook asks for it: said while dbt looks for what depends on what -#}
{%- if not execute -%} {%- do ref('fct_voice') -%} {%- endif -%}
with codes as (
    select * from {{ ref('int_voice_code') }}
    where {{ only_new_voices() }}
),

each_code as (
    select distinct
        scheme,
        code
    from codes
),

crosswalk_words as (
    {{ crosswalk_words() }}
),

shown as (
    {{ shown_codes('each_code') }}
)

select distinct
    codes.icb_code,
    codes.source,
    codes.voice_id,
    codes.scheme,
    shown.shown as code,
    codes.polarity,
    codes.method,
    codes.extract_id
from codes
inner join shown on codes.scheme = shown.scheme and codes.code = shown.code
