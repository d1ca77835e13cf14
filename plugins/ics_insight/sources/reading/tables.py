"""Reading a file whose layout is `sheets`: a workbook, a CSV, or a zip of CSVs, into rows of text.

The header of each table is found by its words, its columns get our names whatever the publisher calls them this time, and columns
that name a person are left out: they never reach the database.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal

import pyarrow as pa

from ics_insight.errors import Refused
from ics_insight.sources.reading import opening, rows, workbooks
from ics_insight.sources.reading.recognising import another, recognise, short, unknown_layout
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.registry import Layout, SheetLayout, Source, registry

Accept = Literal["workbook", "csv", "either"]


@dataclass(frozen=True)
class Table:
    """One recognised table. `names` are its columns as sent, `fields` the same in our words; `batches` gives its rows anew."""

    sheet: str
    layout: SheetLayout
    names: list[str]
    fields: list[str]
    batches: Callable[[], Iterator[pa.RecordBatch]]

    def values(self, field: str) -> Iterator[tuple[int, str]]:
        """Row number and text of one column, row by row; nothing when the table does not have it."""
        if field not in self.fields:
            return
        at = self.fields.index(field)
        for batch in self.batches():
            for number, cells in zip(batch.column("row_number").to_pylist(), batch.column("cells").to_pylist(), strict=True):
                yield number, cells[at]


@dataclass(frozen=True)
class Tables:
    """A delivered file as recognised: its layout, its tables, and any sheet as it stands (for what is said outside the tables)."""

    name: str
    layout: Layout
    tables: list[Table]
    workbook: workbooks.Workbook | None

    def __getitem__(self, sheet: str) -> Table:
        """The first table whose sheet's name matches a pattern."""
        return next(table for table in self.tables if re.fullmatch(sheet, table.sheet))

    def beside(self, sheet: str) -> list[list[str]]:
        """All rows of a sheet that is no table: notes, guidance. None where the file has no such sheet."""
        if self.workbook is None or sheet not in self.workbook.sheet_names:
            return []
        return [[workbooks.cell_text(cell) for cell in row] for row in self.workbook.rows(sheet)]

    def reading(self, period: tuple[date, date], part: str = "") -> Reading:
        """What the warehouse loads; `part` where it is finer than the layout's."""
        return Reading(
            self.layout.version,
            part or self.layout.part,
            period,
            {table.sheet: table.names for table in self.tables},
            chain.from_iterable(table.batches() for table in self.tables),
            {table.sheet: table.fields for table in self.tables},
        )


def open_tables(source: Source, path: Path, name: str, part: str = "", accept: Accept = "either") -> Tables:
    """Open and recognise a delivered file; with `part`, as a layout of that part alone.

    Raises Refused for another kind of file, a file of another source, an unknown layout, a table without rows, a formula where a
    value belongs, or a row that goes on beyond the last column.
    """
    if accept == "workbook" or (accept == "either" and opening.kind(path, name) in ("ods", "xlsx")):
        return tables_of(source, workbooks.open_workbook(path, name), part)
    return _from_csvs(source, _layouts(source, part), path, name)


def tables_of(source: Source, workbook: workbooks.Workbook, part: str = "") -> Tables:
    """What `open_tables` gives, of a workbook that is open already: for readers that must look at it to know the part."""
    return _from_workbook(source, _layouts(source, part), workbook)


def _layouts(source: Source, part: str) -> list[Layout]:
    return [layout for layout in source.layouts if layout.sheets and part in ("", layout.part)]


# ---- workbooks


def _from_workbook(source: Source, layouts: list[Layout], workbook: workbooks.Workbook) -> Tables:
    reasons: list[tuple[int, Refused]] = []
    for layout in layouts:
        tables: list[Table] = []
        try:
            for wanted in layout.sheets:
                tables += _sheets(source, layout, wanted, workbook)
            _refuse_nothing(tables, workbook.name)
            return Tables(workbook.name, layout, tables, workbook)
        except Refused as reason:
            reasons.append((len(tables), reason))
    for other in registry().values():
        if other.name != source.name and any(_is_workbook_of(other, layout, workbook) for layout in other.layouts):
            raise another(source, other, workbook.name)
    if not reasons:
        raise Refused(f"{workbook.name}: expected no spreadsheet from `{source.name}` ({source.title}); see its page in the docs.")
    # the layout that went furthest is the one that was meant
    raise max(reasons, key=lambda each: each[0])[1]


