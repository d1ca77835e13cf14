"""The overview of a board against a real database, with invented figures (see rows_overview)."""

import csv
import io

import pytest
from starlette.testclient import TestClient

import rows_overview
from published_fixture import published  # noqa: F401
from serving import here
from tables import Page

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_overview,)


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


@pytest.fixture(scope="module")
def page(client: TestClient) -> Page:
    return Page(client.get("/icb/QZA").text)


def test_it_opens_on_the_groups_with_the_greatest_inequality(page: Page) -> None:
    assert page.headings[:3] == [
        "NHS Vale & Moor Integrated Care Board",
        "Groups with the greatest inequality",
        "Who is seldom heard",
    ]
    assert page.tables["seldom-table"][1:] == [
        ["Ethnicity: Black", "Complaints", "1"],
        ["Ethnicity: mixed or multiple ethnic groups", "Complaints", "1"],
        ["Main language is another, and who speaks for them", "PALS <b>contacts</b>", "1"],
    ]
    assert "Ethnicity: Black: seldom heard in 1 of 1 source that can tell" in page.drawing("seldom")
    assert "3 groups are seldom heard here. Nobody was heard at 2 touchpoints. 1 line gives cause for concern." in page.text


def test_differences_beyond_chance_of_the_newest_period_are_of_the_board_first_and_then_of_england(page: Page) -> None:
    assert page.tables["differences-table"][1:] == [
        ["Sex: male", "female", "Overall rating of cancer care", "Moor Hospitals NHS Trust, 2025", "8.6", "8.9",
         "-0.31 (-0.45 to -0.17)", "410", "cancer_survey, file not recorded"],
        ["Cancer: lung", "breast", "Overall rating of cancer care", "England, 2025", "9.0", "8.9", "+0.11 (+0.05 to +0.17)",
         "5,200", "cancer_survey, file not recorded"],
    ]  # fmt: skip
    assert "3 comparisons were looked at" in page.text  # two of the board's newest period, one of England's


def test_the_worse_group_is_drawn_to_the_left_whatever_the_sign(page: Page) -> None:
    drawing = page.drawing("differences")
    zero = page.horizontal(drawing, "#425563")
    male, lung = page.horizontal(drawing, "#005eb8")
    assert male < zero[0] < lung


def test_silent_touchpoints_are_those_of_the_newest_year_in_the_order_of_the_journey(page: Page) -> None:
    assert page.items("silence") == ["Home", "NHS 111"]
    assert page.tables["pathways-table"][1:] == [["Asthma", "3", "0", "2"], ["Frailty", "3", "2", "0"]]
    assert "Frailty: nobody was heard at 2 of 3 touchpoints" in page.drawing("pathways")


def test_only_what_is_more_than_chance_in_its_newest_month_is_called_a_change(page: Page) -> None:
    assert page.tables["changes-table"][1:] == [
        ["Experience in A&E <b>good</b>: Moor Hospitals NHS Trust", "April 2026", "66.1%", "75.3%", "812",
         "Concern: seven in a row on one side of the usual", "Friends and Family Test"],
    ]  # fmt: skip
    assert "2 lines of months are watched" in page.text
    assert "What was done because of what people said: no data held." in page.text


def test_what_stands_behind_it_is_told(page: Page) -> None:
    assert "1 of 2 sources have a file in use. 3 of 5 checks do not hold somewhere." in page.text


def test_a_board_with_nothing_says_so(client: TestClient) -> None:
    page = Page(client.get("/icb/QZB").text)
    assert "Who is heard here: no data held." in page.text
    assert "Pathways: no data held." in page.text
    assert "Lines of months: no data held." in page.text
    assert page.tables["differences-table"][1][0] == "Cancer: lung"  # England's are everybody's
    assert len(page.tables["differences-table"]) == 2


def test_figures_behind_a_chart_are_those_that_are_published(client: TestClient) -> None:
    answer = client.get("/icb/QZA/differences.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(row["of"], row["value"], row["reference_value"], row["difference"]) for row in rows] == [
        ("Moor Hospitals NHS Trust", "8.61", "8.92", "-0.31"),
        ("England", "9.01", "8.90", "0.11"),
    ]
    assert client.get("/icb/QZA/differences.png").content.startswith(b"\x89PNG")
    assert client.get("/icb/QZA/nothing.csv").status_code == 404
    assert client.get("/icb/QZB/seldom.png").status_code == 404
