"""ODS classic reports: 27 columns without a header, in the legacy dialect or that of Data Search and Export."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ics_insight.errors import Refused
from ics_insight.sources.reading import CsvFile, Reading, csv_header, open_csv, peek, recognise, typed_batches
from ics_insight.sources.registry import Layout, Source, column_name

DATES = ["Open Date", "Join Provider/Purchaser Date"]


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the day of the newest opening or joining in the file, since the publisher writes no date into it.

    Raises Refused for rows that match no dialect.
    """
    sent = open_csv(path, name)
    first_row = csv_header(sent)
    if len(first_row) != len(source.layouts[0].columns):
        recognise(source, first_row, sent.where)  # says whose file it is, if it is anybody's
    layout = _dialect(source, sent)
    newest = _newest_date(sent, layout)
    _, batches = peek(_matching(sent, layout), sent.where)
    return Reading(layout.version, layout.part, (newest, newest), {}, batches)


def _dialect(source: Source, sent: CsvFile) -> Layout:
    first, _ = peek(typed_batches(sent, source.layouts[0], header_rows=0), sent.where)
    for layout in source.layouts:
        if all(_matches(first, column, pattern)[0].as_py() for column, pattern in layout.match.items()):
            return layout
    described = "; ".join(f"{known.version}: {known.match}" for known in source.layouts)
    raise Refused(f"{sent.where}, row 1: not a known dialect of `{source.name}` ({source.title}). Expected one of: {described}.")


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
                    f"{sent.where}, row {row}, column “{column}”: not as in {layout.version}, expected {pattern or 'nothing'}."
                )
        yield batch


def _newest_date(sent: CsvFile, layout: Layout) -> date:
    newest = ""
    for batch in typed_batches(sent, layout, header_rows=0):
        for column in DATES:
            newest = max(newest, pc.max(batch.column(column_name(column))).as_py() or "")
    try:
        if not re.fullmatch(r"[0-9]{8}", newest):
            raise ValueError
        return date(int(newest[:4]), int(newest[4:6]), int(newest[6:]))
    except ValueError:
        raise Refused(f"{sent.where}: columns 11 and 16: expected dates as yyyymmdd, found none or one that is no date.") from None
