"""Who there is, as the Organisation Data Service's classic reports `epraccur` and `etr` tell it: twice, in both dialects.

27 columns without a header, every field quoted. The reports of November 2025 are of the legacy dialect: status A, C, D or P in
column 13 and a prescribing setting in column 26 for practices, both blank for trusts, and boards as they were before April 2026.
Those of October 2026 are of Data Search and Export: ACTIVE, INACTIVE or DORMANT, roles for settings, closed trusts kept
(formats.md section 6).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ics_insight.demo.files import csv_bytes
from ics_insight.demo.providers import AMBULANCE, ELSEWHERE, PARTNERSHIP, all_trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import HOME, OLD_QUILLMERE, Icb, Practice, closed_practices, practice_code, practices

GP_PRACTICE = "4"
URGENT_CARE = practice_code(9, 1)  # runs an A&E department of its own, so that it is in the A&E files too
URGENT_CARE_NAME = "Tarrowby Urgent Treatment Centre"
_OPENED = {PARTNERSHIP.code: "20110401", AMBULANCE.code: "20060701", ELSEWHERE.code: "20261001", "P1Z6G": "20250401"}
_GONE = ("B3V6N", "Sedgequay Hospitals NHS Trust", HOME, "Sedgequay", "20010401", "20200331")


@dataclass(frozen=True)
class _Edition:
    """The reports of one day; `dse` says of which dialect they are."""

    day: date
    dse: bool


_EDITIONS = (_Edition(date(2025, 11, 28), dse=False), _Edition(date(2026, 10, 2), dse=True))
_STATUS = {"A": "ACTIVE", "C": "INACTIVE", "D": "DORMANT"}
_ROLE = {"4": "RO76", "1": "RO87", "2": "RO80", "8": "RO260", "9": "RO247", "0": "RO177"}
_BRANCHING_OUT = "T90001"  # a practice that runs a walk-in centre too: two roles in one cell

# code, name, town, setting, status, opened, closed
_OTHERS = (
    (practice_code(0, 191), "Gorsewick Old Bakery Surgery", "Gorsewick", GP_PRACTICE, "C", "19740401", "20220331"),
    (practice_code(0, 192), "Hexcombe Windmill Practice", "Hexcombe", GP_PRACTICE, "C", "19910401", "20230630"),
    (practice_code(0, 193), "Kestholm Harbour Surgery", "Kestholm", GP_PRACTICE, "D", "20030401", ""),
    (practice_code(0, 194), "Quillmere North Quay Practice", "Quillmere", GP_PRACTICE, "P", "20251201", ""),  # never opened
    (URGENT_CARE, URGENT_CARE_NAME, "Tarrowby", "1", "A", "20120401", ""),
    (practice_code(9, 2), "Quillmere and Vennmarch Out of Hours", "Vennmarch", "2", "A", "20130401", ""),
    (practice_code(9, 3), "Saltwhistle Stop Smoking Service", "Saltwhistle", "8", "A", "20160401", ""),
    (practice_code(9, 4), "Vennmarch Community Nursing", "Vennmarch", "9", "A", "20190701", ""),
    (practice_code(9, 5), "Dunnockby Care Homes Team", "Dunnockby", "0", "A", "20261001", ""),
)  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """Practices and trusts of each edition: names and bytes."""
    for edition in _EDITIONS:
        suffix = "" if edition.dse else f"_{edition.day:%Y-%m}_legacy"
        gp_practices = [_gp_practice(edition, *at) for at in enumerate((*practices(span.scale), *closed_practices()))]
        yield f"epraccur{suffix}.csv", csv_bytes([*gp_practices, *_others(edition)], line_end="\n", quote_all=True)
        yield f"etr{suffix}.csv", csv_bytes(_trusts(edition, span.scale), quote_all=True)


def _gp_practice(edition: _Edition, number: int, practice: Practice) -> list[str]:
    icb = practice.icb_on(edition.day)
    joined = "20260401" if icb is not practice.former else "20220701"
    row = _row(
        edition, practice.code, practice.name, icb, practice.town, number, f"{1974 + number * 7 % 40}0401",
        closed=f"{practice.closed:%Y%m%d}" if practice.closed else "", status="C" if practice.closed else "A",
        parent=practice.sub_location, joined=joined, setting=GP_PRACTICE,
    )  # fmt: skip
    if edition.dse and practice.code == _BRANCHING_OUT:
        row[25] += f"|{_ROLE['1']}"
    return row


def _others(edition: _Edition) -> Iterator[list[str]]:
    """What is no GP practice, or is one no more or not yet; what opened after the edition's day is not in it."""
    for number, (code, name, town, setting, status, opened, closed) in enumerate(_OTHERS, 500):
        there = status != "P" if edition.dse else opened < "20260101"
        if there:
            yield _row(
                edition, code, name, HOME if edition.dse else OLD_QUILLMERE, town, number, opened, closed=closed, status=status,
                parent=HOME.sub_locations[0].code, joined=opened, setting=setting,
            )  # fmt: skip


def _trusts(edition: _Edition, scale: int) -> list[list[str]]:
    every = [
        (t.code, t.name, t.icb_on(edition.day), t.town, _OPENED.get(t.code, "20010401"), "")
        for t in all_trusts(scale)
        if edition.dse or t is not ELSEWHERE
    ]
    if edition.dse:  # the legacy report leaves out what has closed
        every.append(_GONE)
    return [
        _row(edition, code, name, icb, town, 800 + i, opened, closed=closed)
        for i, (code, name, icb, town, opened, closed) in enumerate(sorted(every, key=lambda row: row[0]))
    ]


def _row(
    edition: _Edition, code: str, name: str, icb: Icb, town: str, number: int, opened: str, *,
    closed: str = "", status: str = "", parent: str = "", joined: str = "", setting: str = "",
) -> list[str]:  # fmt: skip
    """The 27 columns. A row with a parent is a practice; the others, trusts, have a government office region in column 24."""
    practice = bool(parent)
    street = f"{number % 90 + 1} {('Lantern Street', 'Mill Bank', 'Weir Lane', 'Chapel Row')[number % 4]}"
    postcode = f"QX{icb.number % 9 + 1} {number % 9 + 1}{'ABDEFGHJ'[number // 9 % 8]}{'LNPQRSTU'[number % 8]}"
    if edition.dse:
        status, setting = _STATUS[status or ("C" if closed else "A")], _ROLE.get(setting, "")
    return [
        code, name.upper(), icb.region.code, icb.code, street.upper(), "", town.upper(), "", "", postcode,
        opened, closed, status, "B" if practice else "", parent, joined, closed,
        f"01632 960{number % 1000:03d}" if practice else "", "", "", "", "1" if edition.dse else "0", "",
        parent or icb.region.office, "", setting, "",
    ]  # fmt: skip
