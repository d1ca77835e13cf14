"""Referral to treatment waiting times, a zip a month (formats.md section 13).

Rows are provider × commissioner × part × treatment function, and `C_999` repeats the sum of the functions. `Total` and unknown
clock starts are filled for completed pathways (Part_1A, Part_1B) alone, weeks for all but new periods (Part_3).
Some providers leave empty weeks blank where others write 0, in all rows but `C_999`: Larkmoor does.
"""

from collections.abc import Iterator
from datetime import date
from itertools import accumulate, pairwise

from ics_insight.demo import months
from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import Cell, csv_bytes, zip_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.providers import Trust, trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import Icb, icbs, parent_of, step_of

WEEKS = 105  # from 0 to 1 week up to more than 104
TARGET = 18
HEADER = [
    "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
    "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
    "RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name",
    *(f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(WEEKS - 1)), "Gt 104 Weeks SUM 1",
    "Total", "Patients with unknown clock start date", "Total All",
]  # fmt: skip
ALL_FUNCTIONS = ("C_999", "Total")
# code, name, share of a trust's list
FUNCTIONS = (
    ("C_100", "General Surgery Service", 0.17), ("C_110", "Trauma and Orthopaedic Service", 0.24),
    ("C_130", "Ophthalmology Service", 0.21), ("C_320", "Cardiology Service", 0.13), ("C_502", "Gynaecology Service", 0.16),
    ("X02", "Other - Medical Services", 0.09),
)  # fmt: skip
# code, description, size and share within 18 weeks relative to the waiting list
PARTS = (
    ("Part_1A", "Completed Pathways For Admitted Patients", 0.040, -0.05),
    ("Part_1B", "Completed Pathways For Non-Admitted Patients", 0.163, 0.09),
    ("Part_2", "Incomplete Pathways", 1.0, 0.0),
    ("Part_2A", "Incomplete Pathways with DTA", 0.167, -0.11),
    ("Part_3", "New RTT Periods - All Patients", 0.248, 0.0),
)
GAIN: float = planted("rtt_gains")["gain"]  # what every trust's share within 18 weeks gains over the two years
NOT_COMMISSIONED = "NONC"
_BLANKS = "P1Z6G"

Commissioner = tuple[Icb | None, str, float]


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """One zip per month: names and bytes, one of them late."""
    late = planted("late_month")
    for month in months.as_sent(span.every, months.first(late["month"]), months.first(late["after"])):
        name = f"{months.last_day(month):%Y%m%d}-RTT-{months.name(month)}-{month.year}-full-extract.csv"
        yield f"{name}.zip", zip_bytes({name: csv_bytes([HEADER, *_rows(month, span.scale)])})


def _rows(month: date, scale: int) -> Iterator[list[Cell]]:
    period = f"RTT-{months.name(month)}-{month.year}"
    for trust in sorted(trusts(scale), key=lambda t: (t.icb_on(month).code, t.code)):
        parent = trust.icb_on(month)
        provider = [period, parent.code, parent.name.upper(), trust.code, trust.name.upper()]
        curves = [_curve(trust, month, part) for part in PARTS]
        for icb, code, share in sorted(_commissioners(trust, month), key=lambda c: (c[0].code if c[0] else "", c[1])):
            for part, curve in zip(PARTS, curves, strict=True):
                chance = Chance("rtt", trust.code, code, part[0], month)
                by_function = [_figures(trust.waiting * share * part[2] * f[2], part[0], curve, chance) for f in FUNCTIONS]
                head = [*provider, *_names(icb, code), *part[:2]]
                yield from _functions(head, part[0], by_function, blanks=trust.code == _BLANKS)


def _commissioners(trust: Trust, month: date) -> list[Commissioner]:
    """Who pays for a trust's patients, and which share: mostly its own board, some neighbours, a few nobody in England."""
    nobody = (None, NOT_COMMISSIONED, 0.004)
    near = [icb for icb in icbs(1 + step_of(trust.icb)) if icb.code == trust.icb.beside]
    beside = [(icb, icb.sub_locations[0], 0.06) for icb in near]
    own = 0.996 - 0.06 * len(beside)
    locations = trust.icb.sub_locations
    split = (0.58, 0.42) if len(locations) > 1 else (1.0,)
    paying = [*((trust.icb, location, own * part) for location, part in zip(locations, split, strict=True)), *beside]
    return [*((parent_of(location, icb, month), location.code, share) for icb, location, share in paying), nobody]


def _names(icb: Icb | None, code: str) -> list[str]:
    """The commissioner's four columns; whoever has no parent board has no name either."""
    if icb is None:
        return ["", "", code, ""]
    return [icb.code, icb.name.upper(), code, f"NHS {icb.area} ICB - {code}".upper()]


def _curve(trust: Trust, month: date, part: tuple[str, str, float, float]) -> list[float]:
    """Shares of pathways that waited up to 1, 2, … weeks; the last is 1. Within 18 weeks they thin out slowly, then faster."""
    chance = Chance("rtt", trust.code, part[0], month)
    level = within(0.3, chance.near(trust.within_18 + GAIN * months.gone(month) + part[3], 0.003), 0.97)
    soon = [chance.between(0.9, 1.1) * (1 - 0.02 * week) for week in range(TARGET)]
    late, thinning = [], 1.0
    for _ in range(TARGET, WEEKS):
        late.append(chance.between(0.9, 1.1) * thinning)
        thinning *= 0.93
    *up_to_target, soon_total = accumulate(soon)
    *beyond, late_total = accumulate(late)
    return [
        *(level * share / soon_total for share in up_to_target), level,
        *(level + (1 - level) * share / late_total for share in beyond), 1.0,
    ]  # fmt: skip


def _figures(usual: float, part: str, curve: list[float], chance: Chance) -> list[int]:
    """The 105 weeks, then Total, unknown clock starts and Total All."""
    total = max(1, chance.count(usual, 0.02))
    # a start between 0 and 1 decides where the rounding falls, so that small numbers do not always fall on the same weeks
    start = chance.draw()
    reached = [0, *(int(total * share + start) for share in curve[:-1]), total]
    weeks = [after - before for before, after in pairwise(reached)]
    unknown = int(chance.draw() * 3) if part == "Part_1B" and total > 100 else 0
    return [*weeks, total, unknown, total + unknown]


def _functions(head: list[str], part: str, by_function: list[list[int]], *, blanks: bool) -> Iterator[list[Cell]]:
    """The rows of one part, `C_999` among them where its code sorts."""
    every = [(code, name, figures) for (code, name, _), figures in zip(FUNCTIONS, by_function, strict=True)]
    total = [sum(column) for column in zip(*by_function, strict=True)]
    for code, name, figures in sorted([*every, (*ALL_FUNCTIONS, total)]):
        weeks: list[Cell] = list(figures[:WEEKS])
        if blanks and code != ALL_FUNCTIONS[0]:
            weeks = [week or None for week in weeks]
        yield [*head, code, name, *_published(part, weeks, figures[WEEKS:])]


def _published(part: str, weeks: list[Cell], totals: list[int]) -> list[Cell]:
    if part == "Part_3":
        return [*[None] * WEEKS, None, None, totals[2]]
    return [*weeks, *totals] if part in ("Part_1A", "Part_1B") else [*weeks, None, None, totals[2]]
