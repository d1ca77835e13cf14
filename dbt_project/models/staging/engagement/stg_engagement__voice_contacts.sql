-- A note that counts the services of one week, as a diary does, without naming them: as many contacts, each with a service of its
-- own that nobody named. The day is the note's, since all that is said is that they fell in one week.
select
    note.newest_extract_id as extract_id,
    'engagement' as source,
    note.voice_id as journey_id,
    contact.number as contact_number,
    note.said_on as contacted_on,
    null::text as organisation_code,
    null::text as scheme,
    null::text as code,
    note.voice_id
from {{ ref('stg_engagement__notes') }} as note
cross join lateral generate_series(1, note.services_in_week) as contact (number)
