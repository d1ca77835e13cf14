-- Which services a story is about: several, and of several organisations. Where no pull asked for the services themselves, the
-- story's links name their codes.
with asked as (
    select
        story_id,
        extract_id,
        raw.organisation_code(item ->> 'nacs') as organisation_code,
        raw.organisation_code(item ->> 'siteNacs') as site_code,
        nullif(btrim(item ->> 'organisation'), '') as organisation_text,
        nullif(btrim(item ->> 'name'), '') as service_text,
        nullif(btrim(item ->> 'type'), '') as service_type
    from {{ ref('stg_care_opinion__parts') }}
    where resource = 'healthservices' and item is not null
),

together as (
    select
        *,
        'service' as named_by
    from asked
    union all
    select
        linked.story_id,
        linked.extract_id,
        raw.organisation_code(linked.named) as organisation_code,
        null as site_code,
        null as organisation_text,
        null as service_text,
        null as service_type,
        'link' as named_by
    from {{ care_opinion_links('healthservice') }} as linked
    where linked.story_id not in (select asked.story_id from asked)
)

select distinct
    *,
    case when organisation_code is null then 'not_collected' end as organisation_null_reason
from together
