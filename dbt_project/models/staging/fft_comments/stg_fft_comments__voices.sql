-- A comment is a voice; one person may have written two, and `respondent_id` among the attributes says who of them is the same.
-- What a question asked for comes before how the person rated the whole: who rates it very good may still say what could be
-- better.
with comments as (
    select
        *,
        {{ fft_comments_english() }}
    from {{ ref('stg_fft_comments__comments') }}
)

select
    extract_id,
    'fft_comments' as source,
    voice_id,
    sender as collected_by_code,
    about_organisation_code as about_code,
    null::text as about_null_reason,
    channel as channel_code,
    'not_asked' as respondent_role,
    said_on,
    'day' as said_precision,
    said_on as received_on,
    case asked_for
        when 'good' then 'positive'
        when 'better' then 'negative'
        else {{ rated_polarity('6 - score') }}
    end as polarity,
    case
        when asked_for in ('good', 'better') then 'asked'
        when score is not null then 'rated'
        else 'none'
    end as polarity_basis,
    {{ text_kept('text', 'fft_comments', 'comments') }},
    'not_asked' as consent,
    null::boolean as another_involved,
    coalesce({{ age_band('age_group') }}, age_unknown, 'not_known') as age_group,
    coalesce({{ fft_comments_group('sex') }}, sex_unknown, 'not_known') as sex,
    coalesce(ethnic_group, ethnicity_unknown, 'not_known') as ethnicity,
    coalesce({{ fft_comments_group('disability') }}, disability_unknown, 'not_known') as disability,
    'not_asked' as carer,
    {{ fft_comments_english_group() }} as english,
    'not_asked' as lsoa_code,
    jsonb_strip_nulls(
        jsonb_build_object(
            'respondent_id', respondent_id, 'question', question, 'asked_for', asked_for, 'score', score, 'answer', answer
        )
    ) as source_attributes,
    {{ month_around('said_on') }}
from comments
