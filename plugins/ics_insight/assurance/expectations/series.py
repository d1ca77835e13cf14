"""Whether a line goes on as it did, in what it counts and in how it is asked."""

from typing import ClassVar

from ics_insight.assurance.expectations.cases import CaseExpectation


class ExpectSeriesToHaveNoUnexplainedBreak(CaseExpectation):
    """Where how many answer and what they say change at once, another way of measuring is known of (`marts.series_break`).

    Of each line the six months from a month on are held against the six before. It breaks where the denominator is at least
    `least_times` as large or as small, the share differs by at least `least_difference` and by more than three standard errors, and
    no month near it shows more. Care that changes moves the share alone; a change of method moves both. A break is explained by one
    that is known within a month. Lines of fewer than six months are too few.
    """

    least_times: float = 1.5
    least_difference: float = 0.02

    says: ClassVar[str] = (
        "Where answers become $least_times times as many or few and the share moves by $least_difference or "
        "more, another way of measuring is known of."
    )
    query: ClassVar[str] = """
        with points as (
            select
                source, measure_code, organisation_code, organisation_level, period_start, period_end, denominator,
                value * denominator as numerator
            from {of}
            where is_default and method <> 'waves' and group_code = 'all' and denominator > 0 and value between 0 and 1
        ),

        sides as (
            select
                *,
                count(*) over before as months_before, count(*) over since as months_since,
                avg(denominator) over before as people_before, avg(denominator) over since as people_since,
                sum(numerator) over before / sum(denominator) over before as share_before,
                sum(numerator) over since / sum(denominator) over since as share_since,
                sum(denominator) over before as all_before, sum(denominator) over since as all_since,
                count(*) over line as months
            from points
            window
                line as (partition by source, measure_code, organisation_code, organisation_level),
                before as (
                    partition by source, measure_code, organisation_code, organisation_level
                    order by period_start range between interval '6 months' preceding and interval '1 day' preceding
                ),
                since as (
                    partition by source, measure_code, organisation_code, organisation_level
                    order by period_start range between current row and interval '5 months' following
                )
        ),

        compared as (
            select
                *,
                abs(share_since - share_before) as moved,
                (share_before * all_before + share_since * all_since) / (all_before + all_since) as pooled
            from sides
            where
                months_before >= 3 and months_since >= 3
                and greatest(people_since / people_before, people_before / people_since) >= {least_times}
        ),

        broken as (
            select
                *,
                max(moved) over (
                    partition by source, measure_code, organisation_code, organisation_level
                    order by period_start range between interval '5 months' preceding and interval '5 months' following
                ) as most
            from compared
            where moved >= {least_difference} and moved > 3 * sqrt(pooled * (1 - pooled) * (1 / all_before + 1 / all_since))
        )

        select
            'broken' as status, source, organisation_code, measure_code, period_start, period_end,
            round(moved::numeric, 4) as observed, {least_difference} as threshold, measure_code || ' ' || period_start as key
        from broken
        where
            moved = most
            and not exists (
                select
                from marts.series_break as known
                where
                    known.measure_code = broken.measure_code and known.organisation_code = broken.organisation_code
                    and known.organisation_level = broken.organisation_level
                    and known.breaks_on >= broken.period_start - interval '1 month'
                    and known.breaks_on <= broken.period_start + interval '1 month'
            )
        union all
        select
            'too_few', source, organisation_code, measure_code, min(period_start), max(period_end), max(months), 6, measure_code
        from sides
        where months < 6
        group by source, organisation_code, organisation_level, measure_code
    """


