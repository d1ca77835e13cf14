"""The Friends and Family Test: nine workbooks a month, one per setting (formats.md section 2).

Rows are suppressed by the publisher's own rules: 1 to 4 responses, then the next smallest where one child of a parent stands alone,
then the two smallest children of whatever is suppressed (formats.md section 2b). A suppressed row keeps its total. Who sent nothing
is not there. File names are as inconsistent as they are published.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

from ics_insight.demo import months, plan
from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import ExcelCell, Formula, xlsx_bytes
from ics_insight.demo.people import apportion
from ics_insight.demo.providers import INDEPENDENT, PARTNERSHIP, Site, Trust, all_trusts, trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import Icb, Practice, icbs, practices, practices_on

ANSWERS = ("Very Good", "Good", "Neither Good nor Poor", "Poor", "Very Poor", "Don't Know")
PSEUDO_BOARD, PSEUDO_NAME = "IS1", "INDEPENDENT SECTOR PROVIDERS"
FEWEST = 5
_WITH_IS = ("England (including Independent Sector Providers)", "England (excluding Independent Sector Providers)")
_DISCHARGE = ("SMS", "Electronic Discharge", "Paper Discharge", "Paper Home", "Telephone", "Online", "Other")
_HOME = ("SMS", "Electronic Discharge", "Electronic Home", "Paper Discharge", "Paper Home", "Telephone", "Online", "Other")
_APPOINTMENT = (
    "SMS", "Electronic At Appointment", "Electronic After Appointment", "Paper At Appointment", "Paper After Appointment",
    "Telephone", "Online", "Other",
)  # fmt: skip


@dataclass
class Unit:
    """A row of a sheet: a board, an organisation, a site or a ward, with those below it. `names` are its columns of the left."""

    names: list[str]
    answers: list[int] = field(default_factory=lambda: [0] * 6)
    eligible: int = 0
    children: list["Unit"] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    hidden: bool = False

    @property
    def total(self) -> int:
        return sum(self.answers)

    def sums(self) -> "Unit":
        """The unit with what its children have together."""
        self.answers = [sum(column) for column in zip(*(child.answers for child in self.children), strict=True)]
        self.eligible = sum(child.eligible for child in self.children)
        return self


@dataclass(frozen=True)
class Sheet:
    """How deep in the tree a sheet's rows lie (boards are 1), and its headers."""

    title: str
    depth: int
    names: tuple[str, ...]
    modes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    eligible: bool = True
    answers: bool = True


@dataclass(frozen=True)
class Setting:
    """One workbook a month. `first` is the row of the upper header; `says` what title and file names call it."""

    part: str
    says: tuple[str, ...]
    first: int
    england: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    units: Callable[[date, int, str], list[Unit]]
    above: str = ""  # the label over the modes, where it stands in a row of its own


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """Nine workbooks per month, a setting after the other."""
    for month in span.every:
        for setting in SETTINGS:
            yield _name(setting, month), _workbook(setting, month, span.scale)


def _name(setting: Setting, month: date) -> str:
    """As inconsistent as published: formats.md section 2a lists names that were seen."""
    words, short = setting.says[1], setting.says[2]
    year, full = month.year, months.name(month)
    names = (
        f"friends-and-family-test-{words}-data-{full.lower()}-{year}.xlsm",
        f"FFT_{short.upper()}_MacroWebfile_{full[:3]}-{year % 100}.xlsm",
        f"Friends-and-Family-Test-FFT-{words.title()}-Data-{full}-{year}.xlsx",
        f"fft-{short}-{full[:3].lower()}-{year % 100}-v2.xlsm",
        f"ftt-{short}-{full[:3].lower()}-{year % 100}.xlsm",
    )
    return names[int(Chance("fft", "name", setting.part, month).draw() * len(names))]


