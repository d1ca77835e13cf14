-- Which services a story is about: several, and of several organisations. Where no pull asked for the services themselves, the
-- story's links name their codes: under `rel` or `relation`, as the API spelt them at the time.
with asked as (
    select
        story_id,
        extract_id,
        upper(nullif(btrim(item ->> 'nacs'), '')) as organisation_code,
        upper(nullif(btrim(item ->> 'siteNacs'), '')) as site_code,
        nullif(btrim(item ->> 'organisation'), '') as organisation_text,
        nullif(btrim(item ->> 'name'), '') as service_text,
        nullif(btrim(item ->> 'type'), '') as service_type
    from {{ ref('stg_care_opinion__parts') }}
    where resource = 'healthservices' and item is not null
),

newest as (
    select distinct on (story_id)
        story_id,
        extract_id,
        item
    from {{ ref('stg_care_opinion__pulled') }}
    order by story_id asc, pulled_on desc
),

linked as (
    select
        newest.story_id,
        newest.extract_id,
        upper(nullif(btrim(link.value ->> 'id'), '')) as organisation_code
    from newest
    cross join lateral jsonb_array_elements({{ json_list("newest.item -> 'links'") }}) as link (value)
    where
        coalesce(link.value ->> 'rel', link.value ->> 'relation') = 'healthservice'
        and newest.story_id not in (select asked.story_id from asked)
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
        linked.organisation_code,
        null as site_code,
        null as organisation_text,
        null as service_text,
        null as service_type,
        'link' as named_by
    from linked
)

select distinct
    *,
    case when organisation_code is null then 'not_collected' end as organisation_null_reason
from together
