-- The services of a story that names several, in the order in which it lists them. On which days somebody was there it does not
-- say.
with services as (
    select
        story_id,
        row_number,
        raw.organisation_code(item ->> 'nacs') as organisation_code,
        coalesce(nullif(btrim(item ->> 'name'), ''), nullif(btrim(item ->> 'organisation'), '')) as service_text
    from {{ ref('stg_care_opinion__parts') }}
    where resource = 'healthservices' and item is not null
),

each_once as (
    select
        story_id,
        organisation_code,
        service_text,
        min(row_number) as listed
    from services
    group by story_id, organisation_code, service_text
),

numbered as (
    select
        *,
        row_number() over (partition by story_id order by listed)::integer as contact_number,
        count(*) over (partition by story_id) as services
    from each_once
)

select
    story.extract_id,
    'care_opinion' as source,
    story.voice_id as journey_id,
    numbered.contact_number,
    null::date as contacted_on,
    numbered.organisation_code,
    'place' as scheme,
    {{ as_code('numbered.service_text') }} as code,
    story.voice_id
from numbered
inner join {{ ref('stg_care_opinion__stories') }} as story on numbered.story_id = story.story_id
where numbered.services > 1
