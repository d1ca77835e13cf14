-- What people wrote, one row per person and question: a person who was asked what was good and what could be better is two rows
-- here and one respondent. Which way a question asks is not what the person thinks.
with asked as (
    select
        respondents.*,
        substring(columns.field from '[0-9]')::integer as question,
        nullif(btrim(regexp_replace(columns.field, '^question_[0-9] *[:–-]? *', '', 'i')), '') as wording,
        btrim(columns.cell) as text
    from {{ ref('stg_fft_comments__respondents') }} as respondents
    cross join lateral unnest(respondents.fields, respondents.cells) as columns (field, cell)
    where columns.field ~* '^question_[1-9]'
)

select
    asked.respondent_id || ':' || asked.question as voice_id,
    asked.respondent_id,
    asked.extract_id,
    asked.sender,
    asked.said_on,
    asked.received_on,
    asked.about_organisation_code,
    asked.service_text,
    asked.location_1,
    asked.location_2,
    asked.location_3,
    asked.channel,
    asked.solicited,
    asked.score,
    asked.score_null_reason,
    asked.answer,
    asked.age_group,
    asked.age_unknown,
    asked.sex,
    asked.sex_unknown,
    asked.ethnicity,
    asked.ethnic_group,
    asked.ethnicity_unknown,
    asked.disability,
    asked.disability_unknown,
    array_remove(array[asked.extra_variable_1, asked.extra_variable_2, asked.extra_variable_3], null) as extra_variables,
    asked.question,
    asked.wording,
    coalesce(questions.asked_for, 'not_stated') as asked_for,
    asked.text
from asked
left join {{ ref('fft_comments_question') }} as questions
    on lower(rtrim(asked.wording, ' ?.')) = questions.wording
-- An upload writes NA where there is no comment.
where lower(asked.text) not in ('', 'na', 'n/a', 'null', '-', '.')
