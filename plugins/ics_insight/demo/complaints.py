"""Complaints logs of the home board's trusts: Radar's export, Odoo's export, and our template, each as one trust sends it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from ics_insight.demo import logs, months, people, plan
from ics_insight.demo.files import ExcelCell, csv_bytes, xlsx_bytes
from ics_insight.demo.logs import Entry
from ics_insight.demo.providers import Trust
from ics_insight.demo.span import Span
from ics_insight.sources import registry
from ics_insight.sources.reading.logs import age_group

EACH_MONTH = {"C7X2M": 12, "E5Z8P": 10, "M3W6J": 8, "V2X8N": 7, "K6P2D": 3}
RADAR, ODOO = "C7X2M", "E5Z8P"
_TEAM = "Complaint - Patient Relations Team Management"
RADAR_HEADER: list[ExcelCell] = [
    "Reference", f"{_TEAM} (First Received)", "Complaint Response Provided (--Due date)",
    "Complaint Response Provided (--Completion Date)", "Complaint Response Provided (Date Complaint Closed)",
    f"{_TEAM} (PRM Handler)", f"{_TEAM} (Responsible Hospital Exec Team (Main))", f"{_TEAM} (Specialty (Main))",
    f"{_TEAM} (Clinical Decision Group (CDG) (Main))", f"{_TEAM} (Site of event (Main))", f"{_TEAM} (Location (Main))",
    f"{_TEAM} (Current stage)", f"{_TEAM} (Complaint Complexity)", f"{_TEAM} (Type of Complaint/PALS)",
    f"{_TEAM} (Third party interest)", f"{_TEAM} (Subjects (Complaint))", f"{_TEAM} (Sub-Subjects (Complaint))",
    f"{_TEAM} (Deadline Met)", f"{_TEAM} (Description of Complaint)", f"{_TEAM} (Outcome code (Complaint))",
    "Complaint Triage (Complaint Complexity)", "Complaint - Patient Relations Logging (Date of Birth (Complaint))",
    f"{_TEAM} (Gender (KO41))", f"{_TEAM} (Patient Ethnicity (KO41(A)))", f"{_TEAM} (Local flag)",
]  # fmt: skip
ODOO_HEADER: list[ExcelCell] = [
    "name", "record_type", "received_at", "received_via", "event_date", "patient_name", "consent_status", "is_third_party",
    "subject_id/display_name", "location_id/display_name", "severity", "is_multi_org", "acknowledged_at", "response_deadline",
    "response_sent_at", "state", "closed_at", "pals_origin_ref", "description",
]  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """A workbook or CSV per trust and quarter, from the beginning of the financial year: `C7X2M/complaints_2026-27_Q2.xlsx`."""
    for trust, name, last, entries in logs.exports(span, month_of):
        if trust.code == RADAR:
            report = [radar_row(found, last, "Formal complaint") for found in entries]
            rows: list[list[ExcelCell]] = [["Complaints report"], [], RADAR_HEADER, *report]
            yield f"{trust.code}/complaints_{name}.xlsx", xlsx_bytes({"Report": rows})
        elif trust.code == ODOO:
            yield f"{trust.code}/complaints_{name}.csv", odoo_csv(entries, last, "complaint")
        else:
            header = template_header("complaints")
            rows = [[*header], *(template_row(header, found, last) for found in entries)]
            workbook = trust.code == "M3W6J"
            content = xlsx_bytes({"Complaints": rows}) if workbook else csv_bytes(plain(rows))
            yield f"{trust.code}/complaints_{name}.{'xlsx' if workbook else 'csv'}", content


def month_of(trust: Trust, month: date, scale: int) -> list[Entry]:
    """The complaints of a month; one that began at PALS is the last of the quarter's last month."""
    found = [logs.entry("complaints", trust, month, n, "COMP") for n in range(EACH_MONTH[trust.code] * scale)]
    stroke = plan.planted("stroke_interface")
    if trust.code == stroke["from"]["organisation"]:
        first, last = map(months.first, stroke["months"])
        involved = (stroke["to"]["organisation"], logs.organisation_name(stroke["to"]["organisation"]))
        for n in range(logs.spread(stroke["complaints"], first, last, month)):
            found[n] = logs.about(found[n], logs.BETWEEN, involved, "stroke")
    if month.month % 3 == 0:
        found[-1] = replace(found[-1], counterpart=f"pals {month.year} {month.month:02d}0001")
    return [*found, *logs.rubbish("complaints", trust, month, "COMP")]


