{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_sources_with_news('voice_contacts') }}"],
    post_hook=["{{ follow_the_voices() }}"]
) }}

-- The contacts of one person's journey in order. A service is its organisation and the words for it; one that nobody named is a
-- service all the same, and each of those another. A handoff is a contact with another service than the one before. The words
-- themselves stay in staging.
with contacts as (
    select
        *,
        case
            when code is null and organisation_code is null then 'not named ' || contact_number
            else concat_ws(' ', lower(organisation_code), {{ code_mark('code') }})
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
),

each_code as (
    select distinct
        scheme,
        code
    from contacts
    where code is not null
),

crosswalk_words as (
    {{ crosswalk_words() }}
),

shown as (
    {{ shown_codes('each_code') }}
),

known as (
    select * from {{ ref('int_crosswalk') }}
    where target = 'touchpoint'
),

found as (
    {{ crosswalked('each_code', 'known') }}
),

-- Of several points along a pathway that a service may be, the one that it mostly is.
placed as (
    select distinct on (scheme, code)
        scheme,
        code,
        target_code as touchpoint_code
    from found
    where target_code <> 'none'
    order by scheme asc, code asc, weight desc, confidence desc, target_code asc
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
    shown.shown as code,
    ordered.service,
    placed.touchpoint_code,
    case
        when placed.touchpoint_code is not null then null
        when ordered.code is null then 'not_submitted'
        else 'not_applicable'
    end as touchpoint_null_reason,
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
left join placed on ordered.scheme = placed.scheme and ordered.code = placed.code
left join shown on ordered.scheme = shown.scheme and ordered.code = shown.code
