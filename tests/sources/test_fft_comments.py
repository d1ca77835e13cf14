"""A trust's own answers and comments: the upload template, refusals, the gate, and what staging makes of fictional quarters."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from conftest import clear, stage
from deliveries import checked, deliver, execute, query
from ics_insight.demo import Span, fft_comments, people, plan
from ics_insight.demo.files import Cell, csv_bytes
from ics_insight.errors import Refused
from ics_insight.orchestration import building
from ics_insight.sources.reading.dates import written_day
from readers import Refuser, Taker
from tiny_files import MARK, cqc_ods

NAME = "upload.csv"
HEADER: list[Cell] = ["date", "location_1", "fft_score", "question_1"]


def upload(*rows: list[Cell], header: list[Cell] = HEADER) -> bytes:
    return csv_bytes([header, *(rows or (["30/09/2026", f"{MARK} ward", 1, f"{MARK} was kind"],))])


def sent(folder: Path, content: bytes, name: str = NAME, sender: str = "X1", day: int = 300) -> str:
    """Land an upload that came from somebody."""
    extract_id = deliver(folder, "fft_comments", content, name, day)
    execute("update ledger.extract set sender = %s where extract_id = %s", sender, extract_id)
    return extract_id


# ---- reading


def test_the_template_has_three_forms_of_location_two_questions_and_more(published_files: Path, rows_of: Taker) -> None:
    path = published_files / "fft" / "trust_comment_upload_template.xlsx"
    found = rows_of("fft_comments", path.read_bytes(), path.name)
    assert (found.layout, found.part) == ("upload-2022", "comments")
    assert found.period == (date(2021, 9, 1), date(2022, 10, 31))  # its two examples are of September 2021 and October 2022
    assert found.row_numbers == [2, 3]
    assert len(found.headers["Sheet1"]) == 17


DAYS = [
    "2026-09-30", "2026-09-30T00:00:00", "30/09/2026", "30/9/26 14:05", "30.09.2026", "30 September 2026", "30-Sep-26", "46295",
    "46295.5",
]  # fmt: skip
NO_DAYS = ["", "NA", "31/02/2026", "9999-99-99", "09/30/2026", "0000-01-01", "September", "30/09/202", "\u0663\u0660/09/2026"]


@pytest.mark.parametrize("text", DAYS)
def test_days_however_they_are_typed(text: str) -> None:
    assert written_day(text) == date(2026, 9, 30)


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_day(text: str) -> None:
    assert written_day(text) is None


def test_the_period_is_whole_months(rows_of: Taker) -> None:
    found = rows_of("fft_comments", upload(["14/02/2024", "W", 1, "NA"], ["2023-12-30", "W", 1, ""]), NAME)
    assert found.period == (date(2023, 12, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    "column",
    ["NHS Number", "nhs_no", "Patient Name", "Name", "Surname", "DOB", "Date of birth", "E-mail", "Mobile number", "Postcode",
     "MRN", "pt_id", "Hospital number", "Home address"],
)  # fmt: skip
def test_columns_that_name_a_person_are_dropped_at_the_door(column: str, rows_of: Taker) -> None:
    content = upload([people.nhs_number(7), "30/09/2026", "W", 1, "Kind"], header=[column, *HEADER])
    found = rows_of("fft_comments", content, NAME)
    assert found.headers == {"": ["date", "location_1", "fft_score", "question_1"]}
    assert found.column("cells") == [["30/09/2026", "W", "1", "Kind"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (upload(["soon", MARK, 1, MARK], ["", MARK, 1, MARK]), "row 2, 3: no date that can be read in column date"),
        (upload(["1/9/2021", MARK, 1, MARK], ["1/9/2026", MARK, 1, MARK]), "from September 2021 to September 2026"),
        (upload([MARK, MARK, "30/09/2026", MARK, 1], header=[f"{MARK} said", *HEADER]), "Nearest is upload-2022: in row 1 first"),
        (upload(header=["date", "location_1", "fft_score", "extra_variable_1"]), "expected “(?i)question_[1-9]"),
        (upload(["30/09/2026", "W", 1, "", ""], header=[*HEADER, "question_1: Why?"]), "a question stands in two columns"),
        (upload(["30/09/2026", "W", 1]), "row 2 has 3 cells where the header has 4"),
        (csv_bytes([HEADER]), "a header but no rows"),
        (cqc_ods(), "found a file of `cqc_inpatient`"),
        (b"<html>Sign in</html>", "a web page (HTML)"),
    ],
)
def test_refuses_with_a_sentence_that_quotes_nobody(content: bytes, sentence: str, refusal: Refuser) -> None:
    assert sentence in refusal("fft_comments", content, NAME)


# ---- the gate


def broken(extract_id: str) -> set[str]:
    return {
        name
        for (name,) in query(
            "select expectation from assurance.result where extract_id = %s and status in ('warn', 'fail')", extract_id
        )
    }


def test_an_upload_is_accepted_and_replaced_by_one_of_the_same_months(cleared_warehouse: None, tmp_path: Path) -> None:
    first = sent(tmp_path, upload())
    assert checked("fft_comments", first).state == "accepted"
    assert broken(first) == set()
    again = sent(tmp_path, upload(["1/9/2026", "W", 6, "Kind"], ["30/9/2026", "W", "Very good", "NA"]), day=301)
    assert checked("fft_comments", again).state == "accepted"
    assert query("select extract_id from ledger.current_extract") == [(again,)]


def test_months_that_came_before_are_refused_but_only_from_the_same_sender(cleared_warehouse: None, tmp_path: Path) -> None:
    assert checked("fft_comments", sent(tmp_path, upload())).state == "accepted"
    longer = upload(["1/8/2026", "W", 1, "Kind"], ["30/9/2026", "W", 1, "Kind"])
    with pytest.raises(Refused, match="Not so: no other upload for some of the months"):
        checked("fft_comments", sent(tmp_path, longer, day=301))
    other = upload(["2/8/2026", "W", 1, "Kind"], ["30/9/2026", "W", 1, "Kind"])
    assert checked("fft_comments", sent(tmp_path, other, sender="X2", day=302)).state == "accepted"
    before = upload(["2/8/2026", "W", 1, "Gentle"])
    assert checked("fft_comments", sent(tmp_path, before, day=303)).state == "accepted"


def test_scores_of_another_question_are_refused(cleared_warehouse: None, tmp_path: Path) -> None:
    content = upload(["1/9/2026", "W", 1, "Kind"], ["1/9/2026", "W", "Extremely likely", "Kind"])
    with pytest.raises(Refused, match=re.escape("Not so: scores are known (row 3)")):
        checked("fft_comments", sent(tmp_path, content))


WARNED = {
    "answers have a score": ["1/9/2025", "W", "NA", "Kind"],
    "answers say where": ["1/9/2025", "", 1, "Kind"],
    "somebody wrote something": ["1/9/2025", "W", 1, "N/A"],
    "no number or address of a person": ["1/9/2025", "W", 1, "Ring me on 01632 960123"],
    "months that have ended": ["1/12/2026", "W", 1, "Kind"],  # delivered in October 2026
}


def test_told_and_accepted(cleared_warehouse: None, tmp_path: Path) -> None:
    for i, (name, row) in enumerate(WARNED.items()):
        extract_id = sent(tmp_path, upload(list(row)), sender=f"X{i}")
        assert checked("fft_comments", extract_id).state == "accepted", name
        assert name in broken(extract_id)
    twice = sent(tmp_path, upload(*[["1/9/2025", "W", 1, "Everybody was very kind"]] * 2), sender="X9")
    assert checked("fft_comments", twice).state == "accepted"
    assert broken(twice) == {"no comment stands twice"}


# ---- staging, on the fictional quarters


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A year's uploads of four trusts, and a small one with every kind of nothing in it."""
    clear()
    folder = tmp_path_factory.mktemp("fft_comments")
    for path, content in fft_comments.files(Span(12)):
        sender, name = path.split("/")
        assert checked("fft_comments", sent(folder, content, name, sender)).state == "accepted"
    header: list[Cell] = [*HEADER, "question_2: What could we do better?", "ethnicity", "sex", "age"]
    rows: list[list[Cell]] = [
        ["1/9/2021", "W", 1, "NA", "", "C*", "F", ""],
        ["1/9/2021", "W", 5, "", "More chairs", "Z", "Prefer not to say", ""],
        ["1/9/2021", "W", 6, "Fine", "n/a", "99", "", ""],
        ["1/9/2021", "W", "", "Fine", "", "R", "M", ""],
        ["1/9/2021", "W", "", "Fine", "", "R", "M", ""],
    ]
    assert checked("fft_comments", sent(folder, upload(*rows, header=header), sender="X1")).state == "accepted"
    stage()
    yield
    clear()


