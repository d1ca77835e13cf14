-- How far those who answered a survey in a year may differ from those who might have: the response rate, and by characteristic the
-- R-indicator with what must stand beside it, since at a low response rate it is near 1 whoever answered (methods.md, "Measures" 3;
-- Schouten and others, 2012). Each group is taken to be asked as often as it is in the population, since publishers do not say whom
-- they asked; of weighted respondents it is how far they differ after weighting.
with rates as (
    select
        source,
        organisation_code,
        organisation_level,
        period_end,
        value as response_rate,
        numerator as answered,
        denominator as asked
    from {{ ref('fct_measure') }}
    where measure_code like '%\_response\_rate' and group_code = 'all'
),

differences as (
    select
        icb_code,
        source,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        characteristic,
        max(basis) as basis,
        count(*) as groups,
        count(*) filter (where null_reason is not null) as groups_not_known,
        -- people are counted once each: with a divisor one lower, as for a sample
        sqrt(sum(population_share * (ratio - 1) * (ratio - 1)) * sum(population) / (sum(population) - 1)) as variation
    from {{ ref('representation') }}
    where approach = 'response' and period_kind = 'year' and population is not null
    group by icb_code, source, organisation_code, organisation_level, period_start, period_end, characteristic
),

beside as (
    select
        differences.*,
        rates.response_rate,
        rates.asked,
        rates.answered,
        design.design_effect,
        design.effective_size,
        case
            when differences.groups_not_known > 0 then 'suppressed'
            when rates.response_rate is null then 'not_published'
        end as null_reason
    from differences
    left join rates
        on
            differences.source = rates.source
            and differences.organisation_code = rates.organisation_code
            and differences.organisation_level = rates.organisation_level
            and rates.period_end between differences.period_start and differences.period_end
    left join {{ ref('int_survey_design') }} as design
        on
            differences.source = design.source
            and differences.organisation_code = design.organisation_code
            and differences.organisation_level = design.organisation_level
            and differences.period_start = design.period_start
            and design.period_kind = 'year'
)

select
    icb_code,
    source,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    characteristic,
    basis,
    asked,
    answered,
    trim_scale(round(response_rate, 8)) as response_rate,
    trim_scale(round(design_effect, 6)) as design_effect,
    trim_scale(round(effective_size, 2)) as effective_answered,
    case when null_reason is null then trim_scale(round(1 - 2 * response_rate * variation, 8)) end as r_indicator,
    case when null_reason is null then trim_scale(round(variation, 8)) end as coefficient_of_variation,
    case when null_reason is null then trim_scale(round(variation, 8)) end as maximal_bias,
    null_reason
from beside
