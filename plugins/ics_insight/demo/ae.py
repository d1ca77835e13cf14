"""A&E attendances and emergency admissions, a file a month (formats.md section 13).

Booked appointments stand in columns of their own and are to be added; the last row repeats the sum of each column.
Four-hour performance dips every winter; one trust's improves, and one month is published twice (`truth.yml`).
"""

from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from ics_insight.demo import months
from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import Cell, csv_bytes
from ics_insight.demo.organisations import URGENT_CARE, URGENT_CARE_NAME
from ics_insight.demo.plan import planted
from ics_insight.demo.providers import Trust, trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import HOME

_WAIT = "Attendances over 4hrs"
_KINDS = ["Type 1", "Type 2", "Other A&E Department"]
_BOOKED = ["Type 1", "Type 2", "Other Department"]
HEADER = [
    "Period", "Org Code", "Parent Org", "Org name",
    *(f"A&E attendances {kind}" for kind in _KINDS),
    *(f"A&E attendances Booked Appointments {kind}" for kind in _BOOKED),
    *(f"{_WAIT} {kind}" for kind in _BOOKED),
    *(f"{_WAIT} Booked Appointments {kind}" for kind in _BOOKED),
    "Patients who have waited 4-12 hs from DTA to admission", "Patients who have waited 12+ hrs from DTA to admission",
    "Emergency admissions via A&E - Type 1", "Emergency admissions via A&E - Type 2",
    "Emergency admissions via A&E - Other A&E department", "Other emergency admissions",
]  # fmt: skip

# January to December: what winter takes from four-hour performance, and how busy the month is
_SEASON = (-0.030, -0.022, -0.008, 0.0, 0.006, 0.008, 0.010, 0.015, -0.002, -0.012, -0.020, -0.036)
_BUSY = (0.96, 0.92, 1.02, 0.99, 1.03, 1.02, 1.02, 0.97, 1.0, 1.03, 1.02, 1.02)


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """One file per month: names and bytes. The revised file of the restated month arrives months later."""
    restated = planted("restated_month")
    first, after = months.first(restated["month"]), months.first(restated["after"])
    for month in span.every:
        table = _table(month, span.scale)
        yield _name(month), csv_bytes(_at_first(table, restated) if month == first else table)
        if month == after and first in span.every:
            yield _name(first).replace(".csv", "-revised.csv"), csv_bytes(_table(first, span.scale))


def _name(month: date) -> str:
    return f"Monthly-AE-{months.name(month)}-{month.year}.csv"


def _at_first(table: list[list[Cell]], restated: dict[str, Any]) -> list[list[Cell]]:
    """The table as it was first published: fewer long waits at one trust, and in the total."""
    at = HEADER.index(restated["column"])
    shown = [list(row) for row in table]
    for row in shown:
        if row[1] in (restated["organisation"], "TOTAL"):
            row[at] = int(row[at] or 0) - restated["missing_at_first"]
    return shown


def _table(month: date, scale: int) -> list[list[Cell]]:
    period = f"MSitAE-{months.name(month).upper()}-{month.year}"
    figures = {(trust.code, trust.name, trust.icb.region): _trust(trust, month) for trust in trusts(scale)}
    figures[URGENT_CARE, URGENT_CARE_NAME, HOME.region] = _urgent_care(month)
    rows: list[list[Cell]] = [list(HEADER)]
    for code, name, region in sorted(figures, key=itemgetter(0)):
        # the publisher's names of regions end with a space
        rows.append([period, code, f"NHS ENGLAND {region.name.upper()} ", name.upper(), *figures[code, name, region]])
    totals = [sum(column) for column in zip(*figures.values(), strict=True)]
    return [*rows, [*["TOTAL"] * 4, *totals]]


def _trust(trust: Trust, month: date) -> list[int]:
    """The 18 figures of one trust."""
    chance = Chance("ae", trust.code, month)
    busy = _BUSY[month.month - 1]
    came = [chance.count(usual * busy, 0.02) for usual in (trust.major, trust.eye, trust.minor)]
    booked = [chance.count(usual * share, 0.1) for usual, share in zip(came, (0.03, 0.01, 0.07), strict=True)]
    level = trust.four_hour + trust.four_hour_gain * months.gone(month) + _SEASON[month.month - 1]
    late = round((1 - within(0.5, chance.near(level, 0.004), 0.95)) * (sum(came) + sum(booked)))
    late_other = [chance.count(came[1] * 0.04, 0.2), chance.count(came[2] * 0.03, 0.2)]
    late_booked = [chance.count(booked[0] * 0.25, 0.1), 0, chance.count(booked[2] * 0.01, 0.5)]
    late_major = late - sum(late_other) - sum(late_booked)
    admitted = [chance.count(came[0] * 0.29, 0.02), chance.count(came[1] * 0.03, 0.1), chance.count(came[2] * 0.005, 0.3)]
    boarded = chance.count(late_major * 0.17, 0.05)
    longest = round(boarded * within(0.05, 0.30 - 4 * _SEASON[month.month - 1] - 3 * (level - 0.74), 0.7))
    elsewhere = chance.count(came[0] * 0.10, 0.05)
    return [*came, *booked, late_major, *late_other, *late_booked, boarded, longest, *admitted, elsewhere]


def _urgent_care(month: date) -> list[int]:
    """An urgent treatment centre: no type 1 department, no beds to admit to."""
    chance = Chance("ae", URGENT_CARE, month)
    came, booked = chance.count(2_600 * _BUSY[month.month - 1], 0.03), chance.count(410, 0.08)
    late, late_booked = chance.count(came * 0.012, 0.2), chance.count(2, 0.5)
    return [0, 0, came, 0, 0, booked, 0, 0, late, 0, 0, late_booked, *[0] * 6]
