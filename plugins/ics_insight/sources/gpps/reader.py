"""GP Patient Survey: one row per area, and a column per question, answer and statistic."""

import re
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, open_tables
from ics_insight.sources.registry import Source

FIRST_YEAR = 2024  # of the questionnaire whose columns have names; questions had numbers before (formats.md sections 1a and 1c)


def read(source: Source, path: Path, name: str) -> Reading:
    """The year stands in the file's name only (`GPPS_2025_…`), so that a file without it is Refused, as is one of the other survey.

    The period is the fieldwork, January to March (facts.md section 2; gp-patient.co.uk, technical annex).
    """
    tables = open_tables(source, path, name, accept="csv")
    [table] = tables.tables
    spelled = [column.casefold() for column in table.names]
    if len(set(spelled)) < len(spelled):
        twice = next(column for column, lower in zip(table.names, spelled, strict=True) if spelled.count(lower) > 1)
        raise Refused(f"{tables.name}: row 1 names column “{twice}” twice.")
    year = _year(name, tables.layout.version)
    return tables.reading((date(year, 1, 1), date(year, 3, 31)))


def _year(name: str, version: str) -> int:
    found = re.search(r"GPPS_(\d{4})_", name, flags=re.IGNORECASE)
    if not found:
        raise Refused(f"{name}: the survey's year is only in the file's name; expected a name with GPPS_<year>_, as published.")
    year = int(found[1])
    if version.startswith("to-2023"):
        if not 2007 <= year < FIRST_YEAR:
            raise Refused(
                f"{name}: columns of 2023 or earlier under the name of a {year} file; the survey changed in {FIRST_YEAR}. "
                f"Give the file the name that it was published under."
            )
    elif not FIRST_YEAR <= year < 2100:
        raise Refused(
            f"{name}: columns of {FIRST_YEAR} or later under the name of a {year} file; the survey changed in {FIRST_YEAR}."
        )
    return year
