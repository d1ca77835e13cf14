-- What the note is about in the words of the template, or else its exercise; the exercise alone says which pathway. Two
-- touchpoints are an interface: `leaving hospital > social care`.
with notes as (
    select
        note.voice_id,
        note.newest_extract_id as extract_id,
        note.service_text,
        note.polarity,
        coalesce(note.theme, exercise.theme) as theme,
        exercise.pathway,
        coalesce(note.from_touchpoint, exercise.from_touchpoint) as from_touchpoint,
        case when note.from_touchpoint is null then exercise.to_touchpoint else note.to_touchpoint end as to_touchpoint
    from {{ ref('stg_engagement__notes') }} as note
    inner join {{ ref('stg_engagement__exercises') }} as exercise
        on note.sender = exercise.sender and note.exercise_id = exercise.exercise_id
)

select distinct
    notes.extract_id,
    'engagement' as source,
    notes.voice_id,
    said.scheme,
    {{ as_code('said.code') }} as code,
    case when said.scheme = 'engagement_theme' then notes.polarity end as polarity
from notes
cross join
    lateral (
        values
        ('engagement_theme', notes.theme),
        ('engagement_pathway', notes.pathway),
        ('engagement_touchpoint', notes.from_touchpoint),
        ('engagement_touchpoint', notes.to_touchpoint),
        ('engagement_interface', notes.from_touchpoint || ' > ' || notes.to_touchpoint),
        ('place', notes.service_text)
    ) as said (scheme, code)
where {{ as_code('said.code') }} <> ''
