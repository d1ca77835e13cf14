-- Who heard it, whom it is about where the note says so, and who else took part in the exercise.
with notes as (
    select
        note.voice_id,
        note.newest_extract_id as extract_id,
        note.sender,
        note.about_organisation_code,
        exercise.host_organisation_code,
        exercise.partner_organisation_codes
    from {{ ref('stg_engagement__notes') }} as note
    inner join {{ ref('stg_engagement__exercises') }} as exercise
        on note.sender = exercise.sender and note.exercise_id = exercise.exercise_id
),

named as (
    select
        notes.extract_id,
        notes.voice_id,
        held.organisation_code,
        held.role
    from notes
    cross join
        lateral (
            values
            (notes.sender, 'collected_by'),
            (notes.about_organisation_code, 'about'),
            (case when notes.host_organisation_code <> notes.sender then notes.host_organisation_code end, 'involved')
        ) as held (organisation_code, role)
    union all
    select
        notes.extract_id,
        notes.voice_id,
        raw.organisation_code(partner.organisation_code) as organisation_code,
        'involved' as role
    from notes
    cross join lateral unnest(notes.partner_organisation_codes) as partner (organisation_code)
)

select distinct
    extract_id,
    'engagement' as source,
    voice_id,
    organisation_code,
    role
from named
where organisation_code <> ''
