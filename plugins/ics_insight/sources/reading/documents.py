"""Reading JSON: one document per row, kept as it was sent."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from ics_insight.errors import Refused
from ics_insight.sources.reading.rows import with_lineage

ROWS = 1_000
NUL = "\\u0000"
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
Document = tuple[int, str, str, Any]  # row number, resource, id, what was sent


def document_batches(documents: Iterable[Document], name: str, sheet: str = "") -> Iterator[pa.RecordBatch]:
    """Documents as rows of `resource`, `id` and `document` (JSON text). Raises Refused for one that no database text can hold."""
    held: list[Document] = []
    for document in documents:
        held.append(document)
        if len(held) == ROWS:
            yield from _batch(held, name, sheet)
            held = []
    if held:
        yield from _batch(held, name, sheet)


def _batch(held: list[Document], name: str, sheet: str) -> Iterator[pa.RecordBatch]:
    texts = [_json(document, row, name) for row, _, _, document in held]
    columns = [pa.array([row[1] for row in held]), pa.array([row[2] for row in held]), pa.array(texts)]
    batch = pa.RecordBatch.from_arrays(columns, names=["resource", "id", "document"])
    for placed in with_lineage(batch, name, sheet, 1):
        numbers = pa.array(np.array([row for row, _, _, _ in held], dtype=np.int32))
        yield placed.set_column(placed.schema.get_field_index("row_number"), "row_number", numbers)


def _json(document: Any, row: int, name: str) -> str:
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except (ValueError, RecursionError):  # half a surrogate pair, or a number that JSON does not have
        text = NUL
    if _NUL.search(text):
        raise Refused(f"{name}: document {row} holds a letter or number that no database can; send it again.")
    return text


def parse(text: str, name: str, where: str = "") -> Any:
    """JSON text as Python has it. Raises Refused with the line, for anything else, never quoting it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) and not where else where
        raise Refused(f"{name}{line}: cannot be read as JSON; the file may have been cut off on its way.") from None
