-- What was answered, as published, with the reason beside whatever is missing. Levels are published each for itself and are never
-- added up: suppressed rows would be missing from the sum.
with published as (
    select
        fft.extract_id,
        fft.setting,
        fft.stage,
        fft.organisation_level,
        fft.organisation_code,
        fft.organisation_name,
        fft.icb_code,
        fft.icb_name,
        fft.provider_code,
        fft.provider_name,
        fft.site_code,
        fft.site_name,
        fft.ward_name,
        fft.ward_key,
        fft.first_speciality,
        fft.second_speciality,
        fft.period_start,
        fft.period_end,
        {{ fft_number('very_good') }} as very_good,
        {{ fft_number('good') }} as good,
        {{ fft_number('neither') }} as neither,
        {{ fft_number('poor') }} as poor,
        {{ fft_number('very_poor') }} as very_poor,
        {{ fft_number('dont_know') }} as dont_know,
        {{ fft_null_reason('very_good') }} as answers_null_reason,
        {{ fft_number('total') }} as total,
        {{ fft_null_reason('total') }} as total_null_reason,
        {{ fft_number('eligible') }} as eligible,
        {{ fft_null_reason('eligible') }} as eligible_null_reason,
        {{ fft_number('positive', 'numeric') }} as positive,
        {{ fft_null_reason('positive') }} as positive_null_reason,
        {{ fft_number('negative', 'numeric') }} as negative,
        {{ fft_null_reason('negative') }} as negative_null_reason
    from {{ ref('stg_fft__rows') }} as fft
    where 'very_good' = any(fft.fields)
),

-- In some months the GP workbook gives percentages from 0 to 100.
scaled as (
    select
        *,
        case when max(greatest(positive, negative)) over (partition by extract_id) > 1 then 100 else 1 end as times
    from published
)

select
    extract_id,
    setting,
    stage,
    organisation_level,
    organisation_code,
    organisation_name,
    icb_code,
    icb_name,
    provider_code,
    provider_name,
    site_code,
    site_name,
    ward_name,
    ward_key,
    first_speciality,
    second_speciality,
    period_start,
    period_end,
    very_good,
    good,
    neither,
    poor,
    very_poor,
    dont_know,
    answers_null_reason,
    total,
    total_null_reason,
    eligible,
    eligible_null_reason,
    trim_scale(positive / times) as positive,
    positive_null_reason,
    trim_scale(negative / times) as negative,
    negative_null_reason
from scaled
