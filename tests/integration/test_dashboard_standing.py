"""The page of data quality against a real database, with invented figures (see rows_standing)."""

import csv
import io

import pytest
from markupsafe import escape
from starlette.testclient import TestClient
from test_dashboard import Page, altered

import rows_known
import rows_pathways
import rows_standing
from ics_insight.dashboard import words
from ics_insight.warehouse.connect import connect
from published_fixture import HOSTILE, published  # noqa: F401
from rows_standing import REASON, TODAY, ago
from serving import here

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_pathways, rows_known, rows_standing)
AT = "/icb/QZA/data"


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


@pytest.fixture(scope="module")
def page(client: TestClient) -> Page:
    return Page(client.get(AT).text)


def rows(client: TestClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).text)))


def test_a_source_is_out_of_date_from_the_day_after_it_may_be_so_old(page: Page) -> None:
    """75 of 75 days are still well, 76 of 75 are not."""
    assert "1 of 5 sources is out of date, and of 1 nothing is in use." in page.text
    assert f"Worked out on {words.day(TODAY)} from what was published on 11 June 2026." in page.text
    assert [row[:5] + row[6:] for row in page.tables["sources-table"][1:]] == [
        ["A log", "Invented Statistics", "Nothing in use", "no data held", "no data held", "0", "Yes"],
        ["A&E waits", "Invented Statistics", "Up to date", words.day(ago(75)), "75 of 75", "3", "Yes"],
        [HOSTILE, "Invented Statistics", "Out of date", words.day(ago(76)), "76 of 75", "3", "No data held"],
        [
            "GP Patient Survey", "Invented Statistics", "Nobody says how old it may be", words.day(ago(400)),
            "400, nobody says how many", "3", "Yes",
        ],
        ["Register", "Invented Statistics", "Up to date", words.day(ago(3)), "3 of 120", "3", "Not kept by board"],
    ]  # fmt: skip
    assert page.column("sources-table", 5) == ["no data held", *["1 June 2026"] * 4]
    assert f"Out of date: {escape(HOSTILE)}. Nothing in use: A log." in page.text


def test_ages_are_drawn_beside_what_they_may_be(client: TestClient, page: Page) -> None:
    """76 days are 2 months and a half; 400 are 13 months."""
    drawing = page.drawing("ages")
    assert "1 of 5 sources is out of date, and of 1 nothing is in use" in drawing
    for said in (f"{escape(HOSTILE)}: 2 months, out of date", "GP Patient Survey: 13 months", "Register: under 1 month"):
        assert said in drawing
    assert [tuple(row.values()) for row in rows(client, f"{AT}/ages.csv")] == [
        ("A&E waits", "75", "75", "False"), (HOSTILE, "76", "75", "True"), ("GP Patient Survey", "400", "", "False"),
        ("Register", "3", "120", "False"),
    ]  # fmt: skip
    assert client.get(f"{AT}/ages.png").content[:8] == b"\x89PNG\r\n\x1a\n"


def test_refusals_say_what_is_wrong_and_what_to_do(page: Page) -> None:
    assert page.tables["refused-table"][1:] == [
        ["A log", "1 file", "log.csv", "2 June 2026", REASON],
        [HOSTILE, "2 files", "stories.csv", "2 June 2026", REASON],
    ]
    assert "puts right what stands beside it, and sends it again" in page.text


def test_what_does_not_hold_is_here_and_what_holds_is_not(page: Page) -> None:
    """Of the five expectations of the fixture three do not hold somewhere, and one of these is waived."""
    assert "3 of 5 expectations do not hold somewhere." in page.text
    assert page.tables["broken-table"][1:] == [
        [
            "A&E waits",
            "About as many rows as ever",
            "Does not hold in 2 of 25 files, last in April 2025; too few, or nothing to compare, in 3",
            "warning",
            "No",
        ],
        [
            "marts.fct_voice",
            "A log holds about as many as in the months before",
            "Does not hold in 1 case, last in April 2026; too few, or nothing to compare, in 7",
            "warning",
            "No",
        ],
        ["marts.signal", "<b>no</b> break without a reason", "Does not hold in 1 case, last in January 2025", "critical", "Yes"],
    ]
    assert page.tables["waived-table"][1:] == [
        ["marts.signal", "<b>no</b> break without a reason", "Chief nurse until 2026-12-31 for ZT2: a new form"]
    ]
    assert '<a href="/checks">' in page.text


def test_files_in_use_are_counted_by_part_as_they_are_published(client: TestClient, page: Page) -> None:
    with connect("dashboard") as connection:
        held = connection.execute(
            "select coalesce(source_title, source), part, count(*)::text from published.extract group by 1, 2"
        ).fetchall()
    assert sorted((row[0], row[1], row[2]) for row in page.tables["files-table"][1:]) == sorted(held)
    newest = {row[1]: row[4] for row in page.tables["files-table"][1:] if row[0] == "GP Patient Survey"}
    assert newest["ics"] == "GPPS_2026_ics.csv"
    assert {row["source"]: row["state"] for row in rows(client, f"{AT}/sources.csv")} == {
        "ae": "up_to_date", "stories": "out_of_date", "gpps": "unlimited", "log": "missing", "organisations": "up_to_date",
    }  # fmt: skip
    assert {row["worked_out_on"] for row in rows(client, f"{AT}/sources.csv")} == {TODAY.isoformat()}


def test_where_all_is_well_it_says_so(client: TestClient) -> None:
    with (
        altered("alter table published.source_state rename to hidden", "alter table published.hidden rename to source_state"),
        altered("create table published.source_state (like published.hidden)", "drop table published.source_state"),
        altered("alter table published.expectation rename to unseen", "alter table published.unseen rename to expectation"),
        altered("create table published.expectation (like published.unseen)", "drop table published.expectation"),
        connect() as connection,
    ):
        connection.execute("grant select on all tables in schema published to ics_dashboard")
        connection.execute("insert into published.expectation select * from published.unseen where broken = 0")
        connection.commit()
        said = here().get(AT).text
    assert "Sources: no data held." in said
    assert "Nothing was found that does not hold, of 2 expectations." in said
    assert "Nobody lets pass anything that does not hold." in said


def test_a_board_that_is_not_known_has_no_page(client: TestClient) -> None:
    assert client.get("/icb/NONE/data").status_code == 404
    assert len(client.get("/icb/QZC/data").content) <= 300_000
