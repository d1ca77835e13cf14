-- Everybody who answered, with or without a comment: the denominator. One person's comments are in stg_fft_comments__comments.
-- Beside each characteristic stands why it is not known: `not_stated` would rather not say, `not_known` was asked and left it empty,
-- `not_asked` where the upload has no such column or nobody has anything in it.
-- What answers mean is looked up in one object: joins of these views with each other would be planned for a handful of rows.
{% set characteristics = ['sex', 'gender', 'age', 'ethnicity', 'sexuality', 'disability', 'religion'] %}
with answered as (
    select
        answers.*,
        (
            select jsonb_object_agg(known.characteristic || ':' || known.answer, coalesce(known.group_code, known.meaning))
            from {{ ref('fft_comments_group') }} as known
        ) as meanings,
        {% for name in characteristics %}
        -- a star behind a code is a hospital system's mark
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
        coalesce(meanings ->> ('{{ name }}:' || lower({{ name }})), meanings ->> ('any:' || lower({{ name }}))) as {{ name }}_meaning,
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
        case
            when not {{ name }}_asked then 'not_asked'
            when {{ name }} is null then 'not_known'
            when {{ name }}_meaning in ('not_stated', 'not_known') then {{ name }}_meaning
        end as {{ name }}_unknown{{ ',' if not loop.last }}
        {% endfor %}
    from understood
)

select
    respondent_id,
    extract_id,
    row_number,
    fields,
    cells,
    sender,
    said_on,
    received_at::date as received_on,
    period_start,
    period_end,
    sender as about_organisation_code,
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
    case when option <= 5 then option end as score,
    case
        when option <= 5 then null
        when option = 6 then 'not_applicable'
        else 'not_collected'
    end as score_null_reason,
    (array['very_good', 'good', 'neither', 'poor', 'very_poor', 'dont_know'])[option] as answer,
    case when age_unknown is null then age end as age_group,
    age_unknown,
    case when sex_unknown is null then coalesce(sex_meaning, sex) end as sex,
    sex_unknown,
    case when gender_unknown is null then coalesce(gender_meaning, gender) end as gender,
    gender_unknown,
    case when ethnicity_unknown is null then ethnicity end as ethnicity,
    case when ethnicity_unknown is null then ethnicity_meaning end as ethnic_group,
    ethnicity_unknown,
    case when sexuality_unknown is null then coalesce(sexuality_meaning, sexuality) end as sexuality,
    sexuality_unknown,
    case when disability_unknown is null then coalesce(disability_meaning, disability) end as disability,
    disability_unknown,
    case when religion_unknown is null then coalesce(religion_meaning, religion) end as religion,
    religion_unknown,
    {{ cell('extra_variable_1', 'known', 'known') }} as extra_variable_1,
    {{ cell('extra_variable_2', 'known', 'known') }} as extra_variable_2,
    {{ cell('extra_variable_3', 'known', 'known') }} as extra_variable_3
from known
