-- Each wave of a yearly survey or return beside the one before it, in the same series and with no wave missing between: the
-- difference with its interval, and a false discovery rate over all organisations of the level in that wave (Benjamini and
-- Hochberg), since among thousands of practices some differ by chance alone. Figures without an interval are not compared.
with points as (
    select * from {{ ref('int_chart_segment') }}
    where months_apart > 3
),

beside as (
    select
        *,
        lag(period_start) over line as previous_start,
        lag(period_end) over line as previous_end,
        lag(value) over line as previous_value,
        lag(lower) over line as previous_lower,
        lag(upper) over line as previous_upper,
        lag(period_start) over (partition by chart_key order by period_start) as any_previous_start,
        lag(segment) over (partition by chart_key order by period_start) as any_previous_segment
    from points
    window line as (partition by chart_key, segment, stretch order by period_start)
),

reasoned as (
    select
        *,
        case
            when any_previous_start is null then 'first_wave'
            when previous_value is null and segment <> any_previous_segment then 'series_break'
            when previous_value is null then 'wave_missing'
            when lower is null or previous_lower is null then 'no_interval'
        end as null_reason
    from beside
),

differences as (
    select
        *,
        case when null_reason is null then value - previous_value end as difference,
        case
            when null_reason is null then {{ difference_limit(
                'lower', 'value', 'lower', 'upper', 'previous_value', 'previous_lower', 'previous_upper'
            ) }}
        end as difference_lower,
        case
            when null_reason is null then {{ difference_limit(
                'upper', 'value', 'lower', 'upper', 'previous_value', 'previous_lower', 'previous_upper'
            ) }}
        end as difference_upper
    from reasoned
),

tested as (
    select
        *,
        {{ difference_p('difference', 'difference_lower', 'difference_upper') }} as p_value
    from differences
),

{{ false_discovery('tested', 'discovered', 'measure_code, organisation_level, group_code, period_start') }}

select
    icb_code,
    source,
    measure_code,
    organisation_code,
    organisation_level,
    group_code,
    period_start,
    period_end,
    previous_start,
    previous_end,
    segment::integer as segment,
    segment_reason,
    segment_from,
    trim_scale(round(value::numeric, 8)) as value,
    trim_scale(round(previous_value::numeric, 8)) as previous_value,
    trim_scale(round(difference::numeric, 8)) as difference,
    trim_scale(round(difference_lower::numeric, 8)) as difference_lower,
    trim_scale(round(difference_upper::numeric, 8)) as difference_upper,
    trim_scale(round(p_value::numeric, 8)) as p_value,
    trim_scale(round(q_value::numeric, 8)) as q_value,
    null_reason,
    case
        when null_reason is not null then null
        when q_value <= 0.05
            then {{ meaning_of("'change'", "case when difference > 0 then 'high' else 'low' end", 'direction') }}
        else 'no_change'
    end as meaning
from discovered
