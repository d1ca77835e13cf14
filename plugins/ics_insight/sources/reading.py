"""What readers share: opening what was delivered, recognising its layout, and yielding its rows as Arrow batches.

Every batch starts with the columns `file`, `sheet` and `row_number` (counted as a spreadsheet counts: the header is row 1),
so that any row in the warehouse can be found again in the bytes that were sent. Readers know nothing of the database.
"""

import codecs
import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import python_calamine

from ics_insight.errors import Refused
from ics_insight.sources.registry import Layout, SheetLayout, Source, column_name, fingerprint, normalise, registry

BLOCK = 4 << 20
LARGEST_MEMBER = 4 << 30
LARGEST_RATIO = 250
LINEAGE = [pa.field("file", pa.string()), pa.field("sheet", pa.string()), pa.field("row_number", pa.int32())]
_ARROW = {"text": pa.string(), "integer": pa.int64()}


@dataclass(frozen=True)
class Reading:
    """One file as read: which layout and part of a release, for which period, and its rows (`batches` can be walked once)."""

    layout: str
    part: str
    period: tuple[date, date]
    headers: dict[str, list[str]]
    batches: Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class CsvFile:
    """A CSV as delivered, alone or as the one CSV in a zip; `sheet` is then the member's name."""

    name: str
    sheet: str
    encoding: str
    open: Callable[[], Any]

    @property
    def where(self) -> str:
        return f"{self.name}, {self.sheet}" if self.sheet else self.name


def open_csv(path: Path, name: str) -> CsvFile:
    """Find the CSV in what was delivered. Raises Refused for anything else: a web page, a workbook, a damaged or oversized zip."""
    kind = _kind(path, name)
    if kind == "zip":
        member = _only_csv(path, name)
        return _decodable(name, member, lambda: _open_member(path, name, member))
    if kind == "csv":
        return _decodable(name, "", lambda: path.open("rb"))
    raise Refused(f"{name}: expected a CSV file, or a zip with one in it; found {_ARTICLE[kind]}.")


def open_workbook(path: Path, name: str) -> python_calamine.CalamineWorkbook:
    """Open a spreadsheet (.ods, .xlsx). Raises Refused for anything else, or one that is damaged."""
    kind = _kind(path, name)
    if kind not in ("ods", "xlsx"):
        raise Refused(f"{name}: expected a spreadsheet (.ods or .xlsx); found {_ARTICLE[kind]}.")
    _refuse_broken_xml(path, name)
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except Exception as error:  # the library has no common base for what it raises
        raise Refused(
            f"{name}: the workbook cannot be opened, it may have been cut off on its way ({type(error).__name__})."
        ) from None


_ARTICLE = {
    "csv": "plain text (CSV)",
    "html": "a web page (HTML), probably an error page saved under this name",
    "ods": "an OpenDocument spreadsheet",
    "xlsx": "an Excel workbook",
    "zip": "a zip archive",
    "pdf": "a PDF",
    "binary": "bytes that are neither text nor a known kind of file",
}


def _kind(path: Path, name: str) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise Refused(f"{name}: the file is empty.")
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path, name)
    if start.startswith(b"%PDF"):
        return "pdf"
    if start.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"<"):
        return "html"
    return "binary" if b"\0" in start else "csv"


def _kind_of_zip(path: Path, name: str) -> str:
    with _archive(path, name) as archive:
        names = set(archive.namelist())
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    return "xlsx" if "[Content_Types].xml" in names else "zip"


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, UnicodeDecodeError)


