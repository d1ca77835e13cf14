-- How much areas differ, and how much of that is more than chance: within each board (its practices, networks, locations, trusts)
-- and over all of England that the warehouse holds (`ENG`). `range_points` is what is meant by "a 30 % variation between areas":
-- the highest value minus the lowest, in percentage points for proportions; small areas alone can make it wide. `i_squared` is the
-- share of the variance that exceeds chance, and `true_spread` the width within which four areas in five truly lie (2 × 1.2816 ×
-- τ). Nobody is named: it is no league.
with scopes as (
    select
        values_found.*,
        scope.scope_code
    from {{ ref('int_compared_value') }} as values_found
    cross join lateral unnest(array[values_found.icb_code, 'ENG']) as scope (scope_code)
    where
        values_found.organisation_level <> 'england'
        and not (scope.scope_code <> 'ENG' and values_found.organisation_level in ('icb', 'cancer_alliance'))
        and scope.scope_code <> 'UNK'
),

described as (
    select
        scope_code,
        source,
        measure_code,
        organisation_level,
        period_start,
        period_end,
        scale,
        direction,
        count(*) as areas,
        count(lower) as areas_with_interval,
        min(value) as lowest,
        max(value) as highest,
        percentile_cont(0.1) within group (order by value) as tenth,
        percentile_cont(0.5) within group (order by value) as middle,
        percentile_cont(0.9) within group (order by value) as ninetieth
    from scopes
    group by scope_code, source, measure_code, organisation_level, period_start, period_end, scale, direction
),

{{ between_areas('scopes', 'pages', 'scope_code, measure_code, organisation_level, period_start, period_end') }},

tested as (
    select
        described.*,
        pages.mean,
        pages.q,
        pages.areas as areas_weighed,
        pages.tau_squared,
        pages.i_squared,
        case
            when described.areas_with_interval = 0 then 'no_interval'
            when coalesce(pages.areas, 0) < 5 then 'too_few_areas'
        end as null_reason
    from described
    left join pages
        on
            described.scope_code = pages.scope_code
            and described.measure_code = pages.measure_code
            and described.organisation_level = pages.organisation_level
            and described.period_start = pages.period_start
            and described.period_end = pages.period_end
    where described.areas > 1
)

select
    scope_code as icb_code,
    source,
    measure_code,
    organisation_level,
    period_start,
    period_end,
    areas::integer as areas,
    trim_scale(round(lowest::numeric, 8)) as lowest,
    trim_scale(round(highest::numeric, 8)) as highest,
    trim_scale(round(((highest - lowest) * case scale when 'proportion' then 100 else 1 end)::numeric, 6)) as range_points,
    trim_scale(round(tenth::numeric, 8)) as tenth,
    trim_scale(round(middle::numeric, 8)) as middle,
    trim_scale(round(ninetieth::numeric, 8)) as ninetieth,
    trim_scale(round(case when null_reason is null then mean end::numeric, 8)) as mean,
    trim_scale(round(case when null_reason is null then q end::numeric, 6)) as q,
    trim_scale(
        round(case when null_reason is null then {{ chi_squared_p('q', '(areas_weighed - 1)') }} end::numeric, 6)
    ) as p_value,
    trim_scale(round(case when null_reason is null then tau_squared end::numeric, 10)) as between_variance,
    trim_scale(round(case when null_reason is null then i_squared end::numeric, 6)) as i_squared,
    trim_scale(round(case when null_reason is null then 2 * 1.2815515655446004 * sqrt(tau_squared) end::numeric, 8)) as true_spread,
    null_reason
from tested
