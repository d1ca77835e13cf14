"""The pages of measures and of organisations against a real database, with invented figures (see rows_measures)."""

import csv
import io
import re

import pytest
from psycopg.rows import dict_row
from starlette.testclient import TestClient

import rows_measures
import rows_overview
from ics_insight.warehouse.connect import connect
from published_fixture import published  # noqa: F401
from rows_measures import MARSH
from serving import here
from tables import Page

pytestmark = pytest.mark.usefixtures("published")
ROWS = (rows_overview, rows_measures)

FFT, GPPS = "/icb/QZM/measure/fft_inpatient_positive", "/icb/QZM/measure/gpps_overallexp"
BLUE, GREY, PLUM = "#005eb8", "#425563", "#7c2855"
SUPPRESSED = "suppressed: too few people answered for the publisher to show it"


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


@pytest.fixture(scope="module")
def fft(client: TestClient) -> Page:
    return Page(client.get(FFT).text)


@pytest.fixture(scope="module")
def gpps(client: TestClient) -> Page:
    return Page(client.get(GPPS).text)


def lines(drawing: str, colour: str, dashed: bool = False) -> list[int]:
    """How many points each drawn line of a colour has."""
    found = re.findall(rf'<path d="(M[^"Z]*)" stroke="{colour}"([^>]*)>', drawing)
    return [len(path.split("L")) for path, rest in found if ("dasharray" in rest) == dashed]


def asked(query: str) -> list[dict[str, object]]:
    with connect("dashboard") as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def test_a_measure_says_what_it_is_and_that_it_is_one_source(fft: Page) -> None:
    assert fft.headings[0] == "Experience as an inpatient good"
    for said in (
        "One source alone: Friends and Family Test.",
        "<dd>How was your stay?",
        "A share, from 0% to 100%. Higher is better.",
        "NHS England: Friends and Family Test",
        "A board’s figure is about people treated by the services in its area, wherever they live.",
        "set beside its own past alone, and not beside others. Its source says: never between providers.",
        "NHS Harbour &amp; Marsh Integrated Care Board: 94.2% in April 2026, of 2,000.",
    ):
        assert said in fft.text


def test_the_line_of_a_new_board_is_dashed_before_it_and_has_limits_only_since(fft: Page) -> None:
    drawing = fft.drawing("line-0")
    assert lines(drawing, GREY, dashed=True) == [2, 2, 12]  # both limits, and the months that were added up for it
    assert lines(drawing, BLUE) == [2]
    assert "12 points made for the board as it is now" in drawing
    assert "Trial limits: made of 2 months, fewer than twelve" in fft.text
    table = fft.tables["board-table"]
    assert len(table) == 1 + 14
    chance = "70.0% to 99.0% (Wilson)"
    made = "added up for the board as it is now: answers are counts; a board is the providers that it hosts"
    assert table[12] == ["February 2026", "92.2%", "2,000", chance, "none", "Not told", "no data held", made]
    limits = "79.0% to 97.0%"
    assert table[13] == ["March 2026", "93.2%", "2,000", chance, limits, "Common cause", "no data held", "fft-2026-03.xlsx"]


def test_no_line_is_drawn_across_a_segment_or_a_missing_month(fft: Page) -> None:
    asked_in_another_way, missing = fft.drawing("line-1"), fft.drawing("line-2")
    assert lines(asked_in_another_way, BLUE) == [6, 8]  # March to August 2025, and then to April 2026
    assert lines(asked_in_another_way, GREY, dashed=True) == [6, 8, 6, 8]
    assert "A new line begins in September 2025." in asked_in_another_way
    assert "From 1 September 2025 a new line begins: another way of asking" in fft.text
    assert "paper on leaving hospital, now by text message" in fft.text
    assert lines(missing, BLUE) == [7, 5]  # October 2025 is missing, and April 2026 suppressed


def test_what_a_line_says_stands_in_words_and_in_shapes(fft: Page, client: TestClient) -> None:
    assert "94.0% in April 2026. Concern: worse than chance explains (seven in a row on the same side of the centre)" in fft.text
    assert len(fft.horizontal(fft.drawing("line-1"), PLUM)) == 2  # the points that break a rule
    assert fft.horizontal(fft.drawing("line-2"), PLUM) == []
    assert "2 of 14 points: concern" in fft.drawing("line-1")
    wait = Page(client.get("/icb/QZM/measure/rtt_18w").text)
    assert "74.0% in April 2026. Improvement: better than chance explains (outside the limits)" in wait.text
    assert "As things are, it never meets the target. Only another way of working will. The target is 92.0%." in wait.text
    assert "target 92.0%</text>" in wait.drawing("line-1")
    assert len(wait.horizontal(wait.drawing("line-1"), BLUE)) == 3
    assert "(an XmR chart)" in wait.text
    assert "(Laney’s p′ chart)" in fft.text


