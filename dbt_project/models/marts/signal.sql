{{ config(sql_header="set local work_mem = '256MB';") }}

-- Every point of every line with its limits and, where it is a special cause, the rule that fired, by method; and each change
-- between two waves of a yearly survey. `is_default` picks one method per line: read that one alone, or rules would be counted
-- twice.
with targets as (
    select * from {{ with_local('measure_target', ['measure_code', 'valid_from']) }} as each
),

charted as (
    select
        causes.*,
        targets.target,
        -- a proportion ends at 0 and 1, whatever its limits say; where there is no limit, there is none
        case when causes.scale = 'proportion' and causes.lower_limit < 0 then 0 else causes.lower_limit end as lower_shown,
        case when causes.scale = 'proportion' and causes.upper_limit > 1 then 1 else causes.upper_limit end as upper_shown
    from {{ ref('int_special_cause') }} as causes
    left join targets
        on
            causes.measure_code = targets.measure_code
            and causes.period_start >= targets.valid_from
            and causes.period_start <= coalesce(targets.valid_to, 'infinity')
),

together as (
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        group_code,
        period_start,
        period_end,
        method,
        is_default,
        segment::integer as segment,
        segment_reason,
        segment_from,
        points_in_segment::integer as points_in_segment,
        limits_kind,
        limits_null_reason,
        trim_scale(round(value::numeric, 8)) as value,
        denominator::numeric as denominator,
        trim_scale(round(centre::numeric, 8)) as centre,
        trim_scale(round(lower_shown::numeric, 8)) as lower_limit,
        trim_scale(round(upper_shown::numeric, 8)) as upper_limit,
        trim_scale(round(near_lower::numeric, 8)) as near_lower,
        trim_scale(round(near_upper::numeric, 8)) as near_upper,
        outside_limits,
        trend,
        two_of_three,
        shift,
        rule,
        rule_side,
        case when limits_null_reason is null then {{ meaning_of('rule', 'rule_side', 'direction') }} end as meaning,
        detected_on,
        target,
        case
            when target is null or direction = 'not_applicable' then 'no_target'
            when limits_null_reason is not null then 'no_limits'
            when direction = 'higher_is_better' and lower_shown >= target then 'consistently_met'
            when direction = 'higher_is_better' and upper_shown < target then 'consistently_missed'
            when direction = 'lower_is_better' and upper_shown <= target then 'consistently_met'
            when direction = 'lower_is_better' and lower_shown > target then 'consistently_missed'
            else 'inconsistent'
        end as assurance
    from charted

    union all

    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        group_code,
        period_start,
        period_end,
        'waves' as method,
        true as is_default,
        segment,
        segment_reason,
        segment_from,
        null as points_in_segment,
        'none' as limits_kind,
        'two_waves_compared' as limits_null_reason,
        value,
        null as denominator,
        previous_value as centre,
        null as lower_limit,
        null as upper_limit,
        null as near_lower,
        null as near_upper,
        false as outside_limits,
        false as trend,
        false as two_of_three,
        false as shift,
        case when meaning <> 'no_change' then 'change_between_waves' end as rule,
        case when meaning <> 'no_change' then case when difference > 0 then 'high' else 'low' end end as rule_side,
        case meaning when 'no_change' then 'common_cause' else meaning end as meaning,
        case when meaning <> 'no_change' then period_end end as detected_on,
        null as target,
        'no_target' as assurance
    from {{ ref('wave_change') }}
    where null_reason is null
)

select * from together
