-- Everybody who answered, with or without a comment: the denominator. One person's comments are in stg_fft_comments__comments.
-- Beside each characteristic stands why it is not known: `not_stated` would rather not say, `not_known` was asked and left it
-- empty, `not_asked` where the upload has no such column or nobody has anything in it.
-- What answers mean is looked up in one object: joins of these views with each other would be planned for a handful of rows.
{% set characteristics = ['sex', 'gender', 'age', 'ethnicity', 'sexuality', 'disability', 'religion'] %}
with answered as (
    select
        answers.*,
        (
            select jsonb_object_agg(known.characteristic || ':' || known.answer, coalesce(known.group_code, known.meaning))
            from {{ ref('fft_comments_group') }} as known
        ) as meanings,
        -- a star behind a code is a hospital system's mark
        {% for name in characteristics %}
            rtrim(rtrim(nullif(nullif(nullif({{ cell(name, 'answers', 'answers') }}, 'NA'), 'N/A'), '-'), '*')) as {{ name }},
        {% endfor %}
        translate(lower({{ cell('fft_score', 'answers', 'answers') }}), '’', '''') as score_text
    from {{ ref('stg_fft_comments__rows') }} as answers
),

-- 1 is very good and 5 very poor, the reverse of what stars would say; 6 did not know (facts.md section 1.4).
understood as (
    select
        *,
        {% for name in characteristics %}
            count({{ name }}) over (partition by extract_id) > 0 as {{ name }}_asked,
            {{ fft_comments_meaning(name) }} as {{ name }}_meaning,
        {% endfor %}
        case
            when score_text ~ '^[1-6]([.]0+)?$' then left(score_text, 1)::integer
            else array_position(
                array['very good', 'good', 'neither good nor poor', 'poor', 'very poor', 'don''t know'], score_text
            )
        end as option
    from answered
),

known as (
    select
        *,
        {% for name in characteristics %}
            {{ fft_comments_unknown(name) }} as {{ name }}_unknown,
        {% endfor %}
        (array['very_good', 'good', 'neither', 'poor', 'very_poor', 'dont_know'])[option] as answer
    from understood
)

select
    known.respondent_id,
    known.extract_id,
    known.row_number,
    known.fields,
    known.cells,
    known.sender,
    known.said_on,
    known.received_at::date as received_on,
    known.period_start,
    known.period_end,
    known.sender as about_organisation_code,
    nullif(concat_ws(
        ' / ',
        {{ cell('location_1', 'known', 'known') }},
        {{ cell('location_2', 'known', 'known') }},
        {{ cell('location_3', 'known', 'known') }}
    ), '') as service_text,
    {{ cell('location_1', 'known', 'known') }} as location_1,
    {{ cell('location_2', 'known', 'known') }} as location_2,
    {{ cell('location_3', 'known', 'known') }} as location_3,
    'fft' as channel,
    true as solicited,
    case when known.option <= 5 then known.option end as score,
    case
        when known.option <= 5 then null
        when known.option = 6 then 'not_applicable'
        else 'not_collected'
    end as score_null_reason,
    known.answer,
    case when known.age_unknown is null then known.age end as age_group,
    known.age_unknown,
    case when known.sex_unknown is null then coalesce(known.sex_meaning, known.sex) end as sex,
    known.sex_unknown,
    case when known.gender_unknown is null then coalesce(known.gender_meaning, known.gender) end as gender,
    known.gender_unknown,
    case when known.ethnicity_unknown is null then known.ethnicity end as ethnicity,
    case when known.ethnicity_unknown is null then known.ethnicity_meaning end as ethnic_group,
    known.ethnicity_unknown,
    case when known.sexuality_unknown is null then coalesce(known.sexuality_meaning, known.sexuality) end as sexuality,
    known.sexuality_unknown,
    case when known.disability_unknown is null then coalesce(known.disability_meaning, known.disability) end as disability,
    known.disability_unknown,
    case when known.religion_unknown is null then coalesce(known.religion_meaning, known.religion) end as religion,
    known.religion_unknown,
    {{ cell('extra_variable_1', 'known', 'known') }} as extra_variable_1,
    {{ cell('extra_variable_2', 'known', 'known') }} as extra_variable_2,
    {{ cell('extra_variable_3', 'known', 'known') }} as extra_variable_3
from known
