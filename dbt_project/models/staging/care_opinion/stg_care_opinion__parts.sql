-- What belongs to a story (responses, tags, services, ratings), from the newest pull that could say: a pull in which the service
-- failed for a part, or an export that has no such part, says nothing about it.
with resources as (
    select unnest(array['responses', 'tags', 'healthservices', 'ratings']) as resource
),

sent as (
    select
        raw.extract_id,
        raw.row_number,
        raw.resource,
        raw.id as story_id,
        raw.document ->> 'id' as part_id,
        case json_typeof(raw.document -> 'item') when 'object' then (raw.document -> 'item')::jsonb end as item
    from {{ source('care_opinion', 'care_opinion') }} as raw
    where raw.resource <> 'opinion'
),

failed as (
    select distinct
        extract_id,
        resource,
        story_id
    from sent
    where item is null
),

newest as (
    select distinct on (pulled.story_id, resources.resource)
        pulled.story_id,
        resources.resource,
        pulled.extract_id,
        pulled.pulled_on
    from {{ ref('stg_care_opinion__pulled') }} as pulled
    cross join resources
    left join failed
        on pulled.extract_id = failed.extract_id and resources.resource = failed.resource and pulled.story_id = failed.story_id
    where failed.story_id is null
    order by pulled.story_id asc, resources.resource asc, pulled.pulled_on desc
)

select
    newest.story_id,
    newest.resource,
    newest.extract_id,
    newest.pulled_on,
    sent.part_id,
    sent.row_number,
    sent.item
from newest
left join sent
    on newest.extract_id = sent.extract_id and newest.resource = sent.resource and newest.story_id = sent.story_id
