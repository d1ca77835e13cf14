{{ config(materialized='view') }}

select
    voice.icb_code,
    voice.source,
    voice.voice_id,
    named.organisation_code,
    named.role
from {{ ref('fct_voice') }} as voice
inner join
    {{ ref('int_voice_organisations_named') }} as named
    on voice.voice_id = named.voice_id and voice.extract_id = named.extract_id