@contextmanager
def _archive(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGED as error:
        raise Refused(f"{name}: the zip is damaged or was cut off on its way ({error}); send it again.") from None


def _only_csv(path: Path, name: str) -> str:
    with _archive(path, name) as archive:
        members = [m for m in archive.infolist() if not m.filename.startswith("__MACOSX/") and m.filename.lower().endswith(".csv")]
    if len(members) != 1:
        raise Refused(f"{name}: expected a zip with exactly one CSV; found {len(members)}.")
    [member] = members
    if member.flag_bits & 1:
        raise Refused(f"{name}, {member.filename}: the file is protected by a password; send it without.")
    _refuse_bomb(name, member)
    return member.filename


def _refuse_bomb(name: str, member: zipfile.ZipInfo) -> None:
    if member.file_size > LARGEST_MEMBER or member.file_size > LARGEST_RATIO * max(member.compress_size, 1):
        raise Refused(
            f"{name}, {member.filename}: unpacks from {member.compress_size:,} to {member.file_size:,} bytes, "
            f"more than {LARGEST_RATIO} times or {LARGEST_MEMBER >> 30} GiB: not opened."
        )


def _refuse_broken_xml(path: Path, name: str) -> None:
    """The workbook library never comes back from a tag that is not closed, and takes any size: both are looked at before."""
    with _archive(path, name) as archive:
        for member in archive.infolist():
            if not member.filename.endswith((".xml", ".rels")):
                continue
            _refuse_bomb(name, member)
            try:
                with archive.open(member) as file:
                    expat.ParserCreate().ParseFile(file)
            except (expat.ExpatError, LookupError, ValueError, RuntimeError):
                raise Refused(
                    f"{name}, {member.filename}: the workbook is damaged or protected; save it anew and send it."
                ) from None


@contextmanager
def _open_member(path: Path, name: str, member: str) -> Iterator[IO[bytes]]:
    with _archive(path, name) as archive, archive.open(member) as file:
        yield file


def _decodable(name: str, sheet: str, opener: Callable[[], Any]) -> CsvFile:
    """Publishers write UTF-8 or, from older desktops, Windows-1252; the whole file is looked at, since one name can decide.

    Raises Refused for bytes that are neither, and for a quotation mark that nothing closes: Arrow takes what follows it as text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, zero, quotes = True, False, 0
    with opener() as file:
        while block := file.read(BLOCK):
            utf8 = utf8 and _decodes(decoder, block)
            zero = zero or b"\0" in block
            quotes += block.count(b'"')
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    sent = CsvFile(name, sheet, "utf8" if utf8 else "cp1252", opener)
    if zero or not utf8:
        _refuse_strange_bytes(sent)
    if quotes % 2:
        _refuse_open_quote(sent)
    return sent


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_strange_bytes(sent: CsvFile) -> None:
    never = re.compile(rb"\0" if sent.encoding == "utf8" else rb"[\0\x81\x8d\x8f\x90\x9d]")
    line = 1
    with sent.open() as file:
        while block := file.read(BLOCK):
            if found := never.search(block):
                line += block.count(b"\n", 0, found.start())
                raise Refused(
                    f"{sent.where}: line {line} holds a byte that stands for no character in UTF-8 or Windows-1252; "
                    f"save the file as UTF-8."
                )
            line += block.count(b"\n")


def _refuse_open_quote(sent: CsvFile) -> None:
    """An odd number of quotation marks may be innocent (5" in a cell without any around it), so that the rows are walked."""
    row = 1
    with sent.open() as file:
        try:
            for row, _ in enumerate(csv.reader(_text(sent, file), strict=True), 2):  # noqa: B007
                pass
        except csv.Error as error:
            if "end of data" in str(error) or "field larger" in str(error):
                raise Refused(
                    f"{sent.where}: row {row} opens a quotation mark that nothing closes; the file may have been cut off."
                ) from None


def _text(sent: CsvFile, opened: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(opened, encoding="utf-8-sig" if sent.encoding == "utf8" else sent.encoding, newline="")


def csv_header(sent: CsvFile) -> list[str]:
    """The cells of the first row. Raises Refused when it cannot be read."""
    with sent.open() as opened:
        try:
            return next(csv.reader(_text(sent, opened), strict=True), [])
        except csv.Error as error:
            raise Refused(f"{sent.where}: row 1 cannot be read as CSV ({error}).") from None


def recognise(source: Source, header: list[str], where: str) -> Layout:
    """The layout whose fingerprint the header has. Raises Refused: whose file it is instead, or the first column that differs."""
    for layout in source.layouts:
        if _has_layout(layout, header):
            return layout
    for other in registry().values():
        if other.name != source.name and any(_has_layout(layout, header) for layout in other.layouts):
            raise Refused(
                f"{where}: expected a file of `{source.name}` ({source.title}); found a file of `{other.name}` ({other.title}). "
                f"Deliver it there."
            )
    raise Refused(_nearest(source, header, where))


def _has_layout(layout: Layout, header: list[str]) -> bool:
    if layout.sheets:
        return any(fingerprint(sheet.reduce(header)) == sheet.fingerprint for sheet in layout.sheets)
    return not layout.match and fingerprint(header) == layout.fingerprint


def _nearest(source: Source, header: list[str], where: str) -> str:
    """What differs from the layout that shares most columns with what was found."""
    known = []
    for layout in source.layouts:
        for sheet in layout.sheets:
            known.append((layout.version, [*sheet.starts, sheet.then, *sheet.ends], sheet.reduce(header)))
        if layout.columns:
            known.append((layout.version, list(layout.columns), header))
    version, expected, found = max(known, key=lambda each: len({*map(normalise, each[1])} & {*map(normalise, each[2])}))
    return unknown_layout(source, where, version, expected, found)


def unknown_layout(source: Source, where: str, version: str, expected: list[str], found: list[str]) -> str:
    """One sentence: the first column that is not as expected in a known layout."""
    at = next((i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if normalise(a) != normalise(b)), None)
    if at is None:
        at = min(len(expected), len(found))
    wanted = f"“{_short(expected[at])}”" if at < len(expected) else "no further column"
    got = f"“{_short(found[at])}”" if at < len(found) else "nothing"
    after = f" after “{_short(found[at - 1])}”" if at else " first"
    return (
        f"{where}: not a known layout of `{source.name}` ({source.title}). "
        f"Nearest is {version}: in row 1{after}, expected {wanted}, found {got}."
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _all_text(names: list[str] | None) -> pa.csv.ConvertOptions:
    types = {name: pa.string() for name in names} if names else None
    return pa.csv.ConvertOptions(column_types=types, strings_can_be_null=False, null_values=[""], quoted_strings_can_be_null=False)


def typed_batches(sent: CsvFile, layout: Layout, *, header_rows: int = 1) -> Iterator[pa.RecordBatch]:
    """Rows of a `columns` layout, typed as it says; blank numbers are null, blank text stays blank, empty lines are no rows.

    Raises Refused with row and column for a cell that is not of its type or a row with another number of cells.
    """
    names = [column_name(header) for header in layout.columns]
    types = {column_name(header): _ARROW[kind] for header, kind in layout.columns.items()}
    convert = pa.csv.ConvertOptions(column_types=types, strings_can_be_null=False, null_values=[""])
    for first_row, batch in _blocks(sent, names, convert, header_rows, list(layout.columns)):
        yield from with_lineage(batch, sent, first_row)


def cell_batches(sent: CsvFile, header: list[str]) -> Iterator[pa.RecordBatch]:
    """Rows of a `sheets` layout as one list of text per row, under the name `cells`, in the order of the header."""
    names = [str(i) for i in range(len(header))]
    for first_row, batch in _blocks(sent, names, _all_text(names), 1, header):
        columns, rows = len(names), batch.num_rows
        across = np.arange(columns * rows, dtype=np.int64).reshape(columns, rows).T.ravel()
        cells = pa.concat_arrays(batch.columns).take(pa.array(across))
        offsets = pa.array(np.arange(0, columns * rows + 1, columns, dtype=np.int32))
        listed = pa.ListArray.from_arrays(offsets, cells)
        yield from with_lineage(pa.RecordBatch.from_arrays([listed], names=["cells"]), sent, first_row)


def with_lineage(batch: pa.RecordBatch, sent: CsvFile, first_row: int) -> Iterator[pa.RecordBatch]:
    """The batch with where each row stood, without its empty lines; nothing when there is nothing else."""
    rows = batch.num_rows
    numbers = pa.array(np.arange(first_row, first_row + rows, dtype=np.int32))
    lineage = [pa.repeat(sent.name, rows), pa.repeat(sent.sheet, rows), numbers]
    placed = pa.RecordBatch.from_arrays([*lineage, *batch.columns], schema=pa.schema([*LINEAGE, *batch.schema]))
    if (filled := _without_empty_lines(placed)).num_rows:
        yield filled


def _without_empty_lines(batch: pa.RecordBatch) -> pa.RecordBatch:
    """An editor's stray line breaks are no rows; looked at closely only where the first cell is blank."""
    blank = None
    for column in batch.columns[len(LINEAGE) :]:
        empty = _is_empty(column)
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return batch
    return batch.filter(pc.invert(blank))


def _is_empty(column: pa.Array) -> pa.BooleanArray:
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, "")
    return pc.equal(column, "") if pa.types.is_string(column.type) else column.is_null()


def _blocks(
    sent: CsvFile, names: list[str], convert: pa.csv.ConvertOptions, header_rows: int, published: list[str]
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Parsed blocks with the number of their first row. One thread: only then are row numbers known when a row is wrong."""
    ragged: list[Any] = []

    def refuse(row: Any) -> str:
        ragged.append(row)
        return "error"

    first_row = header_rows + 1
    read = pa.csv.ReadOptions(
        column_names=names, skip_rows_after_names=header_rows, encoding=sent.encoding, block_size=BLOCK, use_threads=False
    )
    parse = pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=refuse)
    with sent.open() as file:
        try:
            with pa.csv.open_csv(file, read_options=read, parse_options=parse, convert_options=convert) as blocks:
                for batch in blocks:
                    yield first_row, batch
                    first_row += batch.num_rows
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            if header_rows and first_row == header_rows + 1 and _ends_with_header(sent):
                raise Refused(f"{sent.where}: a header but no rows.") from None
            raise Refused(_sentence(str(error), sent.where, ragged, published, first_row)) from None


def _ends_with_header(sent: CsvFile) -> bool:
    with sent.open() as file:
        try:
            return len(list(islice(csv.reader(_text(sent, file)), 2))) < 2
        except csv.Error:
            return False


def _sentence(error: str, where: str, ragged: list[Any], published: list[str], first_row: int) -> str:
    """Our own words for what Arrow found, since its message quotes the row, which may be what a patient wrote."""
    if ragged:
        row = ragged[0]
        at = f"row {row.number}" if row.number is not None else f"a row after row {first_row}"
        return (
            f"{where}: {at} has {row.actual_columns} cells where the header has {row.expected_columns}; "
            f"the file may have been cut off or edited by hand."
        )
    if wrong := re.search(r"CSV column #(\d+): (?:Row #(\d+): )?CSV conversion error to (\w+)", error):
        column, row, kind = wrong.groups()
        at = f"row {row}" if row else f"a row from row {first_row} on"
        wanted = "a whole number" if kind.startswith("int") else kind
        name = _short(published[int(column)])
        return f"{where}: {at}, column {int(column) + 1} (“{name}”): expected {wanted}, found something else."
    if "Empty CSV" in error:
        return f"{where}: a header but no rows."
    return f"{where}: cannot be read as CSV from row {first_row} on; a quotation mark may be open."


def sheet_batches(
    workbook: python_calamine.CalamineWorkbook, name: str, chosen: dict[str, list[list[Any]]]
) -> Iterator[pa.RecordBatch]:
    """Rows of chosen sheets as `cells`; numbers in the shortest form that reads back as the same number."""
    for sheet, rows in chosen.items():
        body = [[cell_text(cell) for cell in row] for row in rows[1:]]
        cells = pa.array(body, type=pa.list_(pa.string()))
        batch = pa.RecordBatch.from_arrays([cells], names=["cells"])
        yield from with_lineage(batch, CsvFile(name, sheet, "utf8", lambda: None), 2)


def cell_text(cell: Any) -> str:
    """A spreadsheet cell as text: 400.0 is `400`, 0.1 is `0.1`, an empty cell is empty."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def recognise_workbook(
    source: Source, workbook: python_calamine.CalamineWorkbook, name: str
) -> tuple[Layout, dict[str, list[list[Any]]]]:
    """The layout of a workbook and the rows of each sheet it names (header first). Raises Refused, naming sheet and column."""
    reasons = []
    for layout in source.layouts:
        try:
            chosen = {}
            for wanted in layout.sheets:
                if (found := _sheet(source, workbook, wanted, name)) is not None:
                    chosen[found[0]] = found[1]
            return layout, chosen
        except Refused as reason:
            reasons.append(reason)
    raise reasons[0]


def _sheet(
    source: Source, workbook: python_calamine.CalamineWorkbook, wanted: SheetLayout, name: str
) -> tuple[str, list[list[Any]]] | None:
    match = [title for title in workbook.sheet_names if re.fullmatch(wanted.sheet, title)]
    if not match:
        if not wanted.required:
            return None
        listed = ", ".join(workbook.sheet_names[:10])
        raise Refused(
            f"{name}: not a known layout of `{source.name}` ({source.title}): expected a sheet {wanted.sheet}, found {listed}."
        )
    rows = cast(list[list[Any]], workbook.get_sheet_by_name(match[0]).to_python(skip_empty_area=False))
    header = [cell_text(cell) for cell in rows[0]] if rows else []
    if fingerprint(wanted.reduce(header)) != wanted.fingerprint:
        expected = [*wanted.starts, wanted.then, *wanted.ends]
        raise Refused(unknown_layout(source, f"{name}, sheet {match[0]}", wanted.sheet, expected, wanted.reduce(header)))
    if len(rows) < 2:
        raise Refused(f"{name}, sheet {match[0]}: a header but no rows.")
    return match[0], rows


MONTHS = ["january", "february", "march", "april", "may", "june",
          "july", "august", "september", "october", "november", "december"]  # fmt: skip


def month(text: str, where: str) -> tuple[date, date]:
    """First and last day of the month that a text such as `MSitAE-JUNE-2024` or `RTT-April-2026` ends with. Raises Refused."""
    found = re.search(r"([A-Za-z]+)-(20[0-9]{2})$", text.strip())
    if not found or found[1].lower() not in MONTHS:
        raise Refused(f"{where}: row 2, column 1: expected a period such as RTT-April-2026, found something else.")
    year, number = int(found[2]), MONTHS.index(found[1].lower()) + 1
    following = date(year + number // 12, number % 12 + 1, 1)
    return date(year, number, 1), date.fromordinal(following.toordinal() - 1)


def peek(batches: Iterator[pa.RecordBatch], where: str) -> tuple[pa.RecordBatch, Iterator[pa.RecordBatch]]:
    """The first batch, and all of them still. Raises Refused when there is none."""
    first = next(batches, None)
    if first is None or first.num_rows == 0:
        raise Refused(f"{where}: a header but no rows.")

    def all_of_them() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    return first, all_of_them()


def read_monthly_csv(source: Source, path: Path, name: str) -> Reading:
    """A monthly NHS England extract whose first column is the period. Raises Refused as the functions above do."""
    sent = open_csv(path, name)
    header = csv_header(sent)
    layout = recognise(source, header, sent.where)
    first, batches = peek(typed_batches(sent, layout), sent.where)
    period = month(first.column("period")[0].as_py(), sent.where)
    return Reading(layout.version, layout.part, period, {sent.sheet: header}, batches)
