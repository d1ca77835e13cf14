"""ODS reports without a header, in the legacy dialect or that of Data Search and Export, and the lists and workbooks that have one.

Several reports look alike. Which one a file is, its name says; where it does not, its rows must leave only one.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ics_insight.errors import Refused
from ics_insight.sources.reading import (
    CsvFile,
    Reading,
    Tables,
    csv_header,
    kind,
    open_csv,
    open_tables,
    peek,
    recognise,
    refuse_another,
    typed_batches,
)  # fmt: skip
from ics_insight.sources.registry import Layout, Source, column_name

DAYS = ["Open Date", "Join Provider/Purchaser Date", "Join Parent Date", "Left Parent Date", "Succession Date"]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the newest day on which anything opened, joined or was succeeded, since the publisher writes no date into a
    report; that of a list is the month in its name.

    Raises Refused for rows of no known report, of several alike, or of single doctors.
    """
    if kind(path, name) in ("xlsx", "ods"):
        return _listed(open_tables(source, path, name))
    sent = open_csv(path, name)
    first_row = csv_header(sent)
    if any(sheet.matches(first_row) for layout in source.layouts for sheet in layout.sheets):
        return _listed(open_tables(source, path, name))
    alike = [layout for layout in source.layouts if layout.match and len(layout.columns) == len(first_row)]
    if not alike:
        recognise(source, first_row, sent.where)  # says whose file it is, if it is anybody's
    refuse_another(source, first_row, sent.where)
    layout = _report(source, sent, alike, first_row[0])
    newest = _newest_day(sent, layout)
    _, batches = peek(_matching(sent, layout), sent.where)
    return Reading(layout.version, layout.part, (newest, newest), {}, batches)


# ---- reports without a header


def report(layout: Layout) -> str:
    """`epraccur` of `epraccur-dse`."""
    return layout.version.partition("-")[0]


def _report(source: Source, sent: CsvFile, alike: list[Layout], first_cell: str) -> Layout:
    if _is_named(sent.name, "egpcur") or re.fullmatch("G[0-9]{7}", first_cell):
        raise Refused(f"{sent.where}: a list of single doctors (egpcur), whose names are not kept here; nothing was taken.")
    known = {report(layout) for layout in source.layouts if layout.match}
    if named := {each for each in known if _is_named(sent.name, each)}:
        alike = [layout for layout in alike if report(layout) in named]
    first, _ = peek(typed_batches(sent, alike[0], header_rows=0), sent.where) if alike else (None, None)
    possible = [layout for layout in alike if first and _holds(layout, first.slice(0, 1))]
    if not possible:
        described = "; ".join(f"{layout.version}: {layout.match}" for layout in alike) or f"a report {' or '.join(sorted(named))}"
        raise Refused(
            f"{sent.where}, row 1: not a known dialect of `{source.name}` ({source.title}). Expected one of: {described}."
        )
    if len(possible) > 1:
        possible = [layout for layout in possible if first and _holds(layout, first)] or possible[:1]
    if len(possible) > 1:
        listed = ", ".join(sorted({report(layout) for layout in possible}))
        raise Refused(
            f"{sent.where}: these rows could be any of {listed}; name the file after its report, such as {report(possible[0])}.csv."
        )
    return possible[0]


def _is_named(name: str, report: str) -> bool:
    return re.search(f"(?<![a-z]){report}(?![a-z])", name, flags=re.IGNORECASE) is not None


def _holds(layout: Layout, batch: pa.RecordBatch) -> bool:
    """Whether all rows match, whatever their columns are called in another layout as wide as this."""
    columns = [column_name(column) for column in layout.columns]
    batch = batch.select(batch.schema.names[-len(columns) :]).rename_columns(columns)
    return all(pc.all(_matches(batch, column, pattern)).as_py() for column, pattern in layout.match.items())


def _matches(batch: pa.RecordBatch, column: str, pattern: str) -> pa.BooleanArray:
    return pc.match_substring_regex(batch.column(column_name(column)), f"^(?:{pattern})$")


def _matching(sent: CsvFile, layout: Layout) -> Iterator[pa.RecordBatch]:
    """The rows, each held against the dialect: a row of another kind means another file or a damaged one."""
    for batch in typed_batches(sent, layout, header_rows=0):
        for column, pattern in layout.match.items():
            wrong = pc.index(_matches(batch, column, pattern), False).as_py()
            if wrong >= 0:
                row = batch.column("row_number")[wrong].as_py()
                raise Refused(
                    f"{sent.where}, row {row}, column “{column}”: not as in {layout.version}, expected {pattern or 'nothing'}.",
                    row=row, column=column, expected=pattern,
                )  # fmt: skip
        yield batch


def _newest_day(sent: CsvFile, layout: Layout) -> date:
    columns = [column for column in DAYS if column in layout.columns]
    newest = ""
    for batch in typed_batches(sent, layout, header_rows=0):
        for column in columns:
            newest = max(newest, pc.max(batch.column(column_name(column))).as_py() or "")
    return _day(newest, f"{sent.where}: columns {' and '.join(str(list(layout.columns).index(each) + 1) for each in columns)}")


def _day(text: str, where: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{8}", text):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise Refused(f"{where}: expected dates as yyyymmdd, found none or one that is no date.") from None


# ---- lists and workbooks with a header


def _listed(tables: Tables) -> Reading:
    if tables.layout.part in ("network_workbook", "network_members"):
        fields = ("open_date", "join_date")
        newest = max((day for table in tables.tables for field in fields for _, day in table.values(field)), default="")
        day = _day(newest, f"{tables.name}: opening and start dates")
        return tables.reading((day, day))
    if tables.layout.part == "sub_icb_lookup":
        return tables.reading(_month_of_sheet(tables))
    found = re.search(r"(20[0-9]{2})-(0[1-9]|1[0-2])(?![0-9])", tables.name)
    if not found:
        raise Refused(
            f"{tables.name}: the list's month is only in the file's name; expected one with yyyy-mm, such as icb_list_2026-08.csv."
        )
    return tables.reading(_whole(int(found[1]), int(found[2])))


def _month_of_sheet(tables: Tables) -> tuple[date, date]:
    sheet = tables.tables[0].sheet
    found = re.fullmatch(r"subicb([a-z]{3})[a-z]*([0-9]{2})", sheet.strip().casefold())
    if not found or found[1] not in MONTHS:
        raise Refused(f"{tables.name}, sheet {sheet}: expected a sheet named by its month, such as subicbjuly22.")
    return _whole(2000 + int(found[2]), MONTHS.index(found[1]) + 1)


def _whole(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(following.toordinal() - 1)