def _workbook(setting: Setting, month: date, scale: int) -> bytes:
    title = f"{setting.says[0]} Friends and Family Test (FFT) Data - {months.name(month)} {month.year}"
    sheets: dict[str, list[list[ExcelCell]]] = {
        "Notes": [[], [title, None, None, "Show data for:"], [], [_NOTE]],
        "Summary": [
            [],
            ["", "FFT", "Number of organisations submitting", "Responses", "Percentage Positive", "Percentage Negative"],
        ],
    }
    for stage in _STAGES if setting.part == "maternity" else ("",):
        england = Unit([], children=setting.units(month, scale, stage)).sums()
        hide(england)
        sheets["Summary"].append(["", f"{stage} Total".strip(), *_summary(england)])
        for sheet in setting.sheets:
            if not (sheet.title == "Sites" and stage == "Q4"):  # postnatal community has no sites
                sheets[f"{sheet.title} {stage}".strip()] = _sheet(setting, sheet, england, month, stage)
    codes = [unit.names[0] for unit in england.children]
    names = sorted(unit.names[1] for unit in england.children)  # sorted on their own: no name stands beside its code
    sheets["BS"] = [["", "ICB", "ICB"]]
    sheets["BS"] += [["", code, name] for code, name in zip(sorted(codes), names, strict=True)]
    return xlsx_bytes(sheets, hidden=["BS"], macros=_name(setting, month).endswith("m"))


def _summary(england: Unit) -> list[ExcelCell]:
    organisations = sum(len(board.children) for board in england.children)
    return [organisations, england.total, *_percentages(england, 1)]


def hide(parent: Unit) -> None:
    """Suppress below a unit: few responses, then whoever could be worked out from the rest (formats.md section 2b)."""
    answered = sorted((child for child in parent.children if child.total), key=lambda child: child.total)
    for child in answered:
        child.hidden = child.total < FEWEST
    if parent.hidden:
        for child in answered[:2]:
            child.hidden = True
    if sum(child.hidden for child in answered) == 1 and len(answered) > 1:
        next(child for child in answered if not child.hidden).hidden = True
    for child in parent.children:
        hide(child)


# --- sheets ---


def _sheet(setting: Setting, sheet: Sheet, england: Unit, month: date, stage: str) -> list[list[ExcelCell]]:
    """Controls, two rows of headers, England, the selection and the rows of one level."""
    units = sorted(_at(england, sheet.depth), key=lambda unit: unit.names)
    eligible = sheet.eligible and (setting.part != "maternity" or (stage == "Q2" and sheet.title != "Sites"))
    times = 100 if setting.part == "gp" and month.month % 3 == 0 else 1  # some months in percent, others as fractions
    left, left_of_modes = len(sheet.names), len(sheet.names) + 3 + eligible
    upper: list[ExcelCell] = [*sheet.names, "Total Responses"]
    lower: list[ExcelCell] = [None] * len(upper)
    if eligible:
        upper.append("Total Eligible")
    if sheet.answers:
        upper += ["Percentage Positive", "Percentage Negative", "Breakdown of Responses"]
        upper += [None] * 5
        lower = [*[None] * left_of_modes, *ANSWERS]
    rows: list[list[ExcelCell]] = [[] for _ in range(setting.first - 1)]
    rows[1] = [None, "Show data for:", None, "Filter by:", " − ", " − "]
    modes = [f"Mode {mode}" for mode in sheet.modes]
    if setting.above and modes:
        rows[setting.first - 2] = [*[None] * len(upper), setting.above]
        upper += modes
    elif modes:
        lower = lower if sheet.answers else [None] * len(upper)
        upper.append("Mode of Collection" if sheet.answers else "Breakdown of Responses")
        lower += modes
    upper += sheet.after
    rows += [upper, lower]
    for title in setting.england:
        rows.append([*[None] * (left - 1), title, *_measures(_england(england, title, units), sheet, eligible, times)])
    first = len(rows) + 2
    columns = [_letter(left + i) for i in range(1 + eligible)]
    totals = [Formula(f"SUBTOTAL(109,{c}{first}:{c}{first + len(units) - 1})", sum(u.total for u in units)) for c in columns]
    rows.append([*[None] * (left - 1), "Selection (excluding suppressed data)", *totals])
    return rows + [[*unit.names, *_measures(unit, sheet, eligible, times), *unit.after] for unit in units]


def _england(england: Unit, title: str, units: list[Unit]) -> Unit:
    kept = [board for board in england.children if board.names[0] != PSEUDO_BOARD or "excluding" not in title]
    found = Unit([], children=kept).sums()
    with_modes = [unit.modes for unit in units if unit.modes and (unit.names[0] != PSEUDO_BOARD or "excluding" not in title)]
    found.modes = [sum(column) for column in zip(*with_modes, strict=True)]
    return found


def _at(unit: Unit, depth: int) -> list[Unit]:
    return [unit] if depth == 0 else [found for child in unit.children for found in _at(child, depth - 1)]


