"""What a local Healthwatch sends: a feed of feedback (CSV or JSON), and the recommendations of its reports with their answers."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, Table, day, document_batches, kind, open_tables, parse
from ics_insight.sources.registry import SheetLayout, Source, normalise

ITEMS = ("items", "feedback", "comments", "data")
WITHIN = ("meta", "comment_meta", "service")  # what a feed keeps in objects of their own
REPORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{0,39}", re.ASCII)
KEY = re.compile(r"[a-z][a-z0-9_]{0,60}", re.ASCII)
LARGEST = 200 << 20  # bytes of JSON, all of which are held at once


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the months from the first to the last piece of feedback, or report.

    Several files of reports may fall in the same months, so that their part names the reports: `recommendations HW-2026-03`.
    Raises Refused for another layout, or where no row has a date.
    """
    if kind(path, name) == "json":
        return _feed(source, path, name)
    tables = open_tables(source, path, name)
    table = tables.tables[0]
    period = _months([day(text) for _, text in table.values("received")], name, table.names[table.fields.index("received")])
    part = tables.layout.part
    return tables.reading(period, f"{part} {_reports(table, name)}" if part == "recommendations" else part)


def _months(days: list[date | None], name: str, column: str) -> tuple[date, date]:
    known = [each for each in days if each]
    if not known:
        raise Refused(f"{name}: no row has a date under “{column}”; expected days such as 09/04/2026.", column=column)
    last = max(known)
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return min(known).replace(day=1), date.fromordinal(following.toordinal() - 1)


def _reports(table: Table, name: str) -> str:
    found: set[str] = set()
    for row, text in table.values("report"):
        if not REPORT.fullmatch(text.strip()):
            raise Refused(
                f"{name}: row {row}, column “report_id”: expected an identifier such as HW-2026-03, without spaces.",
                row=row, column="report_id", expected="an identifier such as HW-2026-03",
            )  # fmt: skip
        found.add(text.strip().upper())
    return "+".join(sorted(found)[:10])


# ---- the JSON feed


def _feed(source: Source, path: Path, name: str) -> Reading:
    if path.stat().st_size > LARGEST:
        raise Refused(f"{name}: more than {LARGEST >> 20} MB of JSON; send it by quarter.")
    try:
        sent = parse(path.read_text(encoding="utf-8-sig"), name)
    except UnicodeDecodeError:
        raise Refused(f"{name}: expected JSON in UTF-8, found other bytes.") from None
    layout = next(layout for layout in source.layouts if layout.documents)
    columns = next(known for known in source.layouts if known.part == layout.part and known.sheets).sheets[0]
    items = _items(sent, name)
    documents = [_kept(item, columns, number, name) for number, item in enumerate(items, 1)]
    period = _months([day(str(each.get("received", ""))) for each in documents], name, "comment_date")

    def rows() -> Iterator[tuple[int, str, str, Any]]:
        for number, each in enumerate(documents, 1):
            yield number, "feedback", str(each.get("uuid") or each["id"]), each

    return Reading(layout.version, layout.part, period, {}, document_batches(rows(), name))


def _items(sent: Any, name: str) -> list[Any]:
    """A feed is an array of items, or an object that has one."""
    if isinstance(sent, dict):
        sent = next((sent[key] for key in ITEMS if isinstance(sent.get(key), list)), None)
    if not isinstance(sent, list):
        raise Refused(f"{name}: expected an array of feedback, or an object with one under {', '.join(ITEMS)}; found another.")
    if not sent:
        raise Refused(f"{name}: a feed without feedback.")
    return sent


def _kept(item: Any, columns: SheetLayout, number: int, name: str) -> dict[str, Any]:
    """What is known of an item, under our names; of the rest the names of its keys alone, and nothing of what names a person."""
    if not isinstance(item, dict):
        raise Refused(f"{name}: item {number} is no object; expected one with comment_ID, comment_date and so on.", row=number)
    flat = {**item, **{key: value for inner in WITHIN if isinstance(item.get(inner), dict) for key, value in item[inner].items()}}
    kept: dict[str, Any] = {}
    unknown = []
    for key, value in flat.items():
        field = columns.field(key)
        if field is None:
            if not columns.is_personal(key) and not (key in WITHIN and isinstance(value, dict)):
                unknown.append(key if KEY.fullmatch(key) else "another")
        elif isinstance(value, (dict, list)):
            raise Refused(f"{name}: item {number}: expected text or a number under “{normalise(key)}”, found a list.", row=number)
        else:
            kept[field] = value
    missing = [names[0] for field, names in columns.columns.items() if field not in columns.optional and field not in kept]
    if missing:
        raise Refused(f"{name}: item {number} has no “{missing[0]}”; expected it in every item.", row=number, column=missing[0])
    return {**kept, "unknown_keys": sorted(unknown)} if unknown else kept
