-- Who answered, with or without a comment, in the shape of profiles, month by month of each file.
with answered as (
    select
        *,
        array_remove(array[extra_variable_1, extra_variable_2, extra_variable_3], null) as extra_variables
    from {{ ref('stg_fft_comments__respondents') }}
),

respondents as (
    select
        *,
        coalesce({{ fft_comments_group('sex') }}, sex_unknown, 'not_known') as sex_told,
        coalesce({{ fft_comments_group('disability') }}, disability_unknown, 'not_known') as disability_told,
        {{ fft_comments_english() }}
    from answered
)

select
    respondents.extract_id,
    'fft_comments' as source,
    respondents.sender as organisation_code,
    'sender' as organisation_level,
    null::text as publisher_icb_code,
    null::text as about_code,
    date_trunc('month', respondents.said_on)::date as period_start,
    (date_trunc('month', respondents.said_on) + interval '1 month' - interval '1 day')::date as period_end,
    told.characteristic,
    told.answer,
    count(*)::numeric as people,
    null::numeric as people_low,
    null::numeric as people_high,
    null::bigint as base,
    'people' as basis,
    null::text as null_reason
from respondents
cross join
    lateral (
        values
        ('age', coalesce({{ age_band('respondents.age_group') }}, respondents.age_unknown, 'not_known')),
        ('sex', respondents.sex_told),
        ('ethnicity', coalesce(respondents.ethnic_group, respondents.ethnicity_unknown, 'not_known')),
        ('disability', respondents.disability_told),
        ('carer', 'not_asked'),
        ('english', {{ fft_comments_english_group('respondents') }}),
        ('deprivation', 'not_asked')
    ) as told (characteristic, answer)
group by respondents.extract_id, respondents.sender, date_trunc('month', respondents.said_on), told.characteristic, told.answer