def test_every_kind_of_nothing_stays_apart(staged: None) -> None:
    found = query("select score, score_null_reason, answer, ethnic_group, ethnicity_unknown, sex, sex_unknown, "
                  "age_unknown, gender_unknown "
                  "from staging.stg_fft_comments__respondents where sender = 'X1' order by row_number")  # fmt: skip
    assert found == [
        (1, None, "very_good", "White", None, "female", None, "not_asked", "not_asked"),
        (5, None, "very_poor", None, "not_stated", None, "not_stated", "not_asked", "not_asked"),
        (None, "not_applicable", "dont_know", None, "not_known", None, "not_known", "not_asked", "not_asked"),
        (None, "not_collected", None, "Asian", None, "male", None, "not_asked", "not_asked"),
        (None, "not_collected", None, "Asian", None, "male", None, "not_asked", "not_asked"),
    ]
    comments = query("select question, wording, asked_for, text, score from staging.stg_fft_comments__comments "
                     "where sender = 'X1' order by text, voice_id")  # fmt: skip
    assert comments[-1] == (2, "What could we do better?", "better", "More chairs", 5)
    assert comments[:3] == [(1, None, "not_stated", "Fine", None)] * 3


def test_who_wrote_nothing_still_counts_among_those_who_answered(staged: None) -> None:
    [(respondents, people_who_wrote, comments)] = query(
        "select (select count(*) from staging.stg_fft_comments__respondents where sender <> 'X1'), "
        "count(distinct respondent_id), count(*) from staging.stg_fft_comments__comments where sender <> 'X1'"
    )
    answers = [
        a
        for month in Span(12).every
        if month.month % 3 == 0
        for trust in fft_comments.SENDERS
        for a in fft_comments.answers(trust, month)
    ]
    assert respondents == len(answers) == 4 * sum(fft_comments.ANSWERS)
    assert people_who_wrote == sum(bool(a.good or a.better) for a in answers)
    assert comments == sum(bool(a.good) + bool(a.better) for a in answers)
    assert 150 < people_who_wrote / 16 < 300


