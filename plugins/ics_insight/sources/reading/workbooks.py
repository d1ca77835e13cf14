"""Opening spreadsheets (.xlsx, .xlsm, .ods) and what must be looked at before the library that reads them does.

The library never comes back from a tag that is not closed, takes any size, and gives a sheet as a full rectangle: one cell in the
last row and column would take all memory. It also gives the value that a formula had when it was last calculated, which may be
never.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, cast
from xml.parsers import expat

import pyarrow as pa
import python_calamine

from ics_insight.errors import Refused
from ics_insight.sources.reading.opening import ARTICLE, archive, kind, refuse_bomb
from ics_insight.sources.reading.rows import with_lineage

LARGEST_SHEET = 30_000_000  # cells: the largest published workbook that is read here has 200,000
Rows = list[list[Any]]


@dataclass(frozen=True)
class Workbook:
    """An opened spreadsheet: the names of its sheets, and the rows with a formula in each."""

    name: str
    sheet_names: list[str]
    formulas: dict[str, set[int]]
    _book: python_calamine.CalamineWorkbook

    def rows(self, sheet: str) -> Rows:
        """All rows of a sheet from row 1 and column A on. Raises Refused when the library cannot read it."""
        try:
            return cast(Rows, self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
        except BaseException as error:  # the library has no common base for what it raises, and can panic
            raise _unreadable(f"{self.name}, sheet {sheet}", error) from None

    def batches(self, sheet: str, rows: list[tuple[int, list[str]]]) -> Iterator[pa.RecordBatch]:
        """Numbered rows as one batch with a list of text per row, under the name `cells`; blank rows are no rows."""
        for first, run in _runs([(number, cells) for number, cells in rows if any(cells)]):
            batch = pa.RecordBatch.from_arrays([pa.array(run, type=pa.list_(pa.string()))], names=["cells"])
            yield from with_lineage(batch, self.name, sheet, first)


def open_workbook(path: Path, name: str) -> Workbook:
    """Open a spreadsheet (.ods, .xlsx, .xlsm). Raises Refused for anything else, or one that is damaged or oversized."""
    found = kind(path, name)
    if found not in ("ods", "xlsx"):
        raise Refused(f"{name}: expected a spreadsheet (.ods or .xlsx); found {ARTICLE[found]}.")
    formulas = _looked_at(path, name, found)
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        return Workbook(name, list(book.sheet_names), formulas, book)
    except BaseException as error:
        raise _unreadable(name, error) from None


def _unreadable(where: str, error: BaseException) -> Refused:
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
        raise error
    return Refused(f"{where}: the workbook cannot be opened, it may have been cut off on its way ({type(error).__name__}).")


def _runs(rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[list[str]]]]:
    """Rows whose numbers follow each other, together, with the number of the first."""
    for _, run in groupby(enumerate(rows), key=lambda each: each[1][0] - each[0]):
        together = [row for _, row in run]
        yield together[0][0], [cells for _, cells in together]


def cell_text(cell: Any) -> str:
    """A spreadsheet cell as text: 400.0 is `400`, 0.1 is `0.1`, a date is ISO 8601, an empty cell is empty."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell).replace("\0", "")


# ---- looked at before the library opens it


