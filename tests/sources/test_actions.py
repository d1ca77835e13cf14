"""Registers of actions: the template, states that follow from each other, benefits that add up, and what staging makes of them."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
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
from ics_insight.demo import actions
from ics_insight.demo.files import csv_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from ics_insight.settings import PROJECT
from readers import Refuser, Taker
from tiny_files import MARK

NAME = "actions_2026-09-30.xlsx"
ACTION: Row = {
    "action_id": "A1", "title": MARK, "organisation": "X1X", "decided_on": "2026-02-01", "decided_by": "board",
    "owner_role": "matron", "size_class": "team", "authority_level": "team", "status": "under_way", "aim": MARK, "measure": "m",
    "baseline_from": "2025-01-01", "baseline_to": "2025-12-31",
}  # fmt: skip
# The Newham programme (capabilities.md section 3), as it adds up: 129 × £1,294 × 2 years is £333,852, within 0.5 % of £333,594.
BENEFIT: Row = {
    "claim_id": "B1", "action_id": "A1", "amount": 333594, "unit": "GBP", "unit_cost": 517 + 777, "n": 129, "period_months": 24,
    "cost_amount": 247862, "cost_period_months": 24, "observed_or_modelled": "modelled",
}  # fmt: skip
TABLES: Tables = {
    "actions": [ACTION],
    "events": [
        {"action_id": "A1", "number": n, "event": event, "happened_on": f"2026-0{n}-01"}
        for n, event in enumerate(["proposed", "agreed", "under_way"], 1)
    ],
    "heard": [{"action_id": "A1", "source": "pals", "reference": "P1", "heard_on": "2026-01-15"}],
    "benefits": [BENEFIT],
}


def test_a_register_is_read_as_it_stood(rows_of: Taker, refusal: Refuser) -> None:
    for form in (workbook, zipped):
        read = rows_of("actions", form("actions", TABLES, more={"owner name": MARK}), NAME)
        assert (read.layout, read.part, read.period) == ("actions-1", "register", (date(2026, 9, 30),) * 2)
        assert [len(cells) for cells in read.column("cells")] == [20, 8, 8, 8, 5, 13]
    assert "expected one day in the file's name" in refusal("actions", workbook("actions", TABLES), "actions.xlsx")
    assert "only one of the tables" in refusal("actions", csv_bytes(filled("actions", TABLES)["actions"]), "actions_2026-09-30.csv")
    named = with_changes(TABLES, [set_to("actions", owner_role="somebody@example.org")])
    assert "row 2, column “owner_role” holds an e-mail address" in refusal("actions", workbook("actions", named), NAME)


def test_the_check_and_the_seed_hold_the_same_steps() -> None:
    with (PROJECT / "dbt_project/seeds/action_status_transition.csv").open() as file:
        steps = [(row["from_status"], row["to_status"]) for row in csv.DictReader(file)]
    suite = yaml.safe_load((PROJECT / "expectations/raw/actions.yml").read_text())
    [query_of] = [
        each["kwargs"]["unexpected_rows_query"]
        for each in suite["expectations"]
        if each["meta"]["name"] == "each step follows from the one before"
    ]
    listed = query_of.partition("not in (")[2].split()
    assert "".join(listed) == "values" + ",".join(f"('{before}','{after}')" for before, after in steps) + ")"


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_refuses(tmp_path: Path) -> None:
    first = [
        set_to("events", 2, event="stopped", happened_on="2026-01-15"),
        set_to("actions", baseline_to="31/02/2026", size_class="huge", decided_by=None),
        set_to("benefits", n="1,290", action_id="A2"),
        twice("heard"),
    ]
    assert broken(tmp_path, "actions", NAME, with_changes(TABLES, first)) == [
        "benefits belong to an action",
        "dates are dates",
        "declined and stopped with a reason",
        "each thing once",
        "events are in order",
        "numbers are numbers",
        "what a row cannot do without is there",
        "words are those of the template",
    ]
    second = [
        set_to("events", 0, event="agreed", action_id="A3"),
        set_to("events", 1, event="done"),
        set_to("events", 2, event="evaluated", evidence_date="2026-01-31", happened_on="2026-10-01"),
        set_to("heard", action_id="A2"),
    ]
    assert broken(tmp_path, "actions", NAME, with_changes(TABLES, second), 1) == [
        "each step follows from the one before",
        "events are in order",
        "events belong to an action",
        "evidence of an effect comes after the change",
        "heard belong to an action",
    ]


@pytest.mark.usefixtures("cleared_warehouse")
def test_illegal_steps_are_named_by_row(tmp_path: Path) -> None:
    skipped = with_changes(TABLES, [set_to("events", 1, event="under_way"), set_to("events", 2, event="done")])
    assert broken(tmp_path, "actions", NAME, skipped) == ["each step follows from the one before"]
    assert query("select sheet, row_number, column_name from ledger.problem") == [("events", 3, "event")]


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_warns_and_takes(tmp_path: Path) -> None:
    assert warned(tmp_path, "actions", "actions_2026-06-30.xlsx", TABLES) == []
    changes = [
        # £333,594 “each year”, as it was published
        set_to("benefits", period_months=12),
        set_to("heard", heard_on="2026-02-01"),
        set_to("actions", aim=None, status="done"),
        lambda tables: tables["events"].pop(),
    ]
    assert warned(tmp_path, "actions", NAME, with_changes(TABLES, changes), 1) == [
        "benefit and cost are of the same months",
        "benefits add up",
        "events stay as they were sent",
        "people were heard before it was decided",
        "the state is that of the last event",
        "what is under way has an aim, a measure and a baseline",
    ]


# --- staging: the fictional system's registers ---


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    stage_files(tmp_path_factory.mktemp("actions"), "actions", actions.files(Span()))
    yield
    clear()


@pytest.mark.usefixtures("staged")
def test_the_demo_is_what_truth_says() -> None:
    assert_as_planted("actions")


@pytest.mark.usefixtures("staged")
def test_one_action_changed_something_and_one_did_not() -> None:
    for entry, found in (("phone_collapse", "evidenced"), ("action_without_effect", "no_effect")):
        plan = planted(entry)["action"]
        rows = query(
            """select organisation_code, decided_on, done_on, status, because_of_feedback from staging.stg_actions__actions
               where action_id = %s""",
            plan["id"],
        )
        assert rows == [(plan["owner"], plan["decided"], plan["done"], "evaluated", found)]


@pytest.mark.usefixtures("staged")
def test_the_savings_claim_does_not_add_up() -> None:
    plan = planted("savings_claim")
    [(amount, recomputed, adds_up, match, net, ratio)] = query(
        """select amount::int, recomputed_amount::int, adds_up, periods_match, net_over_cost_period::int,
               ratio_over_cost_period::float
           from staging.stg_actions__benefits where action_id = %s""",
        plan["action"],
    )
    assert (amount, recomputed) == (plan["claimed"]["amount"], plan["corrected"]["amount"])
    assert (adds_up, match) == (False, False)
    # over the two years of the cost: 104 × £1,225 × 2 = £254,800, less £198,300
    assert (net, ratio) == (254_800 - 198_300, 1.28)


@pytest.mark.usefixtures("staged")
def test_what_happened_since_an_older_register_is_there_once() -> None:
    events = query("select number, status, status_before from staging.stg_actions__events where action_id = 'ACT-0013' order by 1")
    assert events == [
        (1, "proposed", None),
        (2, "agreed", "proposed"),
        (3, "under_way", "agreed"),
        (4, "stopped", "under_way"),
    ]
