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

together as (
    select * from asked
    union all
    select
        linked.story_id,
        linked.extract_id,
        linked.named as tag,
        null as tag_group,
        null as polarity
    from {{ care_opinion_links('tag') }} as linked
    where linked.story_id not in (select asked.story_id from asked)
)

select distinct
    *,
    case when polarity is null then 'not_collected' end as polarity_null_reason,
    coalesce(lower(tag_group) not in ('condition', 'part of body', 'cause of disease'), true) as is_experience
from together
where tag is not null
