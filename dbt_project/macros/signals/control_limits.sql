{# Limits of control charts, as the CTEs up to `limited` (facts.md section 11). The relation has one row per point: its chart
   (`chart_key`), its `segment` (limits are worked out anew in each), its `stretch` (points without a gap between them: no moving
   range spans a missing month), `period_start`, `value` and, where the value is a proportion of counts, `numerator` and
   `denominator`.

   Methods:
   xmr           individuals and moving ranges, mean ± 2.66 × the mean moving range: as NHS England's "Making data count" tool, which
                 leaves every moving range in
   xmr_screened  the same without moving ranges above 3.267 × their mean, as the R package NHSRplotthedots does unless told otherwise
   p_prime       Laney's p′ for proportions of counts whose base moves: the pooled proportion ± 2.66 × the mean moving range of the
                 standardised values, times each point's own standard error (2.66 = 3 / 1.128)

   Under twelve points limits are `trial`; under three, where nothing varies, and for p′ at a point without counts of its own, there
   are none. #}
{% macro control_limits(relation) -%}
{#- whole segments, read in the order in which they lie there already, so that nothing after them is sorted again -#}
{%- set in_order -%}
partition by chart_key, segment, method order by stretch, period_start rows between unbounded preceding and unbounded following
{%- endset -%}
charted as (
    select
        *,
        avg(value) over (partition by chart_key, segment) as mean_value,
        sum(numerator) over (partition by chart_key, segment)
        / nullif(sum(denominator) over (partition by chart_key, segment), 0) as pooled,
        count(*) over (partition by chart_key, segment) as points_in_segment
    from {{ relation }}
),

with_methods as (
    select
        charted.*,
        chosen.method,
        chosen.centre,
        chosen.unit
    from charted
    cross join lateral (
        values
        ('xmr', charted.mean_value, 1::double precision),
        ('xmr_screened', charted.mean_value, 1::double precision),
        ('p_prime', charted.pooled, nullif(sqrt(charted.pooled * (1 - charted.pooled) / nullif(charted.denominator, 0)), 0))
    ) as chosen (method, centre, unit)
    where chosen.method <> 'p_prime' or charted.pooled is not null
),

with_ranges as (
    select
        *,
        abs(
            (value - centre) / unit
            - lag((value - centre) / unit) over (partition by chart_key, segment, method, stretch order by period_start)
        ) as moving_range
    from with_methods
),

with_mean_ranges as (
    select
        *,
        avg(moving_range) over points_in_order as all_ranges
    from with_ranges
    window points_in_order as ({{ in_order }})
),

with_screened_ranges as (
    select
        *,
        case method
            when 'xmr_screened' then avg(moving_range) filter (where moving_range <= 3.267 * all_ranges) over points_in_order
            else all_ranges
        end as mean_range
    from with_mean_ranges
    window points_in_order as ({{ in_order }})
),

limited as (
    select
        with_screened_ranges.*,
        reasoned.limits_null_reason,
        case
            when reasoned.limits_null_reason is not null then 'none'
            when with_screened_ranges.points_in_segment < 12 then 'trial'
            else 'settled'
        end as limits_kind,
        case when reasoned.limits_null_reason is null then centre + 2.66 * mean_range * unit end as upper_limit,
        case when reasoned.limits_null_reason is null then centre - 2.66 * mean_range * unit end as lower_limit,
        case when reasoned.limits_null_reason is null then centre + 2.66 / 1.5 * mean_range * unit end as near_upper,
        case when reasoned.limits_null_reason is null then centre - 2.66 / 1.5 * mean_range * unit end as near_lower
    from with_screened_ranges
    cross join lateral (
        select
            case
                when with_screened_ranges.points_in_segment < 3 then 'too_few_points'
                when with_screened_ranges.method = 'p_prime' and with_screened_ranges.denominator is null then 'no_counts'
                when with_screened_ranges.unit is null or with_screened_ranges.mean_range < 1e-12 then 'no_variation'
                when with_screened_ranges.mean_range is null then 'too_few_points'
            end as limits_null_reason
    ) as reasoned
)
{%- endmacro %}