def test_a_board_that_nobody_publishes_has_its_months_without_limits(client: TestClient) -> None:
    page = Page(client.get("/icb/QZM/measure/rtt_18w").text)  # two months as published, and no point of them
    assert lines(page.drawing("line-0"), BLUE) == [2]
    assert "74.0% in April 2026" in page.drawing("line-0")
    assert "They have no limits. Dashed here: England." in page.text


def test_what_may_be_compared_over_time_alone_has_no_funnel_and_says_why(fft: Page) -> None:
    assert "this measure may be compared over time alone. Its publisher’s rule: never between providers." in fft.text
    assert 'aria-labelledby="funnel' not in fft.text


def test_a_funnel_says_how_many_lie_outside_and_marks_them(gpps: Page) -> None:
    drawing = gpps.drawing("funnel-practice")
    assert "January to March 2026: 3 of 12 GP practices lie outside what chance leaves at 95%" in drawing
    assert "Above the limits: 1. Below the limits: 2." in drawing
    assert len(gpps.horizontal(drawing, GREY)) == 9
    assert len(gpps.horizontal(drawing, BLUE)) == 1
    assert len(gpps.horizontal(drawing, PLUM)) == 2
    assert "The centre, 61.0%, is that of all 40 GP practices" in gpps.text
    assert "in variance 2.4 times as much, so the limits are widened." in gpps.text
    assert "The 12 GP practices of this board run from 30.0% to 95.0%. Of how they differ, 87.7% is more than chance." in gpps.text
    assert "four in five would lie within 25.1 percentage points." in gpps.text


def test_organisations_are_in_alphabetical_order_with_their_place_in_the_funnel(gpps: Page) -> None:
    table = gpps.tables["practice-table"]
    assert table[0] == ["GP practice", "Value", "Of how many", "95% interval", "Since the period before", "Beside the others"]
    names = [name.rpartition(" (")[0] for name in gpps.column("practice-table", 0)]
    assert names == [*(f"{letter} Street Practice" for letter in "ABCDEFGIJKL"), MARSH]
    assert table[11] == ["L Street Practice (ZP01)", "95.0%", "101", "92.0% to 98.0%", "Improvement", "Above the 99.8% limit"]
    assert table[1] == ["A Street Practice (ZP12)", "61.2%", "112", "58.2% to 64.2%", "Not told", "Within the limits"]
    assert "Source: GP Patient Survey, file GPPS_2026_practice.csv. 95% intervals: Wilson, as published." in gpps.text


def test_every_value_in_the_table_is_the_published_one(gpps: Page) -> None:
    rows = asked(
        "select organisation_code, value, base, lower, upper from published.measure where measure_code = 'gpps_overallexp'"
        " and organisation_level = 'practice' and period_start = '2026-01-01'"
    )
    assert len(rows) == 12
    shown = {row[0].rpartition(" (")[2].rstrip(")"): row[1:4] for row in gpps.tables["practice-table"][1:]}
    for row in rows:
        value, lower, upper = (f"{100 * float(str(row[name])):.1f}%" for name in ("value", "lower", "upper"))
        assert shown[str(row["organisation_code"])] == [value, str(row["base"]), f"{lower} to {upper}"]


def test_a_wave_is_not_joined_with_one_that_was_worked_out_for_the_board(gpps: Page) -> None:
    drawing = gpps.drawing("line-0")
    assert lines(drawing, BLUE) == []
    assert len(gpps.horizontal(drawing, BLUE)) == 2
    assert "61.2% in January to March 2026 (England 75.0%)" in gpps.text
    assert "cannot be told: not all of these figures were published for this board as it is now." in gpps.text
    assert gpps.tables["board-table"][1][1] == "not published for this board as it is now"


def test_a_figure_that_is_not_there_says_why(fft: Page) -> None:
    assert fft.tables["provider-table"][1] == [f"{MARSH} (ZM2)", SUPPRESSED, "100", "none: suppressed"]


