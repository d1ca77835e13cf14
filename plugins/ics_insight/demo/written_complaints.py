"""The annual zip of written complaints, which holds KO41a (hospitals) and KO41b (practices) (formats.md section 4).

Each complaint is counted once among new ones, ages and statuses, and may be counted several times among services, subjects and
professions. What belongs to no site of a trust stands under a site that has the trust's own code. A practice that sent no return is
not in the file. Boards are those of the autumn in which the year is published.

The publisher's headers are known but for the names of single ages, subjects, services and professions: those are ours, and as many
as it has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from ics_insight.demo import months
from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes, zip_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.providers import INDEPENDENT, Site, Trust, all_trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import Icb, Practice, icbs, practices_on

TOTALS = ("brought forward", "new", "resolved", "upheld", "partially upheld", "not upheld", "carried forward")
SILENT = 0.13  # of GP practices send no return
# as old as the people of the home board, so that no age is heard more or less than another
AGES = (("0_5", 6), ("6_17", 11), ("18_25", 10), ("26_55", 39), ("56_64", 12), ("65_74", 10), ("75_and_over", 9), ("Unknown", 4))
STATUSES = (("Patient", 56), ("Parent", 13), ("Spouse_or_Partner", 9), ("Relative_or_Carer", 16), ("Representative", 3),
            ("Other", 2), ("Unknown", 1))  # fmt: skip
SERVICES = (("Accident_and_Emergency", 17), ("Inpatient", 30), ("Outpatient", 24), ("Day_Case", 4), ("Maternity", 7),
            ("Community", 6), ("Mental_Health", 5), ("Ambulance", 3), ("Diagnostics", 3), ("Other", 1))  # fmt: skip
CLINICAL = (("Accident_and_Emergency", 20), ("Anaesthetics", 1), ("Cancer_Services", 6), ("Gynaecology", 6),
            ("General_Medicine", 22), ("General_Surgery", 12), ("Obstetrics", 7), ("Orthopaedics", 10),
            ("Paediatrics", 6), ("Psychiatry", 5), ("Radiology", 3), ("Other_Specialty", 2))  # fmt: skip
SUBJECTS = (
    ("Access_to_Treatment_or_Drugs", 5), ("Admissions_Discharges_and_Transfers_excl_Delayed_Discharge", 9), ("Appointments", 9),
    ("Commissioning", 0.3), ("Communications", 19), ("Consent", 1), ("End_of_Life_Care", 1.5), ("Facilities", 3),
    ("Integrated_Care_incl_Delayed_Discharge_due_to_Absence_of_Care_Package", 1.2), ("Mortuary", 0.1),
    ("Patient_Care_incl_Nutrition_and_Hydration", 15), ("Prescribing", 3), ("Privacy_Dignity_and_Wellbeing", 3.5),
    ("Restraint", 0.3), ("Staff_Numbers", 1), ("Transport_Ambulances", 2), ("Trust_Admin_Policies_Procedures_incl_Records", 5),
    ("Values_and_Behaviours_Staff", 12), ("Waiting_Times", 8), ("Complaint_Handling", 0.6), ("Other", 1.5),
)  # fmt: skip
PROFESSIONS = (("Medical", 44), ("Nursing", 27), ("Midwifery", 4), ("Allied_Health", 5), ("Ambulance", 2), ("Administrative", 11),
               ("Management", 4), ("Other", 3))  # fmt: skip
PRIMARY_AGES = (
    ("0-5", 5),
    ("6-17", 6),
    ("18-25", 8),
    ("26-55", 44),
    ("56-64", 13),
    ("65-74", 11),
    ("75 and over", 9),
    ("Unknown", 4),
)
PRIMARY_STATUSES = (("Patient", 70), ("Parent or Guardian", 13), ("Relative or Carer", 12), ("Representative", 3), ("Other", 1),
                    ("Unknown", 1))  # fmt: skip
PRIMARY_SUBJECTS = (
    "Access to Services", "Appointment Availability", "Appointment Length", "Appointment Cancelled", "Telephone Access",
    "Opening Hours", "Waiting Times at Surgery", "Waiting Times for Appointment", "Home Visits", "Out of Hours",
    "Communications with Patient", "Communications with Relatives", "Confidentiality", "Consent", "Values and Behaviours - GP",
    "Values and Behaviours - Nurse", "Values and Behaviours - Reception", "Privacy and Dignity", "Clinical Treatment",
    "Delay in Diagnosis", "Diagnosis Missed", "Clinical Errors", "Referral Delayed", "Referral Refused",
    "Premises (inc. Cleanliness, Condition)", "Equipment", "Prescribing Errors", "Prescription Delayed", "Medication Reviews",
    "Test Results", "Vaccinations", "Removal from List", "Registration Refused", "Practice Management", "Patient Records",
    "Fees and Charges", "Equality and Discrimination", "End of Life Care", "Complaint Handling", "Other",
)  # fmt: skip
PRIMARY_STAFF = (("GP", 48), ("Nurse", 9), ("Dentist", 9), ("Receptionist", 20), ("Practice Management", 11), ("Other", 3))
COMPLAINTS = ("Complaints_Total_Brought_Forward", "Complaints_Total_New", "Complaints_Total_Resolved", "Complaints_Number_Upheld",
              "Complaints_Number_Partially_Upheld", "Complaints_Number_Not_Upheld", "Complaints_Total_Carried_Forward")  # fmt: skip
PRIMARY_COMPLAINTS = ("1.3 Total Brought Forward", "1.4 Total New", "1.5 Total Resolved", "1.6 Number Upheld",
                      "1.7 Number Partially Upheld", "1.8 Number Not Upheld", "1.9 Total Carried Forward")  # fmt: skip
_SECTIONS = (("Age", AGES), ("Status", STATUSES), ("Service", SERVICES), ("Clinical_Treatment", CLINICAL),
             ("Subject_Area", SUBJECTS), ("Profession", PROFESSIONS))  # fmt: skip
_NAMES = ("Year", "NHS_England_Region_Code", "NHS_England_Region_Name", "ICS_Code", "ICS_Name", "Organisation_Code",
          "Organisation_Name")  # fmt: skip
_SECTION_NAMES = tuple(
    name
    for section, lines in _SECTIONS
    for name in (*(f"{section}_{line}" for line, _ in lines), *([f"{section}_Total"] if section != "Clinical_Treatment" else []))
)
ORGANISATION_HEADER = (*_NAMES, "Organisation_Type", *COMPLAINTS, *_SECTION_NAMES)
SITE_HEADER = (*_NAMES, "Site_Code", "Site_Name", "Organisation_Type", *COMPLAINTS, *_SECTION_NAMES)
_PRIMARY = ("Year", "Return", "NHS England region code", "NHS England region name", "ICS Code", "ICS Name", "Sub ICB Code",
            "Sub ICB Name")  # fmt: skip
PRACTICE_HEADER = (*_PRIMARY, "Organisation Code", "Organisation Name", "Contract Number", *PRIMARY_COMPLAINTS)
SUB_ICB_HEADER = (
    *_PRIMARY, *PRIMARY_COMPLAINTS,
    *(f"2.{n} {age}" for n, (age, _) in enumerate(PRIMARY_AGES, 1)),
    *(f"3.{n} {who}" for n, (who, _) in enumerate(PRIMARY_STATUSES, 1)),
    *(f"4.{n} {subject}" for n, subject in enumerate(PRIMARY_SUBJECTS, 1)),
    *(f"5.{n} {who}" for n, (who, _) in enumerate(PRIMARY_STAFF, 1)),
)  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """One zip a year: names and bytes. Each of the two sources gets the same."""
    for year in months.financial_years():
        yield f"Data on Written Complaints in the NHS {year} CSV files.zip", annual(year, span.scale)


@cache
def annual(year: str, scale: int = 1) -> bytes:
    """The zip of one financial year."""
    organisations, sites = _secondary(year, scale)
    practices, sub_icbs = _primary(year, scale)
    title = f"Data on Written Complaints in the NHS {year}"
    tables = {
        "Secondary Care KO41a - Org Level": organisations, "Secondary Care KO41a - Site Level": sites,
        "Primary Care KO41b - Practice Level": practices, "KO41b - Sub ICB Level": sub_icbs,
    }  # fmt: skip
    described = [["Column", "Description"], ["Year", "Financial year of the return"]]
    return zip_bytes({
        **{f"{title} {name}.csv": csv_bytes(rows) for name, rows in tables.items()},
        f"{title} - Meta data.xlsx": xlsx_bytes({"Title": [[title]], **{f"KO41{letter}": described for letter in "ab"}}),
    })  # fmt: skip


def published(year: str) -> date:
    """The day on which boards are looked up: October after the year's end."""
    return date(int(year[:4]) + 1, 10, 1)


