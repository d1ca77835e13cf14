"""Who is heard, in the marts of the whole demo: each group that `truth.yml` says is seldom heard is found, and no other is.

Of its 16 groups 15 are found as ratios of voices to people. One is of a characteristic that its source cannot record.
"""

from decimal import Decimal

import pytest

from deliveries import query
from ics_insight import demo
from ics_insight.demo import plan
from ics_insight.representation import r_indicator

pytestmark = pytest.mark.usefixtures("demo_marts")
Group = tuple[str, str]


def planted() -> set[Group]:
    """Source and group code of what is planted, as marts write it."""
    return {(rule["source"], f"{rule['characteristic']}:{rule['group']}") for rule in plan.seldom_heard()}


def seldom_heard(kind: str) -> list[Group]:
    return query(
        """select source, group_code from marts.representation
           where icb_code = %s and organisation_level = 'icb' and period_kind = %s and status = 'seldom_heard'""",
        demo.ICB, kind,
    )  # fmt: skip


def test_every_planted_group_is_found_and_no_other() -> None:
    found = set(seldom_heard("three_years"))
    cannot = set(query("select source, characteristic from marts.data_gap where finding = 'cannot_be_recorded'"))
    missing = planted() - found
    assert found <= planted()
    assert len(found) == 15
    assert missing == {("care_opinion", "ethnicity:Asian")}
    assert ("care_opinion", "ethnicity") in cannot


def test_the_gate_flags_the_sources_of_these_groups_and_no_other() -> None:
    flagged = query(
        """select source, sample_keys from assurance.result
           where target = 'marts.representation' and status = 'warn' and organisation_code = %s""",
        demo.ICB,
    )
    assert {source for source, _ in flagged} == {source for source, _ in seldom_heard("three_years")}
    assert sum(len(keys) for _, keys in flagged) == 15


def test_how_far_answering_differs_is_what_the_package_says_of_the_same_numbers() -> None:
    """From each group's people and ratio, by formulas that have known answers of their own (`test_representation.py`)."""
    groups = query(
        """select population, ratio from marts.representation
           where source = 'gpps' and organisation_code = %s and period_kind = 'year' and characteristic = 'age'
               and period_start = '2025-04-01' and ratio is not null""",
        demo.ICB,
    )
    [(rate, indicator, variation)] = query(
        """select response_rate, r_indicator, coefficient_of_variation from marts.survey_response
           where source = 'gpps' and organisation_code = %s and characteristic = 'age' and period_start = '2025-04-01'""",
        demo.ICB,
    )
    sampled = [float(people) for people, _ in groups]
    found = r_indicator([float(people * ratio * rate) for people, ratio in groups], sampled)
    assert float(indicator) == pytest.approx(found.r, abs=1e-5)
    assert float(variation) == pytest.approx(found.variation, abs=1e-5)


def test_what_a_source_cannot_record_is_no_zero() -> None:
    assert ("care_opinion", "ethnicity:Asian") in planted()
    assert query("select finding from marts.data_gap where source = 'care_opinion' and characteristic = 'ethnicity'") == [
        ("cannot_be_recorded",)
    ]
    assert set(
        query(
            """select status, null_reason, share from marts.representation
               where source = 'care_opinion' and characteristic = 'ethnicity' and group_code = 'ethnicity:Asian'"""
        )
    ) == {(None, "not_collected", None)}


def test_a_year_alone_finds_less_and_hardly_anything_that_is_not_there() -> None:
    """Of some 300 groups and years one in a hundred may be found by chance (`bench/representation.py` says how often)."""
    [(judged,)] = query(
        """select count(*) from marts.representation
           where icb_code = %s and organisation_level = 'icb' and period_kind = 'year' and status is not null""",
        demo.ICB,
    )
    by_chance = [group for group in seldom_heard("year") if group not in planted()]
    assert judged > 250
    assert len(by_chance) <= judged / 100


def test_the_ratio_says_how_much_less_a_group_speaks() -> None:
    """A group of p of all people that speaks r times as often as others has r / (1 - p + p r) of its share."""
    [(share, ratio, lower, upper)] = query(
        """select population_share, ratio, ratio_lower, ratio_upper from marts.representation
           where icb_code = %s and source = 'healthwatch' and organisation_level = 'icb' and period_kind = 'three_years'
               and group_code = 'sex:male'""",
        demo.ICB,
    )
    expected = Decimal("0.5") / (1 - share / 2)
    assert lower < expected < upper
    assert lower < ratio < upper


def test_the_panel_needs_additions_and_nobody_is_to_leave() -> None:
    [(short,)] = query(
        """select count(distinct group_code) from marts.panel_composition
           where group_code in ('age:16-34', 'deprivation:1', 'disability:yes') and additions_at_least > 0
               and as_at = (select max(as_at) from marts.panel_composition)"""
    )
    assert short == 3
    columns = dict(
        query(
            """select column_name, data_type from information_schema.columns
               where table_schema = 'marts' and table_name = 'panel_composition'"""
        )
    )
    assert not [name for name in columns if "surplus" in name or "over" in name]
    assert query("select min(additions_at_least) >= 0, max(seats) from marts.panel_composition") == [
        (True, plan.planted("panel_composition")["seats"])
    ]


def test_for_each_gap_somebody_is_named_who_hears_the_group() -> None:
    """Black people hardly complain in writing; they come to the PALS office, which is no farther from them than from others."""
    named = query(
        """select reached_by_source, status_there, reached, last_heard from marts.complement
           where icb_code = %s and source = 'complaints' and group_code = 'ethnicity:Black'""",
        demo.ICB,
    )
    assert {"pals", "fft_comments", "healthwatch"} <= {source for source, *_ in named}
    assert all(reached > 0 and status != "seldom_heard" for _, status, reached, _ in named)
