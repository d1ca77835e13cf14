"""Axes and lines of control charts, and what is said of how well a source knows who answered."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ics_insight.dashboard import control_charts, measure_words
from ics_insight.dashboard.measure_rows import Answered, Point


def point(start: date, end: date, segment: int = 1) -> Point:
    return Point(
        "m", "o", "trust", start, end, "xmr", segment, "first", 12, "settled", None, Decimal("0.5"), None, Decimal("0.5"),
        Decimal("0.4"), Decimal("0.6"), None, None, "common_cause", None, None, "no_target",
    )  # fmt: skip


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_axis_of_shares_holds_them_all_between_nought_and_one(amounts: list[float]) -> None:
    low, high, marks = control_charts.axis(amounts, 1.0)
    assert 0 <= low <= min(amounts) + 1e-6
    assert max(amounts) - 1e-6 <= high <= 1
    assert low < high
    assert (marks[0], marks[-1]) == (low, high)
    assert 2 <= len(marks) <= 7


@pytest.mark.parametrize(
    ("amounts", "ends", "marks"),
    [
        ([0.61, 0.74, 0.92], (0.6, 1.0), [0.6, 0.7, 0.8, 0.9, 1.0]),
        ([0.781, 0.819], (0.78, 0.82), [0.78, 0.79, 0.8, 0.81, 0.82]),
        ([247, 260, 251], (245, 260), [245, 250, 255, 260]),
        ([1.0], (0.95, 1.0), [0.95, 1.0]),
        ([0], (0, 0.5), [0, 0.5]),
    ],
)
def test_an_axis_has_round_marks(amounts: list[float], ends: tuple[float, float], marks: list[float]) -> None:
    low, high, found = control_charts.axis(amounts, None if max(amounts) > 1 else 1.0)
    assert (low, high) == ends
    assert found == marks


def test_a_line_ends_where_a_segment_does_and_at_a_missing_month() -> None:
    january, february = point(date(2026, 1, 1), date(2026, 1, 31)), point(date(2026, 2, 1), date(2026, 2, 28))
    march, other = point(date(2026, 3, 1), date(2026, 3, 31)), point(date(2026, 3, 1), date(2026, 3, 31), segment=2)
    assert control_charts.runs([january, february, march]) == [[january, february, march]]
    assert control_charts.runs([january, march]) == [[january], [march]]
    assert control_charts.runs([january, february, other]) == [[january, february], [other]]


@pytest.mark.parametrize(
    ("answered", "grade"),
    [
        (Answered(0, 7, (), 0), "Not known"), (Answered(2, 7, (), 9), "Little known"), (Answered(3, 7, (), 9), "Partly known"),
        (Answered(5, 7, (), 9), "Well known"), (Answered(5, 7, ("16 to 34",), 9), "Partly known"),
        (Answered(7, 7, (), 0), "Partly known"),
    ],
)  # fmt: skip
def test_a_grade_follows_its_rule(answered: Answered, grade: str) -> None:
    assert measure_words.grade(answered) == grade
    assert f"“{grade}”" in measure_words.GRADE_RULE
