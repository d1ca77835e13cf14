-- A note is a voice, heard on the day of the exercise. How people were reached and who chose the subject belong to the exercise:
-- the channel holds both. A note stands as the newest file says that has it or its exercise.
with notes as (
    select
        note.*,
        coalesce(exercise.to_touchpoint, note.to_touchpoint) is not null as between_two,
        lower(
            replace(exercise.channel, ' ', '_')
            || case exercise.came_or_went when 'came_to_us' then '_came' else '_went' end
            || case exercise.topic_origin when 'community_raised' then '_raised' else '_asked' end
        ) as channel_code
    from {{ ref('stg_engagement__notes') }} as note
    inner join {{ ref('stg_engagement__exercises') }} as exercise
        on note.sender = exercise.sender and note.exercise_id = exercise.exercise_id
)

select
    newest_extract_id as extract_id,
    'engagement' as source,
    voice_id,
    sender as collected_by_code,
    about_organisation_code as about_code,
    case when about_organisation_code is null then 'not_submitted' end as about_null_reason,
    channel_code,
    {{ role_in_common('respondent_role') }} as respondent_role,
    said_on,
    'day' as said_precision,
    said_on as received_on,
    coalesce(polarity, 'unknown') as polarity,
    case when coalesce(polarity, 'unknown') = 'unknown' then 'none' else 'moderated' end as polarity_basis,
    {{ text_kept('text', 'engagement', 'notes') }},
    case consent_basis
        when 'told at the time' then 'obtained'
        when 'written' then 'obtained'
        when 'anonymous' then 'not_required'
        when 'withdrawn' then 'withdrawn'
        else 'not_known'
    end as consent,
    between_two as another_involved,
    coalesce({{ age_band('age_group') }}, 'not_known') as age_group,
    coalesce({{ said_of_oneself('sex', 'sex') }}, 'not_known') as sex,
    coalesce({{ said_of_oneself('ethnicity', 'ethnicity') }}, 'not_known') as ethnicity,
    'not_asked' as disability,
    'not_asked' as carer,
    'not_asked' as english,
    'not_asked' as lsoa_code,
    jsonb_strip_nulls(
        jsonb_build_object(
            'exercise_id', raw.reference_shown(exercise_id), 'consent_basis', consent_basis, 'services_in_week', services_in_week,
            'hours_waiting_in', hours_waiting_in, 'purpose_understood', purpose_understood
        )
    ) as source_attributes,
    {{ month_around('said_on') }}
from notes
