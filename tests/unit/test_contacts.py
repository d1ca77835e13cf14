"""What must not stand in a table that names nobody, and what a file's name says about its period."""

import io
from datetime import date

import pytest

from ics_insight.demo.files import csv_bytes
from ics_insight.demo.people import nhs_number
from ics_insight.errors import Refused
from ics_insight.sources.reading import CsvFile, Table, Tables, day_in_name, months_in_name, refuse_contacts
from ics_insight.sources.reading.rows import cell_batches
from ics_insight.sources.registry import Layout, SheetLayout


def tables(*cells: str) -> Tables:
    content = csv_bytes([["group", "text"], *([cell, cell] for cell in cells)])
    sent = CsvFile("a.csv", "", "utf8", lambda: io.BytesIO(content))
    layout = SheetLayout(columns={"group": ["group"], "text": ["text"]})
    table = Table("", layout, ["group", "text"], ["group", "text"], lambda: cell_batches(sent, ["group", "text"]))
    return Tables("a.csv", Layout(version="1", part="p", sheets=[layout]), [table], None)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (nhs_number(12), "an NHS number"),
        (f"see {nhs_number(7)[:3]} {nhs_number(7)[3:6]}-{nhs_number(7)[6:]} there", "an NHS number"),
        ("somebody@example.org", "an e-mail address"),
        ("01632 960123", "a telephone number"),
        ("ring +44 (1632) 960 123", "a telephone number"),
    ],
)
def test_a_cell_that_identifies_a_person_is_named_and_not_quoted(cell: str, found: str) -> None:
    with pytest.raises(Refused, match=f"row 3, column “group” holds {found}[.]") as refused:
        refuse_contacts(tables("Asian", cell), {"text"})
    assert cell not in str(refused.value)
    [problem] = refused.value.problems
    assert (problem.row, problem.column) == (3, "group")


def test_dates_amounts_and_codes_identify_nobody() -> None:
    other = f"{nhs_number(12)[:9]}{(int(nhs_number(12)[9]) + 1) % 10}"  # ten digits of which the last does not check the others
    refuse_contacts(tables("2026-09-30", "2026-09-30T10:00:00", "30/09/2026", "0.0833333333333", "EX-2025-07", "254592", other), {})


def test_names_of_files_say_days_and_months() -> None:
    assert day_in_name("actions_2026-09-30 (2).xlsx", "a") == date(2026, 9, 30)
    assert months_in_name("engagement_2026-07_2026-09.zip", "a") == (date(2026, 7, 1), date(2026, 9, 30))
    assert months_in_name("engagement 2028-02.xlsx", "a") == (date(2028, 2, 1), date(2028, 2, 29))
    for name in ("actions.xlsx", "2026-02-30.csv", "2026-01-01_2026-02-01.csv", "12026-01-011.csv"):
        with pytest.raises(Refused, match=r"expected one day in the file's name, as in x\.csv"):
            day_in_name(name, "x.csv")
    for name in ("engagement.xlsx", "2026-13.csv", "2026-09_2026-07.csv", "2026-01_2026-02_2026-03.csv", "2026-09-30.csv"):
        with pytest.raises(Refused, match=r"expected the months that it covers in the file's name, as in x\.csv"):
            months_in_name(name, "x.csv")
