-- Voices that became another, kept by source: whose log has nothing new is not read again.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_sources_with_news('voice_links') }}"],
    indexes=[{'columns': ['source']}]
) }}

select * from {{ ref('int_voice_links') }}
where {{ only_sources_with_news('voice_links') }}
