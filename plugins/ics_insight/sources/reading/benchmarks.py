"""CQC's trust benchmark workbooks: a row per trust and, for each question, a score, its expected range and a band.

The surveys share their sheets and columns (formats.md section 3), and the data say neither which survey nor which year it is: that
stands in sheet Guidance, or in the short name that files and sheets bear (`20210915_uec20_type1_benchmark-data.ods`,
`UEC20_Trust_Scores`).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading.recognising import short
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.reading.tables import Tables, open_tables
from ics_insight.sources.registry import Source


@dataclass(frozen=True)
class Survey:
    """One of CQC's surveys: its title, patterns of how its workbooks name it in full and in short, first and last sampled month."""

    title: str
    pattern: str
    short_name: str
    months: tuple[int, int]


@dataclass(frozen=True)
class Workbook:
    """A recognised workbook with the title that it gives itself, if any."""

    tables: Tables
    title: str
    year: int
    months: tuple[int, int]

    @property
    def name(self) -> str:
        return self.tables.name

    @property
    def columns(self) -> list[str]:
        """Of the sheet with scores, as sent."""
        return self.tables[r"(?i).*trust_scores"].names

    def reading(self, part: str = "") -> Reading:
        first, last = self.months
        return self.tables.reading((date(self.year, first, 1), date(self.year, last, monthrange(self.year, last)[1])), part)


def open_benchmarks(source: Source, path: Path, name: str, survey: Survey) -> Workbook:
    """Open a workbook of this survey. Raises Refused for any other file, another survey's workbook, or one that names no year."""
    tables = open_tables(source, path, name, accept="workbook")
    title = _title(tables)
    if title and not re.search(survey.pattern, title, flags=re.IGNORECASE):
        raise Refused(
            f"{name}, sheet Guidance: expected the {survey.title} in row 1, found another: “{short(title)}”. "
            f"Deliver it under the source of that survey.",
            sheet="Guidance", row=1, expected=survey.title,
        )  # fmt: skip
    return Workbook(tables, title, _year(tables, title, survey), survey.months)


def _title(tables: Tables) -> str:
    """The first line of sheet Guidance that names a survey."""
    lines = [" ".join(cell for cell in row if cell).strip() for row in tables.beside("Guidance")[:5]]
    return next((line for line in lines if "survey" in line.casefold()), "")


def _year(tables: Tables, title: str, survey: Survey) -> int:
    """From the title, or from the short name of the file or of a sheet, which also tells whose survey it is."""
    if found := re.search(r"\b(20[0-9]{2})\b", title):
        return int(found[1])
    for word in () if title else (tables.name, *(table.sheet for table in tables.tables)):
        if found := re.search(rf"(?<![a-z])(?:{survey.short_name})(\d\d)(?!\d)", word, flags=re.IGNORECASE):
            return 2000 + int(found[1])
    raise Refused(
        f"{tables.name}, sheet Guidance: expected a title such as “NHS {survey.title} 2022” in row 1, found none.",
        sheet="Guidance", row=1, expected=f"NHS {survey.title} and its year",
    )  # fmt: skip
