{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    sql_header="set local enable_nestloop = off; set local work_mem = '256MB';",
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ follow_the_voices() }}"],
    indexes=[
        {'columns': ['icb_code', 'voice_id', 'scheme', 'code', 'polarity'], 'unique': True},
        {'columns': ['voice_id']},
        {'columns': ['extract_id']},
    ]
) }}

-- Every code that a voice bears as it stands in staging, words of the sender's own among them: what the crosswalks read.
with codes as (
    select * from {{ ref('int_voice_codes') }}
    where {{ only_new_voices('voice_codes') }}
)

select distinct
    voice.icb_code,
    codes.source,
    codes.voice_id,
    codes.scheme,
    codes.code,
    coalesce(codes.polarity, voice.polarity) as polarity,
    coalesce(scheme.coded_by, 'rule') as method,
    codes.extract_id
from codes
inner join {{ ref('fct_voice') }} as voice on codes.voice_id = voice.voice_id
left join {{ ref('voice_scheme') }} as scheme on codes.scheme = scheme.scheme
