-- How much of the difference between organisations is theirs, how much is chance: ρ = τ² / (τ² + σ²/n) (facts.md section 11).
-- σ²/n is the variance that the published 95 % interval of the unadjusted score stands for, τ² the variance between organisations
-- without the mean of those. Below 0.7 a score says little about its organisation (facts.md section 4): show it shrunk, never rank.
with scores as (
    select
        *,
        power((upper_limit - lower_limit) / (2 * 1.959963984540054), 2) as sampling_variance
    from {{ ref('stg_cancer_survey__scores') }}
    where kind = 'unadjusted' and group_code = 'all' and organisation_level <> 'england'
),

together as (
    select
        period_start,
        measure_code,
        organisation_level,
        count(*) as organisations,
        avg(score) as mean_score,
        greatest(var_samp(score) - avg(sampling_variance), 0) as between_variance
    from scores
    where score is not null and sampling_variance is not null
    group by period_start, measure_code, organisation_level
),

beside as (
    select
        scores.*,
        coalesce(together.organisations, 0) as organisations,
        together.mean_score,
        together.between_variance,
        case
            when scores.score is null then scores.null_reason
            when scores.sampling_variance is null then 'not_collected'
            when together.organisations < 5 then 'too_few'  -- between so few no variance is known
            when together.between_variance + scores.sampling_variance = 0 then 'not_applicable'
        end as reliability_null_reason
    from scores
    left join together
        on
            scores.period_start = together.period_start
            and scores.measure_code = together.measure_code
            and scores.organisation_level = together.organisation_level
),

reliable as (
    select
        *,
        case
            when reliability_null_reason is null then between_variance / (between_variance + sampling_variance)
        end as reliability
    from beside
)

select
    extract_id,
    period_start,
    period_end,
    survey_year,
    organisation_level,
    organisation_code,
    organisation_name,
    measure_code,
    scale,
    responses,
    score,
    null_reason,
    organisations,
    sampling_variance,
    between_variance,
    reliability,
    reliability_null_reason,
    reliability >= 0.7 as is_reliable,
    reliability * score + (1 - reliability) * mean_score as shrunk_score
from reliable
