"""Directories of responsibilities: one owner for a scope at any time, gaps, and posts that nobody holds."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from templates import (
    Row,
    Tables,
    broken,
    filled,
    set_to,
    stage_files,
    twice,
    warned,
    with_changes,
    workbook,
    zipped,
)

from conftest import clear
from deliveries import assert_as_planted, query
from ics_insight.demo import responsibilities
from ics_insight.demo.files import csv_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from readers import Refuser, Taker
from tiny_files import MARK

SOURCE = "responsibilities"
NAME = "responsibilities_2026-09-30.xlsx"
OWNER: Row = {
    "responsibility_id": "R1", "organisation": "X1X", "function": "complaints", "role": "head of complaints",
    "contact_route": "complaints@example.org", "valid_from": "2026-01-01", "valid_to": "2026-03-31",
}  # fmt: skip
NEXT = OWNER | {"responsibility_id": "R2", "valid_from": "01/04/2026", "valid_to": None}
ELSEWHERE = OWNER | {"responsibility_id": "R3", "place": "Quillmere", "valid_from": "2026-02-01", "valid_to": None}
TABLES: Tables = {
    "responsibilities": [OWNER, NEXT, ELSEWHERE],
    "post_holders": [
        {"responsibility_id": "R1", "held_from": "2026-01-01", "held_to": "2026-03-31"},
        {"responsibility_id": "R2", "held_from": "2026-04-01"},
    ],
}


def test_a_directory_is_read_as_it_stood(rows_of: Taker, refusal: Refuser) -> None:
    for form in (workbook, zipped):
        read = rows_of(SOURCE, form(SOURCE, TABLES, more={"post holder name": MARK, "email": "a@b.org"}), NAME)
        assert (read.layout, read.part, read.period) == ("responsibilities-1", "directory", (date(2026, 9, 30),) * 2)
        assert [len(cells) for cells in read.column("cells")] == [10, 10, 10, 3, 3]
    alone = csv_bytes(filled(SOURCE, TABLES)["responsibilities"])
    assert len(rows_of(SOURCE, alone, "responsibilities_2026-09-30.csv").row_numbers) == 3
    assert "expected one day in the file's name" in refusal(SOURCE, alone, "responsibilities.csv")
    named = with_changes(TABLES, [set_to("responsibilities", role="head, 01632 960001")])
    assert "row 2, column “role” holds a telephone number" in refusal(SOURCE, workbook(SOURCE, named), NAME)


@pytest.mark.usefixtures("cleared_warehouse")
def test_two_owners_of_one_scope_are_named_by_their_rows(tmp_path: Path) -> None:
    both = with_changes(TABLES, [set_to("responsibilities", 1, valid_from="2026-03-31", function="Complaints")])
    assert broken(tmp_path, SOURCE, NAME, both) == ["one owner for a scope at any time"]
    assert query("select sheet, row_number from ledger.problem order by 2") == [("responsibilities", 2), ("responsibilities", 3)]


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_refuses(tmp_path: Path) -> None:
    changes = [
        set_to("responsibilities", valid_to="2025-12-31", role=None),
        set_to("responsibilities", 2, valid_from="soon"),
        set_to("post_holders", responsibility_id="R9"),
        twice("post_holders"),
    ]
    assert broken(tmp_path, SOURCE, NAME, with_changes(TABLES, changes)) == [
        "dates are dates",
        "each thing once",
        "nothing ends before it begins",
        "posts belong to a responsibility",
        "what a row cannot do without is there",
    ]


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_warns_and_takes(tmp_path: Path) -> None:
    assert warned(tmp_path, SOURCE, "responsibilities_2026-06-30.xlsx", TABLES) == []
    changes = [
        set_to("responsibilities", 1, valid_from="2026-04-02", contact_route="ask around"),
        set_to("responsibilities", 2, valid_to="2026-09-29"),
        set_to("post_holders", 1, held_to="2026-09-29"),
    ]
    assert warned(tmp_path, SOURCE, NAME, with_changes(TABLES, changes), 1) == [
        "a team can be reached",
        "every owner is there",
        "every scope has an owner now",
        "no days without an owner",
    ]


# --- staging: the fictional system's directories ---


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    stage_files(tmp_path_factory.mktemp(SOURCE), SOURCE, responsibilities.files(Span()))
    yield
    clear()


@pytest.mark.usefixtures("staged")
def test_the_demo_is_what_truth_says() -> None:
    assert_as_planted(SOURCE)


@pytest.mark.usefixtures("staged")
def test_the_newest_directory_counts_and_its_gaps_are_found() -> None:
    plan = planted("ownership_gap")
    # Six roles at the board, one of which ended; five at each of two trusts.
    assert query("select count(*), count(*) filter (where is_current) from staging.stg_responsibilities__owners") == [(16, 15)]
    gaps = query("select organisation_code, function, gap_from, days, is_open from staging.stg_responsibilities__gaps")
    assert gaps == [(plan["organisation"], plan["function"], date(2026, 7, 1), 31 + 31 + 30, True)]
    vacant = query("select organisation_code, function from staging.stg_responsibilities__owners where post = 'vacant'")
    assert vacant == [(plan["vacant"]["organisation"], plan["vacant"]["function"])]
