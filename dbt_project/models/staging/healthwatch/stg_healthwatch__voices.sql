-- A piece of feedback is a voice. A 3 without words is what the form had chosen, and says nothing.
with feedback as (
    select
        *,
        case when rating_is_suspect then 'unknown' else {{ rated_polarity('rating') }} end as polarity
    from {{ ref('stg_healthwatch__feedback') }}
    where moderation <> 'spam'
)

select
    extract_id,
    'healthwatch' as source,
    voice_id,
    sender as collected_by_code,
    about_organisation_code as about_code,
    case when about_organisation_code is null then 'not_submitted' end as about_null_reason,
    channel as channel_code,
    {{ role_in_common('respondent_role') }} as respondent_role,
    said_on,
    coalesce(said_precision, said_null_reason) as said_precision,
    received_on,
    polarity,
    case when polarity = 'unknown' then 'none' else 'rated' end as polarity_basis,
    {{ text_kept('text', 'healthwatch', 'feedback') }},
    'not_known' as consent,
    null::boolean as another_involved,
    coalesce({{ age_band('age_group') }}, 'not_known') as age_group,
    coalesce({{ said_of_oneself('sex', 'sex') }}, 'not_known') as sex,
    coalesce({{ said_of_oneself('ethnicity', 'ethnicity') }}, 'not_known') as ethnicity,
    coalesce({{ said_of_oneself('yes_no', 'disability') }}, 'not_known') as disability,
    coalesce({{ said_of_oneself('yes_no', 'carer') }}, 'not_known') as carer,
    'not_asked' as english,
    'not_asked' as lsoa_code,
    jsonb_strip_nulls(
        jsonb_build_object(
            'rating',
            rating,
            'rating_is_suspect',
            rating_is_suspect,
            'moderation',
            moderation,
            'provider_replied',
            provider_replied,
            'healthwatch_replied', healthwatch_replied, 'collected_independently', collected_independently
        )
    ) as source_attributes,
    {{ month_around('received_on') }}
from feedback