def _is_workbook_of(other: Source, layout: Layout, workbook: workbooks.Workbook) -> bool:
    try:
        found = [_sheets(other, layout, wanted, workbook) for wanted in layout.sheets]  # all of them: any may refuse
        return any(found)
    except Refused:
        return False


def _sheets(source: Source, layout: Layout, wanted: SheetLayout, workbook: workbooks.Workbook) -> list[Table]:
    titles = [title for title in workbook.sheet_names if re.fullmatch(wanted.sheet, title.strip())]
    if not titles and wanted.required:
        listed = ", ".join(workbook.sheet_names[:10])
        raise Refused(
            f"{workbook.name}: not a known layout of `{source.name}` ({source.title}): "
            f"expected a sheet {wanted.sheet_in_words}, found {'others' if source.narrative else listed}."
        )
    found = [_sheet(source, layout, wanted, workbook, title) for title in (titles if wanted.several else titles[:1])]
    return [table for table in found if table is not None]


def _sheet(source: Source, layout: Layout, wanted: SheetLayout, workbook: workbooks.Workbook, title: str) -> Table | None:
    where = f"{workbook.name}, sheet {title}"
    every = [[workbooks.cell_text(cell) for cell in row] for row in workbook.rows(title)]
    at, header = _header(source, layout, wanted, every, where)
    first = at + wanted.header_rows + 1
    body = [(number, row) for number, row in enumerate(every[first - 1 :], first) if any(row)]
    _refuse_beyond(body, len(header), where)
    _refuse_formulas(body, workbook.formulas.get(title, set()), wanted, where)
    if not body and not wanted.required:
        return None
    if all(_is_aside(row, wanted) for _, row in body):
        raise Refused(f"{where}: a header but no rows.")
    kept, names, fields = _named(header, wanted)
    numbered = [(number, [row[i] for i in kept]) for number, row in body]
    return Table(title, wanted, names, fields, lambda: workbook.batches(title, numbered))


def _refuse_nothing(tables: list[Table], name: str) -> None:
    """Tables that may be absent may be empty too, as in a template of which one sheet was filled in; not all of them."""
    if not tables:
        raise Refused(f"{name}: none of its tables has a row.")


def _header(source: Source, layout: Layout, wanted: SheetLayout, every: list[list[str]], where: str) -> tuple[int, list[str]]:
    """Where the header stands (counted from 0) and its columns. Raises Refused, naming the nearest row and what differs there."""
    likely, most = 0, -1
    for at in range(min(wanted.header_within, len(every))):
        header = _columns(every[at : at + wanted.header_rows])
        if header and wanted.matches(header):
            return at, header
        known = sum(wanted.field(column) is not None for column in header if column)
        if known >= most:  # of equals the later: a blank row above two header rows would count as one of them
            likely, most = at, known
    header = _columns(every[likely : likely + wanted.header_rows])
    raise Refused(
        unknown_layout(source, where, layout.version, wanted.expected(header), wanted.reduce(header), row=f"row {likely + 1}")
    )


def _columns(header_rows: list[list[str]]) -> list[str]:
    """The columns that one or two header rows name: the lower label, or else the one above it; without blank columns at the end."""
    names = [next((label for label in reversed(labels) if label.strip()), "") for labels in zip(*header_rows, strict=True)]
    while names and not names[-1]:
        names.pop()
    return names


def _named(header: list[str], wanted: SheetLayout) -> tuple[list[int], list[str], list[str]]:
    """Which columns are kept, what they are called as sent, and in our words.

    After them, without cells, come the places of columns that nobody knows: their headers may themselves name a person.
    """
    kept = [i for i, column in enumerate(header) if wanted.is_kept(column)]
    strange = [i for i, column in enumerate(header) if i not in kept and column and not wanted.is_personal(column)]
    names = [header[i] for i in kept]
    fields = [wanted.field(column) or column for column in names]
    return kept, [*names, *(f"column {i + 1}" for i in strange)], [*fields, *("" for _ in strange)]


def _refuse_beyond(body: list[tuple[int, list[str]]], columns: int, where: str) -> None:
    for number, row in body:
        if any(row[columns:]):
            raise Refused(
                f"{where}: row {number} goes on beyond the last column of the header; the sheet may have been edited.", row=number
            )


