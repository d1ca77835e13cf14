"""Whether those who were heard are those who live there."""

from typing import ClassVar, Literal

from ics_insight.assurance.expectations.cases import CaseExpectation


class ExpectSampleToRepresentPopulation(CaseExpectation):
    """No group's share of voices is, beyond doubt, less than its share of the population allows: the mart says what that is.

    A group that too few spoke of, or whose ratio may be either, is `too_few`; one that its source does not ask after is
    `not_applicable`.
    """

    period_kind: Literal["year", "three_years"] = "year"

    says: ClassVar[str] = "No group is, beyond doubt, less heard than its share of the population allows ($period_kind)."
    query: ClassVar[str] = """
        select
            case
                when status = 'seldom_heard' then 'broken'
                when status = 'unclear' or null_reason = 'too_few' then 'too_few'
                else 'not_applicable'
            end as status,
            source, organisation_code, null::text as measure_code, period_start, period_end, round(ratio::numeric, 3) as observed,
            seldom_below as threshold, characteristic || ' ' || group_code as key
        from {of}
        where period_kind = {period_kind} and (status in ('seldom_heard', 'unclear') or status is null)
    """
