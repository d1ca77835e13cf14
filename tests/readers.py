"""Reading files as the warehouse does, whole, and asking for the sentence with which one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from ics_insight.errors import Refused
from ics_insight.sources import read, registry


@dataclass(frozen=True)
class Read:
    """A file as read, with all its batches in one table."""

    layout: str
    part: str
    period: tuple[date, date]
    headers: dict[str, list[str]]
    table: pa.Table
    fields: dict[str, list[str]]

    @property
    def row_numbers(self) -> list[int]:
        return self.column("row_number")

    def column(self, name: str) -> list[Any]:
        return list(self.table.column(name).to_pylist())


def read_all(source: str, path: Path, name: str) -> Read:
    reading = read(registry()[source], path, name)
    batches = list(reading.batches)
    assert all(batch.num_rows for batch in batches)  # who takes them looks at the first row of each
    return Read(reading.layout, reading.part, reading.period, reading.headers, pa.Table.from_batches(batches), reading.fields)


Taker = Callable[..., Read]
Refuser = Callable[..., str]

_bytes_that_matter = st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\x81", b"<", b"PK\3\4", b"-", b"9" * 20])
_pieces = st.one_of(_bytes_that_matter, st.binary(min_size=1, max_size=4))
changes = st.lists(
    st.tuples(st.sampled_from(["flip", "insert", "delete", "cut"]), st.floats(0, 1, exclude_max=True), _pieces),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for how, where, piece in changes:
        at = int(where * len(content))
        if how == "cut":
            content = content[:at]
        else:
            kept = {"flip": at + len(piece), "insert": at, "delete": at + len(piece)}[how]
            content = content[:at] + (b"" if how == "delete" else piece) + content[kept:]
    return content


def rows_or_sentence(source: str, content: bytes, name: str, rows_of: Taker) -> tuple[Read | None, str]:
    try:
        return rows_of(source, content, name), ""
    except Refused as refused:
        return None, str(refused)


def rows_or_refused(source: str, content: bytes, name: str, rows_of: Taker) -> None:
    found, sentence = rows_or_sentence(source, content, name, rows_of)
    if found is None:
        assert sentence.startswith(name)
    else:
        assert found.table.num_rows > 0
        assert found.period[0] <= found.period[1]
