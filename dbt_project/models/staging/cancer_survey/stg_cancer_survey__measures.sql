-- Unadjusted scores alone: they are what people answered, they have an interval of their own, and only they are published for
-- England and for groups of people. Adjusted scores have an expected range in place of an interval, and stay in the scores.
select
    extract_id,
    'cancer_survey' as source,
    measure_code,
    organisation_code,
    organisation_level,
    case organisation_level when 'england' then 'ENG' when 'icb' then organisation_code end as publisher_icb_code,
    period_start,
    period_end,
    group_code,
    score as value,
    scale,
    null::numeric as numerator,
    null::numeric as denominator,
    responses as base,
    lower_limit as lower,
    upper_limit as upper,
    case when lower_limit is not null then 'published_95' end as interval_method,
    null_reason,
    case when lower_limit is null then coalesce(null_reason, 'not_collected') end as interval_null_reason,
    series
from {{ ref('stg_cancer_survey__scores') }}
where kind = 'unadjusted' and survey_year = extract(year from period_start)
