-- Figures of the questions that the vocabulary maps to a measure; the others are listed in `unmapped`. Shares come as 0 to 1 or as
-- 0 to 100, mixed within one file: a row is in percent when any of its figures is above 1. The overall question is a mean from 0 to
-- 10.
with mapped as (
    select
        rows_sent.*,
        question_version.measure_code,
        case question_version.measure_code when 'cancer_overall' then 'score_0_10' else 'proportion' end as scale
    from {{ ref('stg_cancer_survey__rows') }} as rows_sent
    inner join {{ ref('question_version') }} as question_version
        on
            question_version.source = 'cancer_survey'
            and rows_sent.survey_year = question_version.wave
            and rows_sent.question = question_version.question
),

scaled as (
    select
        *,
        case
            when scale = 'score_0_10' then 1
            when greatest(number, lower_limit, upper_limit, expected_lower, expected_upper) > 1 then 100
            else 1
        end as divisor
    from mapped
)

select
    extract_id,
    sheet,
    row_number,
    period_start,
    period_end,
    survey_year,
    -- The questionnaire was made anew in 2021: nothing before it belongs on the same line.
    case when survey_year < 2021 then 'cancer_2015' else 'cancer_2021' end as series,
    organisation_level,
    organisation_code,
    organisation_name,
    question,
    measure_code,
    kind,
    group_code,
    scale,
    responses,
    trim_scale(number / divisor) as score,
    case
        when number is not null then null
        when number_sent = '*' or responses < 10 then 'suppressed'
        -- where one small group is hidden, the publisher hides a second one, so that the first cannot be worked out
        when group_code <> 'all' then 'suppressed'
        else 'not_collected'
    end as null_reason,
    case when number is not null then trim_scale(lower_limit / divisor) end as lower_limit,
    case when number is not null then trim_scale(upper_limit / divisor) end as upper_limit,
    expected_lower / divisor as expected_lower,
    expected_upper / divisor as expected_upper,
    rating,
    case rating when 1 then 'above' when 2 then 'within' when 3 then 'below' end as against_expected
from scaled
