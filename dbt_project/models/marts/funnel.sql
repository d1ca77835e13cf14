-- How far each organisation's proportion lies from that of all organisations of its level in the period, against what chance leaves
-- to one with so many answers: 95 % and 99.8 % limits, widened by √φ where organisations differ more than chance in general
-- (over-dispersion after Spiegelhalter 2005: φ is the mean of the squared z, with the outer tenth on either side drawn in to the
-- 10th and 90th percentile). Fewer than ten organisations have no outer tenth: no funnel. What may not be compared between
-- organisations is not here, and neither is a score for which its publisher gives no more than the score: without the mix of people
-- who were asked it would place hospitals by whom they treat.
with units as (
    select * from {{ ref('int_compared_value') }}
    where scale = 'proportion' and figure in ('counted', 'weighted') and answers > 0 and organisation_level <> 'england'
),

pooled as (
    select
        *,
        count(*) over page as organisations,
        sum(value * coalesce(denominator, answers)) over page / sum(coalesce(denominator, answers)) over page as centre
    from units
    window page as (partition by measure_code, organisation_level, period_start, period_end)
),

scored as (
    select
        *,
        (value - centre) / nullif(sqrt(centre * (1 - centre) / answers), 0) as z
    from pooled
    where organisations >= 10
),

tenths as (
    select
        measure_code,
        organisation_level,
        period_start,
        period_end,
        percentile_cont(0.1) within group (order by z) as low,
        percentile_cont(0.9) within group (order by z) as high
    from scored
    group by measure_code, organisation_level, period_start, period_end
),

dispersed as (
    select
        scored.*,
        avg(power(least(greatest(scored.z, tenths.low), tenths.high), 2)) over (
            partition by scored.measure_code, scored.organisation_level, scored.period_start, scored.period_end
        ) as phi
    from scored
    inner join tenths
        on
            scored.measure_code = tenths.measure_code
            and scored.organisation_level = tenths.organisation_level
            and scored.period_start = tenths.period_start
            and scored.period_end = tenths.period_end
),

widened as (
    select
        *,
        sqrt(greatest(phi, 1)) * sqrt(centre * (1 - centre) / answers) as spread
    from dispersed
    where z is not null
)

select
    icb_code,
    source,
    measure_code,
    organisation_code,
    organisation_level,
    period_start,
    period_end,
    organisations::integer as organisations,
    trim_scale(round(value::numeric, 8)) as value,
    trim_scale(round(answers::numeric, 1)) as answers,
    case figure when 'counted' then 'counted' else 'effective' end as answers_basis,
    trim_scale(round(centre::numeric, 8)) as centre,
    trim_scale(round(greatest(0, centre - 1.959963984540054 * spread)::numeric, 8)) as lower_95,
    trim_scale(round(least(1, centre + 1.959963984540054 * spread)::numeric, 8)) as upper_95,
    trim_scale(round(greatest(0, centre - 3.090232306167813 * spread)::numeric, 8)) as lower_998,
    trim_scale(round(least(1, centre + 3.090232306167813 * spread)::numeric, 8)) as upper_998,
    trim_scale(round(phi::numeric, 6)) as phi,
    phi > 1 as over_dispersed,
    trim_scale(round(((value - centre) / spread)::numeric, 6)) as z,
    case
        when (value - centre) / spread > 3.090232306167813 then 'above_998'
        when (value - centre) / spread > 1.959963984540054 then 'above_95'
        when (value - centre) / spread < -3.090232306167813 then 'below_998'
        when (value - centre) / spread < -1.959963984540054 then 'below_95'
        else 'within'
    end as position
from widened