def status(found: Entry, day: date) -> str:
    if found.error:
        return "Opened in error"
    if found.withdrawn:
        return "Withdrawn"
    return "Closed" if found.is_complete(day) else "Under investigation"


def radar_row(found: Entry, day: date, kind: str) -> list[ExcelCell]:
    done = found.is_complete(day)
    who, code = found.person, people.NHS_CODE_OF[found.person.ethnicity] or "Z"
    other = f"{found.other[1]} ({found.other[0]})" if found.other else "No"
    return [
        found.reference, found.received, found.due, found.completed if done else None, found.completed if done else None,
        "Complaints office", "Medicine", found.specialty, "Group 2", found.site.name, found.specialty, status(found, day),
        found.severity, kind, other, found.subjects, found.sub_subjects, "Yes" if found.completed <= found.due else "No",
        found.text, found.outcome if done else None, found.severity, found.born, who.sex.capitalize(),
        f"{code}*" if who.age % 4 == 0 else code, "b",
    ]  # fmt: skip


def odoo_csv(entries: list[Entry], day: date, record_type: str) -> bytes:
    """Odoo's CSV: everything in quotation marks, times to the second."""
    rows = [[str(cell) for cell in ODOO_HEADER]]
    for found in entries:
        done = found.is_complete(day)
        answered = datetime.combine(found.completed, time(15, 30)).isoformat(" ") if done else ""
        state = {"Opened in error": "opened in error", "Withdrawn": "withdrawn"}.get(status(found, day)) or (
            ("escalated" if found.counterpart and record_type == "pals" else "closed") if done else "investigation"
        )
        issue = " / ".join([found.issues[0].subject, found.issues[0].sub_subject])
        rows.append([
            found.reference, record_type, datetime.combine(found.received, time(9, 5)).isoformat(" "),
            found.via.lower().replace(" ", "_"), found.happened.isoformat(), "",
            "not_required" if found.role == "Patient" else "obtained", str(found.role != "Patient"),
            issue, found.site.name, found.severity.lower(), str(found.other is not None),
            datetime.combine(found.acknowledged, time(11)).isoformat(" ") if record_type == "complaint" else "",
            found.due.isoformat(), answered, state, answered, found.counterpart if record_type == "complaint" else "", found.text,
        ])  # fmt: skip
    return csv_bytes(rows, line_end="\n", quote_all=True)


def template_header(source: str) -> list[str]:
    """The columns of our template, as `sources/<source>/template.csv` has them."""
    layout = next(layout for layout in registry()[source].layouts if layout.version.startswith("template"))
    return [names[0] for names in layout.sheets[0].columns.values()]


def template_row(header: list[str], found: Entry, day: date) -> list[ExcelCell]:
    done, who = found.is_complete(day), found.person
    code, name = found.other or ("", "")
    cells: dict[str, ExcelCell] = {
        "complaint_reference": found.reference, "contact_reference": found.reference, "contact_type": found.contact_type,
        "received": found.received, "acknowledged": found.acknowledged if found.acknowledged <= day else None, "due": found.due,
        "completed": found.completed if done else None, "resolved": found.completed if done else None,
        "closed": found.completed if done else None, "event_date": found.happened, "status": status(found, day),
        "received_via": found.via, "complainant_role": found.role, "enquirer_role": found.role,
        "consent": "Not required" if found.role == "Patient" else "Obtained", "severity": found.severity,
        "subjects": found.subjects, "sub_subjects": found.sub_subjects, "outcome": found.outcome if done else None,
        "other_organisation": name, "other_organisation_code": code, "pals_reference": found.counterpart,
        "linked_contacts": found.linked, "times_reopened": 0,
        "site": found.site.code, "specialty": found.specialty, "age_group": age_group(found.born, found.received),
        "sex": who.sex, "ethnicity": who.ethnicity, "disability": _yes(who.disabled), "carer": _yes(who.carer),
        "main_language_english": _yes(who.english), "lsoa": who.area.code, "description": found.text,
    }  # fmt: skip
    if "contact_reference" in header:
        cells["complaint_reference"] = found.counterpart if done else ""
    return [cells.get(column) for column in header]


def plain(rows: list[list[ExcelCell]]) -> list[list[str | int | float | None]]:
    """Rows for a CSV: days as they are typed in Britain."""
    return [[f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row] for row in rows]  # type: ignore[misc]


def _yes(value: bool) -> str:
    return "Yes" if value else "No"
