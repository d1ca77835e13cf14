-- Who took part in exercises, in the shape of profiles, month by month, of who held them. Small groups are bands: between what and
-- what they lie is kept, and the number is null.
with told as (
    select
        *,
        {{ known_group('characteristic', 'group_name') }} as answer
    from {{ ref('stg_engagement__participants') }}
)

select
    max(took_part.extract_id) as extract_id,
    'engagement' as source,
    took_part.sender as organisation_code,
    'sender' as organisation_level,
    null::text as publisher_icb_code,
    exercise.host_organisation_code as about_code,
    date_trunc('month', exercise.started_on)::date as period_start,
    (date_trunc('month', exercise.started_on) + interval '1 month' - interval '1 day')::date as period_end,
    took_part.characteristic,
    took_part.answer,
    case when count(took_part.people_null_reason) = 0 then sum(took_part.people) end as people,
    sum(took_part.people_low) as people_low,
    case when bool_and(took_part.people_high is not null) then sum(took_part.people_high) end as people_high,
    null::bigint as base,
    'people' as basis,
    max(took_part.people_null_reason) as null_reason
from told as took_part
inner join {{ ref('stg_engagement__exercises') }} as exercise
    on took_part.sender = exercise.sender and took_part.exercise_id = exercise.exercise_id
group by
    took_part.sender, exercise.host_organisation_code, date_trunc('month', exercise.started_on), took_part.characteristic,
    took_part.answer
