"""What a local Healthwatch sends: two forms of one feed, reports, and nobody's name."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import clear, stage
from deliveries import broken_rows, checked, deliver, execute, query
from ics_insight.demo import Span, healthwatch, months, plan
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes
from ics_insight.demo.people import nhs_number
from ics_insight.errors import Refused
from ics_insight.orchestration import building
from ics_insight.sources import registry
from log_files import AFTER_THE_LAST, deliver_demo
from readers import Refuser, Taker
from tiny_files import MARK

SOURCE = "healthwatch"
NAME = "hw-feedback_2026-27_Q2.csv"
JSON_NAME = "hw-feedback_2026-27_Q2.json"
REPORT = "hw-report.csv"
PERSONAL = {
    "comment_author": "Q", "comment_author_email": "Q", "feedback_phone": "Q", "feedback_address": "Q", "feedback_who": "Q",
    "feedback_name": "Q", "feedback_email": "Q", "hw_services_contact_email": "Q", "Your name": "Q", "comment_author_IP": "Q",
}  # fmt: skip


def items(count: int = 3, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "comment_ID": n, "comment_date": f"2026-07-{n:02d} 10:11:12", "comment_content": MARK, "feedback_rating": 4,
            "feedback_when": "about May 2026", **more,
        }
        for n in range(1, count + 1)
    ]  # fmt: skip


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    return csv_bytes([[*rows[0]], *([*row.values()] for row in rows)])


def as_json(rows: Any) -> bytes:
    return json.dumps(rows).encode()


def report(**change: Cell) -> bytes:
    row: dict[str, Cell] = {
        "recommendation_id": "R1", "recommendation": MARK, "report_id": "HW-1", "report_title": "Title",
        "report_date": "09/07/2026", "addressed_to": "A trust", "response": "", "response_date": "", **change,
    }  # fmt: skip
    return csv_bytes([[*row], [*row.values()]])


# ---- reading


def test_the_published_template_is_the_layout() -> None:
    published = (Path(building.__file__).parents[1] / "sources" / SOURCE / "template.csv").read_text()
    layout = registry()[SOURCE].layouts[2].sheets[0]
    assert published.strip().split(",") == [names[0] for names in layout.columns.values()] == healthwatch.REPORT_HEADER


def test_who_it_was_stays_outside_a_csv(rows_of: Taker) -> None:
    found = rows_of(SOURCE, as_csv(items(**PERSONAL, strange="Q")), NAME)
    assert found.layout == "feedback-csv"
    assert found.period == (date(2026, 7, 1), date(2026, 7, 31))
    assert found.headers[""] == [*items()[0], f"column {len(items()[0]) + len(PERSONAL) + 1}"]
    assert "Q" not in str(found.column("cells"))


@pytest.mark.parametrize("within", [None, "items", "feedback"])
def test_who_it_was_stays_outside_a_feed_and_unknown_keys_are_listed_by_name(within: str | None, rows_of: Taker) -> None:
    rows = [{"meta": {**PERSONAL, "feedback_uuid": f"w{n}"}, **item, "strange": "Q", "Q says": 1} for n, item in enumerate(items())]
    found = rows_of(SOURCE, as_json(rows if within is None else {"count": 3, within: rows}), JSON_NAME)
    assert (found.layout, found.part) == ("feedback-json", "feedback")
    assert found.period == (date(2026, 7, 1), date(2026, 7, 31))
    assert found.column("id") == ["w0", "w1", "w2"]
    documents = [json.loads(text) for text in found.column("document")]
    assert all("Q" not in str(document) for document in documents)
    assert documents[0] == {
        "id": 1, "received": "2026-07-01 10:11:12", "text": MARK, "rating": 4, "when": "about May 2026", "uuid": "w0",
        "unknown_keys": ["another", "strange"],
    }  # fmt: skip


def test_reports_stand_beside_each_other_and_may_come_as_a_workbook(rows_of: Taker) -> None:
    found = rows_of(SOURCE, report(), REPORT)
    assert (found.layout, found.part) == ("recommendations-1", "recommendations HW-1")
    sheet: list[list[Cell]] = [
        ["Q"],
        [*healthwatch.REPORT_HEADER],
        ["R2", MARK, "hw-2", "T", "2026-07-09", "A", "", "", "", "", ""],
    ]
    assert rows_of(SOURCE, xlsx_bytes({"Report": sheet[1:]}), "report.xlsx").part == "recommendations HW-2"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (as_json({"feedback": "none"}), JSON_NAME, "expected an array of feedback"),
        (as_json([]), JSON_NAME, "a feed without feedback"),
        (as_json([[MARK]]), JSON_NAME, "item 1 is no object"),
        (
            as_json([{**items()[0], "comment_content": [MARK]}]),
            JSON_NAME,
            "item 1: expected text or a number under “comment_content”",
        ),
        (as_json([{k: v for k, v in items()[0].items() if k != "feedback_rating"}]), JSON_NAME, "item 1 has no “feedback_rating”"),
        (as_json([{**items()[0], "comment_date": "soon"}]), JSON_NAME, "no row has a date under “comment_date”"),
        (as_json(items())[:-9], JSON_NAME, "cannot be read as JSON"),
        (b"[\xff]", JSON_NAME, "expected JSON in UTF-8"),
        (
            as_csv([{k: v for k, v in items()[0].items() if k != "feedback_rating"}]),
            NAME,
            "expected “feedback_rating”, found nothing",
        ),
        (as_csv(items(comment_date="")), NAME, "no row has a date under “comment_date”"),
        (report(report_id=f"{MARK} report"), REPORT, "row 2, column “report_id”: expected an identifier"),
    ],
)
def test_refusals(content: bytes, name: str, sentence: str, refusal: Refuser) -> None:
    assert sentence in refusal(SOURCE, content, name)


# ---- the gate

FEED = {
    "every piece has an identifier": [{"comment_ID": ""}, {}, {}],
    "an identifier stands once": [{}, {"comment_ID": "1"}, {}],
    "every piece says when it came": [{"comment_date": "soon"}, {}, {}],
    "nothing came after it was sent": [{"comment_date": "2027-07-01"}, {}, {}],
    "ratings are 1 to 5": [{"feedback_rating": "8"}, {}, {}],
    "no NHS number outside the free text": [{"feedback_when": nhs_number(4)}, {}, {}],
}


@pytest.mark.usefixtures("cleared_warehouse")
@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("expectation", FEED)
def test_the_gate_refuses_either_form(expectation: str, form: str, tmp_path: Path) -> None:
    changed = [{**item, **change} for item, change in zip(items(), FEED[expectation], strict=True)]
    content, name = (as_csv(changed), NAME) if form == "csv" else (as_json(changed), JSON_NAME)
    extract_id = deliver(tmp_path, SOURCE, content, name, day=AFTER_THE_LAST)
    with pytest.raises(Refused, match=f"Not so: {expectation} "):
        checked(SOURCE, extract_id)
    first = 2 if form == "csv" else 1
    assert broken_rows(extract_id) == {expectation: [first, first + 1] if "stands once" in expectation else [first]}


@pytest.mark.usefixtures("cleared_warehouse")
@pytest.mark.parametrize(
    ("content", "name", "broken"),
    [
        (as_csv(items()), NAME, {}),
        (as_json(items(**PERSONAL)), JSON_NAME, {}),
        (as_json(items(strange=1)), "s.json", {"columns and keys that the layout does not know": [1]}),
        (as_csv(items(strange=1)), "s.csv", {"columns and keys that the layout does not know": [1]}),
        (report(), REPORT, {}),
        (report(response_date="08/07/2026"), "a.csv", {"recommendations say what, to whom, and when it is due": [2]}),
        (report(addressed_to=""), "b.csv", {"recommendations say what, to whom, and when it is due": [2]}),
    ],
)
def test_the_gate_accepts_or_warns(content: bytes, name: str, broken: dict[str, list[int]], tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, SOURCE, content, name, day=AFTER_THE_LAST)
    assert checked(SOURCE, extract_id).state == "accepted"
    assert broken_rows(extract_id) == broken


# ---- staging

MONTHS = 24
FIRST = date(2024, 10, 1)


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two years of the demo: seven feeds as CSV, one as JSON, eight reports."""
    clear()
    assert deliver_demo(tmp_path_factory.mktemp("delivered"), SOURCE, MONTHS) == 16
    stage()
    yield
    clear()


