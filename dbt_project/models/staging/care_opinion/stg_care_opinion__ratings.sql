-- Ratings that came with a story. The API has given them one by one, and as a list under each service.
with parts as (
    select
        story_id,
        extract_id,
        upper(nullif(btrim(item ->> 'healthserviceNacs'), '')) as organisation_code,
        case when item ? 'ratings' then {{ json_list("item -> 'ratings'") }} else jsonb_build_array(item) end as ratings
    from {{ ref('stg_care_opinion__parts') }}
    where resource = 'ratings' and item is not null
),

each_rating as (
    select
        parts.story_id,
        parts.extract_id,
        parts.organisation_code,
        rating.value as item
    from parts
    cross join lateral jsonb_array_elements(parts.ratings) as rating (value)
),

scored as (
    select
        story_id,
        extract_id,
        organisation_code,
        item ->> 'questionText' as question,
        case when item ->> 'score' ~ '^\d{1,3}([.]\d{1,4})?$' then (item ->> 'score')::numeric end as score,
        item ->> 'scoreText' as score_text
    from each_rating
)

select distinct
    *,
    case when score is null then 'not_collected' end as score_null_reason
from scored
where question is not null
