-- Tags of a story, by Care Opinion's moderators. Groups that say what somebody has, and not how it went, are no experience.
with asked as (
    select
        story_id,
        extract_id,
        nullif(btrim(item ->> 'name'), '') as tag,
        nullif(btrim(item ->> 'group'), '') as tag_group,
        case item ->> 'polarity' when '-1' then 'negative' when '0' then 'neutral' when '1' then 'positive' end as polarity
    from {{ ref('stg_care_opinion__parts') }}
    where resource = 'tags' and item is not null
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
        nullif(btrim(link.value ->> 'id'), '') as tag,
        null as tag_group,
        null as polarity
    from newest
    cross join lateral jsonb_array_elements({{ json_list("newest.item -> 'links'") }}) as link (value)
    where
        coalesce(link.value ->> 'rel', link.value ->> 'relation') = 'tag'
        and newest.story_id not in (select asked.story_id from asked)
),

together as (
    select * from asked
    union all
    select * from linked
)

select distinct
    *,
    case when polarity is null then 'not_collected' end as polarity_null_reason,
    coalesce(lower(tag_group) not in ('condition', 'part of body', 'cause of disease'), true) as is_experience
from together
where tag is not null
