{# Counts of complaints, and the share of those resolved that was upheld, in the shape of measures. The query that calls this has a
   CTE `together`: one row per organisation and period, with the totals of a return and the prefix of its measures. #}
{% macro written_complaint_measures(source_name, series) -%}
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
    '{{ source_name }}' as source,
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
    '{{ series }}' as series
from measured
{%- endmacro %}
