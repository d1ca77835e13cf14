{# Which points of a chart are special causes, as CTEs up to `judged` (facts.md section 11). Every point that is part of a pattern
   is marked, not only the one with which it was complete; `detected_on` is the day on which it could have been known.

   outside_limits  beyond a limit
   trend           one of seven points in a row of which each is higher (or lower) than the one before
   two_of_three    near a limit (in the outer third), in three points in a row on one side of the centre of which two are; points
                   beyond a limit are not near it
   shift           one of seven points in a row on one side of the centre

   Where several hold, `rule` is the first of these in this order. Nothing spans a missing month, a new segment or a change of method:
   all counting is within a stretch. #}
{% macro special_causes(relation) -%}
{#- in the order in which limits leave the points, so that they are sorted once -#}
{%- set chart = 'chart_key, segment, method, stretch' -%}
sided as (
    select
        *,
        case when abs(value - centre) < 1e-9 then 0 else sign(value - centre) end as side,
        value > upper_limit or value < lower_limit as is_outside,
        sign(value - lag(value) over (partition by {{ chart }} order by period_start)) as step,
        row_number() over (partition by {{ chart }} order by period_start) as position
    from {{ relation }}
),

marked as (
    select
        *,
        limits_null_reason is null and not is_outside and (value > near_upper or value < near_lower) as is_near,
        case when side = lag(side) over (partition by {{ chart }} order by period_start) then 0 else 1 end as new_side,
        case when step = lag(step) over (partition by {{ chart }} order by period_start) then 0 else 1 end as new_step
    from sided
),

runs as (
    select
        *,
        -- which of its run a point is, counted from 1
        position - max(position) filter (where new_side = 1) over (partition by {{ chart }} order by period_start) + 1 as side_position,
        position - max(position) filter (where new_step = 1) over (partition by {{ chart }} order by period_start) + 1 as step_position,
        -- three in a row that end here, on one side, two of them near the limit
        case
            when
                side <> 0
                and side = lag(side, 1) over (partition by {{ chart }} order by period_start)
                and side = lag(side, 2) over (partition by {{ chart }} order by period_start)
                and is_near::integer
                + lag(is_near::integer, 1) over (partition by {{ chart }} order by period_start)
                + lag(is_near::integer, 2) over (partition by {{ chart }} order by period_start) >= 2
                then period_end
        end as three_ended_on
    from marked
),

-- A run is long enough where it gets as far as its sixth step, or its seventh point on one side.
lengths as (
    select
        *,
        step_position >= 6
        or lead(step_position, greatest(6 - step_position, 0)::integer) over (partition by {{ chart }} order by period_start) = 6
            as is_six_steps,
        side_position >= 7
        or lead(side_position, greatest(7 - side_position, 0)::integer) over (partition by {{ chart }} order by period_start) = 7
            as is_seven_on_a_side
    from runs
),

patterns as (
    select
        *,
        -- six steps one way are seven points: the first of them is where the steps start from
        case when step <> 0 and is_six_steps then step end as trend_to_here,
        case
            when
                lead(step_position) over (partition by {{ chart }} order by period_start) = 1
                and lead(is_six_steps) over (partition by {{ chart }} order by period_start)
                then nullif(lead(step) over (partition by {{ chart }} order by period_start), 0)
        end as trend_from_here,
        lead(period_end, greatest(6 - step_position, 0)::integer) over (partition by {{ chart }} order by period_start) as trend_done,
        lead(period_end, 6) over (partition by {{ chart }} order by period_start) as trend_from_here_done,
        case when side <> 0 and is_seven_on_a_side then side end as shifted,
        lead(period_end, greatest(7 - side_position, 0)::integer) over (partition by {{ chart }} order by period_start) as shift_done,
        case
            when is_near then least(
                three_ended_on,
                lead(three_ended_on, 1) over (partition by {{ chart }} order by period_start),
                lead(three_ended_on, 2) over (partition by {{ chart }} order by period_start)
            )
        end as two_of_three_done
    from lengths
),

ruled as (
    select
        patterns.*,
        coalesce(patterns.trend_to_here, patterns.trend_from_here) as trended,
        case
            when patterns.limits_null_reason is not null then null
            when patterns.is_outside then 'outside_limits'
            when coalesce(patterns.trend_to_here, patterns.trend_from_here) is not null then 'trend'
            when patterns.two_of_three_done is not null then 'two_of_three'
            when patterns.shifted is not null then 'shift'
        end as rule
    from patterns
),

judged as (
    select
        *,
        case rule
            when 'trend' then case when trended > 0 then 'high' else 'low' end
            else case when rule is not null then case when side > 0 then 'high' else 'low' end end
        end as rule_side,
        case rule
            when 'outside_limits' then period_end
            when 'trend' then case when trend_to_here is not null then trend_done else trend_from_here_done end
            when 'two_of_three' then two_of_three_done
            when 'shift' then shift_done
        end as detected_on
    from ruled
)
{%- endmacro %}


{# What a signal means, by the way in which the measure is better. #}
{% macro meaning_of(rule, side, direction) -%}
    case
        when {{ rule }} is null then 'common_cause'
        when {{ direction }} = 'higher_is_better' then case {{ side }} when 'high' then 'improvement' else 'concern' end
        when {{ direction }} = 'lower_is_better' then case {{ side }} when 'low' then 'improvement' else 'concern' end
        else 'change'
    end
{%- endmacro %}
