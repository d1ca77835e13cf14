-- Differences between groups of people: each group beside the reference group of its characteristic (the least deprived fifth;
-- elsewhere the group of which most answered), with the interval of the difference, a false discovery rate over all groups of
-- the page (measure × organisation × period, and for fifths of practices each edition for itself), and the group named that says
-- it more. Groups come as the publisher gives them, or, for deprivation, as practices in fifths by where their patients live,
-- with the edition of the index.
with published as (
    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        period_end,
        'groups_as_published' as basis,
        split_part(group_code, ':', 1) as characteristic,
        group_code,
        case when group_code like 'deprivation:%' then 'not_stated' end as edition,
        base,
        value::double precision as value,
        lower::double precision as lower,
        upper::double precision as upper,
        null_reason
    from {{ ref('fct_measure') }}
    where group_code <> 'all' and group_code not like '%|%'
),

fifths as (
    select
        icb_code,
        source,
        measure_code,
        icb_code as organisation_code,
        'icb' as organisation_level,
        period_start,
        period_end,
        'practices_in_fifths' as basis,
        'deprivation' as characteristic,
        'deprivation:' || fifth as group_code,
        edition::text as edition,
        base,
        value,
        lower,
        upper,
        case when practices < 5 then 'too_few' end as null_reason
    from {{ ref('int_practice_fifth') }}
),

together as (
    select
        *,
        -- those of whom it is not known which group they are in are no group, though publishers list them as one
        group_code ~* ':(not[ _](given|stated|known|asked|answered)|prefer[ _]not|don.?t[ _]know|unknown|missing)' as says_nothing
    from published

    union all

    select
        *,
        false as says_nothing
    from fifths
),

referred as (
    select
        *,
        first_value(group_code) over characteristic_of_page as reference_group,
        first_value(value) over characteristic_of_page as reference_value,
        first_value(lower) over characteristic_of_page as reference_lower,
        first_value(upper) over characteristic_of_page as reference_upper
    from together
    window
        characteristic_of_page as (
            partition by
                measure_code, organisation_code, organisation_level, period_start, period_end, basis, edition, characteristic
            order by
                (value is not null and null_reason is null) desc,
                says_nothing asc,
                (group_code = 'deprivation:5') desc,
                base desc nulls last,
                group_code asc
        )
),

reasoned as (
    select
        *,
        case
            when null_reason is not null then null_reason
            when group_code = reference_group then 'reference_group'
            when reference_value is null then 'no_reference'
            when lower is null or reference_lower is null then 'no_interval'
            when lower = upper and reference_lower = reference_upper then 'no_interval'
            when says_nothing then 'group_not_known'
        end as difference_null_reason
    from referred
),

differences as (
    select
        *,
        case when difference_null_reason is null then value - reference_value end as difference,
        case
            when difference_null_reason is null then {{ difference_limit(
                'lower', 'value', 'lower', 'upper', 'reference_value', 'reference_lower', 'reference_upper'
            ) }}
        end as difference_lower,
        case
            when difference_null_reason is null then {{ difference_limit(
                'upper', 'value', 'lower', 'upper', 'reference_value', 'reference_lower', 'reference_upper'
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

{{ false_discovery(
    'tested', 'discovered', "measure_code, organisation_code, organisation_level, period_start, period_end, basis, case basis when 'practices_in_fifths' then edition else '' end"
) }}

select
    found.icb_code,
    found.source,
    found.measure_code,
    found.organisation_code,
    found.organisation_level,
    found.period_start,
    found.period_end,
    found.basis,
    found.characteristic,
    found.group_code,
    coalesce(found.edition, 'not_applicable') as edition,
    found.base::bigint as base,
    trim_scale(round(case when found.null_reason is null then found.value end::numeric, 8)) as value,
    trim_scale(round(case when found.null_reason is null then found.lower end::numeric, 8)) as lower,
    trim_scale(round(case when found.null_reason is null then found.upper end::numeric, 8)) as upper,
    found.null_reason,
    found.reference_group,
    trim_scale(round(found.reference_value::numeric, 8)) as reference_value,
    trim_scale(round(found.difference::numeric, 8)) as difference,
    trim_scale(round(found.difference_lower::numeric, 8)) as difference_lower,
    trim_scale(round(found.difference_upper::numeric, 8)) as difference_upper,
    trim_scale(round(found.p_value::numeric, 8)) as p_value,
    trim_scale(round(found.q_value::numeric, 8)) as q_value,
    found.difference_null_reason,
    case
        when found.difference_null_reason is not null then null
        when found.q_value <= 0.05 and found.difference > 0 then found.group_code
        when found.q_value <= 0.05 then found.reference_group
        else 'neither'
    end as says_it_more,
    case
        when found.difference_null_reason is not null or measure.direction = 'not_applicable' then null
        when found.q_value > 0.05 or found.q_value is null then 'neither'
        when (found.difference > 0) = (measure.direction = 'higher_is_better') then found.reference_group
        else found.group_code
    end as worse_off
from discovered as found
inner join {{ ref('dim_measure') }} as measure on found.measure_code = measure.measure_code
