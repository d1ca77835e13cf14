-- Months with which an organisation began to ask in another way: who answers, and what they say, changes with it though care does
-- not. The ways of the six months before and of the six months from then on are held against each other: a change is where at least
-- half of the answers come another way (half the sum of the differences between the shares, from 0 to 1), among thirty answers or
-- more of at least two months on either side (one odd month is no change of method), and no month near it shows more.
with of_months as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        mode,
        responses::double precision / nullif(
            sum(responses) over (partition by measure_code, organisation_level, organisation_code, period_start), 0
        ) as share
    from {{ ref('int_collection_modes') }}
    where responses is not null
),

highest as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        mode,
        max(share) as share,
        count(*) as months
    from of_months
    group by measure_code, organisation_level, organisation_code, mode
),

-- Only these are looked at month by month. What came another way is the sum over the ways of the higher of the two shares, less 1;
-- and no share of several months together is above the highest of one of them, where every way has a number for every month.
may_have_changed as (
    select
        measure_code,
        organisation_code,
        organisation_level
    from highest
    group by measure_code, organisation_level, organisation_code
    having sum(share) > 1.499999 or min(months) <> max(months)
),

by_mode as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        mode,
        sum(responses) over six_before as before,
        sum(responses) over six_from_here as since
    from {{ ref('int_collection_modes') }}
    where
        responses is not null
        and (measure_code, organisation_code, organisation_level) in (
            select
                may_have_changed.measure_code,
                may_have_changed.organisation_code,
                may_have_changed.organisation_level
            from may_have_changed
        )
    window
        six_before as (
            partition by measure_code, organisation_code, organisation_level, mode
            order by period_start range between interval '6 months' preceding and interval '1 day' preceding
        ),
        six_from_here as (
            partition by measure_code, organisation_code, organisation_level, mode
            order by period_start range between current row and interval '5 months' following
        )
),

shares as (
    select
        *,
        sum(before) over month_of_chart as all_before,
        sum(since) over month_of_chart as all_since
    from by_mode
    window month_of_chart as (partition by measure_code, organisation_code, organisation_level, period_start)
),

distances as (
    select
        measure_code,
        organisation_code,
        organisation_level,
        period_start,
        max(all_before) as answers_before,
        max(all_since) as answers_since,
        (array_agg(mode order by before desc nulls last, mode asc))[1] as mode_before,
        (array_agg(mode order by since desc nulls last, mode asc))[1] as mode_since,
        0.5 * sum(abs(coalesce(before, 0) / nullif(all_before, 0) - coalesce(since, 0) / nullif(all_since, 0))) as moved
    from shares
    group by measure_code, organisation_code, organisation_level, period_start
),

months as (
    select
        *,
        count(*) over (
            partition by measure_code, organisation_code, organisation_level
            order by period_start range between interval '6 months' preceding and interval '1 day' preceding
        ) as months_before,
        count(*) over (
            partition by measure_code, organisation_code, organisation_level
            order by period_start range between current row and interval '5 months' following
        ) as months_since
    from distances
),

compared as (
    select
        *,
        max(moved) over (
            partition by measure_code, organisation_code, organisation_level
            order by period_start range between interval '5 months' preceding and interval '1 day' preceding
        ) as most_before,
        max(moved) over (
            partition by measure_code, organisation_code, organisation_level
            order by period_start range between interval '1 day' following and interval '5 months' following
        ) as most_after
    from months
    where answers_before >= 30 and answers_since >= 30 and months_before >= 2 and months_since >= 2
)

select
    measure_code,
    organisation_code,
    organisation_level,
    period_start as changed_on,
    mode_before,
    mode_since,
    round(moved, 4)::double precision as moved
from compared
where moved >= 0.5 and moved > coalesce(most_before, 0) and moved >= coalesce(most_after, 0)
