"""The page of what is known already against a real database, with invented figures (see rows_known)."""

import csv
import io
import re

import pytest
from markupsafe import escape
from starlette.testclient import TestClient
from test_dashboard import Page

import rows_known
from ics_insight.warehouse.connect import connect
from published_fixture import HOSTILE, published  # noqa: F401
from serving import here

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_known,)
AT = "/icb/QZA/known"


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


def asked(client: TestClient, **choice: str) -> Page:
    answer = client.get(AT, params=choice)
    assert answer.status_code == 200
    return Page(answer.text)


def rows(client: TestClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).text)))


def test_without_a_choice_every_theme_stands_beside_every_source(client: TestClient) -> None:
    """Themes by name."""
    page = asked(client)
    assert page.tables["themes-table"] == [
        ["Theme", HOSTILE, "PALS"],
        ["Access", "small number2024", "not raised"],
        ["Food", "small number2023, over two years ago", "not raised"],
        ["Waiting", "20June 2024", "1,425May 2024, over two years ago"],
    ]
    assert re.findall(r'<a href="/icb/QZA/known\?theme=(T\d+)">(\w+)</a>', page.text) == [
        ("T01", "Access"), ("T03", "Food"), ("T02", "Waiting"),
    ]  # fmt: skip
    assert "A voice may raise several themes, so they do not add up." in page.text
    assert page.text.count("What changed because of it: no data held.") == 1


def test_themes_are_drawn_by_how_many_sources_raise_them_and_how_long_ago(client: TestClient) -> None:
    assert "2 of 3 themes are raised by one source alone" in asked(client).drawing("sources")
    assert rows(client, f"{AT}/sources.csv") == [
        {"row": name, "Heard in the last two years": new, "Last heard over two years ago": old}
        for name, new, old in (("Access", "1", "0"), ("Food", "0", "1"), ("Waiting", "1", "1"))
    ]
    assert client.get(f"{AT}/sources.png").content[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_theme_says_who_heard_of_it_how_often_and_when_last(client: TestClient) -> None:
    page = asked(client, theme="T02")
    assert page.tables["theme-table"][1:] == [
        [HOSTILE, "20", "0", "January 2023", "June 2024"],
        ["PALS", "1,425", "745", "January 2023", "May 2024, over two years ago"],
    ]
    assert "What waiting is." in page.text
    assert "themes-table" not in page.tables
    assert "One source alone" not in page.text
    assert "Waiting: half or more of the voices were negative in 1 of 2 sources" in page.drawing("negative")  # 745 of 1,425
    assert 'href="/icb/QZA/known/negative.csv?theme=T02"' in page.text
    assert [row["voices"] for row in rows(client, f"{AT}/negative.csv?theme=T02")] == ["20", "1425"]


def test_a_theme_of_one_source_says_so_and_who_did_not_raise_it(client: TestClient) -> None:
    page = asked(client, theme="T01")
    assert f"One source alone: {escape(HOSTILE)}." in page.text
    assert "who spoke through PALS, who raised other themes here and not this one" in page.text


def test_a_place_says_who_heard_somebody_there_and_never_how_many(client: TestClient) -> None:
    page = asked(client, place="P1")
    assert page.tables["place-table"] == [
        ["Source", "Last heard in the quarter to"],
        ["PALS", "31 March 2024, over two years ago"],
        ["Stories", "31 March 2026"],
    ]
    assert f"These do not tell of this place: {escape(HOSTILE)}." in page.text


def test_a_group_says_how_many_each_source_heard_and_what_is_not_told(client: TestClient) -> None:
    page = asked(client, group="ethnicity:Black")
    assert page.tables["group-table"][1:] == [
        ["Complaints", "May 2023 to April 2026", "20", "900", "0.22 (0.14 to 0.34)", "Seldom heard"],
        ["PALS <b>contacts</b>", "May 2023 to April 2026", "11", "30", "too few voices to tell", "Not told"],
    ]
    assert page.tables["untold-table"][1:] == [
        ["PALS", "Not told of more than half"],
        ["Stories", "Cannot be recorded"],
    ]
    assert "Ethnicity: Black: seldom heard in 1 of 1 source that can tell" in page.drawing("group")
    assert ">Complaints</text>" in page.drawing("group")
    assert [row["group_code"] for row in rows(client, f"{AT}/group.csv?group=ethnicity:Black")] == ["ethnicity:Black"]


def test_several_choices_stand_each_by_itself_and_say_that_they_are_not_known_together(client: TestClient) -> None:
    page = asked(client, theme="T02", place="P2", group="ethnicity:Black")
    assert set(page.tables) == {"theme-table", "place-table", "group-table", "untold-table"}
    assert "Not known: what is above, of the same people." in page.text
    assert "Not known: what is above" not in asked(client, theme="T02").text
    assert "One source alone: PALS. What other" in page.text  # of P2


def test_the_form_holds_what_can_be_asked_for_and_what_was(client: TestClient) -> None:
    text = asked(client, theme="T02").text
    assert '<form action="/icb/QZA/known" method="get">' in text
    for name in ("theme", "place", "group"):
        assert f'<label for="{name}">' in text
        assert f'<select id="{name}" name="{name}">' in text
    assert re.findall(r"<option[^>]* selected>([^<]+)<", text) == ["Waiting"]
    assert '<option value="ethnicity:Black">Ethnicity: Black</option>' in text
    assert f'<option value="P2">{escape(HOSTILE)}</option>' in text
    assert "<script" not in text


@pytest.mark.parametrize("value", ["T99", "<script>alert(1)</script>", "x" * 5000, "T02'; --", "T02\n", "０"])
@pytest.mark.parametrize("name", ["theme", "place", "group"])
def test_what_is_not_known_is_said_in_a_sentence_and_not_said_again(client: TestClient, name: str, value: str) -> None:
    answer = client.get(AT, params={name: value})
    assert answer.status_code == 200
    assert f"We know of no such {name} here. Choose one from the list." in answer.text
    assert value not in answer.text
    assert len(Page(answer.text).tables) == 0


def test_what_is_shown_is_what_is_published(client: TestClient) -> None:
    with connect("dashboard") as connection:
        held = connection.execute(
            "select theme_code, source_title, coalesce(voices::text, ''), last_heard_from::text from published.theme_heard"
            " where icb_code = 'QZA'"
        ).fetchall()
    told = rows(client, f"{AT}/themes.csv")
    assert sorted((row["theme_code"], row["source_title"], row["voices"], row["last_heard_from"]) for row in told) == sorted(held)
    for theme, _, voices, _ in held:
        assert (f"{int(voices):,}" if voices else "small number") in Page(client.get(f"{AT}?theme={theme}").text).column(
            "theme-table", 1
        )


def test_a_board_of_which_nothing_is_known_says_so(client: TestClient) -> None:
    assert "Themes here: no data held." in client.get("/icb/QZB/known").text
    assert client.get("/icb/NONE/known").status_code == 404


def test_the_largest_board_is_light(client: TestClient) -> None:
    answer = client.get("/icb/QZC/known")
    assert answer.text.count("1,234") == 20 * 12
    assert len(answer.content) <= 300_000