def test_days_and_scores_are_those_that_were_given(staged: None) -> None:
    for trust in fft_comments.SENDERS:
        told = Counter(
            (a.day, min(a.score, 6)) for month in Span(3).every if month.month == 9 for a in fft_comments.answers(trust, month)
        )
        found = query("select said_on, coalesce(score, 6) from staging.stg_fft_comments__respondents "
                      "where sender = %s and period_start = '2026-07-01'", trust.code)  # fmt: skip
        assert Counter(found) == told


def test_no_nhs_number_reached_the_warehouse(staged: None) -> None:
    """Saltwhistle Coast's upload has a column of them."""
    assert b"999" in next(content for name, content in fft_comments.files(Span(1)) if name.startswith("M3W6J"))
    assert query("select count(*) from raw.fft_comments where array_to_string(cells, '|') ~ '999[0-9]{7}'") == [(0,)]
    assert query("select count(*) from raw.header where array_to_string(names, '|') ~* 'nhs'") == [(0,)]


def test_the_questions_wording_is_kept_where_the_upload_says_it(staged: None) -> None:
    found = query(
        "select distinct sender, question, asked_for from staging.stg_fft_comments__comments where sender in ('V2X8N', 'C7X2M')"
    )
    assert set(found) == {("V2X8N", 1, "good"), ("V2X8N", 2, "better"), ("C7X2M", 1, "not_stated"), ("C7X2M", 2, "not_stated")}


def test_the_gap_after_the_stroke_unit_is_in_the_comments_and_not_in_the_scores(staged: None) -> None:
    truth = plan.planted("stroke_interface")
    shares = truth["fft_comments"]
    told = "|".join(part[1:] for part in fft_comments._BETWEEN)
    found = query(
        "select location_3 = %s and about_organisation_code = %s, count(distinct respondent_id), "
        "count(distinct respondent_id) filter (where text ~ %s) "
        "from staging.stg_fft_comments__comments where sender <> 'X1' group by 1",
        truth["from"]["ward"], truth["from"]["organisation"], told,
    )  # fmt: skip
    share = {there: between / wrote for there, wrote, between in found}
    assert abs(share[True] - shares["share_negative_about_interface"]) < 0.17
    assert abs(share[False] - shares["share_elsewhere"]) < 0.02
    [(good,)] = query(
        "select avg((score <= 2)::integer) from staging.stg_fft_comments__respondents where location_3 = 'Stroke Unit'"
    )
    assert good > 0.8


def test_the_planted_groups_are_seldom_heard(staged: None) -> None:
    """A group of rate r with a share p of the population has p × r / (1 − p × (1 − r)) of the voices, the others aside."""
    population = sum(area.patients for area in people.areas())
    groups = [group for _, group, *_ in people.ETHNICITIES]
    of_area = [(area.patients, zip(groups, people.ethnicity_shares(area.mixed), strict=True)) for area in people.areas()]
    asian = sum(patients * share for patients, shares in of_area for group, share in shares if group == "Asian") / population
    rate = next(
        rule["relative_rate"] for rule in plan.seldom_heard() if (rule["source"], rule["group"]) == ("fft_comments", "Asian")
    )
    [(heard,)] = query("select avg((ethnic_group = 'Asian')::integer) from staging.stg_fft_comments__respondents "
                       "where ethnic_group is not null and sender <> 'X1'")  # fmt: skip
    # older people, who are heard, are as often of any group; those whose English is poor are seldom heard as well
    assert 0.6 * asian * rate < float(heard) < 1.05 * asian * rate / (1 - asian * (1 - rate))
    unknown = query(
        "select ethnicity_unknown, count(*) from staging.stg_fft_comments__respondents where sender = 'C7X2M' group by 1"
    )
    assert {reason for reason, _ in unknown} == {None, "not_stated", "not_known"}
    assert query("select distinct religion_unknown from staging.stg_fft_comments__respondents where sender = 'E5Z8P'") == [
        ("not_asked",)
    ]


def test_the_forms_of_days_mean_the_same_to_the_reader_and_to_staging(staged: None) -> None:
    assert building.invoke(["test", "--select", "test_type:unit,path:models/staging/fft_comments"])
