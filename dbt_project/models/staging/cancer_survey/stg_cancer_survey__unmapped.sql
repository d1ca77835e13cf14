-- Questions of each survey that the vocabulary maps to no measure, with how many figures there are of each.
select
    rows_sent.survey_year,
    rows_sent.question,
    max(rows_sent.question_text) as question_text,
    count(*) as figures
from {{ ref('stg_cancer_survey__rows') }} as rows_sent
left join {{ ref('question_version') }} as question_version
    on
        question_version.source = 'cancer_survey'
        and rows_sent.survey_year = question_version.wave
        and rows_sent.question = question_version.question
where question_version.measure_code is null
group by rows_sent.survey_year, rows_sent.question