def test_counts_have_lines_and_no_base_and_are_not_compared(client: TestClient) -> None:
    page = Page(client.get("/icb/QZM/measure/ko41a_new").text)
    assert page.tables["trust-table"] == [
        ["Trust", "Value"], ["Harbour Hospitals NHS Trust (ZM1)", "125"], [f"{MARSH} (ZM2)", "225"],
    ]  # fmt: skip
    assert "A count. More people bring more of it, so it is held against nobody else’s." in page.text
    assert "no figure of the board as a whole" in page.text
    assert ">0</text>" in page.drawing("line-1")  # a count is seen from nought
    assert "Who answered: no data held." in page.text


def test_how_well_it_is_known_who_answered_is_a_grade_with_its_rule(fft: Page, gpps: Page) -> None:
    said = "<strong>Little known.</strong> Who answered is known for 1 of 3 characteristics; which groups are seldom heard"
    assert said in fft.text
    said = "<strong>Partly known.</strong> Who answered is known for 3 of 4 characteristics; 1 group is seldom heard: 16 to 34."
    assert said in gpps.text
    assert "“Little known” where 2 or fewer are, “Well known” where 5 or more are" in gpps.text


def test_what_is_doubted_of_the_newest_figures_names_who_lets_it_pass(fft: Page) -> None:
    assert fft.tables["doubts-table"][1:] == [
        ["Not so: <i>providers</i> known.", "Harbour Hospitals NHS Trust", "Chief nurse until 31 December 2026: a new form"],
        ["Too few to tell.", MARSH, "Nothing to let pass"],
    ]


def test_what_people_said_stands_beside_the_wait_of_the_same_days_and_the_other_way_round(fft: Page, client: TestClient) -> None:
    table = fft.tables["pair-table"]
    assert [row[:2] for row in table[1:]] == [
        ["NHS Harbour & Marsh Integrated Care Board", "April 2026"], ["Harbour Hospitals NHS Trust", "April 2026"],
        [MARSH, "April 2026"],
    ]  # fmt: skip
    said, waited = "Experience as an inpatient good: ", "Waiting no longer than 18 weeks: "
    assert table[1][2] == f"{said}94.2% of 2,000 who answered (93.0% to 95.0%)"
    assert table[1][3].startswith(
        f"{waited}74.0% (740 of 1,000) Different people: the first is about people treated here, the second"
    )
    assert table[2][2:] == [f"{said}94.0% of 100 who answered (89.0% to 99.0%)", f"{waited}74.0% (740 of 1,000)"]
    assert table[3][2:] == [f"{said}{SUPPRESSED}", f"{waited}not submitted"]
    other = Page(client.get("/icb/QZM/measure/rtt_18w").text)
    assert other.headings[-1] == "What people said beside it"
    assert other.tables["pair-table"][2][2:] == table[2][2:]
    assert "Nobody is asked: everybody who was there is counted." in other.text


def test_the_list_of_measures_is_by_what_they_are_about(client: TestClient) -> None:
    page = Page(client.get("/icb/QZM/measures").text)
    assert page.headings[1:] == ["GP practices", "Hospital care", "Complaints", "Waits", "Organisations", "Not held here"]
    assert page.tables["group-1-table"][1:] == [
        ["Overall experience of the GP practice good", "61.2%", "1,278", "75.0% of 700,000", "January to March 2026",
         "12 GP practices", "GP Patient Survey"],
    ]  # fmt: skip
    assert page.tables["group-3-table"][1:] == [
        ["Written complaints: new", "No figure of the board as a whole", "2 trusts", "Written complaints"]
    ]
    assert page.tables["group-4-table"][1][1:4] == ["74.0%", "1,000", "65.4% of 7,100,000"]
    assert 'href="/icb/QZM/measure/gpps_overallexp"' in page.text
    practices = re.findall(r'<a href="/icb/QZM/organisation/(ZP\d+)">', page.text)
    assert practices == [f"ZP{number:02}" for number in (12, 11, 10, 9, 8, 7, 6, 4, 3, 2, 1, 5)]
    assert "Held nowhere (A survey of nobody)" in page.text
    assert client.get("/icb/QZB/measures").status_code == 200