# ---- counts


@dataclass(frozen=True)
class Drawn:
    """What one organisation counted in a year, in the order of TOTALS."""

    totals: tuple[int, ...]

    @property
    def new(self) -> int:
        return self.totals[1]


def _years(key: tuple[str, ...], usual: float, upheld: float, fixed: dict[str, int] | None = None) -> dict[str, Drawn]:
    """All years of one organisation, each beginning with what the one before carried forward."""
    found: dict[str, Drawn] = {}
    open_before = 0
    for year in months.financial_years():
        chance = Chance("written_complaints", *key, year)
        new = chance.count(usual, 0.15)
        new = (fixed or {}).get(year, new)
        resolved = min(open_before + new, round((open_before + new) * chance.between(0.82, 0.95)))
        outcomes = split(chance, resolved, (upheld, 0.25, 0.75 - upheld))
        found[year] = Drawn((open_before, new, resolved, *outcomes, open_before + new - resolved))
        open_before += new - resolved
    return found


def split(chance: Chance, total: int, weights: Sequence[float]) -> list[int]:
    """`total` shared out by weights, give or take, so that it adds up."""
    drawn = [weight * chance.between(0.7, 1.3) for weight in weights]
    exact = [total * each / sum(drawn) for each in drawn]
    shares = [int(each) for each in exact]
    rest = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in rest[: total - sum(shares)]:
        shares[i] += 1
    return shares