def test_every_piece_is_there_whatever_form_it_came_in(staged: None) -> None:
    assert query("select count(*), count(distinct sender) from staging.stg_healthwatch__feedback") == [(30 * MONTHS, 1)]
    assert query(
        "select count(*) from staging.stg_healthwatch__feedback where received_on between '2026-04-01' and '2026-06-30'"
    ) == [(90,)]
    assert query("select count(*) from raw.healthwatch where document is not null") == [(90,)]
    assert query("select count(*) from staging.stg_healthwatch__feedback where not collected_independently") == [(0,)]


def test_what_is_planted_is_found(staged: None) -> None:
    for name, code in (("phone_collapse", "practice"), ("stroke_interface", "to")):
        planted = plan.planted(name)
        first, last = map(months.first, planted["months"])
        length = 12 * (last.year - first.year) + last.month - first.month + 1
        before = planted["healthwatch"] * max(0, 12 * (FIRST.year - first.year) + FIRST.month - first.month) // length
        about = planted[code] if code == "practice" else planted[code]["organisation"]
        found = query(
            """select count(*) from staging.stg_healthwatch__feedback
               where about_organisation_code = %s and (rating <= 2 or rating_is_suspect) and received_on between %s and %s""",
            about,
            first,
            months.last_day(last),
        )
        others = query(  # a bad word about the same service that nobody planted
            """select count(*) from staging.stg_healthwatch__feedback
               where about_organisation_code = %s and text similar to '(I waited|The form|The receptionist|They explained)%%'""",
            about,
        )
        assert found[0][0] - others[0][0] <= planted["healthwatch"] - before <= found[0][0]


