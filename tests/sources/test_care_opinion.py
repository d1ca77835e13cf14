"""Care Opinion: pulls and exports, what is dropped at the door, and stories that change from pull to pull."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from conftest import clear, stage
from deliveries import assert_as_planted, checked, deliver, query
from ics_insight.demo import care_opinion
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from ics_insight.errors import Refused
from pulls import STORY, line, pull
from readers import Refuser, Taker, changed, changes, rows_or_refused
from tiny_files import MARK, ae_csv

NAME = "care_opinion_2026-09-30.jsonl"
SERVICE = line("healthservices", 7, None, {"nacs": "X1X1X"})


# --- reading ---


def test_a_pull_is_one_document_per_item_for_the_day_in_its_name(rows_of: Taker) -> None:
    read = rows_of("care_opinion", pull(line(), SERVICE, line(identity=None, item=None)), NAME)
    assert (read.layout, read.part, read.period) == ("api-v2-pull", "stories", (date(2026, 9, 30),) * 2)
    assert read.column("resource") == ["opinion", "healthservices", "opinion"]
    assert read.column("id") == ["7", "7", ""]
    assert read.row_numbers == [1, 2, 3]
    assert json.loads(read.column("document")[1]) == {"of": "7", "id": None, "item": {"nacs": "X1X1X"}}


def test_names_of_people_and_keys_stay_at_the_door(rows_of: Taker) -> None:
    response = line("responses", 7, 70, {"id": 70, "signature": f"{MARK} Manager", "body": "Thank you"})
    read = rows_of("care_opinion", pull(line(), response), NAME)
    story, answer = map(json.loads, read.column("document"))
    assert set(story["item"]) == set(STORY) - {"author"}
    assert answer["item"] == {"id": 70, "body": "Thank you"}
    assert story["item"]["links"][0]["href"] == "https://example.org/opinions?take=1&key=[key]&skip=0"
    escaped = pull(line()).replace(b"&", b"\\u0026")
    assert "s3cret" not in rows_of("care_opinion", escaped, NAME).column("document")[0]


def test_an_export_says_of_each_story_what_it_does_not_give(rows_of: Taker) -> None:
    export = json.dumps([{**STORY, "Responses": [{"id": 70}], "tags": []}, "Sorry! Something went wrong."]).encode()
    read = rows_of("care_opinion", export, "stories 2026-09-30.json")
    assert read.layout == "api-v2-export"
    given_items = [(r, i, json.loads(d)["item"]) for r, i, d in zip(*map(read.column, ("resource", "id", "document")), strict=True)]
    assert [(resource, of, item and "given") for resource, of, item in given_items] == [
        ("opinion", "7", "given"),
        ("responses", "7", "given"),
        ("healthservices", "7", None),
        ("ratings", "7", None),
        ("opinion", "", None),
    ]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (pull(line()), "care_opinion.jsonl", "expected one day in the file's name"),
        (pull(line()), "care_opinion_2026-09-31.jsonl", "expected one day in the file's name"),
        (pull(line()), "2026-09-30 to 2026-10-31.jsonl", "expected one day in the file's name"),
        (pull(line())[:-20], NAME, "line 1: cannot be read as JSON"),
        (pull({"id": 7, "body": MARK}), NAME, "line 1: expected an object with resource, of, id and item"),
        (pull(line("authors")), NAME, "line 1: expected one of opinion, responses"),
        (pull(SERVICE), NAME, "no story in it"),
        (b"[]", NAME, "no story in it"),
        (json.dumps([{"body": MARK}]).encode(), NAME, "number 1 is none"),
        (ae_csv(), NAME, "expected JSON from `care_opinion`"),
        (b"<html><body>Sorry</body></html>", NAME, "found a web page"),
        (b'["\xff"]', NAME, "expected text in UTF-8; byte 3 is not"),
        (pull(line(item={**STORY, "title": "a\0b"})), NAME, "document 1 holds a letter"),
    ],
)
def test_says_what_is_wrong(refusal: Refuser, content: bytes, name: str, sentence: str) -> None:
    assert sentence in refusal("care_opinion", content, name)


@given(changes)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_pulls_give_rows_or_a_sentence(rows_of: Taker, change: list[tuple[str, float, bytes]]) -> None:
    rows_or_refused("care_opinion", changed(pull(line(), SERVICE), change), NAME, rows_of)


# --- the gate ---


@pytest.mark.usefixtures("cleared_warehouse")
@pytest.mark.parametrize(
    ("lines", "broken"),
    [
        ([line(), line(item={**STORY, "title": "another"})], "a story is the same wherever it stands"),
        ([line(), line("tags", 8, None, {"name": MARK})], "everything belongs to a story"),
        ([line(item={**STORY, "dateOfPublication": "9999-99-99T00:00:00"})], "stories are dated"),
        ([line(item={**STORY, "dateOfSubmission": None})], "stories are dated"),
        ([line(item={**STORY, "dateOfPublication": "2026-10-02T00:00:00"})], "no story was published after the pull"),
    ],
)
def test_the_gate_refuses(tmp_path: Path, lines: list[Any], broken: str) -> None:
    with pytest.raises(Refused, match=broken):
        checked("care_opinion", deliver(tmp_path, "care_opinion", pull(*lines), NAME))


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_warns_and_takes(tmp_path: Path) -> None:
    odd = {**STORY, "criticality": "furious", "progress": "Lost", "body": "Sorry! Something went wrong."}
    tag = line("tags", 7, None, {"name": "food", "polarity": 2})
    extract_id = deliver(tmp_path, "care_opinion", pull(line(item=odd), line(item=odd), tag), NAME)
    assert checked("care_opinion", extract_id).state == "accepted"
    warned = query("select expectation from assurance.result where status = 'warn' order by 1")
    assert [name for (name,) in warned] == [
        "criticality is one that is known",
        "each story once",
        "progress is one that is known",
        "tags are negative, neutral or positive",
        "the service gave what it was asked for",
    ]


# --- staging, on all four pulls of the fictional system ---


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    clear()
    folder = tmp_path_factory.mktemp("care_opinion")
    for day, (name, content) in enumerate(care_opinion.files(Span())):
        assert checked("care_opinion", deliver(folder, "care_opinion", content, name, day)).state == "accepted"
    stage()
    yield
    clear()


CHANGE = planted("stories_change")


@pytest.mark.usefixtures("staged")
def test_the_pulls_are_what_is_planted() -> None:
    assert_as_planted("care_opinion")
    # The second pull has twice as many months as the first, and a story in it could not be had.
    assert query("select expectation from assurance.result where status in ('warn', 'fail') order by 1") == [
        ("rows within the release's own history",),
        ("the service gave what it was asked for",),
    ]


@pytest.mark.usefixtures("staged")
def test_no_story_is_lost_and_those_that_vanished_say_since_when() -> None:
    stories = 36 * CHANGE["a_month"] + planted("stroke_interface")["care_opinion_stories"]
    assert query("select count(*) from staging.stg_care_opinion__stories") == [(stories,)]
    pulls = CHANGE["pulls"]
    by_day = dict(query("select not_seen_since, count(*) from staging.stg_care_opinion__stories group by 1"))
    # The third pull asks from April 2024 on, the fourth from October 2024 on: six months of 5 and 3 stories leave each time.
    assert by_day == {None: 131, pulls[2]: 33, pulls[3]: 33 + 1}
    [(last_pull, gone)] = query(
        "select last_pull, not_seen_since from staging.stg_care_opinion__stories where story_id = %s", str(CHANGE["withdrawn"])
    )
    assert (last_pull, gone) == (pulls[2], pulls[3])


@pytest.mark.usefixtures("staged")
def test_stories_about_both_ends_of_the_interface_name_both() -> None:
    ends = planted("stroke_interface")
    found = query(
        """select story_id from staging.stg_care_opinion__story_services where organisation_code in (%s, %s)
           group by 1 having count(distinct organisation_code) = 2""",
        ends["from"]["organisation"], ends["to"]["organisation"],
    )  # fmt: skip
    assert len(found) == ends["care_opinion_stories"]
    several = "select count(*) from staging.stg_care_opinion__stories where organisations > 1 and about_organisation_code is null"
    assert query(several) == [(len(found),)]


@pytest.mark.usefixtures("staged")
def test_every_version_is_kept_and_claims_are_claims() -> None:
    # Number 57 (1 mod 8), of September 2024, is unanswered in the first pull, has claimed a change by the second, and is too old
    # for the fourth.
    versions = query(
        """select version, first_pull, last_pull, progress from staging.stg_care_opinion__versions
           where story_id = '812058' order by 1"""
    )
    pulls = CHANGE["pulls"]
    assert versions == [(1, pulls[0], pulls[0], "Story heard"), (2, pulls[1], pulls[2], "Made change")]
    happened = query(
        """select change, from_value, to_value, claimed_change, not_before, seen_on
           from staging.stg_care_opinion__changes where story_id = '812058' order by 1, 3"""
    )
    assert happened == [
        ("progress", "Story heard", "Made change", "made", pulls[0], pulls[1]),
        ("response_added", None, "8120580", None, pulls[0], pulls[1]),
        ("response_added", None, "8120581", "made", pulls[0], pulls[1]),
        ("text_edited", None, None, None, pulls[0], pulls[1]),  # 57 = 7 mod 25
    ]


@pytest.mark.usefixtures("staged")
def test_a_story_that_could_not_be_had_once_is_as_it_was() -> None:
    missed = str(CHANGE["not_to_be_had"]["story"])
    found = query(
        "select first_pull, last_pull from staging.stg_care_opinion__versions where story_id = %s order by version", missed
    )
    assert CHANGE["not_to_be_had"]["pull"] not in {day for pair in found for day in pair}
    assert query("select not_seen_since from staging.stg_care_opinion__stories where story_id = %s", missed) == [
        (CHANGE["pulls"][3],)
    ]


@pytest.mark.usefixtures("staged")
def test_age_groups_that_the_api_began_to_give_are_no_new_version() -> None:
    # Number 60 (0 mod 4), of October 2024, is never answered; read by four after four months, it never changes again.
    assert query("select version, first_pull, last_pull from staging.stg_care_opinion__versions where story_id = '812061'") == [
        (1, CHANGE["pulls"][1], CHANGE["pulls"][3])
    ]
    assert query(
        "select count(*) from staging.stg_care_opinion__stories where last_pull >= '2026-03-31' and age_group is null"
    ) == [(0,)]
