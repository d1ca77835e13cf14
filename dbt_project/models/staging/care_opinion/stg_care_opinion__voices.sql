-- A story is a voice. Whether it tells of good or bad is what moderators' tags and criticality say: of both kinds of tag it is
-- mixed. How critical it is counts where no tag says either; most of those that came through the website of the NHS have neither.
with tags as (
    select
        story_id,
        bool_or(polarity = 'positive') as good,
        bool_or(polarity = 'negative') as bad
    from {{ ref('stg_care_opinion__tags') }}
    where is_experience and polarity in ('positive', 'negative')
    group by story_id
),

judged as (
    select
        story.*,
        case
            when tags.good and tags.bad then 'mixed'
            when tags.bad then 'negative'
            when tags.good then 'positive'
            when story.criticality_level = 0 then 'positive'
            when story.criticality_level <= 2 then 'mixed'
            when story.criticality_level >= 3 then 'negative'
            else 'unknown'
        end as polarity
    from {{ ref('stg_care_opinion__stories') }} as story
    left join tags on story.story_id = tags.story_id
)

select
    extract_id,
    'care_opinion' as source,
    voice_id,
    'CARE_OPINION' as collected_by_code,
    about_organisation_code as about_code,
    about_organisation_null_reason as about_null_reason,
    channel as channel_code,
    {{ role_in_common('respondent_role') }} as respondent_role,
    said_on,
    case when said_on is null then 'not_readable' else 'day' end as said_precision,
    coalesce(received_on, said_on, first_pull) as received_on,
    polarity,
    case when polarity = 'unknown' then 'none' else 'moderated' end as polarity_basis,
    {{ text_kept('text', 'care_opinion', 'stories') }},
    'public' as consent,
    organisations > 1 as another_involved,
    coalesce({{ age_band('age_group') }}, 'not_known') as age_group,
    'not_asked' as sex,
    'not_asked' as ethnicity,
    'not_asked' as disability,
    'not_asked' as carer,
    'not_asked' as english,
    'not_asked' as lsoa_code,
    jsonb_strip_nulls(
        jsonb_build_object(
            'criticality', criticality_level,
            'progress', case when progress_step is not null then progress end,
            'claimed_change', claimed_change,
            'read_by', read_by,
            'organisations', organisations,
            'not_seen_since', not_seen_since,
            'licence', licence
        )
    ) as source_attributes,
    {{ month_around('coalesce(received_on, said_on, first_pull)') }}
from judged