def test_an_organisation_has_its_figures_beside_the_board_and_england(client: TestClient) -> None:
    page = Page(client.get("/icb/qzm/organisation/zm1").text)
    assert page.headings[0] == "Harbour Hospitals NHS Trust"
    concern = "Concern: worse than chance explains (seven in a row on the same side of the centre)"
    improvement = "Improvement: better than chance explains (outside the limits)"
    assert page.tables["figures-table"][1:] == [
        ["Experience as an inpatient good", "94.0%", "100", "89.0% to 99.0% (Wilson)", "April 2026", "94.2% of 2,000",
         "no data held", concern],
        ["Written complaints: new", "125", "a count", "none: not applicable", "April 2025 to March 2026", "no data held",
         "no data held", "Not told: nothing to hold it against"],
        ["Waiting no longer than 18 weeks", "74.0%", "1,000", "none: everybody is counted", "April 2026", "74.0% of 1,000",
         "65.4% of 7,100,000", improvement],
    ]  # fmt: skip
    assert lines(page.drawing("line-fft_inpatient_positive"), BLUE) == [6, 8]
    assert page.tables["doubts-table"][1][:2] == ["Not so: <i>providers</i> known.", "Experience as an inpatient good"]
    assert "Long ago." not in page.text
    assert page.tables["files-table"][1:3] == [["Friends and Family Test", "fft-2026-04.xlsx"], ["RTT waits", "rtt-April-2026.csv"]]
    assert len(page.tables["pair-table"]) == 2


def test_figures_and_pictures_can_be_taken_away(client: TestClient) -> None:
    def rows(path: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(client.get(path).text, newline="")))

    line = rows(f"{FFT}/line-0.csv")
    assert [(row["period_start"], row["method"], row["lower_limit"]) for row in line[11:13]] == [
        ("2026-02-01", "resummed", ""), ("2026-03-01", "p_prime", "0.79"),
    ]  # fmt: skip
    assert [row["position"] for row in rows(f"{GPPS}/funnel-practice.csv")][:4] == ["above_998", "below_998", "below_95", "within"]
    assert len(rows("/icb/QZM/organisation/ZM1/figures.csv")) == 14 + 14 + 2
    assert len(rows(f"{FFT}/board.csv")) == 14
    for path in (f"{FFT}/line-1.png", f"{GPPS}/funnel-practice.png", "/icb/QZM/organisation/ZM1/line-rtt_18w.png"):
        assert client.get(path).content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "/icb/QZM/measure/unheld", "/icb/QZM/measure/nothing", "/icb/QZM/measure/fft_inpatient_negative", "/icb/QZZ/measures",
        "/icb/QZM/organisation/QZM", "/icb/QZM/organisation/ZT1", "/icb/QZM/organisation/%3Cscript%3E", "/icb/QZO/organisation/ZM1",
        f"{FFT}/nothing.csv", f"{FFT}/line-9.png",
    ],
)  # fmt: skip
def test_what_is_not_known_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [FFT, GPPS, "/icb/QZM/measures", "/icb/QZM/organisation/ZM2", "/icb/QZA/organisation/ZT2"])
def test_names_are_text_whatever_they_contain(client: TestClient, path: str) -> None:
    page = Page(client.get(path).text)
    assert not {"script", "b", "i", "iframe", "object"} & set(page.tags)
    assert "&lt;script" in page.text
    assert page.loads == ["/static/style.css", "/static/icon.svg"]


@pytest.mark.parametrize(
    ("path", "table", "number"),
    [
        ("/icb/QZC/measure/gpps_localgpservicesphone", "practice-table", 530), ("/icb/QZC/measure/rtt_18w", "provider-table", 25),
        ("/icb/QZC/measures", "group-1-table", 1), ("/icb/QZC/organisation/ZL1", "figures-table", 2),
    ],
)  # fmt: skip
def test_the_pages_of_the_largest_icb_stay_small(client: TestClient, path: str, table: str, number: int) -> None:
    answer = client.get(path)
    page = Page(answer.text)
    assert len(page.tables[table]) == 1 + number
    assert answer.text.count("<svg ") <= 20
    assert len(answer.content) <= 300_000


def test_a_line_for_which_there_is_no_room_is_named(client: TestClient) -> None:
    page = Page(client.get("/icb/QZC/measure/rtt_18w").text)
    assert page.text.count("<svg ") == 12  # QZC itself has no figure of its own
    assert "These have their line on their own page" in page.text
    with connect("dashboard") as connection:
        query = (
            "select distinct organisation_name from published.operational where now_icb_code = 'QZC' and measure_code = 'rtt_18w'"
        )
        names = sorted(str(name).casefold() for (name,) in connection.execute(query.encode()).fetchall())
    left_out = re.search(r"the table below leads to: (.*?)\.</p>", page.text)
    assert left_out
    assert [name.casefold() for name in left_out[1].split("; ")] == names[12:]
