"""What the checks say of the whole demo: what was planted to be amiss is flagged, and what only looks so is not."""

from datetime import date
from typing import Any

import pytest

from deliveries import query
from ics_insight.demo.months import first
from ics_insight.demo.plan import planted

pytestmark = pytest.mark.usefixtures("demo_marts")

OWN = {"E5Z8P": ["X0Z0E", "X0Z0F"]}  # sites, of which a trust's ways of asking are told


def flagged(expectation: str) -> list[tuple[Any, ...]]:
    """Organisation, measure and first day of the cases that did not hold."""
    return query(
        """select organisation_code, measure_code, period_start from assurance.result
           where gate = 'marts' and source is not null and expectation = %s and status in ('warn', 'fail') order by 1, 2, 3""",
        expectation,
    )


def test_nothing_blocked_and_every_expectation_was_asked() -> None:
    assert query("select distinct state from ledger.publication") == [("published",)]
    statuses = dict(
        query("select expectation, status from assurance.result where gate = 'marts' and source is null and extract_id is null")
    )
    assert {name for name, status in statuses.items() if status == "warn"} == {
        "people are asked as they were before", "no organisation is perfect month after month", "claims of savings add up",
        "benefit and cost are of as many months", "one role answers for each scope",
        "lines go on as they did, or it is known why not", "every group is heard as its number would have it",
    }  # fmt: skip
    assert set(statuses.values()) == {"pass", "warn"}


def test_a_change_of_how_people_are_asked_is_flagged_at_the_trust_and_its_sites_and_nowhere_else() -> None:
    change = planted("collection_mode")
    month = first(change["first_month"])
    trust = change["organisation"]
    assert flagged("people are asked as they were before") == [
        (organisation, f"fft_{change['fft_setting']}_{direction}", month)
        for organisation in (trust, *OWN[trust])
        for direction in ("negative", "positive")
    ]


def test_a_board_whose_trust_asks_in_another_way_has_a_break_that_nobody_explains() -> None:
    """The board has no way of asking of its own, and most of its inpatients' answers are that trust's."""
    found = flagged("lines go on as they did, or it is known why not")
    assert {organisation for organisation, *_ in found} == {"QZ8"}
    assert all(abs((day - date(2025, 4, 1)).days) <= 31 for *_, day in found)


def test_a_clinic_that_is_always_perfect_is_flagged_from_its_first_month_to_its_last() -> None:
    clinic = planted("too_perfect")
    begins, ends = map(first, clinic["months"])
    found = query(
        """select distinct period_start, date_trunc('month', period_end)::date from assurance.result
           where status = 'warn' and expectation = 'no organisation is perfect month after month'
               and left(organisation_code, 4) = %s""",
        clinic["organisation"],
    )
    assert found == [(begins, ends)]
    assert {organisation for organisation, *_ in flagged("no organisation is perfect month after month")} == {"NQZ9", "NQZ91"}


def test_a_claim_of_two_years_under_the_name_of_one_is_flagged_with_how_many_times_too_much_it_is() -> None:
    claim = planted("savings_claim")
    [(organisation, observed, keys)] = query(
        """select organisation_code, observed::float, sample_keys from assurance.result
           where expectation = 'claims of savings add up' and source is not null and gate = 'marts'"""
    )
    corrected = claim["cases_averted"] * sum(claim["unit_costs"].values())
    assert (organisation, keys) == (claim["organisation"], [f"{claim['action']}-B1"])
    assert observed == pytest.approx(claim["claimed"]["amount"] / corrected, abs=0.0001)


def test_what_nobody_answers_for_is_flagged_where_a_role_ended_and_where_a_post_is_vacant() -> None:
    gap = planted("ownership_gap")
    found = {organisation for organisation, *_ in flagged("one role answers for each scope")}
    assert found == {gap["organisation"], gap["vacant"]["organisation"]}


@pytest.mark.parametrize("name", ["restated_month", "late_month", "non_submitter", "merged_practice", "phone_collapse"])
def test_what_only_looks_amiss_is_not_flagged(name: str) -> None:
    """A month that is sent again or late, a trust that sends nothing, patients who move, and care that fails: data are right."""
    plan = planted(name)
    organisations = [plan[key] for key in ("organisation", "predecessor", "successor", "practice") if key in plan]
    source = plan.get("source", "fft")
    found = query(
        """select expectation from assurance.result
           where gate = 'marts' and source = %s and status in ('warn', 'fail')
               and (organisation_code = any(%s) or %s)""",
        source, organisations, not organisations,
    )  # fmt: skip
    assert found == []


def test_the_flags_stand_beside_the_figures() -> None:
    perfect = planted("too_perfect")
    found = query(
        """select distinct quality.sentence from marts.fct_measure as fact
           inner join marts.quality as quality
               using (icb_code, source, measure_code, organisation_code, period_start, period_end, extract_id)
           where fact.organisation_code = %s and fact.measure_code = 'fft_inpatient_positive'""",
        perfect["organisation"],
    )
    assert [sentence.partition(".")[0] for (sentence,) in found] == ["Not so: no organisation is perfect month after month"]
    assert query(
        """select count(*) = count(distinct (icb_code, measure_code, organisation_code, period_start, period_end, extract_id))
           from marts.quality"""
    ) == [(True,)]
