"""Directories of responsibilities by this project's template: a workbook, or a zip with a CSV for each of its sheets."""

from pathlib import Path

from ics_insight.sources.reading import Reading, day_in_name, open_tables, refuse_contacts
from ics_insight.sources.registry import Source

FREE = {"contact_route"}  # the shared mailbox or telephone of a team


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the day in the file's name: the directory as it stood. Raises Refused for cells that identify a person."""
    day = day_in_name(name, "responsibilities_2026-09-30.xlsx")
    tables = open_tables(source, path, name)
    refuse_contacts(tables, FREE)
    return tables.reading((day, day))