class ExpectVolumeToStayWithinItsOwnHistory(CaseExpectation):
    """A period counts about as many as the periods before it, of its own line and since its method last changed.

    `counted` is the column. It is outside where it is more than `times` as large or as small as the mean of the last twelve, and
    more than three spreads from it: their standard deviation, or the square root of the mean where that is more. With fewer than
    `least_periods` before it a period is too few to tell: one case for each line, of all such periods.
    """

    counted: str
    times: float
    least_periods: int = 6

    names: ClassVar[tuple[str, ...]] = ("of", "counted")
    says: ClassVar[str] = (
        "A period counts no more than $times times as many or few as the twelve before it, which are $least_periods or more."
    )
    query: ClassVar[str] = """
        with counts as (
            select
                listed.source, listed.measure_code, listed.organisation_code, listed.organisation_level, listed.period_start,
                listed.period_end, listed.{counted}::numeric as counted, max(known.breaks_on) as line_from
            from {of} as listed
            left join marts.series_break as known
                on
                    listed.measure_code = known.measure_code and listed.organisation_code = known.organisation_code
                    and listed.organisation_level = known.organisation_level and listed.period_start >= known.breaks_on
            where listed.{counted} is not null
            group by
                listed.source, listed.measure_code, listed.organisation_code, listed.organisation_level, listed.period_start,
                listed.period_end, listed.{counted}
        ),

        histories as (
            select
                *, count(*) over before as periods, avg(counted) over before as usual,
                coalesce(stddev_samp(counted) over before, 0) as spread
            from counts
            window before as (
                partition by source, measure_code, organisation_code, organisation_level, line_from
                order by period_start, period_end rows between 12 preceding and 1 preceding
            )
        )

        select
            'broken' as status, source, organisation_code, measure_code, period_start, period_end, counted as observed,
            case
                when counted > usual then greatest({times} * usual, usual + 3 * greatest(spread, sqrt(usual)))
                else least(usual / {times}, usual - 3 * greatest(spread, sqrt(usual)))
            end::numeric(20, 1) as threshold,
            concat_ws(' ', measure_code, period_start) as key
        from histories
        where
            periods >= {least_periods}
            and (counted > {times} * usual or counted < usual / {times})
            and abs(counted - usual) > 3 * greatest(spread, sqrt(usual))
        union all
        select
            'too_few', source, organisation_code, measure_code, min(period_start), max(period_end), max(periods),
            {least_periods}, measure_code
        from histories
        where periods < {least_periods}
        group by source, organisation_code, organisation_level, measure_code, line_from
    """


class ExpectModeMixToBeStable(CaseExpectation):
    """No organisation began to ask in another way: less than `most_moved` of its answers, from 0.5 to 1, come another way than
    before.

    Which month that was, and how much moved, `intermediate.int_collection_change` says. An organisation that says of no month by
    which way its answers came is not applicable; one with fewer than 60 answers in all is too few.
    """

    most_moved: float = 0.5

    says: ClassVar[str] = "Less than $most_moved of answers begin to come another way."
    query: ClassVar[str] = """
        with modes as (
            select
                source, measure_code, organisation_code, organisation_level, period_start, max(period_end) as period_end,
                sum(responses) as answers
            from {of}
            group by source, measure_code, organisation_code, organisation_level, period_start
        )

        select
            'broken' as status, modes.source, modes.organisation_code, modes.measure_code, modes.period_start, modes.period_end,
            changes.moved::numeric as observed, {most_moved} as threshold,
            modes.measure_code || ' ' || modes.period_start || ' ' || changes.mode_before || ' to ' || changes.mode_since as key
        from modes
        inner join intermediate.int_collection_change as changes
            on
                modes.measure_code = changes.measure_code and modes.organisation_code = changes.organisation_code
                and modes.organisation_level = changes.organisation_level and modes.period_start = changes.changed_on
        where changes.moved >= {most_moved}
        union all
        select
            case when sum(answers) is null then 'not_applicable' else 'too_few' end, source, organisation_code, measure_code,
            min(period_start), max(period_end), sum(answers), 60, measure_code
        from modes
        group by source, organisation_code, organisation_level, measure_code
        having coalesce(sum(answers), 0) < 60
    """
