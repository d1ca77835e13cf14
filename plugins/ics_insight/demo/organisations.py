"""Who there is, as the Organisation Data Service's reports tell it: twice, in both dialects.

Practices (`epraccur`), trusts (`etr`), their sites (`ets`), branches of practices (`ebranchs`), sub-ICB locations (`eccg`), who
belonged to which location (`epcmem`) and networks with their practices (`ePCN`, a workbook); ICBs (`eother`), successions (`succ`)
and the list of ICBs with their predecessors in the later edition only.

27 columns without a header, every field quoted. The reports of November 2025 are of the legacy dialect: status A, C, D or P in
column 13 and a prescribing setting in column 26 for practices, both blank for trusts, and boards as they were before April 2026.
Those of October 2026 are of Data Search and Export: ACTIVE, INACTIVE or DORMANT, roles for settings, closed trusts kept
(formats.md section 6).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes
from ics_insight.demo.months import name as name_of
from ics_insight.demo.providers import AMBULANCE, ELSEWHERE, PARTNERSHIP, all_trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import (
    BOARDS_CHANGED,
    FORMER_ICBS,
    HOME,
    OLD_QUILLMERE,
    Icb,
    Practice,
    closed_practices,
    icbs,
    practice_code,
    practices,
    successions,
)

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
    """The reports of each edition: names and bytes."""
    for edition in _EDITIONS:
        suffix = "" if edition.dse else f"_{edition.day:%Y-%m}_legacy"
        gp_practices = [_gp_practice(edition, *at) for at in enumerate((*practices(span.scale), *closed_practices()))]
        yield f"epraccur{suffix}.csv", csv_bytes([*gp_practices, *_others(edition)], line_end="\n", quote_all=True)
        yield f"etr{suffix}.csv", csv_bytes(_trusts(edition, span.scale), quote_all=True)
        yield f"ets{suffix}.csv", csv_bytes(_sites(edition, span.scale), quote_all=True)
        yield f"ebranchs{suffix}.csv", csv_bytes(_branches(edition), quote_all=True)
        yield f"eccg{suffix}.csv", csv_bytes(_locations(edition, span.scale), quote_all=True)
        yield f"epcmem{suffix}.csv", csv_bytes(_commissioned(edition, span.scale), quote_all=True)
        yield f"ePCN_{edition.day:%Y-%m}.xlsx", xlsx_bytes(_networks(edition, span.scale))
    yield "eother.csv", csv_bytes(_boards(edition, span.scale), quote_all=True)
    yield "succ.csv", csv_bytes(_successions(), quote_all=True)
    yield f"icb_list_{edition.day:%Y-%m}_with_predecessors.csv", csv_bytes(_icb_list(span.scale))


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


def _sites(edition: _Edition, scale: int) -> list[list[str]]:
    return [
        _attached(edition, site.code, site.name, trust.icb_on(edition.day), trust.town, 900 + i, trust.code, "RO198")
        for i, (trust, site) in enumerate((t, site) for t in all_trusts(scale) for site in t.sites)
    ]


def _branches(edition: _Edition) -> list[list[str]]:
    """Every twentieth practice at home has a branch surgery, whose code is its own and a number."""
    return [
        _attached(edition, f"{p.code}001", f"{p.town} Branch Surgery", p.icb_on(edition.day), p.town, 700 + i, p.code, "RO96")
        for i, p in enumerate([p for p in practices() if p.icb is HOME][::20])
    ]


def _attached(edition: _Edition, code: str, name: str, icb: Icb, town: str, number: int, parent: str, role: str) -> list[str]:
    """A site or branch: its parent stands in column 15, and in the later dialect its roles in column 14."""
    row = _row(edition, code, name, icb, town, number, "20040401")
    row[13], row[14], row[23] = f"{role}|RO340" if edition.dse else "", parent, ""
    return row


def _locations(edition: _Edition, scale: int) -> list[list[str]]:
    """Sub-ICB locations. Before boards changed those of the home board were of the boards that it was made of."""
    return [
        _located(edition, location.code, f"NHS {icb.area} ICB - {location.code}", _icb_of(edition, icb, location.code), 600 + i)
        for i, (icb, location) in enumerate((icb, location) for icb in icbs(scale) for location in icb.sub_locations)
    ]


def _icb_of(edition: _Edition, icb: Icb, location: str) -> Icb:
    if edition.day >= BOARDS_CHANGED:
        return icb
    return next(p.former for p in practices() if p.sub_location == location) if icb in (HOME, *icbs()[1:2]) else icb


def _located(edition: _Edition, code: str, name: str, icb: Icb, number: int) -> list[str]:
    row = _row(edition, code, name, icb, icb.area, number, "20130401")
    row[13], row[14], row[23] = ("RO98|RO319" if edition.dse else "C"), (icb.code if edition.dse else ""), ""
    return row


def _commissioned(edition: _Edition, scale: int) -> list[list[str]]:
    """Practice, location and the days between which they belonged together; the edge of a practice that closed ends with it."""
    return [
        [p.code, p.sub_location, "W", "20220701", f"{p.closed:%Y%m%d}" if p.closed else "", "1" if edition.dse else "0"]
        for p in (*practices(scale), *closed_practices())
    ]


def _networks(edition: _Edition, scale: int) -> dict[str, list[list[Cell]]]:
    """The two sheets of the workbook of primary care networks, with the line breaks that their headers have."""
    members = [p for p in (*practices(scale), *closed_practices()) if p.pcn_code.strip()]
    names = {p.icb.code: f"{p.icb_on(edition.day).name.upper()}" for p in members}
    first = {p.pcn_code: p for p in reversed(members)}
    details: list[list[Cell]] = [
        [
            code,
            p.pcn_name,
            p.sub_location,
            names[p.icb.code],
            "20190701",
            "",
            "1 LANTERN STREET",
            "",
            "",
            p.town.upper(),
            "",
            "QX1 1LN",
        ]
        for code, p in sorted(first.items())
    ]
    partners: list[list[Cell]] = [
        [p.code, p.name.upper(), p.sub_location, names[p.icb.code], p.pcn_code, p.pcn_name, first[p.pcn_code].sub_location,
         names[p.icb.code], "20190701", f"{p.closed:%Y%m%d}" if p.closed else "",
         str(p.sub_location == first[p.pcn_code].sub_location).upper()]
        for p in members
    ]  # fmt: skip
    return {"PCNDetails": [[*_PCN_HEADER], *details], "PCN Core Partner Details": [[*_PARTNER_HEADER], *partners]}


_PCN_HEADER = (
    "PCN Code", "PCN Name", "Current Clinical \nCommissioning \nGroup Code", "Clinical\nCommissioning\nGroup Name", "Open Date",
    "Close Date", *(f"Address Line {n}" for n in range(1, 6)), "Postcode",
)  # fmt: skip
_PARTNER_HEADER = (
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nCCG Code", "Practice\nParent\nCCG Name", "PCN Code",
    "PCN Name", "PCN Parent\nCCG Code", "PCN Parent\nCCG Name", "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date", "Practice CCG and PCN\nCCG Match ",
)  # fmt: skip


def _boards(edition: _Edition, scale: int) -> Iterator[list[str]]:
    """Boards that are there and boards that closed, by their role; the rest of this report is of no matter here."""
    for number, icb in enumerate((*icbs(scale), *FORMER_ICBS)):
        closed = f"{date.fromordinal(icb.closed.toordinal() - 1):%Y%m%d}" if icb.closed else ""
        row = _row(edition, icb.code, icb.name, icb, icb.area, number, f"{icb.opened:%Y%m%d}", closed=closed)
        row[3], row[13], row[23] = "", "RO318|RO261", ""
        yield row


def _successions() -> list[list[str]]:
    return [[each.predecessor, each.successor, "A", f"{each.on:%Y%m%d}"] for each in successions() if each.kind != "icb"]


def _icb_list(scale: int) -> Iterator[list[str]]:
    yield ["ods_code", "name", "alt_names", "predecessor_codes", "region", "cluster_id", "notes"]
    for icb in icbs(scale):
        before = [each.predecessor for each in successions() if each.successor == icb.code]
        formed = (
            f"Formed {BOARDS_CHANGED.day} {name_of(BOARDS_CHANGED)} {BOARDS_CHANGED.year} from {' and '.join(before)}"
            if before
            else ""
        )
        yield [icb.code, f"{icb.area} ICB", "", ";".join(before), icb.region.name, "", formed]


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
