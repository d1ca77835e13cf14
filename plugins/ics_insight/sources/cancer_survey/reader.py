"""National Cancer Patient Experience Survey: the long form (2015 to 2018), a workbook by level (2021 on), and which sub-ICB belongs
to which Cancer Alliance."""

import re
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, Table, Tables, open_tables
from ics_insight.sources.registry import Source

FIRST_YEAR, LAST_YEAR = 2010, 2099


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the survey's year: that of the rows in the long form, and of the file's name elsewhere (formats.md section 5).

    Raises Refused for rows of several surveys: they would replace, and be replaced, together.
    """
    tables = open_tables(source, path, name)
    long = next((table for table in tables.tables if "kind" in table.fields), None)
    year = _year_of_rows(tables, long) if long else _year_of_name(tables)
    return tables.reading((date(year, 1, 1), date(year, 12, 31)))


def _year_of_rows(tables: Tables, table: Table) -> int:
    """Rows of the kind `yearonyear` repeat earlier years, to be compared with; the others are of the survey itself."""
    years: set[int] = set()
    for (row, kind), (_, text) in zip(table.values("kind"), table.values("year"), strict=True):
        if kind.strip().casefold() == "yearonyear":
            continue
        if not re.fullmatch(r"20[0-9]{2}", text.strip(), flags=re.ASCII) or int(text) < FIRST_YEAR:
            where = f"{tables.name}, {table.sheet}" if table.sheet else tables.name
            raise Refused(
                f"{where}: row {row}, column “Year”: expected the year of the survey, such as 2018, found something else.",
                sheet=table.sheet, row=row, column="Year", expected="the year of the survey",
            )  # fmt: skip
        years.add(int(text))
    if len(years) != 1:
        found = ", ".join(map(str, sorted(years))) or "none"
        raise Refused(
            f"{tables.name}: expected the adjusted and unadjusted rows of one survey, found {found}; send one file a year."
        )
    return years.pop()


def _year_of_name(tables: Tables) -> int:
    found = {int(year) for year in re.findall(r"(?<![0-9])20[0-9]{2}(?![0-9])", tables.name)}
    if len(found) != 1 or not FIRST_YEAR <= min(found) <= LAST_YEAR:
        raise Refused(f"{tables.name}: the survey's year is only in the file's name; expected one year in it, such as 2024.")
    return found.pop()
