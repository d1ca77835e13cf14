{{ config(materialized='view') }}

select voice.*
from {{ ref('fct_voice') }} as voice
where
    not exists (
        select 1
        from {{ ref('bridge_voice_continued') }} as continued
        where continued.voice_id = voice.voice_id
    )
