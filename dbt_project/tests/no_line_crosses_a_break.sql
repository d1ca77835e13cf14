-- Why: a value after a change of question, of method or of the way of asking is another measurement. Drawn on one line with those
-- before it, the change would be read as better or worse care.
with lines as (
    select
        points.measure_code,
        points.organisation_code,
        points.organisation_level,
        points.group_code,
        points.method,
        points.segment,
        min(points.segment_from) as segment_from,
        max(points.period_start) as last_point,
        count(distinct measured.series) as series
    from {{ ref('signal') }} as points
    inner join {{ ref('int_chart_point') }} as measured
        on
            points.measure_code = measured.measure_code
            and points.organisation_code = measured.organisation_code
            and points.organisation_level = measured.organisation_level
            and points.group_code = measured.group_code
            and points.period_start = measured.period_start
    group by
        points.measure_code, points.organisation_code, points.organisation_level, points.group_code, points.method,
        points.segment
)

select lines.*
from lines
left join {{ ref('series_break') }} as breaks
    on
        lines.measure_code = breaks.measure_code
        and lines.organisation_code = breaks.organisation_code
        and lines.organisation_level = breaks.organisation_level
        and lines.segment_from < breaks.breaks_on
        and lines.last_point >= breaks.breaks_on
where lines.series > 1 or breaks.breaks_on is not null
