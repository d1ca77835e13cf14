"""An annual NHS England return as CSVs in a zip, whose rows name their financial year in a column `year`."""

import re
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading.dates import financial_year
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.reading.tables import Tables, open_tables
from ics_insight.sources.registry import Source


def read_yearly_csvs(source: Source, path: Path, name: str) -> Reading:
    """Read such a file: one year in every row of every table, which is also the year in the files' names where they have one.

    Raises Refused for anything else, or another layout.
    """
    tables = open_tables(source, path, name, accept="csv")
    period = _only_year(tables)
    for title in (name, *(table.sheet for table in tables.tables)):
        for named in _years_in(title):
            if named != period:
                raise Refused(
                    f"{name}: rows of the year from April {period[0].year} under the name of the year from April {named[0].year} "
                    f"({title.rpartition('/')[2]}); send each year under its own name."
                )
    return tables.reading(period)


def _only_year(tables: Tables) -> tuple[date, date]:
    period: tuple[date, date] | None = None
    for table in tables.tables:
        for row, text in table.values("year"):
            found = financial_year(text)
            if found is None or (period and found != period):
                wanted = "the same year as in the rows before" if period else "a year such as 2024-25"
                raise Refused(
                    f"{tables.name}, {table.sheet}: row {row}, column “Year”: expected {wanted}, found something else.",
                    sheet=table.sheet, row=row, column="Year", expected="one financial year in all rows",
                )  # fmt: skip
            period = found
    if period is None:
        raise Refused(f"{tables.name}: a header but no rows.")
    return period


def _years_in(title: str) -> list[tuple[date, date]]:
    """Financial years in a file's name; `2024-10-16` is a day and no year."""
    found = re.findall(r"(?<![0-9])20[0-9]{2}-[0-9]{2}(?![0-9]|-[0-9])", title)
    return [year for text in found if (year := financial_year(text))]
