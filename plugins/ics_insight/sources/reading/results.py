"""What a reader gives to the warehouse."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa


@dataclass(frozen=True)
class Reading:
    """One file as read: which layout and part of a release, for which period, and its rows (`batches` can be walked once).

    `headers` are the columns of each sheet as sent; `fields` the same in our words, where the layout has words of its own.
    """

    layout: str
    part: str
    period: tuple[date, date]
    headers: dict[str, list[str]]
    batches: Iterator[pa.RecordBatch]
    fields: dict[str, list[str]] = field(default_factory=dict)
