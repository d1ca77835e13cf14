-- Which points are special causes, and by which rule.
with limits as (
    select * from {{ ref('int_control_limit') }}
),

{{ special_causes('limits') }}

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
    points_in_segment,
    method,
    is_default,
    centre,
    lower_limit,
    upper_limit,
    near_lower,
    near_upper,
    limits_kind,
    limits_null_reason,
    coalesce(is_outside, false) as outside_limits,
    limits_null_reason is null and trended is not null as trend,
    limits_null_reason is null and two_of_three_done is not null as two_of_three,
    limits_null_reason is null and shifted is not null as shift,
    rule,
    rule_side,
    detected_on
from judged
