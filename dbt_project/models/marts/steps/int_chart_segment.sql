{{ config(materialized='table') }}

-- Points in the segments in which limits hold, and in stretches without a gap. Between two points lie `months_apart` months, the
-- shortest step of the measure in its series (of its source while it has but one wave, a year while that has but one); where
-- there are half as many again, a point is missing (not sent in, or suppressed), and no run and no moving range spans it.
with breaks as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        breaks_on,
        -- on one day, the reason that is written down comes before the one that was found
        (array_agg(reason order by array_position(array['documented_change', 'boundary', 'series', 'collection_mode'], reason)))[1]
            as reason
    from {{ ref('series_break') }}
    group by measure_code, organisation_code, organisation_level, breaks_on
),

spans as (
    select
        *,
        lead(breaks_on) over (partition by measure_code, organisation_code, organisation_level order by breaks_on) as next_on
    from breaks
),

points as (
    select
        *,
        concat_ws('|', measure_code, organisation_level, organisation_code, group_code) as chart_key
    from {{ ref('int_chart_point') }}
),

cut as (
    select
        points.*,
        spans.breaks_on,
        spans.reason
    from points
    left join spans
        on
            points.measure_code = spans.measure_code
            and points.organisation_code = spans.organisation_code
            and points.organisation_level = spans.organisation_level
            and points.period_start >= spans.breaks_on
            and points.period_start < coalesce(spans.next_on, 'infinity')
),

numbered as (
    select
        *,
        dense_rank() over (partition by chart_key order by breaks_on nulls first) as segment,
        round((period_start - lag(period_start) over (partition by chart_key, series order by period_start)) / 30.4375)
            as months_since_last
    from cut
),

paced as (
    select
        *,
        greatest(
            1,
            coalesce(
                min(months_since_last) over (partition by measure_code, series),
                min(months_since_last) over (partition by source),
                12
            )
        ) as months_apart
    from numbered
)

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
    numerator,
    denominator,
    lower,
    upper,
    scale,
    series,
    direction,
    months_apart,
    segment,
    coalesce(reason, 'first') as segment_reason,
    min(period_start) over (partition by chart_key, segment) as segment_from,
    sum(case when months_since_last > 1.5 * months_apart then 1 else 0 end) over (
        partition by chart_key order by period_start
    ) as stretch
from paced
