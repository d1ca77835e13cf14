{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ follow_the_voices() }}"]
) }}

with along as (
    {{ voices_along('touchpoint', 'int_crosswalk', "target = 'touchpoint'") }}
)

-- A voice that several codes place at the same point is there once, by the surest of them.
select distinct on (along.voice_id, along.touchpoint_code)
    along.icb_code,
    along.source,
    along.voice_id,
    along.touchpoint_code,
    along.weight,
    along.confidence,
    along.version,
    along.scheme,
    along.method,
    along.extract_id
from along
order by along.voice_id asc, along.touchpoint_code asc, along.confidence desc, along.weight desc, along.scheme asc, along.method asc