def _refuse_formulas(body: list[tuple[int, list[str]]], formulas: set[int], wanted: SheetLayout, where: str) -> None:
    """A formula's value is the one that it had when somebody last opened the file, if anybody did."""
    for number, row in body:
        if number in formulas and not _is_aside(row, wanted):
            raise Refused(
                f"{where}: row {number} holds a formula where a value belongs; copy the sheet, paste it as values and send that.",
                row=number,
                expected="a value",
            )


def _is_aside(row: list[str], wanted: SheetLayout) -> bool:
    return bool(wanted.aside) and re.fullmatch(wanted.aside, next(cell for cell in row if cell).strip()) is not None


# ---- CSV, alone or in a zip


def _from_csvs(source: Source, layouts: list[Layout], path: Path, name: str) -> Tables:
    if opening.kind(path, name) == "zip":
        return _from_zip(source, layouts, path, name)
    sent = opening.open_csv(path, name)
    header = rows.csv_header(sent)
    layout = recognise(source, header, sent.where, layouts)
    wanted = next(sheet for sheet in layout.sheets if sheet.matches(header))
    missing = [sheet.sheet for sheet in layout.sheets if sheet.required and sheet is not wanted]
    if missing:
        raise Refused(f"{name}: only one of the tables of {layout.version}; send all of them, as they were published.")
    return Tables(name, layout, [_csv_table(sent, header, wanted)], None)


def _from_zip(source: Source, layouts: list[Layout], path: Path, name: str) -> Tables:
    """Members of other names are left alone: a publisher's zip holds the files of several sources."""
    members = list(opening.open_csvs(path, name))
    if not members:
        raise Refused(f"{name}: expected a zip with CSV files in it; found none.")
    reasons = []
    for layout in layouts:
        try:
            tables = list(_members(source, layout, members, name))
            _refuse_nothing(tables, name)
            return Tables(name, layout, tables, None)
        except Refused as reason:
            reasons.append(reason)
    if not any(_called(wanted, members) for layout in layouts for wanted in layout.sheets):
        for other in registry().values():
            if other.name != source.name and any(_is_zip_of(layout, members) for layout in other.layouts):
                raise another(source, other, name)
    raise reasons[0]


def _called(wanted: SheetLayout, members: list[opening.CsvFile]) -> list[opening.CsvFile]:
    """The members whose names, without their folders, are those of a table."""
    return [sent for sent in members if re.fullmatch(wanted.sheet, sent.sheet.rpartition("/")[2])]


def _is_zip_of(layout: Layout, members: list[opening.CsvFile]) -> bool:
    """Whether every table that a layout cannot do without is among the members, by name and header."""
    wanted = [sheet for sheet in layout.sheets if sheet.required]
    return bool(wanted) and all(any(sheet.matches(rows.csv_header(sent)) for sent in _called(sheet, members)) for sheet in wanted)


def _members(source: Source, layout: Layout, members: list[opening.CsvFile], name: str) -> Iterator[Table]:
    alone = len(members) == 1 and len(layout.sheets) == 1
    for wanted in layout.sheets:
        found = members if alone else _called(wanted, members)
        if len(found) > 1:
            listed = ", ".join(short(sent.sheet) for sent in found[:10])
            raise Refused(f"{name}: expected one file {wanted.sheet}, found {len(found)}: {listed}. Send the one that counts.")
        if not found:
            if wanted.required:
                listed = ", ".join(short(sent.sheet) for sent in members[:10])
                raise Refused(
                    f"{name}: not a known layout of `{source.name}` ({source.title}): "
                    f"expected a file {wanted.sheet}, found {listed}."
                )
            continue
        header = rows.csv_header(found[0])
        recognise(source, header, found[0].where, [layout])
        if not wanted.required and not rows.has_rows(found[0]):
            continue
        yield _csv_table(found[0], header, wanted)


def _csv_table(sent: opening.CsvFile, header: list[str], wanted: SheetLayout) -> Table:
    kept, names, fields = _named(header, wanted)
    rows.peek(rows.cell_batches(sent, header, kept), sent.where)
    return Table(sent.sheet, wanted, names, fields, lambda: rows.cell_batches(sent, header, kept))
