-- Why: a value after a change of question, of method or of the way of asking is another measurement. Drawn on one line with those
-- before it, the change would be read as better or worse care.
select
    measure_code,
    organisation_code,
    group_code,
    method,
    segment
from (
    select
        points.*,
        measured.series
    from {{ ref('signal') }} as points
    inner join {{ ref('int_chart_point') }} as measured
        on
            points.measure_code = measured.measure_code
            and points.organisation_code = measured.organisation_code
            and points.organisation_level = measured.organisation_level
            and points.group_code = measured.group_code
            and points.period_start = measured.period_start
) as points
group by measure_code, organisation_code, organisation_level, group_code, method, segment
having
    count(distinct series) > 1
    or bool_or(
        exists (
            select 1 from {{ ref('series_break') }} as breaks
            where
                breaks.measure_code = points.measure_code
                and breaks.organisation_code = points.organisation_code
                and breaks.organisation_level = points.organisation_level
                and breaks.breaks_on > points.segment_from
                and breaks.breaks_on <= points.period_start
        )
    )
