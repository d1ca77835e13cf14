-- Limits of every chart with a point at least every quarter, by each method. Yearly surveys have too few points for a chart: their
-- waves are compared with each other, by their intervals.
with points as (
    select * from {{ ref('int_chart_segment') }}
    where months_apart <= 3
),

{{ control_limits('points') }}

select
    chart_key,
    icb_code,
    source,
    measure_code,
    organisation_code,
    organisation_level,
    group_code,
    period_start,
    period_end,
    value,
    denominator,
    scale,
    direction,
    segment,
    segment_reason,
    segment_from,
    stretch,
    points_in_segment,
    method,
    -- p′ wherever counts are known, since bases move; else the chart as NHS England's tool draws it
    method = case when pooled is null then 'xmr' else 'p_prime' end as is_default,
    {{ to_ten_places('centre') }} as centre,
    {{ to_ten_places('lower_limit') }} as lower_limit,
    {{ to_ten_places('upper_limit') }} as upper_limit,
    {{ to_ten_places('near_lower') }} as near_lower,
    {{ to_ten_places('near_upper') }} as near_upper,
    limits_kind,
    limits_null_reason
from limited
-- as they come, and as they are read next: without these words they would be sorted once more
order by chart_key, segment, method, stretch, period_start
