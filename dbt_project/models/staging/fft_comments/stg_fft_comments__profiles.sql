-- Who answered, with or without a comment, in the shape of profiles, month by month.
with respondents as (
    select
        *,
        {{ fft_comments_english() }}
    from (
        select
            *,
            array_remove(array[extra_variable_1, extra_variable_2, extra_variable_3], null) as extra_variables
        from {{ ref('stg_fft_comments__respondents') }}
    ) as each
)

select
    max(respondents.extract_id) as extract_id,
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
cross join lateral (
    values
    ('age', coalesce({{ age_band('respondents.age_group') }}, respondents.age_unknown, 'not_known')),
    ('sex', coalesce({{ fft_comments_group('sex') }}, respondents.sex_unknown, 'not_known')),
    ('ethnicity', coalesce(respondents.ethnic_group, respondents.ethnicity_unknown, 'not_known')),
    ('disability', coalesce({{ fft_comments_group('disability') }}, respondents.disability_unknown, 'not_known')),
    ('carer', 'not_asked'),
    ('english', {{ fft_comments_english_group('respondents') }}),
    ('deprivation', 'not_asked')
) as told (characteristic, answer)
group by respondents.sender, date_trunc('month', respondents.said_on), told.characteristic, told.answer
