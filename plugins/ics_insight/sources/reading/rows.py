"""Rows of a CSV as Arrow batches.

Every batch starts with the columns `file`, `sheet` and `row_number` (counted as a spreadsheet counts: the header is row 1), so that
any row in the warehouse can be found again in the bytes that were sent.
"""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from ics_insight.errors import Refused
from ics_insight.sources.reading.opening import BLOCK, CsvFile
from ics_insight.sources.reading.recognising import short
from ics_insight.sources.registry import Layout, column_name

LINEAGE = [pa.field("file", pa.string()), pa.field("sheet", pa.string()), pa.field("row_number", pa.int32())]
_ARROW = {"text": pa.string(), "integer": pa.int64()}


def csv_header(sent: CsvFile) -> list[str]:
    """The cells of the first row. Raises Refused when it cannot be read."""
    with sent.open() as opened:
        try:
            return next(csv.reader(sent.text(opened), strict=True), [])
        except csv.Error as error:
            raise Refused(f"{sent.where}: row 1 cannot be read as CSV ({error}).") from None


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
        yield from with_lineage(batch, sent.name, sent.sheet, first_row)


def cell_batches(sent: CsvFile, header: list[str], kept: list[int] | None = None) -> Iterator[pa.RecordBatch]:
    """Rows of a `sheets` layout as one list of text per row, under the name `cells`, in the order of the header.

    `kept` are the positions of the columns to keep; all of them where it is not given.
    """
    names = [str(i) for i in range(len(header))]
    for first_row, batch in _blocks(sent, names, _all_text(names), 1, header):
        chosen = batch.columns if kept is None else [batch.column(i) for i in kept]
        columns, rows = len(chosen), batch.num_rows
        across = np.arange(columns * rows, dtype=np.int64).reshape(columns, rows).T.ravel()
        cells = pa.concat_arrays(chosen).take(pa.array(across))
        offsets = pa.array(np.arange(0, columns * rows + 1, columns, dtype=np.int32))
        listed = pa.ListArray.from_arrays(offsets, cells)
        yield from with_lineage(pa.RecordBatch.from_arrays([listed], names=["cells"]), sent.name, sent.sheet, first_row)


def with_lineage(batch: pa.RecordBatch, name: str, sheet: str, first_row: int) -> Iterator[pa.RecordBatch]:
    """The batch with where each row stood, without its empty lines; nothing when there is nothing else."""
    rows = batch.num_rows
    numbers = pa.array(np.arange(first_row, first_row + rows, dtype=np.int32))
    lineage = [pa.repeat(name, rows), pa.repeat(sheet, rows), numbers]
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
            raise _refused(str(error), sent, ragged, published, first_row) from None


def _ends_with_header(sent: CsvFile) -> bool:
    with sent.open() as file:
        try:
            return len(list(islice(csv.reader(sent.text(file)), 2))) < 2
        except csv.Error:
            return False


def has_rows(sent: CsvFile) -> bool:
    """Whether anything stands below the header; also where it cannot be read, which reading it will say."""
    with sent.open() as file:
        try:
            return any(any(row) for row in islice(csv.reader(sent.text(file)), 1, None))
        except csv.Error:
            return True


def _refused(error: str, sent: CsvFile, ragged: list[Any], published: list[str], first_row: int) -> Refused:
    """Our own words for what Arrow found, since its message quotes the row, which may be what a patient wrote."""
    where = sent.where
    if ragged:
        row = ragged[0]
        at = f"row {row.number}" if row.number is not None else f"a row after row {first_row}"
        return Refused(
            f"{where}: {at} has {row.actual_columns} cells where the header has {row.expected_columns}; "
            f"the file may have been cut off or edited by hand.",
            sheet=sent.sheet, row=row.number, expected=f"{row.expected_columns} cells",
        )  # fmt: skip
    if wrong := re.search(r"CSV column #(\d+): (?:Row #(\d+): )?CSV conversion error to (\w+)", error):
        column, number, kind = wrong.groups()
        at = f"row {number}" if number else f"a row from row {first_row} on"
        wanted = "a whole number" if kind.startswith("int") else kind
        name = short(published[int(column)])
        return Refused(
            f"{where}: {at}, column {int(column) + 1} (“{name}”): expected {wanted}, found something else.",
            sheet=sent.sheet, row=int(number) if number else None, column=name, expected=wanted,
        )  # fmt: skip
    if "Empty CSV" in error:
        return Refused(f"{where}: a header but no rows.", sheet=sent.sheet)
    return Refused(f"{where}: cannot be read as CSV from row {first_row} on; a quotation mark may be open.", sheet=sent.sheet)


def peek(batches: Iterator[pa.RecordBatch], where: str) -> tuple[pa.RecordBatch, Iterator[pa.RecordBatch]]:
    """The first batch, and all of them still. Raises Refused when there is none."""
    first = next(batches, None)
    if first is None or first.num_rows == 0:
        raise Refused(f"{where}: a header but no rows.")

    def all_of_them() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    return first, all_of_them()