def _issues(chance: Chance, new: int, least: float, most: float) -> int:
    """How many were raised by so many complaints: never fewer."""
    return max(new, round(new * chance.between(least, most)))


def _add(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


# ---- KO41a


def _secondary(year: str, scale: int) -> tuple[list[Sequence[Cell]], list[Sequence[Cell]]]:
    organisations: list[Sequence[Cell]] = [ORGANISATION_HEADER]
    sites: list[Sequence[Cell]] = [SITE_HEADER]
    for trust in sorted((*all_trusts(scale), INDEPENDENT), key=lambda each: each.code):
        icb = trust.icb_on(published(year))
        names = [year, icb.region.code, icb.region.name.upper(), icb.code, icb.name.upper(), trust.code, trust.name.upper()]
        kind = "Independent Provider" if trust.kind == "independent" else "NHS Trust"
        rows = {site: _hospital(trust, site, year) for site in (Site(trust.code, trust.name, "none"), *trust.sites)}
        sites += [[*names, site.code, site.name.upper(), kind, *row] for site, row in rows.items()]
        organisations.append([*names, kind, *_add(list(rows.values()))])
    return organisations, sites


def _hospital(trust: Trust, site: Site, year: str) -> list[int]:
    """All numbers of one site in the order of the header."""
    busy = {"acute": 60 + trust.major / 60, "ambulance": 90, "independent": 6}.get(trust.kind, 120)
    usual = busy / max(1, len(trust.sites)) if site.code != trust.code else busy * 0.05
    drawn = _years(("ko41a", trust.code, site.code), usual, within(0.15, 0.27 - 0.03 * trust.experience, 0.45))[year]
    chance = Chance("written_complaints", "ko41a", trust.code, site.code, year, "sections")
    numbers = list(drawn.totals)
    for section, lines in _SECTIONS:
        weights = [weight for _, weight in lines]
        if section in ("Age", "Status"):
            shares = split(chance, drawn.new, weights)
        elif section == "Clinical_Treatment":
            clinical = split(chance, drawn.new // 8, weights)
            numbers += clinical
            continue
        elif section == "Subject_Area":  # its total has the clinical ones as well
            shares = split(chance, _issues(chance, drawn.new, 1.0, 1.1), weights)
            numbers += [*shares, sum(shares) + sum(clinical)]
            continue
        else:
            shares = split(chance, _issues(chance, drawn.new, 1.0, 1.1), weights)
        numbers += [*shares, sum(shares)]
    return numbers


# ---- KO41b


def _primary(year: str, scale: int) -> tuple[list[Sequence[Cell]], list[Sequence[Cell]]]:
    practices: list[Sequence[Cell]] = [PRACTICE_HEADER]
    sub_icbs: list[Sequence[Cell]] = [SUB_ICB_HEADER]
    day = published(year)
    listed: dict[tuple[str, str, str], list[tuple[int, ...]]] = {}
    boards = {icb.code: icb for icb in icbs(scale)}
    for practice in sorted(practices_on(months.first(f"{int(year[:4]) + 1}-03"), scale), key=lambda each: each.code):
        icb = practice.icb_on(day)
        boards[icb.code] = icb
        if responds(practice, year):
            totals = surgery(practice)[year].totals
            listed.setdefault(("GP", icb.code, practice.sub_location), []).append(totals)
            practices.append([*_named(year, "GP", icb, practice.sub_location), practice.code, practice.name.upper(), None, *totals])
    for icb, sub_location, number in _dentists(scale, day):
        boards[icb.code] = icb
        for contract in range(1 + number % 2):
            totals = _years(("dental", sub_location, str(number), str(contract)), 3, 0.3)[year].totals
            listed.setdefault(("Dental", icb.code, sub_location), []).append(totals)
            names = f"V99{number:04d}", f"DENTAL PRACTICE {number}", f"99{number:05d}{contract:03d}"
            practices.append([*_named(year, "Dental", icb, sub_location), *names, *totals])
    for (kind, board, sub_location), several in sorted(listed.items()):
        totals = tuple(_add(several))
        sub_icbs.append(
            [*_named(year, kind, boards[board], sub_location), *totals, *_lines(year, kind, board, sub_location, totals[1])]
        )
    for board in sorted({board for _, board, _ in listed}):
        totals = _years(("direct", board), 40, 0.2)[year].totals
        sub_icbs.append([*_named(year, "ICB", boards[board], ""), *totals, *_lines(year, "ICB", board, "", totals[1])])
    return practices, sub_icbs


def responds(practice: Practice, year: str) -> bool:
    """Whether a GP practice sent a return for a year."""
    sure = practice.code == planted("phone_collapse")["practice"]
    return sure or Chance("written_complaints", "return", practice.code, year).draw() >= SILENT


def surgery(practice: Practice) -> dict[str, Drawn]:
    """What a GP practice counted, also in years for which it sent no return."""
    plan = planted("phone_collapse")
    fixed = plan["complaints_ko41b"] if practice.code == plan["practice"] else None
    return _years(("ko41b", practice.code), practice.people / 2_600, 0.30, fixed)


def _dentists(scale: int, day: date) -> list[tuple[Icb, str, int]]:
    """Board on a day, sub-ICB location and number of each dental practice: four a location that has a GP practice that day."""
    boards = {practice.sub_location: practice.icb_on(day) for practice in practices_on(day, scale)}
    locations = [sub.code for icb in icbs(scale) for sub in icb.sub_locations]
    return [(boards[code], code, 4 * i + number) for i, code in enumerate(locations) if code in boards for number in range(1, 5)]


def _named(year: str, kind: str, icb: Icb, sub_location: str) -> list[Cell]:
    sub_name = f"NHS {icb.area.upper()} ICB - {sub_location}" if sub_location else None
    return [year, kind, icb.region.code, icb.region.name.upper(), icb.code, icb.name.upper(), sub_location or None, sub_name]


def _lines(year: str, kind: str, board: str, sub_location: str, new: int) -> list[int]:
    chance = Chance("written_complaints", "ko41b lines", kind, board, sub_location, year)
    subjects = [3.0 if name in ("Clinical Treatment", "Appointment Availability") else 1.0 for name in PRIMARY_SUBJECTS]
    return [
        *split(chance, new, [weight for _, weight in PRIMARY_AGES]),
        *split(chance, new, [weight for _, weight in PRIMARY_STATUSES]),
        *split(chance, _issues(chance, new, 1.1, 1.4), subjects),
        *split(chance, _issues(chance, new, 1.0, 1.2), [weight for _, weight in PRIMARY_STAFF]),
    ]
