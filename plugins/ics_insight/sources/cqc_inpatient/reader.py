"""CQC adult inpatient survey: the trust benchmark workbook, one row per trust and nine columns per question."""

import re
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, cell_text, open_workbook, recognise_workbook, sheet_batches
from ics_insight.sources.registry import Source


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the sampled month, November of the survey's year (workbook, sheet Guidance, "About the survey")."""
    workbook = open_workbook(path, name)
    layout, chosen = recognise_workbook(source, workbook, name)
    year = _survey_year(workbook, name)
    headers = {sheet: [cell_text(cell) for cell in rows[0]] for sheet, rows in chosen.items()}
    return Reading(
        layout.version, layout.part, (date(year, 11, 1), date(year, 11, 30)), headers, sheet_batches(workbook, name, chosen)
    )


def _survey_year(workbook: object, name: str) -> int:
    """The year in the title of sheet Guidance ("NHS Adult Inpatient Survey 2022"); questions move from year to year."""
    rows = workbook.get_sheet_by_name("Guidance").to_python() if "Guidance" in workbook.sheet_names else []  # type: ignore[attr-defined]
    title = " ".join(str(cell) for row in rows[:1] for cell in row)
    if found := re.search(r"Inpatient Survey (20[0-9]{2})", title):
        return int(found[1])
    raise Refused(f"{name}, sheet Guidance: expected a title such as “NHS Adult Inpatient Survey 2022” in row 1, found none.")
