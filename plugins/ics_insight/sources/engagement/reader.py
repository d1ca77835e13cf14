"""Engagement logs by this project's template: a workbook, or a zip with a CSV for each of its sheets."""

from pathlib import Path

from ics_insight.sources.reading import Reading, months_in_name, open_tables, refuse_contacts
from ics_insight.sources.registry import Source

FREE = {"text"}  # what people said, which is redacted later


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the months in the file's name. Raises Refused for another layout, and for cells that identify a person."""
    period = months_in_name(name, "engagement_2026-07_2026-09.xlsx")
    tables = open_tables(source, path, name)
    refuse_contacts(tables, FREE)
    return tables.reading(period)
