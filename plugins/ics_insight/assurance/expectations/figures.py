"""Whether published figures agree with themselves and with each other."""

from typing import ClassVar, Literal

from ics_insight.assurance.expectations.cases import CaseExpectation


class ExpectPublishedSharesToMatchTheirCounts(CaseExpectation):
    """A published share is its numerator by its denominator, give or take `tolerance` (a share, from 0 to 1), in these `sources`.

    Shares that were published without counts are not applicable: one case for each source and measure.
    """

    sources: list[str]
    tolerance: float

    says: ClassVar[str] = "A published share is its numerator by its denominator, give or take $tolerance."
    query: ClassVar[str] = """
        with shares as (
            select *, round(abs(value - numerator / nullif(denominator, 0)), 6) as apart
            from {of}
            where scale = 'proportion' and value is not null and source = any({sources}::text [])
        )

        select
            'broken' as status, source, organisation_code, measure_code, period_start, period_end, apart as observed,
            {tolerance} as threshold, concat_ws(' ', measure_code, period_start, nullif(group_code, 'all')) as key
        from shares
        where apart > {tolerance}
        union all
        select
            'not_applicable', source, null, measure_code, min(period_start), max(period_end), null, null, measure_code
        from shares
        where apart is null
        group by source, measure_code
    """


class ExpectPartsToReconcileWithTheirTotal(CaseExpectation):
    """What the organisations of level `parts` count adds up to what their `total` counts, England or their board (`icb`).

    `counted` is the column. With `relation` `equal` the sum may differ by `tolerance`, a share of the total; with `at_most` it may
    only not be more: where small numbers are hidden, parts are missing. A total of which a part is not known is not applicable to
    `equal`.
    """

    sources: list[str]
    parts: str
    total: Literal["england", "icb"]
    counted: Literal["numerator", "denominator", "base"]
    relation: Literal["equal", "at_most"] = "equal"
    tolerance: float = 0.0

    names: ClassVar[tuple[str, ...]] = ("of", "counted")
    says: ClassVar[str] = (
        "What each $parts counts, added up, against what its $total counts: $relation, give or take $tolerance of it."
    )
    query: ClassVar[str] = """
        with parts as (
            select
                source, measure_code, period_start, period_end, case {total} when 'icb' then icb_code else 'ENG' end as total_code,
                sum({counted}) as added, bool_or({counted} is null) as one_unknown
            from {of}
            where organisation_level = {parts} and source = any({sources}::text [])
            group by source, measure_code, period_start, period_end, total_code
        ),

        totals as (
            select
                total.source, total.organisation_code, total.measure_code, total.period_start, total.period_end,
                total.{counted} as counted, parts.added, parts.one_unknown
            from {of} as total
            inner join parts
                on
                    total.source = parts.source and total.measure_code = parts.measure_code
                    and total.period_start = parts.period_start and total.period_end = parts.period_end
                    and total.organisation_code = parts.total_code
            where total.organisation_level = {total}
        )

        select
            case when {relation} = 'equal' and one_unknown then 'not_applicable' else 'broken' end as status,
            source, organisation_code, measure_code, period_start, period_end, added as observed, counted as threshold,
            concat_ws(' ', measure_code, period_start) as key
        from totals
        where
            case {relation}
                when 'equal' then one_unknown or abs(added - counted) > {tolerance} * counted
                else added > (1 + {tolerance}) * counted
            end
    """


class ExpectScoresNotToBeImplausiblyPerfect(CaseExpectation):
    """No organisation says month after month that everybody was content, where that is less likely than `chance`.

    Of a measure on which higher is better, a run is at least `least_periods` periods of an organisation, one after the other, of
    which each share is 1. Its chance is the share of all others of its level, to the power of its answers. A run that chance may
    have made is too few answers to tell.
    """

    sources: list[str]
    chance: float = 1e-6
    least_periods: int = 6

    says: ClassVar[str] = (
        "Nobody reports for $least_periods periods or more that everybody was content, where that is less likely than $chance."
    )
    query: ClassVar[str] = """
        with shares as (
            select
                listed.*, listed.value = 1 as perfect,
                row_number() over chart - row_number() over (
                    partition by listed.source, listed.measure_code, listed.organisation_code, listed.organisation_level,
                        listed.value = 1
                    order by listed.period_start
                ) as run
            from {of} as listed
            inner join marts.dim_measure as measure on listed.measure_code = measure.measure_code
            where
                listed.source = any({sources}::text []) and listed.group_code = 'all' and listed.scale = 'proportion'
                and listed.value is not null and listed.base > 0 and measure.direction = 'higher_is_better'
            window chart as (
                partition by listed.source, listed.measure_code, listed.organisation_code, listed.organisation_level
                order by listed.period_start
            )
        ),

        runs as (
            select
                source, measure_code, organisation_code, organisation_level, min(period_start) as period_start,
                max(period_end) as period_end, sum(base) as answers
            from shares
            where perfect
            group by source, measure_code, organisation_code, organisation_level, run
            having count(*) >= {least_periods}
        ),

        organisations as (
            select
                source, measure_code, organisation_level, organisation_code, sum(base) as answers, sum(value * base) as content
            from shares
            group by source, measure_code, organisation_level, organisation_code
        ),

        others as (
            select
                *,
                (sum(content) over everybody - content) / nullif(sum(answers) over everybody - answers, 0) as share
            from organisations
            window everybody as (partition by source, measure_code, organisation_level)
        ),

        judged as (
            select runs.*, runs.answers * ln(nullif(others.share, 0)) as log_chance
            from runs
            inner join others
                on
                    runs.source = others.source and runs.measure_code = others.measure_code
                    and runs.organisation_level = others.organisation_level and runs.organisation_code = others.organisation_code
        )

        select
            case when log_chance < ln({chance}) then 'broken' else 'too_few' end as status,
            source, organisation_code, measure_code, period_start, period_end,
            answers || ' answers, all content' as observed, {chance} as threshold, measure_code as key
        from judged
        where log_chance is not null
    """
