"""The custom expectations, each on a small table made by hand: what it flags, what it lets pass, and where it says that it cannot
tell."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deliveries import deliver
from ics_insight.assurance.suites import described, suites
from marts import Asked, make, month, only, said
from tiny_files import AE_NAME, ae_csv

pytestmark = pytest.mark.usefixtures("empty_warehouse")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(tmp_path / "project", monkeypatch)


# ---- published shares and their counts


def share(organisation: str, value: Any, numerator: Any, denominator: Any, **more: Any) -> dict[str, Any]:
    counted = {"numerator": numerator, "denominator": denominator, "base": denominator}
    return {"organisation_code": organisation, "value": value, **counted, **month(0), **more}


def test_a_share_that_its_counts_do_not_give_is_flagged(asked: Asked) -> None:
    rows = [share("X1X", "0.5", 1, 3), share("X2X", "0.33", 1, 3), share("X3X", "0.339", 1, 3)]
    make("marts.fct_measure", *rows, share("X4X", 4, 1, 3, scale="score_0_10"), share("X5X", "0.5", 1, 3, source="gpps"))
    found = asked("marts.fct_measure", "expect_published_shares_to_match_their_counts", sources=["fft"], tolerance=0.0051)
    # 1/2 − 1/3 = 1/6 and 0.339 − 1/3 = 0.005667; 1/3 − 0.33 = 0.0033 is rounding
    assert said(found) == [("warn", "X1X", "0.166667"), ("warn", "X3X", "0.005667")]
    assert (found.status, found.observed, found.threshold) == ("warn", "2", "0")
    assert found.sentence == "Not so: it holds (fft X1X fft_ae_positive 2025-01-01, fft X3X fft_ae_positive 2025-01-01). It must."


def test_a_share_without_counts_is_not_applicable_and_an_expectation_of_nothing_else_holds(asked: Asked) -> None:
    make("marts.fct_measure", share("X1X", "0.5", None, None), share("X2X", "0.6", None, None, **month(3)))
    found = asked("marts.fct_measure", "expect_published_shares_to_match_their_counts", sources=["fft"], tolerance=0.0051)
    assert found.status == "pass"
    case = only(found)
    assert (case.status, case.organisation_code, case.measure_code) == ("not_applicable", None, "fft_ae_positive")
    assert (case.period_start, case.period_end) == (date(2025, 1, 1), date(2025, 4, 30))


def test_more_cases_than_great_expectations_shows_are_all_there(asked: Asked) -> None:
    make("marts.fct_measure", *(share(f"X{number:03}", "0.5", 1, 3) for number in range(201)))
    found = asked("marts.fct_measure", "expect_published_shares_to_match_their_counts", sources=["fft"], tolerance=0.0051)
    assert (found.observed, len(found.cases)) == ("201", 201)
    assert len(found.keys) == 10
    assert ", …)" in found.sentence


def test_groups_of_one_figure_are_one_case_with_the_keys_of_each(asked: Asked) -> None:
    make("marts.fct_measure", *(share("X1X", "0.5", 1, 3, group_code=group) for group in ("16-34", "35-64")))
    found = asked("marts.fct_measure", "expect_published_shares_to_match_their_counts", sources=["fft"], tolerance=0.0051)
    assert sorted(only(found).keys) == ["fft_ae_positive 2025-01-01 16-34", "fft_ae_positive 2025-01-01 35-64"]


# ---- parts and their total


def counted(organisation: str, level: str, denominator: Any, number: int = 0, icb: str = "QZZ") -> dict[str, Any]:
    return {
        "organisation_code": organisation, "organisation_level": level, "denominator": denominator, "icb_code": icb, **month(number)
    }  # fmt: skip


PARTS = {"sources": ["ae"], "parts": "provider", "counted": "denominator"}


@pytest.mark.parametrize(
    ("relation", "parts", "total", "flagged"),
    [
        ("equal", (40, 60), 100, []),
        ("equal", (40, 61), 100, [("warn", "ENG", "101")]),
        ("equal", (40, 59), 100, [("warn", "ENG", "99")]),
        ("equal", (40, None), 100, [("not_applicable", "ENG", "40")]),
        ("at_most", (40, None), 100, []),
        ("at_most", (40, 60), 100, []),
        ("at_most", (40, 61), 100, [("warn", "ENG", "101")]),
    ],
)
def test_parts_are_held_against_their_total(
    asked: Asked, relation: str, parts: tuple[Any, Any], total: int, flagged: list[Any]
) -> None:
    rows = [counted(f"X{number}X", "provider", part) for number, part in enumerate(parts)]
    make("marts.fct_operational", *rows, counted("ENG", "england", total), counted("ENG", "england", 7, number=1))
    found = asked(
        "marts.fct_operational", "expect_parts_to_reconcile_with_their_total", total="england", relation=relation, **PARTS
    )
    assert said(found) == flagged
    assert found.status == ("warn" if any(status == "warn" for status, *_ in flagged) else "pass")


def test_a_board_is_held_against_its_own_parts_give_or_take_the_tolerance(asked: Asked) -> None:
    parts = [counted("X1X", "provider", 103, icb="QAA"), counted("X2X", "provider", 110, icb="QBB")]
    make("marts.fct_operational", *parts, counted("QAA", "icb", 100, icb="QAA"), counted("QBB", "icb", 100, icb="QBB"))
    found = asked("marts.fct_operational", "expect_parts_to_reconcile_with_their_total", total="icb", tolerance=0.05, **PARTS)
    assert said(found) == [("warn", "QBB", "110")]


# ---- perfect scores


def perfect(organisation: str, months: int, answers: int, value: str = "1", start: int = 0) -> list[dict[str, Any]]:
    return [
        {"organisation_code": organisation, "value": value, "base": answers, **month(number)}
        for number in range(start, start + months)
    ]


def test_perfect_for_longer_than_chance_allows_is_flagged_as_one_run(asked: Asked) -> None:
    make("marts.dim_measure", {"measure_code": "fft_ae_positive"})
    make(
        "marts.fct_measure",
        *perfect("X1X", 12, 30),  # 0.95 ** 360 = 1e-8
        *perfect("X2X", 3, 30),  # 0.95 ** 90 = 0.01
        *perfect("X3X", 2, 1000),  # two months are no run
        *perfect("X4X", 6, 20, start=0), *perfect("X4X", 1, 20, "0.95", 6), *perfect("X4X", 6, 20, start=7),  # 0.95 ** 120 = 0.002
    )  # fmt: skip
    # so many others that the share of everybody else is 0.95 whoever is left out
    make("marts.fct_measure", *perfect("X9X", 2, 10_000_000, "0.95"))
    found = asked("marts.fct_measure", "expect_scores_not_to_be_implausibly_perfect", sources=["fft"], least_periods=3)
    assert said(found) == [
        ("too_few", "X2X", "90 answers, all content"),
        ("too_few", "X4X", "120 answers, all content"),
        ("too_few", "X4X", "120 answers, all content"),
        ("warn", "X1X", "360 answers, all content"),
    ]
    [run] = [case for case in found.cases if case.status == "warn"]
    assert (run.period_start, run.period_end) == (date(2025, 1, 1), date(2025, 12, 31))


def test_nobody_content_with_what_is_worse_when_higher_is_no_perfection(asked: Asked) -> None:
    make("marts.dim_measure", {"measure_code": "fft_ae_positive", "direction": "lower_is_better"})
    make("marts.fct_measure", *perfect("X1X", 12, 30), *perfect("X9X", 2, 10_000_000, "0.95"))
    assert asked("marts.fct_measure", "expect_scores_not_to_be_implausibly_perfect", sources=["fft"]).cases == ()


# ---- lines


def points(organisation: str, *sides: tuple[int, str, int]) -> list[dict[str, Any]]:
    """Months of a line: so many with this share of so many answers, one side after the other."""
    every = [(share, answers) for months, share, answers in sides for _ in range(months)]
    return [
        {"organisation_code": organisation, "value": share, "denominator": answers, **month(number)}
        for number, (share, answers) in enumerate(every)
    ]


BREAK = "expect_series_to_have_no_unexplained_break"


def test_a_line_whose_volume_and_level_move_at_once_is_flagged_in_that_month_only(asked: Asked) -> None:
    make("marts.series_break")
    make(
        "marts.signal",
        *points("X1X", (8, "0.95", 1000), (8, "0.91", 2400)),  # others answer
        *points("X2X", (8, "0.91", 1000), (8, "0.70", 1000)),  # care fails
        *points("X3X", (8, "0.95", 1000), (8, "0.95", 2400)),  # more people come
        *points("X4X", (8, "0.95", 100), (8, "0.92", 240)),  # of 600 and 1,440 answers three standard errors are 0.038
        *points("X5X", (4, "0.95", 1000)),
    )
    found = asked("marts.signal", BREAK)
    # what is left of the six months before and after is all of one side: 0.95 − 0.91
    assert said(found) == [("too_few", "X5X", "4"), ("warn", "X1X", "0.0400")]
    [broken] = [case for case in found.cases if case.status == "warn"]
    assert (broken.period_start, broken.measure_code) == (date(2025, 9, 1), "fft_ae_positive")


@pytest.mark.parametrize(("known", "flagged"), [("2025-09-01", 0), ("2025-10-01", 0), ("2025-08-01", 0), ("2025-11-01", 1)])
def test_a_break_that_is_known_within_a_month_is_explained(asked: Asked, known: str, flagged: int) -> None:
    make("marts.series_break", {"measure_code": "fft_ae_positive", "organisation_code": "X1X", "breaks_on": known})
    make("marts.signal", *points("X1X", (8, "0.95", 1000), (8, "0.91", 2400)))
    assert len(asked("marts.signal", BREAK).cases) == flagged


VOLUME = "expect_volume_to_stay_within_its_own_history"


def volumes(organisation: str, *counts: int) -> list[dict[str, Any]]:
    return [{"organisation_code": organisation, "denominator": count, **month(number)} for number, count in enumerate(counts)]


def test_a_month_far_from_those_before_it_is_flagged_and_the_first_months_are_too_few(asked: Asked) -> None:
    make("marts.series_break")
    make(
        "marts.fct_operational",
        *volumes("X1X", 100, 110, 90, 100, 110, 90, 305),  # more than three times 100, and 100 + 3 × √100 = 130
        *volumes("X2X", 100, 110, 90, 100, 110, 90, 33),
        *volumes("X3X", 100, 110, 90, 100, 110, 90, 295),
        *volumes("X4X", 1, 1, 1, 1, 1, 1, 4),  # four times as many, within 1 + 3 × √1
        *volumes("X5X", 100, 110, 90, 100, 110, 900),  # five before it
    )
    found = asked("marts.fct_operational", VOLUME, counted="denominator", times=3)
    assert [each for each in said(found) if each[0] == "warn"] == [("warn", "X1X", "305"), ("warn", "X2X", "33")]
    few = {case.organisation_code: case.period_end for case in found.cases if case.status == "too_few"}
    assert few == {f"X{number}X": date(2025, 6, 30) for number in range(1, 6)}


def test_a_history_begins_anew_where_the_method_changed(asked: Asked) -> None:
    make("marts.series_break", {"measure_code": "ae_4h", "organisation_code": "X1X", "breaks_on": "2025-07-01"})
    make("marts.fct_operational", *volumes("X1X", *[100] * 6, *[400] * 6), *volumes("X2X", *[100] * 6, *[400] * 6))
    found = asked("marts.fct_operational", VOLUME, counted="denominator", times=3)
    assert {case.organisation_code for case in found.cases if case.status == "warn"} == {"X2X"}


# ---- ways of asking


def asked_by(organisation: str, *months: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"organisation_code": organisation, "mode": mode, "responses": count, **month(number)}
        for number, modes in enumerate(months)
        for mode, count in modes.items()
    ]


def test_another_way_of_asking_is_flagged_where_enough_moved(asked: Asked) -> None:
    change = {"mode_before": "paper", "mode_since": "sms", "changed_on": "2025-03-01"}
    make(
        "intermediate.int_collection_change",
        {"organisation_code": "X1X", "moved": 0.8, **change},
        {"organisation_code": "X2X", "moved": 0.55, **change},
    )
    months = [{"paper": 50, "sms": 5}] * 2 + [{"paper": 5, "sms": 50}] * 2
    make(
        "intermediate.int_collection_modes",
        *asked_by("X1X", *months), *asked_by("X2X", *months), *asked_by("X3X", *months),
        *asked_by("X4X", {"paper": None, "sms": None}), *asked_by("X5X", {"paper": 20, "sms": 3}),
    )  # fmt: skip
    found = asked("intermediate.int_collection_modes", "expect_mode_mix_to_be_stable", most_moved=0.6)
    assert said(found) == [("not_applicable", "X4X", None), ("too_few", "X5X", "23"), ("warn", "X1X", "0.8")]
    [changed] = [case for case in found.cases if case.status == "warn"]
    assert (changed.period_start, changed.keys) == (date(2025, 3, 1), ("fft_ae_positive 2025-03-01 paper to sms",))


# ---- registers


def test_a_saving_of_two_years_under_the_name_of_one_is_flagged(asked: Asked, tmp_path: Path) -> None:
    """The Newham programme: 129 cases at £517 + £777 = £1,294 are £166,926 a year, and £333,852 in two."""
    extract_id = deliver(tmp_path, "ae", ae_csv(), AE_NAME)  # any file that the ledger knows
    claim = {"extract_id": extract_id, "sender": "X1X", "amount": 333_594, "claimed_on": "2026-06-15"}
    make(
        "staging.stg_actions__benefits",
        claim | {"claim_id": "ACT-0001-B1", "recomputed_amount": 129 * 1294},
        claim | {"claim_id": "ACT-0002-B1", "recomputed_amount": 2 * 129 * 1294},  # 333,594 is 0.08 % less
        claim | {"claim_id": "ACT-0003-B1", "recomputed_amount": None, "claimed_on": "2026-07-15"},
        claim | {"claim_id": "saved for Mrs Smith", "recomputed_amount": 1, "claimed_on": "2026-08-15"},
    )
    found = asked("staging.stg_actions__benefits", "expect_benefit_arithmetic_to_hold")
    keys = {case.keys: (case.status, case.observed) for case in found.cases}
    assert keys.pop(("ACT-0001-B1",)) == ("warn", "1.9985")  # 333,594 / 166,926
    assert keys.pop(("ACT-0003-B1",)) == ("not_applicable", None)
    [(hashed,)] = keys
    assert "Smith" not in hashed  # what is no reference is shown as a mark


def test_each_scope_has_one_owner_on_the_day_of_the_directory(asked: Asked) -> None:
    def owner(scope: str, **more: Any) -> dict[str, Any]:
        return {"sender": "X1X", "responsibility_id": "R1", "scope": scope, "organisation_code": "X1X", **more}

    make(
        "staging.stg_responsibilities__owners",
        owner("held"),
        owner("ended, and followed", is_current=False), owner("ended, and followed"),
        owner("to come", is_current=False, valid_from="2026-10-01"),
        owner("post not sent", post="not_collected"),
    )  # fmt: skip
    kind = "expect_one_owner_for_each_scope"
    assert asked("staging.stg_responsibilities__owners", kind).cases == ()
    make("staging.stg_responsibilities__owners", owner("ended", is_current=False, responsibility_id="R2"))
    make("staging.stg_responsibilities__owners", owner("vacant", post="vacant", responsibility_id="R3", organisation_code="X2X"))
    make("staging.stg_responsibilities__owners", *[owner("two", responsibility_id="R4", organisation_code="X3X")] * 2)
    found = asked("staging.stg_responsibilities__owners", kind)
    assert said(found) == [("warn", "X1X", "0"), ("warn", "X2X", "0"), ("warn", "X3X", "2")]
    assert {case.keys for case in found.cases} == {("X1X R2",), ("X1X R3",), ("X1X R4",)}


# ---- who was heard


def heard(group: str, status: str | None, upper: str | None, **more: Any) -> dict[str, Any]:
    about = {"source": "pals", "organisation_code": "QZZ", "characteristic": "age", "group_code": group}
    ratio = None if upper is None else str(float(upper) - 0.1)
    return {**about, "status": status, "ratio": ratio, "ratio_upper": upper, **more}


def test_a_group_that_is_beyond_doubt_seldom_heard_is_flagged_and_one_that_may_be_is_too_few(asked: Asked) -> None:
    make(
        "marts.representation",
        heard("16-34", "seldom_heard", "0.6"),
        heard("35-64", "unclear", "0.9"),  # may be nine in ten
        heard("65-74", "more_often_heard", "1.6"),
        heard("75+", "seldom_heard", "0.5", period_kind="three_years"),
        heard("all", "unclear", "1.4", source="complaints"),
        heard("all", None, None, source="healthwatch", null_reason="too_few"),
        heard("all", None, None, source="engagement", null_reason="not_collected"),
    )
    found = asked("marts.representation", "expect_sample_to_represent_population")
    about = {case.source: (case.status, case.keys, case.observed) for case in found.cases}
    assert about == {
        "pals": ("warn", ("age 16-34",), "0.500"),
        "complaints": ("too_few", ("age all",), "1.300"),
        "healthwatch": ("too_few", ("age all",), None),
        "engagement": ("not_applicable", ("age all",), None),
    }


def test_of_groups_that_are_judged_otherwise_the_worst_is_the_case(asked: Asked) -> None:
    groups = [
        heard("16-34", "unclear", "1.4"),
        heard("35-64", "seldom_heard", "0.6"),
        heard("75+", None, None, null_reason="too_few"),
    ]
    make("marts.representation", *groups)
    case = only(asked("marts.representation", "expect_sample_to_represent_population"))
    assert (case.status, case.keys, case.observed, case.threshold) == ("warn", ("age 35-64",), "0.500", "0.8")


# ---- how they are worded


def test_an_expectation_is_worded_with_what_it_was_asked(asked: Asked) -> None:
    make("marts.fct_measure", share("X1X", "0.5", 1, 2))
    found = asked("marts.fct_measure", "expect_published_shares_to_match_their_counts", sources=["fft"], tolerance=0.0051)
    assert found.rule == "A published share is its numerator by its denominator, give or take 0.0051."


def test_great_expectations_own_pages_word_every_custom_expectation() -> None:
    """Data Docs as Great Expectations makes them, of the suites as they are: none falls back on a name and a list of arguments."""
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.render.renderer import ValidationResultsPageRenderer

    from ics_insight.assurance import expectations  # registers them

    every = [each for name in suites("marts") for each in described("marts", name)["expectations"]]
    custom = [each for each in every if each["type"].startswith("expect_") and not each["type"].startswith("expect_column")]
    listed = [
        ExpectationValidationResult(success=True, expectation_config=ExpectationConfiguration(**each), result={"observed_value": 0})
        for each in custom
    ]
    assert len({each["type"] for each in custom}) == len(expectations.__all__) - 1  # all but what they share
    page = ValidationResultsPageRenderer().render(
        ExpectationSuiteValidationResult(
            suite_name="marts", success=True, results=listed, statistics={}, meta={"great_expectations_version": "1"}
        )
    )
    worded = str(page.to_json_dict())
    assert "(**$kwargs)" not in worded
    for name in expectations.__all__:
        if name != "CaseExpectation":
            assert vars(getattr(expectations, name))["says"] in worded  # its own, not what all of them inherit
