"""Organisations through time, as the demo's truth has them: the practice that merged and the boards that changed."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import isclose
from typing import Any

import pytest

from ics_insight import warehouse
from ics_insight.demo import plan
from ics_insight.demo.system import FORMER_ICBS, HOME, ICBS, Practice, closed_practices, practices

pytestmark = pytest.mark.usefixtures("demo_marts")

SPLIT, MERGED = plan.planted("icb_split"), plan.planted("merged_practice")
DAY: date = SPLIT["day"]
AUTUMN = date(2025, 10, 31)  # the last day of a month in which boards had not changed, and the practice had merged
SPRING = date(2025, 3, 31)  # of one before the practice merged


def query(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with warehouse.connect("owner") as connection:
        return connection.execute(statement.encode(), values).fetchall()


def practice_figures(measure: str, period_end: date) -> dict[str, tuple[Any, ...]]:
    """Numerator, denominator, value and base that were published for each practice."""
    found = query(
        """select organisation_code, numerator, denominator, value, base from marts.fct_measure
           where measure_code = %s and period_end = %s and organisation_level = 'practice' and value is not null""",
        measure,
        period_end,
    )
    return {code: tuple(figures) for code, *figures in found}


def as_now(measure: str, period_end: date, code: str = HOME.code, level: str = "icb") -> tuple[Any, ...]:
    """Numerator, denominator, value and method."""
    [found] = query(
        """select numerator, denominator, value, method from marts.measure_as_now
           where measure_code = %s and period_end = %s and organisation_code = %s and organisation_level = %s""",
        measure,
        period_end,
        code,
        level,
    )
    return found


def everybody() -> tuple[Practice, ...]:
    return (*practices(), *closed_practices())


# ---- boards


def test_boards_were_followed_whole_or_by_the_patients_of_the_practices_that_moved() -> None:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    days = set()
    for predecessor, successor, day, weight in query(
        "select predecessor, successor, effective_on, weight from marts.bridge_organisation_succession where kind = 'icb'"
    ):
        found[predecessor][successor] = weight
        days.add(day)
    assert days == {DAY}
    assert {old: {new: 1} for old, new in SPLIT["whole"].items()} == {old: found[old] for old in SPLIT["whole"]}
    assert {new: round(float(weight), 4) for new, weight in found[SPLIT["split"]].items()} == SPLIT["into"]
    assert sum(found[SPLIT["split"]].values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("day", "board"),
    [(date(2026, 3, 31), lambda practice: practice.former.code), (DAY, lambda practice: practice.icb.code)],
    ids=["the day before", "the day itself"],
)
def test_every_practice_was_under_its_own_board_on_each_day(day: date, board: Callable[[Practice], str]) -> None:
    found = dict(
        query(
            """select organisation_code, icb_code from marts.dim_organisation
               where coalesce(valid_from <= %s, true) and coalesce(%s < valid_to, true)""",
            day,
            day,
        )
    )
    assert {practice.code: found[practice.code] for practice in everybody()} == {p.code: board(p) for p in everybody()}
    by_area = dict(
        query(
            """select organisation_code, area_code from marts.bridge_organisation_area
               where area_level = 'icb' and geography = 'registered'
                   and coalesce(valid_from <= %s, true) and coalesce(%s < valid_to, true)""",
            day,
            day,
        )
    )
    assert {practice.code: by_area[practice.code] for practice in everybody()} == {p.code: board(p) for p in everybody()}


def test_facts_say_the_board_of_their_own_day() -> None:
    """A&E files name no board: the register says which it was, and the new one from its first month on."""
    boards = query("select icb_code, min(period_end), max(period_end) from marts.fct_operational where source = 'ae' group by 1")
    spans = {board: (first, last) for board, first, last in boards}
    assert spans["QZ7"] == (date(2023, 10, 31), date(2026, 3, 31))
    assert spans[HOME.code] == (date(2026, 4, 30), date(2026, 9, 30))


def test_a_split_board_is_counted_from_its_practices_and_not_from_a_share_of_it() -> None:
    figures = practice_figures("fft_gp_positive", AUTUMN)
    at_home = [figures[p.code] for p in everybody() if p.icb is HOME and p.code in figures]
    numerator, denominator, value, method = as_now("fft_gp_positive", AUTUMN)
    assert (numerator, denominator, method) == (sum(f[0] for f in at_home), sum(f[1] for f in at_home), "resummed")
    assert isclose(value, numerator / denominator)
    carried = dict(
        query(
            """select organisation_code, denominator from marts.fct_measure
               where measure_code = 'fft_gp_positive' and period_end = %s and organisation_level = 'icb'""",
            AUTUMN,
        )
    )
    estimated = float(carried["QZ7"]) + SPLIT["into"][HOME.code] * float(carried[SPLIT["split"]])
    assert not isclose(estimated, denominator, rel_tol=0.005)  # what a share of the old board's row would have said


def test_what_is_cut_anew_and_what_the_publisher_then_counts_are_the_same() -> None:
    """The first survey after the change is published for the new boards: practices, cut anew, give the very figures."""
    published = query(
        """select organisation_code, measure_code, value from marts.fct_measure
           where source = 'gpps' and organisation_level = 'icb' and period_end = '2026-03-31' and denominator is not null"""
    )
    assert {code for code, _, _ in published} == {icb.code for icb in ICBS}
    for code, measure, value in published:
        inside = {p.code for p in everybody() if p.icb.code == code}
        figures = [f for practice, f in practice_figures(measure, date(2026, 3, 31)).items() if practice in inside]
        assert isclose(sum(f[2] * f[1] for f in figures) / sum(f[1] for f in figures), value, abs_tol=0.002), (code, measure)


def test_a_weighted_survey_is_derived_and_has_no_interval() -> None:
    figures = practice_figures("gpps_localgpservicesphone", SPRING)
    inside = [figures[p.code] for p in everybody() if p.icb is HOME and p.code in figures]
    numerator, denominator, value, method = as_now("gpps_localgpservicesphone", SPRING)
    assert (numerator, denominator, method) == (None, None, "derived")
    assert isclose(value, sum(f[2] * f[1] for f in inside) / sum(f[1] for f in inside))


def test_waiting_lists_are_cut_by_who_commissions_and_ae_by_who_provides() -> None:
    def cut(measure: str) -> tuple[Any, ...]:
        [found] = query(
            """select numerator, denominator, geography, made_of_level from marts.operational_as_now
               where measure_code = %s and period_end = %s and icb_code = %s and organisation_level = 'icb'""",
            measure,
            AUTUMN,
            HOME.code,
        )
        return found

    locations = [location.code for location in HOME.sub_locations]
    waiting = query(
        """select sum(numerator), sum(denominator) from marts.fct_operational
           where measure_code = 'rtt_18w' and period_end = %s and organisation_code = any(%s) and organisation_level = 'sub_icb'""",
        AUTUMN,
        locations,
    )
    assert cut("rtt_18w") == (*waiting[0], "registered", "sub_icb")
    attended = query(
        """select sum(fact.numerator), sum(fact.denominator) from marts.fct_operational as fact
           inner join marts.dim_organisation as organisation using (organisation_code)
           where fact.measure_code = 'ae_4h' and fact.period_end = %s and fact.organisation_level = 'provider'
               and organisation.is_current and organisation.icb_code = %s""",
        AUTUMN,
        HOME.code,
    )
    assert cut("ae_4h") == (*attended[0], "provider", "provider")


@pytest.mark.parametrize("board", sorted(SPLIT["into"]))
def test_what_cannot_be_cut_anew_says_so(board: str) -> None:
    """The cancer survey is published for boards by residence: nothing below adds up to a new board."""
    found = query(
        """select value, null_reason, method, why from marts.measure_as_now
           where source = 'cancer_survey' and period_end = '2024-12-31' and organisation_code = %s""",
        board,
    )
    assert found
    for value, reason, method, why in found:
        assert (value, reason, method) == (None, "cannot_be_recut", "none")
        assert f"board {SPLIT['split']} was split" in why


def test_the_home_board_has_every_month_and_no_old_board_any() -> None:
    for measure, mart in (("fft_gp_positive", "measure"), ("rtt_18w", "operational"), ("ae_4h", "operational")):
        [(months, empty)] = query(
            f"""select count(distinct period_end), count(*) filter (where value is null) from marts.{mart}_as_now
                where measure_code = %s and icb_code = %s and organisation_level = 'icb'""",
            measure,
            HOME.code,
        )
        assert (months, empty) == (36, 0), measure
    gone = [icb.code for icb in FORMER_ICBS]
    for mart in ("measure", "operational"):
        assert query(f"select count(*) from marts.{mart}_as_now where icb_code = any(%s)", gone) == [(0,)]


# ---- the practice that merged


def test_a_merged_practice_is_closed_from_its_day_and_carried_on_by_the_other() -> None:
    found = query(
        """select status, valid_from, now_organisation_code, now_icb_code from marts.dim_organisation
           where organisation_code = %s and status = 'closed' order by valid_from""",
        MERGED["predecessor"],
    )
    assert found[0] == ("closed", MERGED["day"], MERGED["successor"], HOME.code)
    assert query("select * from marts.dim_organisation where organisation_code = %s and is_current", MERGED["successor"])
    pair = query(
        "select successor, effective_on, weight from marts.bridge_organisation_succession where predecessor = %s",
        MERGED["predecessor"],
    )
    assert pair == [(MERGED["successor"], MERGED["day"], 1)]


def test_the_history_of_a_merged_practice_counts_under_its_successor_once() -> None:
    figures = practice_figures("fft_gp_positive", SPRING)
    both = [figures[MERGED["successor"]], figures[MERGED["predecessor"]]]
    numerator, denominator, value, method = as_now("fft_gp_positive", SPRING, MERGED["successor"], "practice")
    assert (numerator, denominator, method) == (sum(f[0] for f in both), sum(f[1] for f in both), "resummed")
    assert isclose(value, numerator / denominator)
    at_home = [figures[p.code] for p in everybody() if p.icb is HOME and p.code in figures]
    assert as_now("fft_gp_positive", SPRING)[1] == sum(f[1] for f in at_home)
    assert MERGED["predecessor"] in {p.code for p in everybody() if p.icb is HOME}
    assert query("select * from marts.measure_as_now where organisation_code = %s", MERGED["predecessor"]) == []


def test_after_it_merged_the_successor_stands_as_published() -> None:
    figures = practice_figures("fft_gp_positive", AUTUMN)
    assert MERGED["predecessor"] not in figures
    numerator, denominator, _, method = as_now("fft_gp_positive", AUTUMN, MERGED["successor"], "practice")
    assert (numerator, denominator, method) == (*figures[MERGED["successor"]][:2], "as_published")
