"""PALS logs of the home board's trusts, in the same three layouts as their complaints."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ics_insight.demo import complaints, logs, months, plan
from ics_insight.demo.complaints import ODOO, RADAR, RADAR_HEADER, odoo_csv, plain, radar_row, template_header, template_row
from ics_insight.demo.files import ExcelCell, csv_bytes, xlsx_bytes
from ics_insight.demo.logs import Entry
from ics_insight.demo.providers import Trust
from ics_insight.demo.span import Span

EACH_MONTH = {"C7X2M": 25, "E5Z8P": 20, "M3W6J": 16, "V2X8N": 12, "K6P2D": 4}


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """A workbook or CSV per trust and quarter, from the beginning of the financial year: `V2X8N/pals_2026-27_Q2.csv`."""
    for trust, name, last, entries in logs.exports(span, month_of):
        if trust.code == RADAR:
            report = [radar_row(found, last, _kind(found)) for found in entries]
            rows: list[list[ExcelCell]] = [["PALS report"], [], RADAR_HEADER, *report]
            yield f"{trust.code}/pals_{name}.xlsx", xlsx_bytes({"Report": rows})
        elif trust.code == ODOO:
            yield f"{trust.code}/pals_{name}.csv", odoo_csv(entries, last, "pals")
        else:
            header = template_header("pals")
            rows = [[*header], *(template_row(header, found, last) for found in entries)]
            workbook = trust.code == "M3W6J"
            content = xlsx_bytes({"PALS": rows}) if workbook else csv_bytes(plain(rows))
            yield f"{trust.code}/pals_{name}.{'xlsx' if workbook else 'csv'}", content


def _kind(found: Entry) -> str:
    return {"Enquiry": "PALS - Enquiry", "Compliment": "PALS compliment"}.get(found.contact_type, "PALS - Concern")


def month_of(trust: Trust, month: date, scale: int) -> list[Entry]:
    """The contacts of a month. Number 1 of a quarter's last month became a complaint: that month's last one in the other log."""
    count = EACH_MONTH[trust.code] * scale
    found = [logs.question(logs.entry("pals", trust, month, n, "PALS")) for n in range(count)]
    if month.month % 3 == 0:
        complaint = complaints.EACH_MONTH[trust.code] * scale - 1
        reference = f"COMP {month.year} {month.month:02d}{complaint:04d}"
        found[1] = replace(found[1], contact_type="Concern", counterpart=reference, received=month, happened=month, completed=month)
    _plant_stroke(trust, month, found)
    _plant_unread(trust, month, found)
    _plant_chain(trust, month, found)
    return [*found, *logs.rubbish("pals", trust, month, "PALS")]


def _plant_stroke(trust: Trust, month: date, found: list[Entry]) -> None:
    planted = plan.planted("stroke_interface")
    if trust.code == planted["to"]["organisation"]:
        first, last = map(months.first, planted["months"])
        hospital = planted["from"]["organisation"]
        for n in range(logs.spread(planted["pals"], first, last, month)):
            found[n + 2] = _concern(found[n + 2], logs.BETWEEN, hospital)


def _plant_unread(trust: Trust, month: date, found: list[Entry]) -> None:
    planted = plan.planted("nowhere_to_take_it")
    if trust.code == planted["collected_by"]:
        first, last = map(months.first, planted["months"])
        for n in range(logs.spread(planted["pals"], first, last, month)):
            found[n + 2] = replace(_concern(found[n + 2], logs.UNREAD, planted["about"]), contact_type="Signposting")


def _plant_chain(trust: Trust, month: date, found: list[Entry]) -> None:
    planted = plan.planted("eleven_calls")
    if trust.code == planted["collected_by"] and month == months.first(planted["month"]):
        for n, code in enumerate(planted["about"]):
            at = n + 5
            day = month + timedelta(days=3 + n * planted["days"] // len(planted["about"]))
            linked = "" if n == 0 else found[5].reference.lower()
            found[at] = replace(
                _concern(found[at], logs.SEVERAL, code), received=day, happened=day, completed=day, linked=linked,
                person=found[5].person, role="Patient",
            )  # fmt: skip


def _concern(found: Entry, issue: logs.Issue, code: str) -> Entry:
    planted = logs.about(found, issue, (code, logs.organisation_name(code)), code)
    return replace(planted, contact_type="Concern")
