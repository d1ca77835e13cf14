{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_sources_with_news('voice_contacts') }}"],
    post_hook=["{{ follow_the_voices() }}"],
    indexes=[
        {'columns': ['icb_code', 'journey_id', 'contact_number'], 'unique': True},
        {'columns': ['source']},
    ]
) }}

-- The contacts of one person's journey in order. A service is its organisation and the words for it; one that nobody named is a
-- service all the same, and each of those another. A handoff is a contact with another service than the one before.
with contacts as (
    select
        *,
        case
            when code is null and organisation_code is null then 'not named ' || contact_number
            else concat_ws(' ', lower(organisation_code), code)
        end as service
    from {{ ref('int_voice_contacts') }}
    where {{ only_sources_with_news('voice_contacts') }}
),

ordered as (
    select
        *,
        lag(service) over journey as service_before,
        bool_and(service not like 'not named %') over whole as all_named,
        bool_and(contacted_on is not null) over whole as all_dated
    from contacts
    window
        whole as (partition by journey_id),
        journey as (partition by journey_id order by contact_number)
)

select
    voice.icb_code,
    ordered.source,
    ordered.journey_id,
    ordered.contact_number,
    ordered.contacted_on,
    case when ordered.contacted_on is null then 'not_collected' end as contacted_null_reason,
    ordered.organisation_code,
    case when ordered.organisation_code is null then 'not_submitted' end as organisation_null_reason,
    ordered.scheme,
    ordered.code,
    ordered.service,
    -- An order that nobody said is none.
    case when ordered.all_named then coalesce(ordered.service <> ordered.service_before, false) end as is_handoff,
    case
        when not ordered.all_named then 'counted'
        when ordered.all_dated then 'dated'
        else 'listed'
    end as order_basis,
    ordered.voice_id,
    ordered.extract_id
from ordered
inner join {{ ref('fct_voice') }} as voice on ordered.voice_id = voice.voice_id
