-- Counts of complaints, and the share of those resolved that was upheld, with Wilson's interval. Subjects are no measures: they
-- count issues, and stay in the issues.
with organisations as (
    select
        extract_id,
        organisation_code,
        case
            when organisation_type ~* 'trust' then 'trust'
            when organisation_type ~* 'integrated care|icb' then 'icb'
            else 'provider'
        end as organisation_level,
        icb_code as publisher_icb_code,
        period_start,
        period_end,
        'ko41a' as prefix,
        brought_forward,
        new_complaints,
        resolved,
        upheld,
        partially_upheld,
        not_upheld,
        carried_forward
    from {{ ref('stg_complaints_ko41a__complaints') }}
    where row_level = 'organisation'
),

-- England as the organisations that sent a return.
together as (
    select * from organisations

    union all

    select
        extract_id,
        'ENG' as organisation_code,
        'england' as organisation_level,
        'ENG' as publisher_icb_code,
        period_start,
        period_end,
        'ko41a' as prefix,
        sum(brought_forward)::bigint as brought_forward,
        sum(new_complaints)::bigint as new_complaints,
        sum(resolved)::bigint as resolved,
        sum(upheld)::bigint as upheld,
        sum(partially_upheld)::bigint as partially_upheld,
        sum(not_upheld)::bigint as not_upheld,
        sum(carried_forward)::bigint as carried_forward
    from organisations
    group by extract_id, period_start, period_end
),

counts as (
    select
        together.extract_id,
        together.prefix || '_' || counted.name as measure_code,
        together.organisation_code,
        together.organisation_level,
        together.publisher_icb_code,
        together.period_start,
        together.period_end,
        counted.number::numeric as value,
        'count' as scale,
        null::numeric as numerator,
        null::numeric as denominator,
        counted.number as base,
        case when counted.number is null then 'not_submitted' end as null_reason
    from together
    cross join lateral (
        values
        ('brought_forward', together.brought_forward),
        ('new', together.new_complaints),
        ('resolved', together.resolved),
        ('upheld', together.upheld),
        ('partially_upheld', together.partially_upheld),
        ('not_upheld', together.not_upheld),
        ('carried_forward', together.carried_forward)
    ) as counted (name, number)
),

shares as (
    select
        extract_id,
        prefix || '_upheld_share' as measure_code,
        organisation_code,
        organisation_level,
        publisher_icb_code,
        period_start,
        period_end,
        upheld::numeric / nullif(resolved, 0) as value,
        'proportion' as scale,
        upheld::numeric as numerator,
        resolved::numeric as denominator,
        resolved as base,
        case
            when upheld is null or resolved is null then 'not_submitted'
            when resolved = 0 then 'not_applicable'
            -- A return whose outcomes do not add up can hold more upheld than resolved: no share comes of it.
            when upheld > resolved then 'not_applicable'
        end as null_reason
    from together
),

measured as (
    select * from counts
    union all
    select * from shares
)

select
    extract_id,
    'complaints_ko41a' as source,
    measure_code,
    organisation_code,
    organisation_level,
    publisher_icb_code,
    period_start,
    period_end,
    'all' as group_code,
    case when null_reason is null then value end as value,
    scale,
    numerator,
    denominator,
    base,
    case when scale = 'proportion' and null_reason is null then {{ wilson_95('lower', 'numerator', 'denominator') }} end as lower,
    case when scale = 'proportion' and null_reason is null then {{ wilson_95('upper', 'numerator', 'denominator') }} end as upper,
    case when scale = 'proportion' and null_reason is null then 'wilson_95' end as interval_method,
    null_reason,
    case when scale = 'count' then 'not_applicable' else null_reason end as interval_null_reason,
    -- Yearly since 2022-23; the quarterly and the earlier yearly returns are other series.
    'ko41a_2022' as series
from measured