def _measures(unit: Unit, sheet: Sheet, eligible: bool, times: int) -> list[ExcelCell]:
    cells: list[ExcelCell] = [unit.total]
    if eligible:
        cells.append(unit.eligible)
    if sheet.answers:
        cells += ["*"] * 8 if unit.hidden else [*_percentages(unit, times), *unit.answers]
    if sheet.modes:
        cells += ["*"] * len(sheet.modes) if unit.hidden else unit.modes
    return cells


def _percentages(unit: Unit, times: int) -> list[ExcelCell]:
    """Positive and negative share of all answers, with those who did not know; a dash where there was none."""
    if not unit.total:
        return ["-", "-"]
    return [times * sum(unit.answers[:2]) / unit.total, times * sum(unit.answers[3:5]) / unit.total]


def _letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


# --- who answered what ---


def _leaf(names: list[str], chance: Chance, usual: float, level: float, rate: float = 0.2, *, times: float = 1.0) -> Unit:
    """A unit where about `usual` people answer, `rate` of those who were eligible, and `level` of them positively."""
    count = chance.count(usual, 0.18)
    answered = round(count * times)
    spread = sqrt(level * (1 - level) / max(answered, 1))
    positive = round(answered * within(0.0, chance.near(level, spread), 1.0))
    others = apportion(answered - positive, (0.38, 0.26, 0.27, 0.09))
    best = round(positive * within(0.5, chance.near(0.78, 0.03), 1.0))
    return Unit(names, [best, positive - best, *others], max(answered, round(count / rate)))


def _boards(month: date, found: list[tuple[str, str, Unit]]) -> list[Unit]:
    """Organisations by their boards, which add them up."""
    boards: dict[str, Unit] = {}
    for code, name, unit in found:
        boards.setdefault(code, Unit([code, name])).children.append(unit)
    return [board.sums() for _, board in sorted(boards.items())]


def _board(organisation: Trust, month: date) -> tuple[str, str]:
    if organisation.kind == "independent":
        return PSEUDO_BOARD, PSEUDO_NAME
    return _named(organisation.icb_on(month))


def _named(icb: Icb) -> tuple[str, str]:
    return icb.code, icb.name.upper()


def _with_modes(unit: Unit, modes: Sequence[str], key: str, main: str = "") -> Unit:
    """How people answered: each organisation in its own mix, most of them by its `main` mode where it has one."""
    chance = Chance("fft", "modes", key)
    weights = [chance.between(0.02, 1.0) ** 2 for _ in modes]
    weights[-2:] = [0.02, 0.01]
    if main:
        weights = [0.02 * weight for weight in weights]
        weights[list(modes).index(main)] = 1.0
    unit.modes = apportion(unit.total, weights) if unit.total else [0] * len(modes)
    return unit


def _inpatient(month: date, scale: int, stage: str) -> list[Unit]:
    absent = plan.planted("non_submitter")
    found = []
    for trust in (*trusts(scale), *(t for t in all_trusts(scale) if t.kind == PARTNERSHIP.kind), INDEPENDENT):
        if trust.code == absent["organisation"] and month == months.first(absent["month"]):
            continue
        board = _board(trust, month)
        names = [board[0], trust.code, trust.name.upper()]
        # where people stay: mental health wards are another setting
        sites = [_ward_site(trust, site, names, month) for site in trust.sites if site.wards and site.kind != "mental health"]
        unit = _with_modes(Unit(names, children=sites).sums(), _HOME, trust.code, _main_mode(trust, month))
        found.append((*board, unit))
    return _boards(month, found)


def _main_mode(trust: Trust, month: date) -> str:
    changed = plan.planted("collection_mode")
    if trust.code != changed["organisation"]:
        return ""
    return str(changed["mode"]["after" if month >= months.first(changed["first_month"]) else "before"])


def _ward_site(trust: Trust, site: Site, names: list[str], month: date) -> Unit:
    site_names = [*names, site.code, f"{site.name.upper()} - {site.code}"]
    wards = []
    for ward in site.wards:
        usual = Chance("fft", "ward", site.code, ward.name).between(3.5, 44)
        level, times = _ward_level(trust, site, ward.name, month)
        unit = _leaf([*site_names, ward.name.upper()], Chance("fft", site.code, ward.name, month), usual, level, times=times)
        if trust.code == plan.planted("too_perfect")["organisation"]:
            unit.answers = [unit.eligible, 0, 0, 0, 0, 0]
        unit.after = [ward.first, ward.second]
        wards.append(unit)
    return Unit(site_names, children=wards).sums()


