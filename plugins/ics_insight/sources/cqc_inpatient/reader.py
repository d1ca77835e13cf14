"""CQC adult inpatient survey: the trust benchmark workbook, one row per trust and nine columns per question."""

import re
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, Tables, open_tables
from ics_insight.sources.registry import Source


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the sampled month, November of the survey's year (workbook, sheet Guidance, "About the survey")."""
    tables = open_tables(source, path, name, accept="workbook")
    year = _survey_year(tables)
    return tables.reading((date(year, 11, 1), date(year, 11, 30)))


def _survey_year(tables: Tables) -> int:
    """The year in the title of sheet Guidance ("NHS Adult Inpatient Survey 2022"); questions move from year to year."""
    title = " ".join(cell for row in tables.beside("Guidance")[:1] for cell in row)
    if found := re.search(r"Inpatient Survey (20[0-9]{2})", title):
        return int(found[1])
    raise Refused(
        f"{tables.name}, sheet Guidance: expected a title such as “NHS Adult Inpatient Survey 2022” in row 1, found none."
    )
