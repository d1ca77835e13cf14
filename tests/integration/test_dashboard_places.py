"""The page of a board's places against a real database, with invented outlines and figures (see rows_places)."""

import csv
import io

import pytest
from starlette.testclient import TestClient

import rows_places
from published_fixture import published  # noqa: F401
from serving import here
from tables import Page

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_places,)
A, B, C = "NHS VALE & MOOR ICB - 01A", "NHS VALE & MOOR ICB - 02B", "NHS VALE <i>& MOOR</i> ICB - 03C"

SUPPRESSED = "suppressed: too few people answered for the publisher to show it"


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


@pytest.fixture(scope="module")
def page(client: TestClient) -> Page:
    return Page(client.get("/icb/QZA/places").text)


def test_a_map_has_the_newest_figure_of_each_place_and_its_table_says_why_one_is_absent(page: Page) -> None:
    assert page.tables["map-gpps_overallexp-table"] == [
        ["On the map", "Place", "Figure", "People who answered, or are counted", "95% interval"],
        ["1", A, "73.1%", "4,300", "none: not applicable"],
        ["2", B, "84.7%", "9,229", "none: not applicable"],
        [
            "no outline",
            C,
            "suppressed: too few people answered for the publisher to show it",
            "no data held",
            "none: not applicable",
        ],
    ]
    found = "Overall experience &lt;b&gt;good&lt;/b&gt;: from 73.1% to 84.7% between places, April 2025 to March 2026</title>"
    assert found in page.drawing("map-gpps_overallexp")


def test_the_wait_is_counted_by_place_too(page: Page) -> None:
    assert page.tables["map-rtt_18w-table"][1:] == [
        ["1", A, "60.0%", "1,000", "none: not applicable"],
        ["2", B, "no data held", "no data held", "no data held"],
        ["no outline", C, "no data held", "no data held", "no data held"],
    ]


def test_places_of_other_boards_are_not_here(page: Page, client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/icb/QZA/places/all.csv").text, newline="")))
    assert [(row["place_code"], row["measure_code"], row["value"], row["figures_missing"]) for row in rows] == [
        ("01A", "gpps_overallexp", "0.7312", "1"),
        ("02B", "gpps_overallexp", "0.8466", "1"),
        ("03C", "gpps_overallexp", "", "1"),
        ("01A", "rtt_18w", "0.6", "0"),
    ]
    assert "GREAT PLAIN" not in page.text
    assert client.get("/icb/QZA/places/map-rtt_18w.png").content.startswith(b"\x89PNG")


def test_a_board_without_outlines_has_its_table_and_one_without_places_says_so(client: TestClient) -> None:
    assert "Map: no data held." in Page(client.get("/icb/QZC/places").text).text
    assert "Places: no data held." in Page(client.get("/icb/QZB/places").text).text
