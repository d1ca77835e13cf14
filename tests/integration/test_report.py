"""The report of a refused file: what its sender reads, in rows and as a page."""

import csv
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deliveries import query
from ics_insight.assurance import report_path
from ics_insight.demo.files import csv_bytes
from ics_insight.errors import Refused
from ics_insight.orchestration import collecting
from ics_insight.sources import registry
from tiny_files import AE_NAME, MARK, ae_rows

pytestmark = pytest.mark.usefixtures("empty_warehouse")


class Cells(HTMLParser):
    """The text of each cell of the table, and whatever else the page asks for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.asked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.cells.append("")
        self.asked += [str(value) for name, value in attributes if name in ("src", "srcset") or (tag, name) == ("link", "href")]

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def refused(folder: Path, content: bytes) -> tuple[list[dict[str, str]], str]:
    """The report of a file that is refused: its rows, and its page."""
    path = folder / AE_NAME
    path.write_bytes(content)
    source = registry()["ae"]
    with pytest.raises(Refused):
        collecting.take(source, collecting.discover(source, {"file": str(path)}), "a test")
    [(extract_id,)] = query("select extract_id from ledger.extract where state = 'refused'")
    page = report_path("ae", AE_NAME, extract_id)
    with page.with_suffix(".csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file)), page.read_text()


def test_what_reading_found_is_told_with_row_and_column_and_what_was_expected(tmp_path: Path) -> None:
    rows = ae_rows()
    rows[2][4] = MARK
    listed, page = refused(tmp_path, csv_bytes(rows))
    [row] = listed
    assert (row["file"], row["row"], row["column"], row["expected"]) == (AE_NAME, "3", "A&E attendances Type 1", "a whole number")
    found = Cells(page)
    assert found.cells[1:3] == ["3", "A&E attendances Type 1"]
    assert found.asked == []  # it can be opened anywhere
    assert MARK not in page + str(listed)


def test_what_the_checks_found_is_told_row_by_row(tmp_path: Path) -> None:
    """Two organisations stand twice: rows 3 and 5; and the total does not count them."""
    listed, page = refused(tmp_path, csv_bytes(ae_rows(["X1X1X", "X1X1X", "X2X2X", "X2X2X"])))
    assert [(row["row"], row["found"]) for row in listed] == [
        ("3", "Not so: one row per organisation."),
        ("5", "Not so: one row per organisation."),
    ]
    assert all(row["expected"] == "An organisation that stands twice would count twice in every sum." for row in listed)
    assert MARK not in page


def test_a_file_that_is_mended_has_no_problems_any_more(tmp_path: Path) -> None:
    rows = ae_rows()
    refused(tmp_path, csv_bytes([[*rows[0][:-1], "Strange"], *rows[1:]]))
    assert query("select count(*) from ledger.problem") == [(1,)]
    (tmp_path / AE_NAME).write_bytes(csv_bytes(rows))
    source = registry()["ae"]
    collecting.take(source, collecting.discover(source, {"file": str(tmp_path / AE_NAME)}), "another test")
    assert query("select state from ledger.extract order by 1") == [("accepted",), ("refused",)]
    assert query("select count(*) from ledger.problem join ledger.extract using (extract_id) where state <> 'refused'") == [(0,)]
