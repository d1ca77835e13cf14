-- How much of the difference between organisations is theirs and how much is chance, for each value: ρ = τ² / (τ² + its variance)
-- (facts.md section 11). Below 0.7 a value says little about its organisation: show it drawn towards the mean (`shrunk`), shade it,
-- never rank it. Between fewer than five organisations no variance is known.
with units as (
    select * from {{ ref('int_compared_value') }}
    where organisation_level <> 'england'
),

{{ between_areas('units', 'pages', 'measure_code, organisation_level, period_start, period_end') }},

beside as (
    select
        units.*,
        pages.areas,
        pages.mean,
        pages.tau_squared,
        case
            when units.lower is null then 'no_interval'
            when coalesce(pages.areas, 0) < 5 then 'too_few_organisations'
            when units.variance = 0 then 'no_variation'
        end as null_reason
    from units
    left join pages
        on
            units.measure_code = pages.measure_code
            and units.organisation_level = pages.organisation_level
            and units.period_start = pages.period_start
            and units.period_end = pages.period_end
),

reliable as (
    select
        *,
        case when null_reason is null then tau_squared / (tau_squared + variance) end as rho
    from beside
)

select
    icb_code,
    source,
    measure_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    coalesce(areas, 0)::integer as organisations,
    trim_scale(round(value::numeric, 8)) as value,
    base,
    trim_scale(round(variance::numeric, 10)) as variance,
    trim_scale(round(case when null_reason is null then tau_squared end::numeric, 10)) as between_variance,
    trim_scale(round(rho::numeric, 6)) as reliability,
    rho < 0.7 as unreliable,
    trim_scale(round((rho * value + (1 - rho) * mean)::numeric, 8)) as shrunk,
    null_reason
from reliable
