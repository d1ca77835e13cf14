"""Whether those who were heard are those who live there."""

from typing import ClassVar, Literal

from ics_insight.assurance.expectations.cases import CaseExpectation


class ExpectSampleToRepresentPopulation(CaseExpectation):
    """No group's share of voices is, beyond doubt, less than `least_ratio` of its share of the population.

    Beyond doubt: the upper limit of the ratio is below it. A group that too few spoke of, or whose ratio may be either, is
    `too_few`; one that its source does not ask after is `not_applicable`.
    """

    least_ratio: float = 0.8
    period_kind: Literal["year", "three_years"] = "year"

    query: ClassVar[str] = """
        select
            case
                when status = 'seldom_heard' then 'broken'
                when status = 'unclear' or null_reason = 'too_few' then 'too_few'
                else 'not_applicable'
            end as status,
            source, organisation_code, null::text as measure_code, period_start, period_end, round(ratio::numeric, 3) as observed,
            {least_ratio} as threshold, characteristic || ' ' || group_code as key
        from {of}
        where
            period_kind = {period_kind}
            and (
                (status = 'seldom_heard' and ratio_upper < {least_ratio}) or status = 'unclear' or status is null
            )
    """