def test_ratings_that_nobody_gave_are_marked_and_silence_about_when_has_a_reason(staged: None) -> None:
    assert query("select count(*), min(rating), max(rating) from staging.stg_healthwatch__feedback where rating_is_suspect") == [
        (3 * MONTHS, 3, 3)  # numbers 9, 19 and 29 of each month's 30
    ]
    assert query("select count(*) from staging.stg_healthwatch__feedback where rating = 3 and text is not null") == [(0,)]
    reasons = dict(query("select said_null_reason, count(*) from staging.stg_healthwatch__feedback group by 1"))
    assert set(reasons) == {None, "not_submitted", "not_readable"}
    assert {row[0] for row in query("select distinct said_precision from staging.stg_healthwatch__feedback")} == {
        "day", "month", "season", None,
    }  # fmt: skip
    assert query("select count(*) from staging.stg_healthwatch__feedback where said_on > received_on") == [(0,)]


def test_recommendations_are_answered_in_time_late_or_not(staged: None) -> None:
    found = query(
        """select recommendation_id, count(*), bool_and(responded), min(response_kind)
           from staging.stg_healthwatch__recommendations group by 1 order by 1"""
    )
    assert found == [("R1", 8, True, "accepted"), ("R2", 8, True, "partly_accepted"), ("R3", 8, False, "not_known")]
    # answered 20 calendar days after the report, which are never more than 16 working days
    assert query(
        "select bool_and(responded_in_time) from staging.stg_healthwatch__recommendations where recommendation_id = 'R1'"
    ) == [(True,)]
    assert query("select count(responded_in_time) from staging.stg_healthwatch__recommendations where not responded") == [(0,)]


def test_a_quarter_sent_again_replaces_it_in_either_form(staged: None, tmp_path: Path) -> None:
    sent = dict(healthwatch.files(Span(3)))
    feed = next(content for name, content in sent.items() if "feedback" in name).decode()
    header, *rows = feed.splitlines()
    again = [dict(zip(header.split(","), row.split(","), strict=False)) for row in rows[:1]]
    changed = [{"comment_ID": again[0]["comment_ID"], "comment_date": "2026-07-01", "comment_content": "", "feedback_rating": 5}]
    changed.append({**changed[0], "comment_ID": 9, "comment_date": "2026-09-30"})
    extract_id = deliver(tmp_path, SOURCE, as_json(changed), "again.json", day=AFTER_THE_LAST + 1)
    execute("update ledger.extract set sender = %s where extract_id = %s", healthwatch.HEALTHWATCH.code, extract_id)
    assert checked(SOURCE, extract_id).state == "accepted"
    assert query("select count(*) from staging.stg_healthwatch__feedback where received_on >= '2026-07-01'") == [(2,)]
    assert query("select count(*) from raw.healthwatch") == [(30 * MONTHS + 24 + 2,)]
