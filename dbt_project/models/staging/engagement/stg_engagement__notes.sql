-- What people said in an exercise, as somebody noted it down, from the newest file that has the note. Where consent was withdrawn
-- the note counts and its text is gone.
with sent as (
    select * from {{ template_table('engagement', 'notes') }} as template
),

notes as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('note_id') }} as note_id,
        {{ sent('exercise_id') }} as exercise_id,
        {{ template_date(sent('said_on')) }} as said_on,
        {{ sent('respondent_role') }} as respondent_role,
        {{ sent('age_group') }} as age_group,
        {{ sent('sex') }} as sex,
        {{ sent('ethnicity') }} as ethnicity,
        raw.organisation_code({{ sent('about_org') }}) as about_organisation_code,
        {{ sent('organisation_text') }} as organisation_text,
        {{ sent('service_text') }} as service_text,
        {{ sent('theme') }} as theme,
        {{ sent('polarity') }} as polarity,
        {{ sent('from_touchpoint') }} as from_touchpoint,
        {{ sent('to_touchpoint') }} as to_touchpoint,
        {{ sent('services_in_week') }}::integer as services_in_week,
        {{ sent('hours_waiting_in') }}::numeric as hours_waiting_in,
        {{ yes_no(sent('purpose_understood')) }} as purpose_understood,
        {{ sent('text') }} as text_as_sent,
        {{ sent('consent_basis') }} as consent_basis
    from sent
),

newest as (
    select distinct on (sender, note_id) *
    from notes
    order by sender asc, note_id asc, period_end desc, received_at desc
)

select
    'engagement:' || newest.sender || ':' || raw.identifier(newest.note_id) as voice_id,
    newest.extract_id,
    -- the newest file that says anything of it: the one that has the note, or a later one that has its exercise
    case
        when (exercises.period_end, exercises.received_at) > (newest.period_end, newest.received_at) then exercises.extract_id
        else newest.extract_id
    end as newest_extract_id,
    newest.sender,
    newest.note_id,
    newest.exercise_id,
    coalesce(newest.said_on, exercises.started_on) as said_on,
    newest.received_at::date as received_on,
    newest.about_organisation_code,
    newest.organisation_text,
    newest.service_text,
    newest.respondent_role,
    exercises.channel,
    exercises.topic_origin = 'organisation_asked' as solicited,
    newest.age_group,
    newest.sex,
    newest.ethnicity,
    newest.theme,
    newest.polarity,
    newest.from_touchpoint,
    newest.to_touchpoint,
    newest.services_in_week,
    case when newest.services_in_week is null then 'not_collected' end as services_in_week_null_reason,
    newest.hours_waiting_in,
    newest.purpose_understood,
    newest.consent_basis,
    case when newest.consent_basis <> 'withdrawn' then newest.text_as_sent end as text,
    case
        when newest.consent_basis = 'withdrawn' then 'not_applicable'
        when newest.text_as_sent is null then 'not_submitted'
    end as text_null_reason
from newest
left join {{ ref('stg_engagement__exercises') }} as exercises
    on newest.sender = exercises.sender and newest.exercise_id = exercises.exercise_id
