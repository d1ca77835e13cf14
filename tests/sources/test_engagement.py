"""Engagement logs: the template in both forms, names that stay out, what is refused, and what staging makes of a quarter."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from templates import (
    Row,
    Tables,
    broken,
    columns,
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
from deliveries import query
from ics_insight.demo import engagement
from ics_insight.demo.files import csv_bytes
from ics_insight.demo.people import nhs_number
from ics_insight.demo.plan import planted, truth
from ics_insight.demo.span import Span
from ics_insight.demo.system import PANEL
from readers import Refuser, Taker, changed, changes, rows_or_refused
from tiny_files import MARK, ae_csv

NAME = "engagement_2026-07_2026-09.xlsx"
EXERCISE: Row = {
    "exercise_id": "E1", "title": MARK, "purpose": MARK, "host_org": "X1X", "start_date": "2026-07-08", "channel": "group session",
    "came_or_went": "went_to_them", "topic_origin": "community_raised", "carman_level": "involvement", "carman_area": "direct care",
    "participants": 24, "consent_basis": "written", "retention_until": "2029-03-31", "decision_date": "2026-08-01",
    "options_date": "2026-07-01", "adjustments_asked": 2, "adjustments_met": 1,
}  # fmt: skip
TABLES: Tables = {
    "exercises": [EXERCISE],
    "participants": [{"exercise_id": "E1", "characteristic": "age", "group": "16-34", "people": "<10"}],
    "notes": [{"note_id": "N1", "exercise_id": "E1", "respondent_role": "carer", "text": f"{MARK}, ring 01632 960001",
               "consent_basis": "written"}],
    "panels": [{"panel_id": "P", "kind": "panel", "as_at": "2026-07-01", "characteristic": "all", "group": "all", "people": 60}],
    "reimbursements": [{"reimbursement_id": "R1", "exercise_id": "E1", "kind": "time", "offered": 75, "offered_on": "2026-08-01"}],
}  # fmt: skip


@pytest.mark.parametrize(("form", "name"), [(workbook, NAME), (zipped, NAME.replace("xlsx", "zip"))])
def test_a_workbook_and_a_zip_say_the_same(rows_of: Taker, form: type, name: str) -> None:
    read = rows_of("engagement", form("engagement", TABLES), name)
    assert (read.layout, read.part, read.period) == ("engagement-1", "log", (date(2026, 7, 1), date(2026, 9, 30)))
    assert [len(cells) for cells in read.column("cells")] == [len(names) for names in columns("engagement").values()]
    assert read.column("cells")[1] == ["E1", "age", "16-34", "<10"]


def test_columns_that_name_a_person_stay_out(rows_of: Taker) -> None:
    personal: Row = {
        "Participant name": MARK,
        "email": "a@b.org",
        "home_address": MARK,
        "NHS number": nhs_number(3),
        "date of birth": "x",
    }
    for form in (workbook, zipped):
        read = rows_of("engagement", form("engagement", TABLES, more=personal), NAME)
        assert set(map(tuple, read.headers.values())) == {tuple(names) for names in columns("engagement").values()}
        assert [len(cells) for cells in read.column("cells")] == [len(names) for names in columns("engagement").values()]


def test_tables_without_rows_are_left_out_and_exercises_are_not(rows_of: Taker, refusal: Refuser) -> None:
    only: Tables = {"exercises": [EXERCISE]}
    for form in (workbook, zipped):
        assert len(rows_of("engagement", form("engagement", only), NAME).headers) == 1
        assert "a header but no rows" in refusal("engagement", form("engagement", {"notes": TABLES["notes"]}), NAME)
    lone = csv_bytes(filled("engagement", only)["exercises"])
    assert rows_of("engagement", lone, "engagement_2026-09.csv").period == (date(2026, 9, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("table", "field", "cell", "sentence"),
    [
        (
            "exercises",
            "decision_makers_present",
            "somebody@example.org",
            "column “decision_makers_present” holds an e-mail address",
        ),
        ("participants", "group", nhs_number(4), "row 2, column “group” holds an NHS number"),
        ("notes", "note_id", "01632 960123", "column “note_id” holds a telephone number"),
    ],
)
def test_a_cell_that_identifies_a_person_refuses(refusal: Refuser, table: str, field: str, cell: str, sentence: str) -> None:
    tables = deepcopy(TABLES)
    tables[table][0][field] = cell
    assert sentence in refusal("engagement", workbook("engagement", tables), NAME)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (workbook("engagement", TABLES), "engagement.xlsx", "expected the months that it covers in the file's name"),
        (workbook("engagement", TABLES, more={MARK: "x"}), NAME, "expected no further column, found another"),
        (ae_csv(), "ae 2026-09.csv", "found a file of `ae`"),
        (csv_bytes(filled("engagement", TABLES)["notes"]), "notes 2026-09.csv", "only one of the tables"),
    ],
)
def test_says_what_is_wrong(refusal: Refuser, content: bytes, name: str, sentence: str) -> None:
    assert sentence in refusal("engagement", content, name)


@given(changes)
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_logs_give_rows_or_a_sentence(rows_of: Taker, change: list[tuple[str, float, bytes]]) -> None:
    rows_or_refused("engagement", changed(zipped("engagement", TABLES), change), NAME, rows_of)


# --- the gate ---


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_refuses(tmp_path: Path) -> None:
    first = [
        set_to("exercises", purpose=" ", retention_until="9999-99-99", arnstein_staff="9", decision_date="2026-06-30"),
        set_to("participants", people="a few"),
        set_to("reimbursements", offered="9" * 30),
        twice("panels"),
    ]
    assert broken(tmp_path, "engagement", NAME, with_changes(TABLES, first)) == [
        "a decision comes after what led to it",
        "dates are dates",
        "each thing once",
        "numbers are numbers",
        "people are counted or banded",
        "what a row cannot do without is there",
        "words are those of the template",
    ]
    second = [
        set_to("exercises", cost="£100", carman_level="tokenism"),
        *(set_to(table, exercise_id="E2") for table in ("participants", "notes", "reimbursements")),
        twice("notes"),
    ]
    assert broken(tmp_path, "engagement", NAME, with_changes(TABLES, second), 1) == [
        "each thing once",
        "notes belong to an exercise",
        "numbers are numbers",
        "participants belong to an exercise",
        "reimbursements belong to an exercise",
        "words are those of the template",
    ]


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_warns_and_takes(tmp_path: Path) -> None:
    more: Row = {"exercise_id": "E1", "characteristic": "age", "group": "35-54", "people": 30}
    changes = [
        set_to("participants", people=4),
        lambda tables: tables["participants"].append(more),
        set_to("exercises", start_date="01/04/2026", adjustments_met=3),
    ]
    assert warned(tmp_path, "engagement", NAME, with_changes(TABLES, changes)) == [
        "an exercise starts within the months of the file",
        "groups of fewer than ten are banded",
        "no more adjustments met than asked for",
        "who took part is no more than how many",
    ]
    assert warned(tmp_path, "engagement", NAME, TABLES, 1) == []


# --- staging: the panel's last two quarters, and all of the two groups ---


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    sent = [
        (path, content)
        for path, content in engagement.files(Span(months=15))
        if not (path.startswith(f"{PANEL.code}/") and path < f"{PANEL.code}/engagement_2026-04")
    ]
    stage_files(tmp_path_factory.mktemp("engagement"), "engagement", sent)
    yield
    clear()


def test_the_demo_is_what_truth_says(rows_of: Taker) -> None:
    expected = truth()["sources"]["engagement"]
    reads = [rows_of("engagement", content, path.partition("/")[2]) for path, content in engagement.files(Span())]
    found = len(reads), sum(read.table.num_rows for read in reads), max(read.period[1] for read in reads)
    assert found == (expected["extracts"], expected["rows"], expected["newest_period"])


@pytest.mark.usefixtures("staged")
def test_each_row_counts_as_in_the_newest_file_that_has_it() -> None:
    # Two quarters of 3, and the one before them, which the first file repeats; all but the last were told back.
    found = query(
        """select count(*), count(*) filter (where told_back_on is not null) from staging.stg_engagement__exercises
           where sender = 'G5N9T'"""
    )
    assert found == [(3 * 3, 2 * 3)]
    plan = planted("stroke_interface")
    [(extract_period, told, asked)] = query(
        """select period_end, told_back_on, topic_origin from staging.stg_engagement__exercises where exercise_id = %s""",
        plan["engagement_exercise"],
    )
    assert (extract_period, told, asked) == (date(2025, 12, 31), date(2025, 11, 11), "community_raised")


@pytest.mark.usefixtures("staged")
def test_the_interface_that_fails_is_told_by_those_who_left_hospital() -> None:
    plan = planted("stroke_interface")
    [(notes, negative, solicited)] = query(
        """select count(*), count(*) filter (where polarity = 'negative'), bool_or(solicited) from staging.stg_engagement__notes
           where from_touchpoint = %s and to_touchpoint = %s""",
        plan["interface"]["from"], plan["interface"]["to"],
    )  # fmt: skip
    assert (notes, negative, solicited) == (engagement.STROKE_NOTES, engagement.STROKE_NOTES, False)


@pytest.mark.usefixtures("staged")
def test_eleven_services_in_a_week() -> None:
    plan = planted("eleven_services")
    found = query(
        "select note_id, services_in_week, hours_waiting_in::float from staging.stg_engagement__notes where services_in_week > 5"
    )
    assert found == [(plan["note"], 11, plan["hours_waiting_in"])]


@pytest.mark.usefixtures("staged")
def test_who_is_missing_from_the_panel() -> None:
    plan = planted("panel_composition")
    seats = query("select distinct people from staging.stg_engagement__groups where group_code = 'all'")
    assert seats == [(plan["seats"],)]
    young = query(
        "select people_high from staging.stg_engagement__groups where group_code = 'age:16-34' and panel_id = %s", plan["panel"]
    )
    # More than a fifth of those over 15 are of that age, which would be 12 seats; on the panel they are fewer than ten.
    assert young == [(9,), (9,)]
    asked = query("select distinct people from staging.stg_engagement__groups where group_name = 'asked to join'")
    assert asked == [(plan["asked_to_join"],)]


@pytest.mark.usefixtures("staged")
def test_a_note_whose_consent_was_withdrawn_counts_without_its_text() -> None:
    withdrawn = query("select note_id, text, text_null_reason from staging.stg_engagement__notes where text is null")
    assert withdrawn == [("P-2026-04-01-N01", None, "not_applicable")]


@pytest.mark.usefixtures("staged")
def test_what_was_paid_and_how_late() -> None:
    # Of four payments an exercise: 12, 26 and 40 days; the fourth was never claimed.
    found = query(
        """select days_to_pay, days_to_pay_null_reason, count(*) from staging.stg_engagement__reimbursements where sender = 'G5N9T'
           group by 1, 2 order by 1"""
    )
    assert found == [(12, None, 6), (26, None, 6), (40, None, 6), (None, "not_applicable", 6)]
