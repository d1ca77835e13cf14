"""A monthly NHS England extract whose first column is the period."""

from pathlib import Path

from ics_insight.sources.reading.dates import month
from ics_insight.sources.reading.opening import open_csv
from ics_insight.sources.reading.recognising import recognise
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.reading.rows import csv_header, peek, typed_batches
from ics_insight.sources.registry import Source


def read_monthly_csv(source: Source, path: Path, name: str) -> Reading:
    """Read such a file. Raises Refused for anything else, or another layout."""
    sent = open_csv(path, name)
    header = csv_header(sent)
    layout = recognise(source, header, sent.where)
    first, batches = peek(typed_batches(sent, layout), sent.where)
    period = month(first.column("period")[0].as_py(), sent.where)
    return Reading(layout.version, layout.part, period, {sent.sheet: header}, batches)
