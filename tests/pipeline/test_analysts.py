"""The worked questions of docs/for-analysts.md, asked as they stand there, and answered as the fictional system is known to be."""

import csv
import re
from pathlib import Path

import pytest

from commands import ics
from ics_insight.demo import plan
from ics_insight.disclosure import POLICIES
from ics_insight.settings import PROJECT
from ics_insight.warehouse import connect

PAGE = (PROJECT / "docs" / "for-analysts.md").read_text()
QUESTIONS = dict(re.findall(r"^### (\d+)\. .*?```sql\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="module")
def answers(demo_marts: Path) -> dict[str, list[dict[str, str]]]:
    """What is asked of `published` is asked as an analyst, who reads nothing else; the rest by who runs the warehouse."""
    return {
        number: _as_analyst(question) if "from published." in question else _as_who_runs_it(demo_marts, question)
        for number, question in QUESTIONS.items()
    }


def _as_analyst(question: str) -> list[dict[str, str]]:
    with connect("analyst") as connection:
        found = connection.execute(question.encode())
        names = [column.name for column in found.description or []]
        rows = found.fetchall()
    return [{name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _as_who_runs_it(home: Path, question: str) -> list[dict[str, str]]:
    done = ics(home, "sql", "--csv", question)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


def test_twelve_questions_each_have_an_answer(answers: dict[str, list[dict[str, str]]]) -> None:
    assert len(answers) == 12
    assert [number for number, rows in answers.items() if not rows] == []
    assert [number for number, question in QUESTIONS.items() if "marts." in question] == ["10", "12"]


def test_the_planted_gap_leads_and_silent_steps_are_told(answers: dict[str, list[dict[str, str]]]) -> None:
    assert answers["2"][0]["interface_code"] == "hospital_to_community"
    assert {row["null_reason"] for row in answers["1"] if row["heard_as"] == "nobody"} == {"nobody_heard"}
    assert {row["voices_null_reason"] for row in answers["1"] if row["heard_as"] == "voices"} == {"", "small_number"}


def test_the_practice_that_could_not_be_reached(answers: dict[str, list[dict[str, str]]]) -> None:
    collapsed = [row["period_end"] for row in answers["5"] if row["meaning"] == "concern"]
    first = plan.planted("phone_collapse")["months"][0]
    assert str(first) <= collapsed[0][:7]
    assert collapsed[-1][:7] <= plan.planted("phone_collapse")["recovered"]
    assert answers["5"][-1]["meaning"] == "improvement"


def test_what_was_heard_about_somebody_else(answers: dict[str, list[dict[str, str]]]) -> None:
    expected = plan.planted("nowhere_to_take_it")
    told = {(row["collected_by_code"], row["organisation_code"]): int(row["voices"]) for row in answers["7"]}
    assert told[expected["collected_by"], expected["about"]] == POLICIES["round5"].shown(expected["pals"])


def test_the_month_before_boards_changed_is_cut_anew(answers: dict[str, list[dict[str, str]]]) -> None:
    assert [row["method"] for row in answers["8"]] == ["resummed", "as_published"]


def test_eleven_services_in_a_week(answers: dict[str, list[dict[str, str]]]) -> None:
    assert {row["source"]: row["services_in_busiest_week"] for row in answers["10"]}["engagement"] == "11"


def test_who_is_not_heard_and_who_hears_them(answers: dict[str, list[dict[str, str]]]) -> None:
    unheard = {(row["source"], row["group_code"]) for row in answers["11"]}
    assert ("fft_comments", "english:no") in unheard
    assert ("fft_comments", "english:no", "complaints") in {
        (row["source"], row["group_code"], row["reached_by_source"]) for row in answers["12"]
    }


def test_voices_by_name_are_counted_once(demo_marts: Path) -> None:
    """All stories and all notes are voices; of the contacts of an office, those that became complaints are counted there."""
    done = ics(demo_marts, "metric", "voices", "negative_voices", "--by", "voice__source", "--csv")
    assert done.returncode == 0, done.stderr
    told = {row["voice__source"]: int(row["voices"]) for row in csv.DictReader(done.stdout.splitlines())}
    became = plan.planted("pals_became_complaints")
    known = set(became["known_in_complaints"]) | set(became["known_in_pals"])
    assert told["complaints"] == 36 * 40
    assert told["pals"] == 36 * 77 - len(known) * became["each_quarter"] * 12
