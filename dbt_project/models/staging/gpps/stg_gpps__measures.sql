-- The measures that the vocabulary lists: the share of favourable answers among those who could judge, of each area. Only their
-- cells are looked up; a row of a thousand cells is unpacked once (a function among the tables is called once), not for each.
with places as (
    select
        extract_id,
        sheet,
        array_agg(measure_code order by measure_code) as measure_code,
        array_agg(value_at order by measure_code) as value_at,
        array_agg(numerator_at order by measure_code) as numerator_at,
        array_agg(denominator_at order by measure_code) as denominator_at,
        array_agg(base_at order by measure_code) as base_at,
        array_agg(lower_at order by measure_code) as lower_at,
        array_agg(upper_at order by measure_code) as upper_at
    from {{ ref('stg_gpps__columns') }}
    group by extract_id, sheet
),

questions as (
    select
        {{ gpps_area() }},
        place.measure_code,
        {{ gpps_number('whole.cells[place.value_at]') }} as value,
        {{ gpps_number('whole.cells[place.numerator_at]') }} as numerator,
        {{ gpps_number('whole.cells[place.denominator_at]') }} as denominator,
        {{ gpps_number('whole.cells[place.base_at]') }} as base,
        {{ gpps_number('whole.cells[place.lower_at]') }} as lower_limit,
        {{ gpps_number('whole.cells[place.upper_at]') }} as upper_limit,
        {{ gpps_null_reason('whole.cells[place.value_at]') }} as null_reason,
        'wilson_95_published' as interval_method,
        case
            when place.lower_at is null then 'not_collected'
            else {{ gpps_null_reason('whole.cells[place.lower_at]') }}
        end as interval_null_reason
    from {{ source('gpps', 'gpps') }} as gpps
    inner join {{ extracts_in_use('gpps') }} as extracts on gpps.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header
        on gpps.extract_id = header.extract_id and gpps.sheet = header.sheet
    inner join places on gpps.extract_id = places.extract_id and gpps.sheet = places.sheet
    cross join lateral array_cat(gpps.cells, '{}'::text[]) as whole (cells)
    cross join
        lateral unnest(
            places.measure_code,
            places.value_at,
            places.numerator_at,
            places.denominator_at,
            places.base_at,
            places.lower_at,
            places.upper_at
        )
            as place (
                measure_code, value_at, numerator_at, denominator_at, base_at, lower_at, upper_at
            )

    union all

    -- nobody is weighted here: questionnaires that came back, of those that were sent
    select
        *,
        case when period_start < '2024-01-01' then 'gpps_to_2023_response_rate' else 'gpps_response_rate' end as measure_code,
        response_rate as value,
        received as numerator,
        distributed as denominator,
        received as base,
        case when response_rate is not null then {{ wilson_95('lower', 'received', 'distributed') }} end as lower_limit,
        case when response_rate is not null then {{ wilson_95('upper', 'received', 'distributed') }} end as upper_limit,
        case when response_rate is null then 'not_collected' end as null_reason,
        'wilson_95' as interval_method,
        case
            when response_rate is null or received is null or coalesce(distributed, 0) = 0 then 'not_collected'
        end as interval_null_reason
    from {{ ref('stg_gpps__areas') }}
)

select
    extract_id,
    'gpps' as source,
    measure_code,
    organisation_code,
    organisation_level,
    icb_code as publisher_icb_code,
    period_start,
    period_end,
    'all' as group_code,
    value,
    'proportion' as scale,
    numerator,
    denominator,
    base::bigint as base,
    lower_limit as lower,
    upper_limit as upper,
    case when lower_limit is not null then interval_method end as interval_method,
    null_reason,
    interval_null_reason,
    -- New questionnaire and online-first fieldwork in 2024; several items changed in 2021, and it is not known here which; people
    -- of 16 and 17 are asked since 2018 (facts.md section 2). No line crosses any of these.
    case
        when period_start >= '2024-01-01' then 'gpps_2024'
        when period_start >= '2021-01-01' then 'gpps_2021'
        when period_start >= '2018-01-01' then 'gpps_2018'
        else 'gpps_before_2018'
    end as series
from questions