def _ward_level(trust: Trust, site: Site, ward: str, month: date) -> tuple[float, float]:
    """Share positive, and how many times the usual number answers."""
    stroke, changed = plan.planted("stroke_interface"), plan.planted("collection_mode")
    for end, level in (("from", "fft_positive_from"), ("to", "fft_positive_to")):
        if (site.code, ward) == (stroke[end]["site"], stroke[end]["ward"]):
            return stroke[level], 1.0
    if trust.code == changed["organisation"]:
        after = month >= months.first(changed["first_month"])
        return changed["fft_positive"]["after" if after else "before"], changed["responses_times"] if after else 1.0
    return within(0.85, 0.94 + 0.006 * trust.experience, 0.98), 1.0


def _ae(month: date, scale: int, stage: str) -> list[Unit]:
    tried = plan.planted("action_without_effect")
    found = []
    for trust in trusts(scale):
        board = _board(trust, month)
        names = [board[0], trust.code, trust.name.upper()]
        hospitals = [site for site in trust.sites if site.kind == "hospital"] or [trust.sites[0]]
        sites = []
        for site in hospitals:
            level = within(0.6, 0.79 + 0.012 * trust.experience, 0.9)
            if site.code == tried["site"]:
                level = tried["fft_positive"]["after" if month >= tried["action"]["done"] else "before"]
            at = [*names, site.code, f"{site.name} - {site.code}"]
            usual = (trust.major + trust.minor) * 0.06 / len(hospitals)
            sites.append(_leaf(at, Chance("fft", "ae", site.code, month), usual, level, 0.08))
        found.append((*board, _with_modes(Unit(names, children=sites).sums(), _DISCHARGE, trust.code)))
    return _boards(month, found)


def _organisations(
    part: str, kinds: tuple[str, ...], usual: float, level: float, modes: Sequence[str]
) -> Callable[..., list[Unit]]:
    """A setting that is published by organisation, without sites."""

    def units(month: date, scale: int, stage: str) -> list[Unit]:
        found = []
        for trust in (t for t in (*all_trusts(scale), INDEPENDENT) if t.kind in kinds):
            board = _board(trust, month)
            size = usual * within(0.2, trust.waiting / 40_000, 2.0) if trust.waiting else usual * 0.5
            at = [board[0], trust.code, trust.name.upper()]
            unit = _leaf(at, Chance("fft", part, trust.code, month), size, within(0.5, level + 0.008 * trust.experience, 0.99))
            found.append((*board, _with_modes(unit, modes, f"{part} {trust.code}")))
        return _boards(month, found)

    return units


_STAGES = {"Q1": (9, 0.91), "Q2": (34, 0.93), "Q3": (27, 0.91), "Q4": (7, 0.92)}  # how many answer at a site; share positive


def _maternity(month: date, scale: int, stage: str) -> list[Unit]:
    usual, level = _STAGES[stage]
    found = []
    for trust in trusts(scale):
        board = _board(trust, month)
        names = [board[0], trust.code, trust.name.upper()]
        births = [site for site in trust.sites if any(ward.name == "Birth Suite" for ward in site.wards)] or [trust.sites[0]]
        sites = [
            _leaf([*names, site.code, f"{site.name.upper()} - {site.code}"], Chance("fft", stage, site.code, month), usual, level)
            for site in births
        ]
        found.append((*board, _with_modes(Unit(names, children=sites).sums(), _HOME, f"{stage} {trust.code}")))
    return _boards(month, found)


def _gp(month: date, scale: int, stage: str) -> list[Unit]:
    found = []
    for practice in practices_on(month, scale):
        if int(practice.code[-3:]) % 3 == 2:  # a third of practices never sends anything
            continue
        board = _named(practice.icb_on(month))
        at = [*board, practice.code, practice.name.upper()]
        chance = Chance("fft", "gp", practice.code, month)
        unit = _leaf(at, chance, practice.people_on(month) * 0.006, _gp_level(practice, month), 0.01)
        found.append((*board, _with_modes(unit, _PRACTICE, practice.code)))
    return _boards(month, found)


_PRACTICE = ("SMS", "Handwritten", "Tablet/Kiosk", "Telephone", "Online", "Other")


