{# Staging unfolds arrays whose length the planner cannot know: see fct_measure. Voices are replaced by their id alone, since one
   that is sent again may by then concern another ICB. #}
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    sql_header="set local enable_nestloop = off; set local work_mem = '256MB';",
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ drop_unsaid_voices() }}", "{{ voices_take_icb() }}"]
) }}

with voices as (
    select * from {{ ref('int_voices') }}
    where {{ only_new_voices() }}
),

icbs as (
    {{ voice_icbs('voices') }}
)

select
    coalesce(icbs.icb_code, 'UNK') as icb_code,
    voices.source,
    voices.voice_id,
    voices.collected_by_code,
    voices.about_code as organisation_code,
    voices.about_null_reason as organisation_null_reason,
    voices.channel_code,
    voices.respondent_role,
    voices.said_on,
    voices.said_precision,
    voices.received_on,
    voices.period_start,
    voices.period_end,
    voices.polarity,
    voices.polarity_basis,
    voices.text_length,
    voices.text_kept_in,
    voices.consent,
    voices.another_involved,
    voices.age_group,
    voices.sex,
    voices.ethnicity,
    voices.disability,
    voices.carer,
    voices.english,
    voices.lsoa_code,
    voices.source_attributes,
    voices.extract_id
from voices
left join icbs on voices.voice_id = icbs.voice_id
