{{ config(sql_header="set local work_mem = '256MB';") }}

-- Where a line must be cut, and why: a new series of the source, a documented change (seed `measure_change`), or another way of
-- asking. One row per chart, day and reason. A break says that what comes after it is another measurement, never that care changed.
with charts as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        source,
        min(period_start) as first_day,
        max(period_start) as last_day
    from {{ ref('int_chart_point') }}
    group by measure_code, organisation_code, organisation_level, source
),

by_series as (
    select distinct
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        series,
        lag(series) over (
            partition by measure_code, organisation_code, organisation_level, group_code order by period_start
        ) as series_before
    from {{ ref('int_chart_point') }}
),

found as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        period_start as breaks_on,
        'series' as reason,
        'A new series: ' || series_before || ' ended, ' || series || ' begins' as what
    from by_series
    where series_before <> series

    union all

    select
        charts.measure_code,
        charts.organisation_code,
        charts.organisation_level,
        changes.changed_on as breaks_on,
        'documented_change' as reason,
        changes.what
    from charts
    inner join {{ with_local('measure_change', ['change_code']) }} as changes
        on
            changes.source in (charts.source, '*')
            and changes.measure_code in (charts.measure_code, '*')
            and changes.organisation_code in (charts.organisation_code, '*')
            and changes.organisation_level in (charts.organisation_level, '*')
    where changes.changed_on > charts.first_day and changes.changed_on <= charts.last_day

    union all

    select
        changes.measure_code,
        changes.organisation_code,
        changes.organisation_level,
        changes.changed_on as breaks_on,
        'collection_mode' as reason,
        'Another way of asking: most answers came by ' || replace(changes.mode_before, '_', ' ') || ', now by '
        || replace(changes.mode_since, '_', ' ') as what
    from {{ ref('int_collection_change') }} as changes
    inner join charts
        on
            changes.measure_code = charts.measure_code
            and changes.organisation_code = charts.organisation_code
            and changes.organisation_level = charts.organisation_level
    where changes.changed_on > charts.first_day

    union all

    select
        charts.measure_code,
        charts.organisation_code,
        charts.organisation_level,
        succession.effective_on as breaks_on,
        'boundary' as reason,
        'Other boundaries: it took in ' || succession.predecessor
        || case when succession.weight < 1 then ' in part' else '' end as what
    from charts
    inner join {{ ref('bridge_organisation_succession') }} as succession on charts.organisation_code = succession.successor
    where
        charts.organisation_level in ('icb', 'sub_icb')
        and succession.effective_on > charts.first_day
        and succession.effective_on <= charts.last_day
)

select
    measure_code,
    organisation_code,
    organisation_level,
    breaks_on,
    reason,
    min(what) as what
from found
group by measure_code, organisation_code, organisation_level, breaks_on, reason