@dataclass
class _Sheet:
    """What a walk through a sheet's XML finds."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: set[int] = field(default_factory=set)


def _looked_at(path: Path, name: str, found: str) -> dict[str, set[int]]:
    """Walk through every XML part; rows with a formula by sheet. Raises Refused for broken XML and for sheets without end."""
    sheets: dict[str, _Sheet] = {}
    parts: dict[str, str] = {}
    with archive(path, name) as opened:
        for member in opened.infolist():
            if not member.filename.endswith((".xml", ".rels")):
                continue
            refuse_bomb(name, member)
            walk = _Xlsx(member.filename, sheets, parts) if found == "xlsx" else _Ods(member.filename, sheets)
            try:
                with opened.open(member) as file:
                    walk.parser.ParseFile(file)
            except (expat.ExpatError, LookupError, ValueError, RuntimeError):
                raise Refused(
                    f"{name}, {member.filename}: the workbook is damaged or protected; save it anew and send it."
                ) from None
    for title, sheet in sheets.items():
        if max(sheet.rows * sheet.columns, sheet.cells) > LARGEST_SHEET:
            raise Refused(
                f"{name}, sheet {parts.get(title, title)}: {sheet.rows:,} rows by {sheet.columns:,} columns, more than any survey "
                f"or export: not opened. Delete the empty rows and columns beyond the data, save it anew and send it."
            )
    return {parts.get(title, title): sheet.formulas for title, sheet in sheets.items() if sheet.formulas}


class _Walk:
    def __init__(self, start: Callable[[str, dict[str, str]], None] | None) -> None:
        self.parser = expat.ParserCreate()
        if start:
            self.parser.StartElementHandler = start


class _Xlsx(_Walk):
    """A part of an Office Open XML workbook; `parts` gets the name of each sheet by the path of its part."""

    def __init__(self, member: str, sheets: dict[str, _Sheet], parts: dict[str, str]) -> None:
        self.parts, self.row, self.column = parts, 0, 0
        if member == "xl/workbook.xml":
            super().__init__(self._workbook)
        elif member == "xl/_rels/workbook.xml.rels":
            super().__init__(self._relations)
        elif re.fullmatch(r"xl/worksheets/[^/]+\.xml", member):
            self.sheet = sheets.setdefault(member, _Sheet())
            super().__init__(self._worksheet)
        else:
            super().__init__(None)

    def _workbook(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self._joined(relation, name=attributes.get("name", ""))

    def _relations(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "").lstrip("/")
            self._joined(attributes.get("Id", ""), part=target if target.startswith("xl/") else str(PurePosixPath("xl") / target))

    def _joined(self, relation: str, *, name: str = "", part: str = "") -> None:
        """Name and part meet in the relation, whichever of the two comes first."""
        known_name, known_part = name or self.parts.pop(f"name {relation}", ""), part or self.parts.pop(f"part {relation}", "")
        if known_name and known_part:
            self.parts[known_part] = known_name
        elif known_name:
            self.parts[f"name {relation}"] = known_name
        else:
            self.parts[f"part {relation}"] = known_part

    def _worksheet(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            self.sheet.rows = max(self.sheet.rows, self.row)
        elif tag == "c":
            letters = re.match(r"[A-Z]*", attributes.get("r", ""))
            self.column = _column(letters[0]) if letters and letters[0] else self.column + 1
            self.sheet.columns = max(self.sheet.columns, self.column)
            digits = re.search(r"\d+$", attributes.get("r", ""))
            self.sheet.rows = max(self.sheet.rows, int(digits[0]) if digits else self.row)
            self.sheet.cells += 1
        elif tag == "f":
            self.sheet.formulas.add(self.row)


class _Ods(_Walk):
    """A part of an OpenDocument spreadsheet, where equal cells and rows are written once with how often they come."""

    def __init__(self, member: str, sheets: dict[str, _Sheet]) -> None:
        self.sheets, self.row, self.column, self.times = sheets, 0, 0, 1
        super().__init__(self._content if member == "content.xml" else None)

    def _content(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if tag == "table":
            self.sheet = self.sheets.setdefault(attributes.get("name", ""), _Sheet())
            self.row = self.times = 0
        elif tag == "table-row" and self.sheets:
            self.row, self.column = self.row + max(self.times, 1), 0
            self.times = int(attributes.get("number-rows-repeated", 1))
        elif tag in ("table-cell", "covered-table-cell") and self.sheets:
            wide = int(attributes.get("number-columns-repeated", 1))
            self.column += wide
            if "value-type" in attributes or "formula" in attributes:
                self.sheet.rows = max(self.sheet.rows, self.row + self.times - 1)
                self.sheet.columns = max(self.sheet.columns, self.column)
                self.sheet.cells += wide * self.times
            if "formula" in attributes:
                self.sheet.formulas.add(self.row)


def _column(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + ord(letter) - 64
    return number
