-- What moderators' tags say, how it went with their polarity and what somebody has without one, and where it was.
with said as (
    select
        story_id,
        case when is_experience then 'care_opinion_tag' else 'care_opinion_condition' end as scheme,
        tag as code,
        case when polarity in ('positive', 'negative') then polarity end as polarity
    from {{ ref('stg_care_opinion__tags') }}
    union all
    select
        service.story_id,
        held.scheme,
        held.code,
        null as polarity
    from {{ ref('stg_care_opinion__story_services') }} as service
    cross join lateral (
        values
        ('place', service.service_text),
        ('site', service.site_code),
        ('care_opinion_service', service.service_type)
    ) as held (scheme, code)
)

select distinct
    story.extract_id,
    'care_opinion' as source,
    story.voice_id,
    said.scheme,
    {{ as_code('said.code') }} as code,
    said.polarity
from {{ ref('stg_care_opinion__stories') }} as story
inner join said on story.story_id = said.story_id
where {{ as_code('said.code') }} <> ''
