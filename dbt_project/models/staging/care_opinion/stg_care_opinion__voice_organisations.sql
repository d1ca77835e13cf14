-- A story may be about several organisations, and then belongs to none of them alone. Who answered is known where there is only
-- one.
with named as (
    select distinct
        story_id,
        organisation_code,
        'about' as role
    from {{ ref('stg_care_opinion__story_services') }}
    where organisation_code is not null
    union all
    select
        story_id,
        'CARE_OPINION' as organisation_code,
        'collected_by' as role
    from {{ ref('stg_care_opinion__stories') }}
    union all
    select
        story_id,
        about_organisation_code as organisation_code,
        'responded' as role
    from {{ ref('stg_care_opinion__stories') }}
    where
        about_organisation_code is not null
        and story_id in (select response.story_id from {{ ref('stg_care_opinion__responses') }} as response)
)

select
    story.extract_id,
    'care_opinion' as source,
    story.voice_id,
    named.organisation_code,
    named.role
from {{ ref('stg_care_opinion__stories') }} as story
inner join named on story.story_id = named.story_id