def _gp_level(practice: Practice, month: date) -> float:
    collapse = plan.planted("phone_collapse")
    if practice.code != collapse["practice"]:
        return 0.86 + 0.1 * practice.phone
    usual, collapsed = collapse["fft_positive"]["usual"], collapse["fft_positive"]["collapsed"]
    start, end = map(months.first, collapse["months"])
    if start <= month <= end:
        return float(collapsed)
    return float((usual + collapsed) / 2 if end < month < months.first(collapse["recovered"]) else usual)


def _dental(month: date, scale: int, stage: str) -> list[Unit]:
    """One practice for 60,000 people; NHS England's other files do not know them."""
    found = []
    for icb in icbs(scale):
        towns = [town for place in icb.places for town in place.towns]
        for i in range(icb.people // 60_000):
            town = towns[i % len(towns)]
            board = _named(next(p for p in practices(scale) if p.town == town).icb_on(month))
            at = [*board, f"V9{icb.number:02d}{i + 1:02d}", f"{town.upper()} DENTAL PRACTICE {i + 1}"]
            found.append((*board, _leaf(at, Chance("fft", "dental", at[2], month), 3 + 5 * (i % 9), 0.96, 0.1)))
    return _boards(month, found)


_ICB = ("ICB Code", "ICB Name")
_TRUST = ("ICB Code", "Trust Code", "Trust Name")
_SITE = (*_TRUST, "Site Code", "Site Name")
_SURGERY = ("ICB Code", "ICB Name", "Practice Code", "Practice Name")
_NOTE = "FFT results cannot be used to compare providers with each other: how and whom they ask differs."
_PTS = ("ICB code", "Org Code", "Organisation Name")

SETTINGS = (
    Setting("inpatient", ("Inpatient", "inpatient", "ip"), 10, _WITH_IS, (
        Sheet("ICB", 1, _ICB), Sheet("Trusts", 2, _TRUST, _HOME), Sheet("Sites", 3, _SITE),
        Sheet("Wards", 4, (*_SITE, "Ward Name"), after=("First Speciality", "Second Speciality")),
    ), _inpatient, "Mode of Collection"),
    Setting("ae", ("A&E", "accident-and-emergency", "ae"), 3, ("England",), (
        Sheet("ICB", 1, _ICB), Sheet("Trusts", 2, _TRUST, _DISCHARGE), Sheet("Sites", 3, _SITE),
    ), _ae),
    Setting("ambulance", ("Ambulance", "ambulance", "amb"), 8, _WITH_IS, (
        Sheet("PTS ICB", 1, _ICB), Sheet("PTS Org", 2, _PTS),
        Sheet("Mode Org", 2, ("ICB Code", *_PTS[1:]), _DISCHARGE, eligible=False, answers=False),
    ), _organisations("ambulance", ("ambulance",), 260, 0.93, _DISCHARGE)),
    Setting("outpatient", ("Outpatients", "outpatient", "op"), 8, _WITH_IS, (
        Sheet("ICB", 1, _ICB), Sheet("Orgs", 2, _TRUST, _APPOINTMENT),
    ), _organisations("outpatient", ("acute", "mental health and community", "community", "independent"), 1500, 0.94,
                      _APPOINTMENT), "Response Mode"),
    Setting("maternity", ("Maternity", "maternity", "mat"), 9, _WITH_IS, (
        Sheet("ICB", 1, _ICB), Sheet("Trusts", 2, _TRUST, _HOME), Sheet("Sites", 3, _SITE),
    ), _maternity),
    Setting("community", ("Community", "community-health", "community"), 3, ("England",), (
        Sheet("Trusts", 2, _TRUST, ("SMS", "Electronic Discharge", "Paper Home", "Telephone", "Online", "Other")),
    ), _organisations("community", ("mental health and community", "community"), 700, 0.95,
                      ("SMS", "Electronic Discharge", "Paper Home", "Telephone", "Online", "Other"))),
    Setting("mental_health", ("Mental Health", "mental-health", "mh"), 3, ("England",), (
        Sheet("Trusts", 2, _TRUST, _HOME),
    ), _organisations("mental_health", ("mental health and community",), 380, 0.86, _HOME)),
    Setting("gp", ("GP", "GP", "gp"), 8, ("England",), (
        Sheet("ICB", 1, _ICB, eligible=False), Sheet("GP Practices", 2, _SURGERY, _PRACTICE, eligible=False),
    ), _gp),
    Setting("dental", ("Dental", "dental", "dental"), 8, ("England",), (
        Sheet("ICB", 1, _ICB, eligible=False), Sheet("Dental Practices", 2, _SURGERY, eligible=False),
    ), _dental),
)  # fmt: skip
