"""The pages of pathways against a real database, with invented figures (see rows_pathways)."""

import csv
import io
import re

import pytest
from markupsafe import escape
from starlette.testclient import TestClient
from test_dashboard import Page

import rows_pathways
from ics_insight.warehouse.connect import connect
from published_fixture import HOSTILE, published  # noqa: F401
from rows_pathways import GAPS, STEPS
from serving import here

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_pathways,)
SILENT = "Nobody was heard here in 2026-27 so far."
UNTOLD = "No figure for the board as a whole in 2026-27 so far."


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


@pytest.fixture(scope="module")
def stroke(client: TestClient) -> Page:
    answer = client.get("/icb/QZA/pathway/stroke")
    assert answer.status_code == 200
    return Page(answer.text)


def section(page: Page, key: str) -> str:
    """What stands from the heading of a touchpoint to that of the next."""
    return page.text.split(f'<section id="{key}"')[1].split("<h2")[1]


def rows(client: TestClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_touchpoints_stand_in_the_order_in_which_people_travel(stroke: Page) -> None:
    headings = re.findall(r'<h2 id="at-[a-z_]+-heading">(.*?)</h2>', stroke.text)
    assert headings == [
        "1. Home and looking after oneself", "2. Ambulance", "3. A&amp;E or urgent treatment centre", "4. On the ward",
        "5. Life between services",
    ]  # fmt: skip
    assert len(headings) == len(STEPS)


def test_a_silent_touchpoint_says_so_in_its_place_and_one_that_is_not_told_of_is_not_called_silent(stroke: Page) -> None:
    assert SILENT in section(stroke, "at-home")
    assert UNTOLD in section(stroke, "at-ward")  # a question that was not asked is nobody heard, and here not silence either
    assert SILENT not in section(stroke, "at-ward")
    for key in ("at-ambulance", "at-between_services"):
        assert SILENT not in section(stroke, key)
        assert UNTOLD not in section(stroke, key)


def test_voices_are_rounded_and_small_numbers_are_no_numbers(stroke: Page) -> None:
    assert stroke.tables["at-ambulance-words"][1:] == [
        ["Others here, of whom nobody says the pathway"],
        ["PALS contacts", "small number", "small number"],
    ]


def test_this_pathway_and_everybody_stand_apart(stroke: Page) -> None:
    assert stroke.tables["at-ed-words"][1:] == [
        ["People on this pathway"],
        ["PALS contacts", "65", "0"],
        ["Others here, of whom nobody says the pathway"],
        ["PALS contacts", "1,180", "80"],
    ]


def test_each_figure_is_on_its_own_scale_and_answers_for_itself(stroke: Page) -> None:
    suppressed = "suppressed: too few people answered for the publisher to show it"
    assert stroke.tables["at-ed-numbers"][1:] == [
        ["Everybody here, people on this pathway among them"],
        ["score", suppressed, "no data held", "none: suppressed", "A survey, added up from counts"],
        ["Good", "72.0%", "4,321", "70.0% to 74.0% (Wilson)", f"{HOSTILE}, added up from counts"],
    ]
    assert stroke.tables["at-ed-further"][1:] == [["Poor", "7.2%", "4,321", "no data held", f"{HOSTILE}, added up from counts"]]


def test_the_wait_of_the_newest_month_stands_beside_what_was_said(stroke: Page) -> None:
    """801 of 1,001 is 80.02 %; May is newer than April. At the ward it is lived on another pathway."""
    assert [name for name in stroke.tables if name.endswith("-waits")] == ["at-ed-waits"]
    assert stroke.tables["at-ed-waits"][1:] == [
        [
            "x",
            "May 2026",
            "80.0%",
            "801",
            "1,001",
            "People treated by services here",
            "A&E waits, added up from counts",
        ]
    ]


def test_gaps_stand_behind_the_touchpoint_that_people_leave(stroke: Page) -> None:
    assert GAPS["ed_to_ward"][0] == "From A&E to the ward"
    behind_ed = section(stroke, "at-ed").split("<h3")
    assert "Gap: from A&amp;E to the ward" in behind_ed[1]
    assert SILENT in behind_ed[1]
    assert "Gap: from the ward to home" in section(stroke, "at-ward")
    assert stroke.tables["gap-ward_to_home-words"] == [
        ["Source", "Voices, to the nearest 5", "Of them negative", "Of them about several organisations"],
        ["Others here, of whom nobody says the pathway"],
        ["PALS contacts", "45", "40", "15"],
    ]


def test_the_journey_is_drawn_with_silence_as_a_shape_and_in_words(client: TestClient, stroke: Page) -> None:
    """Silent: home. Untold: the ward. Half or more negative: 15 of 20, and not 0 of 65 and 80 of 1,180."""
    finding = (
        "Nobody was heard at 1 of 5 touchpoints of the pathway “Stroke” in 2026-27 so far; for 1 there is no figure for the board"
    )
    assert f'<p class="lead">{finding}.' in stroke.text
    drawing = stroke.drawing("journey")
    assert f'<title id="journey-t">{finding}</title>' in drawing
    assert drawing.count(">nobody was heard here</text>") == 1
    assert drawing.count(">no figure for the board</text>") == 1
    assert rows(client, "/icb/QZA/pathway/stroke/journey.csv") == [
        {"touchpoint": name, "state": state, "sources_in_words": words, "sources_in_numbers": numbers}
        for name, state, words, numbers in (
            ("1. Home and looking after oneself", "silent", "0", "0"),
            ("2. Ambulance", "heard", "1", "0"),
            ("3. A&E or urgent treatment centre", "heard", "1", "2"),
            ("4. On the ward", "untold", "0", "0"),
            ("5. Life between services", "heard", "1", "0"),
        )
    ]
    assert "Half or more of the voices were negative in 1 of 3 counts that can be told" in stroke.drawing("negative")
    assert [(row["negative"], row["voices"]) for row in rows(client, "/icb/QZA/pathway/stroke/negative.csv")] == [
        ("0", "65"), ("80", "1180"), ("15", "20"),
    ]  # fmt: skip
    assert client.get("/icb/QZA/pathway/stroke/journey.png").content[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_tables_hold_what_is_published(client: TestClient, stroke: Page) -> None:
    with connect("dashboard") as connection:
        held = connection.execute(
            "select touchpoint_code, source, voices::text, negative::text, value::text from published.pathway_heard"
            " where icb_code = 'QZA' and pathway_code = 'stroke' and period_code = '2026-27'"
        ).fetchall()
    told = rows(client, "/icb/QZA/pathway/stroke/touchpoints.csv?year=2026-27")
    names = ("place", "source", "voices", "negative", "value")
    assert sorted(tuple(row[name] for name in names) for row in told) == sorted(tuple(each or "" for each in row) for row in held)
    shown = [cell for name, table in stroke.tables.items() if name.endswith("-words") for row in table for cell in row]
    for _, source, voices, *_ in held:
        if source == "pals":
            assert (f"{int(voices):,}" if voices else "small number") in shown
    assert [row["of_several"] for row in rows(client, "/icb/QZA/pathway/stroke/gaps.csv")] == ["", "15"]


def test_a_year_can_be_asked_for_and_its_files_are_of_that_year(client: TestClient, stroke: Page) -> None:
    assert '<a href="/icb/QZA/pathway/stroke?year=2025-26">2025-26</a>' in stroke.text
    before = client.get("/icb/QZA/pathway/stroke?year=2025-26").text
    assert "Somebody was heard at 5 of 5 touchpoints of the pathway “Stroke” in 2025-26." in before
    assert "2025-26 so far" not in before
    assert 'href="/icb/QZA/pathway/stroke/journey.csv?year=2025-26"' in before
    states = [row["state"] for row in rows(client, "/icb/QZA/pathway/stroke/journey.csv?year=2025-26")]
    assert states == ["heard"] * 5


@pytest.mark.parametrize(
    "path", ["/icb/QZA/pathway/none", "/icb/NONE/pathway/stroke", "/icb/QZA/pathway/stroke?year=1999-00", "/icb/NONE/pathways"]
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_pathways_are_counted_in_the_newest_year_and_the_last_that_is_over(client: TestClient) -> None:
    page = Page(client.get("/icb/QZA/pathways").text)
    assert page.tables["pathways-2026-27"][1:] == [
        [f"{HOSTILE} in 2026-27 so far", "1", "0", "Home and looking after oneself", "none"],
        ["Stroke in 2026-27 so far", "5", "3", "Home and looking after oneself", "On the ward"],
    ]
    assert page.tables["pathways-2025-26"][1:] == [["Stroke in 2025-26", "5", "5", "none", "none"]]
    assert "Nobody was heard somewhere on 2 of 2 pathways in 2026-27 so far" in page.drawing("touchpoints-2026-27")
    assert re.findall(r'">([^<]+)<span class="unseen"> in', page.text) == [str(escape(HOSTILE)), "Stroke", "Stroke"]
    assert "<script" not in page.text
    assert 'href="/icb/QZA/pathway/stroke?year=2026-27"' in page.text
    assert rows(client, "/icb/QZA/pathways/touchpoints-2026-27.csv")[1] == {
        "row": "Stroke", "Somebody was heard": "3", "Nobody was heard": "1", "No figure for the board": "1",
    }  # fmt: skip
    assert client.get("/icb/QZA/pathways/touchpoints-2026-27.png").status_code == 200


def test_a_new_board_names_those_before_it_and_is_not_blamed_for_their_years(client: TestClient) -> None:
    new, old = client.get("/icb/QZE/pathways").text, client.get("/icb/QZD/pathways").text
    assert "This board is new. Until 31 March 2026" in new
    assert '<a href="/icb/QZD/pathways">NHS Old Board</a>' in new
    assert "pathways-2026-27" in new
    assert "pathways-2025-26" not in new
    assert "This board is no more." in old
    assert '<a href="/icb/QZE/pathways">NHS New Board</a>' in old
    assert "This board is" not in client.get("/icb/QZA/pathways").text


def test_a_board_without_pathways_says_so(client: TestClient) -> None:
    assert "Pathways here: no data held." in client.get("/icb/QZB/pathways").text


def test_the_largest_journey_is_light(client: TestClient) -> None:
    answer = client.get("/icb/QZC/pathway/frailty")
    assert answer.status_code == 200
    assert answer.text.count("<tr>") > 13 * 28
    assert len(answer.content) <= 300_000
