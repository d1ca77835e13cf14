"""The dashboard against a real database, read as role dashboard, with invented figures (see published_fixture)."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

import rows_overview
from ics_insight.dashboard import app
from ics_insight.settings import settings
from ics_insight.warehouse.connect import connect
from published_fixture import HOSTILE, published  # noqa: F401
from serving import here
from tables import Page

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_overview,)

SUPPRESSED = "suppressed: too few people answered for the publisher to show it"


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


@pytest.fixture(scope="module")
def page(client: TestClient) -> Page:
    answer = client.get("/icb/QZA/services")
    assert answer.status_code == 200
    return Page(answer.text)


@contextmanager
def altered(change: str, back: str) -> Iterator[None]:
    with connect() as connection:
        connection.execute(change.encode())
    try:
        yield
    finally:
        with connect() as connection:
            connection.execute(back.encode())


def blue_lines(drawing: str) -> list[int]:
    """How many points each drawn line of the organisation itself has."""
    return [len(path.split("L")) for path in re.findall(r'<path d="(M[^"]*L[^"]*)" stroke="#005eb8"', drawing)]


def test_an_icb_stands_beside_england_and_each_figure_answers_for_itself(page: Page) -> None:
    rows = page.tables["phone-table"]
    assert rows[0] == ["Who", "Period", "Easy by phone", "People who answered", "95% interval and its method", "Source and file"]
    source = "GP Patient Survey, GPPS_2026_"
    assert rows[4] == [
        "This ICB",
        "January to March 2026",
        "53.8%",
        "12,345",
        "51.8% to 55.8% (Wilson, as published)",
        f"{source}ics.csv",
    ]
    assert rows[8] == [
        "England",
        "January to March 2026",
        "53.3%",
        "702,837",
        "51.3% to 55.3% (Wilson, as published)",
        f"{source}national.csv",
    ]
    assert [row[2] for row in rows[1:]] == ["49.0%", "51.0%", "51.5%", "53.8%", "50.0%", "52.0%", "52.9%", "53.3%"]


def test_only_figures_of_everybody_are_shown(page: Page) -> None:
    assert page.column("listened-table", 2) == ["87.0%", "87.1%"]


def test_practices_are_in_alphabetical_order_and_say_why_a_figure_is_absent(page: Page) -> None:
    assert page.tables["phone-practices"][1:] == [
        ["Ash Lane Practice (Z00002)", "32.0%", "120", "30.0% to 34.0%"],
        [f"{HOSTILE} (Z00007)", "55.0%", "52", "53.0% to 57.0%"],
        ["Elm Practice (Z00003)", SUPPRESSED, "7", "none: suppressed"],
        ["Fir Practice (Z00004)", "above zero but too small to show", "240", "none: not applicable"],
        ["Hazel Practice (Z00005)", "not collected", "no data held", "none: not published"],
        ["Ivy Practice (Z00006)", "0.0%", "31", "0.0% to 2.0%"],
        ["Oak Practice (Z00008)", "under 0.1%", "2,500", "0.0% to 2.0%"],
        ["willow Surgery (Z00001)", "91.0%", "88", "89.0% to 93.0%"],
        ["Yew Practice (Z00009)", "no data held"],  # last heard of in 2025
    ]
    assert "by practice, January to March 2026. Source: GP Patient Survey, file GPPS_2026_practice.csv." in page.text
    assert "95% intervals: Wilson, as published." in page.text


def test_a_survey_is_one_line_only_within_its_series(page: Page) -> None:
    assert blue_lines(page.drawing("phone-0")) == [3]  # 2024 to 2026; 2023 asked otherwise


def test_the_emergency_department_has_its_waits_and_says_that_nobody_was_asked(page: Page) -> None:
    assert "What people said about A&amp;E: no data held." in page.text
    assert page.tables["emergency-table"][1:] == [
        [f"{HOSTILE} Trust", "April 2026", "66.8%", "5,340", "8,000", "ae-April-2026.csv"],
        ["Dale Teaching Hospitals NHS Foundation Trust", "April 2026", "not applicable", "0", "0", "ae-April-2026.csv"],
        ["Moor Hospitals NHS Trust", "April 2026", "70.2%", "6,320", "9,000", "ae-April-2026.csv"],
        ["England", "April 2026", "73.8%", "1,624,000", "2,200,000", "ae-April-2026.csv"],
    ]
    assert len(page.tables["emergency-files"]) == 1 + 24


def test_a_month_without_a_figure_breaks_the_line_and_says_why(page: Page) -> None:
    rows = page.tables["emergency-months"]
    moor = rows[rows.index(["Moor Hospitals NHS Trust"]) + 1 : rows.index(["England"])]
    assert [row for row in moor if row[1] == "not submitted"] == [
        ["September 2025", "not submitted", "no data held", "no data held"]
    ]
    assert "April 2025" not in [row[0] for row in moor]
    assert len(moor) == 23
    assert blue_lines(page.drawing("emergency-2")) == [11, 4, 7]


def test_hospital_scores_are_no_percentages_and_england_is_not_invented(page: Page) -> None:
    assert page.tables["inpatient-table"][1:] == [
        [f"{HOSTILE} Trust", "November 2025", SUPPRESSED, "21", "none: suppressed", "Adult inpatient survey, Inpatients-2025.ods"],
        ["Dale Teaching Hospitals NHS Foundation Trust", "November 2025", "7.9", "433", "none: not published",
         "Adult inpatient survey, Inpatients-2025.ods"],
        ["Moor Hospitals NHS Trust", "November 2025", "8.1", "512",
         "7.6 to 8.4 (range expected by the publisher, not a confidence interval)", "Adult inpatient survey, Inpatients-2025.ods"],
        ["England", "no data held"],
    ]  # fmt: skip


def test_the_waiting_list_of_the_icb_comes_before_its_providers_and_england(page: Page) -> None:
    assert page.column("waiting-table", 0) == [
        "This ICB", "Dale Teaching Hospitals NHS Foundation Trust", "Moor Hospitals NHS Trust", "England",
    ]  # fmt: skip
    assert page.column("waiting-table", 2) == ["62.7%", "61.7%", "70.8%", "65.4%"]


def test_every_chart_is_described_and_no_two_have_the_same_name(page: Page) -> None:
    names = re.findall(r'<svg role="img" aria-labelledby="(\S+)-t \1-d" viewBox="[^"]+"><title id="\1-t">[^<]+</title>', page.text)
    assert len(names) == page.text.count("<svg") == len(set(names)) == 9
    assert "lowest 68.9% (December 2024), highest 75.6% (March 2025)" in page.drawing("emergency-2")


def test_sources_at_the_foot_are_the_newest_of_each_part(page: Page) -> None:
    rows = page.tables["sources-table"]
    assert ["RTT waits", "Invented Statistics", "provider", "April 2026", "rtt-April-2026.csv", "16 May 2026"] in rows
    assert ["GP Patient Survey", "Invented Surveys", "ics", "January to March 2026", "GPPS_2026_ics.csv", "10 July 2026"] in rows
    assert ["organisations", "", "practices", "20 April 2026", "epraccur.csv", "2 May 2026"] in rows
    assert len(rows) == 1 + 7


def test_an_icb_with_next_to_nothing_says_so_and_a_true_zero_stays_a_zero(client: TestClient) -> None:
    page = Page(client.get("/icb/QZB/services").text)
    assert page.tables["phone-table"][1] == ["This ICB", "no data held"]
    assert page.tables["waiting-table"][1] == ["This ICB", "April 2026", "0.0%", "0", "12", "rtt-April-2026.csv"]
    assert page.tables["inpatient-table"][1:] == [["England", "no data held"]]
    assert page.text.count("Practices of this ICB: no data held.") == 2


def test_a_chart_of_checks_says_how_many_do_not_hold_and_of_what(client: TestClient) -> None:
    page = client.get("/checks").text
    assert "<figcaption>1 of 3 checks of files does not hold somewhere: A&amp;E waits</figcaption>" in page
    assert "<figcaption>2 of 2 checks of the whole do not hold somewhere: fct_voice, signal</figcaption>" in page


def test_what_was_checked_says_what_was_found_and_who_lets_it_pass(client: TestClient) -> None:
    page = Page(client.get("/checks").text)
    assert [row[:3] for row in page.tables["raw-ae-table"]] == [
        ["Expected", "Found", "Kind"],
        ["One row per organisation", "Holds in all 28 files", "critical"],
        [
            "About as many rows as everMust have from 3 to 9 rows.",
            "Does not hold in 2 of 25 files, last in April 2025; too few, or nothing to compare, in 3",
            "warning",
        ],
    ]
    assert page.column("raw-cqc-table", 1) == ["Nothing to hold 1 file against"]
    assert page.column("marts-fct_voice-table", 1) == [
        "Does not hold in 1 case, last in April 2026; too few, or nothing to compare, in 7pals ZT1 2026-04"
    ]
    found = "Does not hold in 1 case, last in January 2025fft ZT2 ae"
    assert page.column("marts-signal-table", 1) == [f"{found}Waived by Chief nurse until 2026-12-31 for ZT2: a new form"]
    assert "5 things are expected of the files and of the whole. 3 of them do not hold somewhere." in page.text
    assert "A&amp;E waits: holds 1, does not hold somewhere 1, nothing to tell 0; Adult inpatient survey: holds 0" in page.text
    assert page.loads == ["/static/style.css", "/static/icon.svg"]
    assert "&lt;b&gt;no&lt;/b&gt; break" in page.text


def test_who_is_seldom_heard_comes_first_and_a_small_number_stays_one(client: TestClient) -> None:
    page = Page(client.get("/icb/QZA/heard").text)
    assert page.tables["seldom-table"] == [
        ["Group", "Source", "Voices, to the nearest 5", "Of all who are known", "Share of the people", "Ratio and 95% interval",
         "Found"],
        ["Main language is another, and who speaks for them", "PALS <b>contacts</b>", "0", "400", "20.0%",
         "0.00 (0.00 to 0.05)", "Seldom heard"],
        ["Ethnicity: Black", "Complaints", "20", "900", "10.0%", "0.22 (0.14 to 0.34)", "Seldom heard"],
        ["Ethnicity: mixed or multiple ethnic groups", "Complaints", "small number: 1 to 29", "900", "6.0%",
         "not shown: small numbers", "Seldom heard"],
    ]  # fmt: skip
    assert "Seldom heard in 1 source of 1 that can tell: Ethnicity: Black." in page.text
    assert "3 groups are seldom heard somewhere" in page.text
    told = {(row[0], row[1]): row[2:] for row in page.tables["ethnicity-table"][1:]}
    assert told["Ethnicity: other ethnic group", "Complaints"][0] == "small number: 1 or more"
    assert told["Ethnicity: other ethnic group", "Complaints"][-1] == "Not told"
    assert told["Ethnicity: Black", "PALS <b>contacts</b>"][-2:] == ["too few voices to tell", "Not told"]
    assert "Ethnicity: Black: 0.22 (0.14 to 0.34)</desc>" in page.drawing("seldom-0")
    assert client.get("/icb/QZB/heard").text.count("no data held") == 3
    assert "script" not in page.tags


def test_who_is_not_heard_stands_beside_who_is(client: TestClient) -> None:
    page = Page(client.get("/icb/QZA/heard").text)
    assert page.tables["silence-table"] == [
        ["Touchpoint", "The whole board", "1: Vale"],
        ["Home", "nobody heard", "nobody heard"],
        ["NHS 111", "nobody heard", "heard"],
        ["On the ward", "heard", "not known by place"],
    ]
    assert "Nobody in the whole board was heard at 2 touchpoints</title>" in page.drawing("silence")
    assert "On the ward: Vale not known by place" in page.drawing("silence")
    assert page.tables["gap-1-table"][1:] == [
        ["Unpaid care", "It has no place for it", "no column <i>for</i> it"],
        ["Age", "Not known of more than a tenth", "a column for it"],
    ]
    panel = ["Moor Hospitals NHS Trust, readers", "31 March 2026"]
    assert page.tables["panels-table"][1:] == [
        [*panel, "Age: 16 to 34", "small number", "60", "29.0%", "Fewer than its share", "small number"],
        [*panel, "Age: 55 to 74", "25", "60", "28.1%", "As many as its share, or more", "0"],
    ]
    assert len(list(csv.DictReader(io.StringIO(client.get("/icb/QZA/heard/silence.csv").text, newline="")))) == 4


def test_what_stands_behind_who_is_heard_is_a_table_for_a_spreadsheet(client: TestClient) -> None:
    answer = client.get("/icb/QZA/heard/all.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="icb-QZA-heard-all.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 7
    small = [row for row in rows if row["voices_null_reason"] == "small_number"]
    shown = [(row["voices"], row["ratio"], row["at_least"], row["at_most"]) for row in small]
    assert shown == [("", "", "1", "29"), ("", "", "1", "")]
    assert {row["voices"] for row in rows if row["group_label"] == "White"} == {"850"}
    assert client.get("/icb/NONE/heard/all.csv").status_code == 404


def test_a_chart_is_a_picture_with_nothing_else_in_it(client: TestClient) -> None:
    page = client.get("/icb/QZA/heard").text
    assert [f"/icb/QZA/heard/seldom-{number}.png" in page for number in range(3)] == [True, True, False]
    answer = client.get("/icb/QZA/heard/seldom-0.png")
    assert answer.headers["content-type"] == "image/png"
    picture = answer.content
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = [], 8
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4])
        chunks.append(picture[at + 4 : at + 8])
        at += 12 + length
    assert set(chunks) <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}  # no words: those could say what is hidden
    width, height = (int.from_bytes(picture[start : start + 4]) for start in (16, 20))
    assert width >= 500
    assert height >= 100
    assert client.get("/icb/QZA/heard/seldom-9.png").status_code == 404


def test_names_are_text_whatever_they_contain(page: Page) -> None:
    assert not {"script", "b", "iframe", "object"} & set(page.tags)
    assert "&lt;script src=" in page.text
    assert "<script" not in page.text


def test_nothing_is_loaded_from_another_host(client: TestClient, page: Page) -> None:
    assert page.loads == ["/static/style.css", "/static/icon.svg"]
    style = client.get("/static/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|http", style.text)
    assert client.get("/static/icon.svg").status_code == 200


def test_the_page_of_the_largest_icb_stays_small(client: TestClient) -> None:
    answer = client.get("/icb/QZC/services")
    assert len(Page(answer.text).tables["listened-practices"]) == 1 + 530
    assert len(answer.content) <= 300_000


@pytest.mark.parametrize("path", ["/icb/QZA/services", "/icb/NONE", "/static/style.css", "/health"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_start_lists_the_icbs_that_have_data_and_leads_to_our_own(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    text = client.get("/").text
    assert re.findall(r'<a href="(/icb/[^"]+)">', text) == ["/icb/QZB", "/icb/QZC", "/icb/QZA"]
    assert "NHS Vale &amp; Moor Integrated Care Board" in text
    monkeypatch.setenv("ICS_ICB", "QZA")
    settings.cache_clear()
    answer = client.get("/")
    monkeypatch.undo()
    settings.cache_clear()
    assert (answer.status_code, answer.headers["location"]) == (307, "/icb/QZA")


@pytest.mark.parametrize("path", ["/icb/QZZ", "/icb/ENG", "/icb/UNK", "/icb/%3Cscript%3E", "/icb/%00", "/nowhere"])
def test_what_is_not_known_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.text
    assert "<script" not in answer.text.lower()


def test_health_needs_no_database(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.queries, "connect", None)
    answer = client.get("/health")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("path", ["/", "/icb/QZA", "/icb/QZA/services"])
@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("alter schema published rename to hidden", "alter schema hidden rename to published"),
        ("alter table published.publication rename to hidden", "alter table published.hidden rename to publication"),
        ("delete from published.publication", "insert into published.publication values ('2026-06-11 09:30+00')"),
        ("revoke usage on schema published from ics_dashboard", "grant usage on schema published to ics_dashboard"),
    ],
)
def test_before_the_first_publication_the_page_says_what_to_run(path: str, change: str, back: str) -> None:
    with altered(change, back):
        answer = here().get(path)
    assert answer.status_code == 503
    assert "<code>ics run</code>" in answer.text
    assert "<code>ics demo</code>" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("variables", [{"ICS_DB_HOST": ""}, {"ICS_DB_PORT": "1"}, {"ICS_DASHBOARD_PASSWORD": "wrong"}])
def test_without_a_database_the_page_says_what_to_run(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    answer = here().get("/icb/QZA")
    monkeypatch.undo()
    settings.cache_clear()
    assert answer.status_code == 503
    assert "<code>ics demo</code>" in answer.text
    assert "127.0.0.1" not in answer.text


def test_a_page_is_rendered_once_for_each_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "FRESH_SECONDS", 0)
    client = here()
    value = "update published.measure set value = {} where organisation_code = 'QZA' and measure_code = 'gpps_lastgpapptlisten'"
    moment = "update published.publication set published_at = published_at {} interval '1 day'"

    def shown() -> str:
        return Page(client.get("/icb/QZA/services").text).tables["listened-table"][1][2]

    assert shown() == "87.0%"
    with altered(value.format("0.123"), value.format("0.8695")):
        assert shown() == "87.0%", "the publication is still the same"
        with altered(moment.format("+"), moment.format("-")):
            assert shown() == "12.3%"
