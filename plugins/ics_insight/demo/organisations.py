"""Who there is, as the Organisation Data Service's classic reports `epraccur` and `etr` tell it.

27 columns without a header, every field quoted, in the dialect of the reports that came as zip files: status A, C, D or P in
column 13 and a prescribing setting in column 26 for practices, both blank for trusts (formats.md section 6).
"""

from collections.abc import Iterator

from ics_insight.demo.files import csv_bytes
from ics_insight.demo.providers import AMBULANCE, ELSEWHERE, PARTNERSHIP, all_trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import HOME, Icb, closed_practices, practice_code, practices

GP_PRACTICE = "4"
_OPENED = {PARTNERSHIP.code: "20110401", AMBULANCE.code: "20060701", ELSEWHERE.code: "20261001"}
URGENT_CARE = practice_code(9, 1)  # runs an A&E department of its own, so that it is in the A&E files too
URGENT_CARE_NAME = "Tarrowby Urgent Treatment Centre"

# code, name, place, setting, status, opened, closed
_OTHERS = (
    (practice_code(0, 191), "Gorsewick Old Bakery Surgery", "Gorsewick", GP_PRACTICE, "C", "19740401", "20240331"),
    (practice_code(0, 192), "Hexcombe Windmill Practice", "Hexcombe", GP_PRACTICE, "C", "19910401", "20251231"),
    (practice_code(0, 193), "Kestholm Harbour Surgery", "Kestholm", GP_PRACTICE, "D", "20030401", ""),
    (practice_code(0, 194), "Quillmere North Quay Practice", "Quillmere", GP_PRACTICE, "P", "20261001", ""),
    (URGENT_CARE, URGENT_CARE_NAME, "Tarrowby", "1", "A", "20120401", ""),
    (practice_code(9, 2), "Quillmere and Vennmarch Out of Hours", "Vennmarch", "2", "A", "20130401", ""),
    (practice_code(9, 3), "Saltwhistle Stop Smoking Service", "Saltwhistle", "8", "A", "20160401", ""),
    (practice_code(9, 4), "Vennmarch Community Nursing", "Vennmarch", "9", "A", "20190701", ""),
    (practice_code(9, 5), "Dunnockby Care Homes Team", "Dunnockby", "0", "A", "20211001", ""),
)  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """`epraccur.csv` and `etr.csv`: names and bytes."""
    yield "epraccur.csv", csv_bytes([*_gp_practices(span), *_others()], line_end="\n", quote_all=True)
    yield "etr.csv", csv_bytes(_trusts(span), quote_all=True)


def _gp_practices(span: Span) -> Iterator[list[str]]:
    for number, practice in enumerate((*practices(span.scale), *closed_practices())):
        opened = f"{1974 + number * 7 % 40}0401"
        closed = f"{practice.closed:%Y%m%d}" if practice.closed else ""
        yield _row(
            practice.code, practice.name, practice.icb, practice.town, number, opened, closed=closed,
            status="C" if closed else "A", sub_type="B", parent=practice.sub_location, joined="20260401", setting=GP_PRACTICE,
        )  # fmt: skip


def _others() -> Iterator[list[str]]:
    for number, (code, name, town, setting, status, opened, closed) in enumerate(_OTHERS, 500):
        yield _row(
            code, name, HOME, town, number, opened, closed=closed, status=status, sub_type="B",
            parent=HOME.sub_locations[0].code, joined=opened, setting=setting,
        )  # fmt: skip


def _trusts(span: Span) -> list[list[str]]:
    every = sorted(all_trusts(span.scale), key=lambda trust: trust.code)
    return [_row(t.code, t.name, t.icb, t.town, 800 + i, _OPENED.get(t.code, "20010401")) for i, t in enumerate(every)]


def _row(
    code: str, name: str, icb: Icb, town: str, number: int, opened: str, *,
    closed: str = "", status: str = "", sub_type: str = "", parent: str = "", joined: str = "", setting: str = "",
) -> list[str]:  # fmt: skip
    """The 27 columns. A row with a parent is a practice; the others, trusts, have a government office region in column 24."""
    practice = bool(parent)
    street = f"{number % 90 + 1} {('Lantern Street', 'Mill Bank', 'Weir Lane', 'Chapel Row')[number % 4]}"
    postcode = f"QX{icb.number % 9 + 1} {number % 9 + 1}{'ABDEFGHJ'[number // 9 % 8]}{'LNPQRSTU'[number % 8]}"
    return [
        code, name.upper(), icb.region.code, icb.code, street.upper(), "", town.upper(), "", "", postcode,
        opened, closed, status, sub_type, parent, joined, closed,
        f"01632 960{number % 1000:03d}" if practice else "", "", "", "", "0", "", parent or icb.region.office, "", setting, "",
    ]  # fmt: skip
