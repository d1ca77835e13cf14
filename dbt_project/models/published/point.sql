-- Every point of every line of a headline measure, by the method that is to be read for it.
select
    point.icb_code,
    point.source,
    point.measure_code,
    point.organisation_code,
    point.organisation_level,
    point.period_start,
    point.period_end,
    point.method,
    point.segment,
    point.segment_reason,
    point.segment_from,
    point.points_in_segment,
    point.limits_kind,
    point.limits_null_reason,
    point.value,
    point.denominator,
    point.centre,
    point.lower_limit,
    point.upper_limit,
    point.rule,
    point.rule_side,
    point.meaning,
    point.detected_on,
    point.target,
    point.assurance
from {{ ref('signal') }} as point
inner join {{ ref('dim_measure') }} as measure on point.measure_code = measure.measure_code
where point.is_default and point.group_code = 'all' and measure.headline
