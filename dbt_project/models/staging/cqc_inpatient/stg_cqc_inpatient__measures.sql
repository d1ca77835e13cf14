-- Scores, and how many people answered at each trust and in England. Question numbers move every year, so that a question counts
-- as the same measure over years only where the vocabulary says that it is.
with scores as (
    select
        scores.extract_id,
        coalesce(
            question_version.measure_code,
            'cqc_inpatient_' || extract(year from scores.period_start) || '_' || lower(scores.question)
        ) as measure_code,
        scores.trust_code as organisation_code,
        'trust' as organisation_level,
        scores.period_start,
        scores.period_end,
        scores.score as value,
        'score_0_10' as scale,
        scores.respondents,
        scores.null_reason
    from {{ ref('stg_cqc_inpatient__scores') }} as scores
    left join {{ ref('question_version') }} as question_version
        on
            question_version.source = 'cqc_inpatient'
            and scores.question = question_version.question
            and extract(year from scores.period_start) = question_version.wave
),

respondents as (
    select
        extract_id,
        'cqc_inpatient_respondents' as measure_code,
        case sheet when 'Trust_Scores' then trust_code else 'ENG' end as organisation_code,
        case sheet when 'Trust_Scores' then 'trust' else 'england' end as organisation_level,
        period_start,
        period_end,
        round(cell::numeric) as value,
        'count' as scale,
        round(cell::numeric)::bigint as respondents,
        case when cell is null then 'not_collected' end as null_reason
    from {{ ref('stg_cqc_inpatient__cells') }}
    where (sheet = 'Trust_Scores' and column_name = 'n_tpat') or (sheet = 'National_Respondents' and column_name = 'n_pat')
),

together as (
    select * from scores
    union all
    select * from respondents
)

select
    extract_id,
    'cqc_inpatient' as source,
    measure_code,
    organisation_code,
    organisation_level,
    case organisation_level when 'england' then 'ENG' end as publisher_icb_code,
    period_start,
    period_end,
    'all' as group_code,
    value,
    scale,
    null::numeric as numerator,
    null::numeric as denominator,
    respondents as base,
    null::numeric as lower,
    null::numeric as upper,
    null::text as interval_method,
    null_reason,
    case scale when 'count' then 'not_applicable' else 'not_collected' end as interval_null_reason,
    -- The survey's method changed in 2020; earlier years are another series.
    'cqc_inpatient_2020' as series
from together
