"""Complaints logs: three layouts, what stays outside, what is checked, and what staging makes of a year sent again and again."""

from collections.abc import Iterator
from datetime import date
from hashlib import md5
from pathlib import Path

import pytest

from conftest import clear, stage
from deliveries import broken_rows, checked, deliver, query
from ics_insight.demo import Span, complaints, plan
from ics_insight.demo.files import csv_bytes, xlsx_bytes
from ics_insight.demo.people import nhs_number
from ics_insight.errors import Refused
from ics_insight.orchestration import building
from ics_insight.sources import registry
from ics_insight.sources.reading import day
from ics_insight.sources.reading.logs import age_group
from log_files import AFTER_THE_LAST, NAMES, deliver_demo, log_csv, log_rows
from readers import Read, Refuser, Taker
from tiny_files import MARK

SOURCES = ("complaints", "pals")
FOLDER = Path(building.__file__).parents[1] / "sources"


def fields_of(found: Read) -> dict[str, list[str]]:
    """Cells by our name of their column, as raw holds them."""
    (fields,) = found.fields.values()
    rows = found.column("cells")
    return {field: [row[at] for row in rows] for at, field in enumerate(fields) if at < len(rows[0])}


# ---- reading


@pytest.mark.parametrize("source", SOURCES)
def test_the_published_template_is_the_layout(source: str) -> None:
    published = (FOLDER / source / "template.csv").read_text()
    assert published.strip().split(",") == complaints.template_header(source)


@pytest.mark.parametrize("source", SOURCES)
def test_a_log_covers_the_months_of_its_receipts(source: str, rows_of: Taker) -> None:
    found = rows_of(source, log_csv(source), NAMES[source])
    assert (found.layout, found.part) == ("template-1", "log")
    assert found.period == (date(2026, 4, 1), date(2026, 6, 30))
    assert found.row_numbers == [2, 3, 4]


def test_radars_export_is_found_below_its_title_and_in_any_order(rows_of: Taker) -> None:
    header = [*complaints.RADAR_HEADER]
    row = ["x"] * len(header)
    row[0], row[1], row[21] = "COMP/2026/1", date(2026, 4, 9), date(1996, 4, 10)
    upside_down = xlsx_bytes({"Report": [["Complaints report"], [], header[::-1], row[::-1]]})
    found = rows_of("complaints", upside_down, "export.xlsx")
    assert found.layout == "radar-export"
    assert found.row_numbers == [4]
    cells = fields_of(found)
    assert cells["reference"] == ["COMP/2026/1"]
    assert cells["age_group"] == ["25-34"]  # 29 years old the day before the thirtieth birthday


def test_who_it_was_and_what_nobody_knows_stay_outside(rows_of: Taker) -> None:
    secret = {
        "Patient Name": ["Q"] * 3, "NHS Number": [nhs_number(n) for n in range(3)], "Date of birth": ["01/02/1980"] * 3,
        "Home Postcode": ["QX1 1ZZ"] * 3, "Case handler": ["Q"] * 3, "Email": ["q@example.org"] * 3, "flags (local)": ["Q"] * 3,
        "Daytime telephone": ["01632 960000"] * 3,
    }  # fmt: skip
    found = rows_of("complaints", log_csv("complaints", secret), NAMES["complaints"])
    assert all(len(row) == 5 for row in found.column("cells"))
    kept = ["complaint_reference", "received", "subjects", "outcome", "description"]
    assert found.headers == {"": [*kept, "column 12"]}  # the last but one was nothing that the layout knows
    assert "Q" not in str(found.column("cells"))


@pytest.mark.parametrize(
    ("born", "on", "group"),
    [
        (date(2000, 2, 29), date(2018, 2, 28), "16-17"),
        (date(2000, 2, 29), date(2018, 3, 1), "18-24"),
        (date(1951, 6, 1), date(2026, 6, 1), "75-84"),
        (date(2026, 6, 2), date(2026, 6, 1), ""),
        (date(1900, 1, 1), date(2026, 6, 1), ""),
        (None, date(2026, 6, 1), ""),
    ],
)
def test_age_on_the_day_of_receipt(born: date | None, on: date, group: str) -> None:
    assert age_group(born, on) == group


SPELLINGS = {
    "2026-04-09": date(2026, 4, 9), "09/04/2026": date(2026, 4, 9), "9.4.26": date(2026, 4, 9), "9-4-2026": date(2026, 4, 9),
    " 9 April 2026 ": date(2026, 4, 9), "09-Apr-26": date(2026, 4, 9), "46121": date(2026, 4, 9), "46121.375": date(2026, 4, 9),
    "2026-04-09T10:11:12": date(2026, 4, 9), "09/04/2026 10:11": date(2026, 4, 9), "29/02/2024": date(2024, 2, 29),
    "29/02/2026": None, "04/13/2026": None, "2026-13-01": None, "9999-99-99": None,
    "01/01/1899": None, "31/12/2099": date(2099, 12, 31),
    "": None, "spring": None, "12345": None, "999999": None, "9 Foo 2026": None,
    "19999": None, "60001": None, "20000": date(1954, 10, 3),
}  # fmt: skip


@pytest.mark.usefixtures("database")
def test_readers_and_database_read_days_alike() -> None:
    assert {text: day(text) for text in SPELLINGS} == SPELLINGS
    assert {text: query("select raw.day(%s)", text)[0][0] for text in SPELLINGS} == SPELLINGS


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("COMP/2026/00088", "COMP/2026/88"), ("comp/2026/00088", "COMP/2026/88"), (" Comp 2026 88 ", "COMP/2026/88"),
        ("COMP2026-0088", "COMP/2026/88"), ("COMP/2026/00880", "COMP/2026/880"), ("COMP/2026/0", "COMP/2026/0"), (" - ", None),
    ],
)  # fmt: skip
def test_a_reference_is_the_same_however_it_is_spelled(text: str, same: str | None) -> None:
    assert query("select raw.reference(%s)", text) == [(same,)]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("COMP/2026/88", True), ("PALS/2026/W/12", True), ("CAS/1234/X/1/Y/2", True), ("100024", True), ("w100025", True),
        ("EX-2025-07", True), ("0b6f7a52-3c1d-4e8f-9aab-cdefabcdefab", True), ("COMP/1", False), (MARK, False),
        ("COMPLAINT/2026/88", False), ("MY/MUM/CAME/IN/2026", False), ("2026 88", False), ("MUM/07700900123", False), ("/", False),
        ("A/1" * 9, False),
    ],
)  # fmt: skip
def test_a_reference_is_shown_where_it_looks_like_one(reference: str, shown: bool) -> None:
    hashed = md5(reference.encode(), usedforsecurity=False).hexdigest()
    assert query("select raw.reference_shown(%s), raw.identifier(%s)", reference, reference) == [
        (reference, reference) if shown else (None, hashed)
    ]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("text", "named", "alone"),
    [
        ("T9T9T", "T9T9T", "T9T9T"), ("A hospital (T9T)", "T9T", None), ("A surgery (T90024)", "T90024", None),
        (" t9t9t ", None, "T9T9T"), ("Crisis team (CAMHS)", None, None), ("CAMHS", None, None), ("RZZ", None, "RZZ"),
        ("Team (T2)", None, None), ("(T9T9T) was not", None, None), ("T12345678901", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_a_word_in_capitals_is_no_code(text: str, named: str | None, alone: str | None) -> None:
    assert query("select raw.code_in_name(%s), raw.organisation_code(%s)", text, text) == [(named, alone)]


@pytest.mark.usefixtures("database")
def test_nhs_numbers_are_told_by_their_check_digit() -> None:
    numbers = [nhs_number(n) for n in range(0, 5000, 7)]
    spaced = [f"{n[:3]} {n[3:6]}-{n[6:]}" for n in numbers]
    wrong = [n[:9] + str((int(n[9]) + 1) % 10) for n in numbers]
    longer = [f"{n}1" for n in numbers]
    for listed, expected in ((numbers, True), (spaced, True), (wrong, False), (longer, False)):
        assert query("select distinct raw.holds_nhs_number(cell) from unnest(%s::text []) as cell", listed) == [(expected,)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            csv_bytes([["complaint_reference", "received", "outcome"], ["1", "09/04/2026", MARK]]),
            "expected “subjects”, found nothing",
        ),
        (csv_bytes(log_rows("complaints", {"received": ["soon"] * 3})), "no row has a date in the column “received”"),
        (
            csv_bytes([[*log_rows("complaints")[0], "subjects"], *([*row, MARK] for row in log_rows("complaints")[1:])]),
            "found another",
        ),
        (csv_bytes(log_rows("complaints")[:1]), "a header but no rows"),
        (log_csv("pals"), "found a file of `pals`"),
        (b"<html><body>log in</body></html>", "found a web page"),
        (xlsx_bytes({"Sheet1": [["complaint_reference"], [MARK]]}), "not a known layout"),
    ],
)
def test_refusals(content: bytes, sentence: str, refusal: Refuser) -> None:
    assert sentence in refusal("complaints", content, NAMES["complaints"])


# ---- the gate

BROKEN = {
    "every row has a reference": ({"complaint_reference": ["COMP/1", " - ", "COMP/3"]}, [3]),
    "a reference stands once": ({"complaint_reference": ["COMP/2026/00088", "COMP/2", "comp 2026 88"]}, [2, 4]),
    "every row says when it was received": ({"received": ["09/04/2026", "soon", "31/06/2026"]}, [3, 4]),
    "nothing was received after the log was sent": ({"received": ["09/04/2026", "09/04/2062", "10/04/2026"]}, [3]),
    "other dates are dates": ({"due": ["", "next week", "04/06/2026"]}, [3]),
    "dates are in their order": ({"completed": ["08/04/2026", "", "03/06/2026"], "event_date": ["", "", "4/6/26"]}, [2, 4]),
    "no NHS number outside the free text": ({"location": ["Ward 1", f"Ward {nhs_number(4)}", "020 7946 0018"]}, [3]),
    "columns that the layout does not know": ({"flags": ["a", "b", "c"]}, [1]),
}  # fmt: skip
SEVERITY = {
    "other dates are dates": "warning",
    "dates are in their order": "warning",
    "columns that the layout does not know": "warning",
}


@pytest.mark.usefixtures("cleared_warehouse")
@pytest.mark.parametrize("expectation", BROKEN)
def test_what_is_broken_names_its_rows_and_refuses_or_warns(expectation: str, tmp_path: Path) -> None:
    more, rows = BROKEN[expectation]
    extract_id = deliver(tmp_path, "complaints", log_csv("complaints", more), NAMES["complaints"], day=AFTER_THE_LAST)
    if SEVERITY.get(expectation) == "warning":
        assert checked("complaints", extract_id).state == "accepted"
    else:
        with pytest.raises(Refused, match=f"Not so: {expectation} "):
            checked("complaints", extract_id)
    assert broken_rows(extract_id) == {expectation: rows}


@pytest.mark.usefixtures("cleared_warehouse")
def test_references_of_ten_digits_are_no_nhs_numbers_unless_most_of_them_are(tmp_path: Path) -> None:
    by_chance = [nhs_number(4), "9990000004", "9990000005"]
    ids = log_csv("complaints", {"complaint_reference": by_chance})
    assert checked("complaints", deliver(tmp_path, "complaints", ids, "a.csv", day=AFTER_THE_LAST)).state == "accepted"
    identified = log_csv("complaints", {"complaint_reference": [nhs_number(n) for n in (4, 40, 400)]})
    with pytest.raises(Refused, match="no NHS number outside the free text"):
        checked("complaints", deliver(tmp_path, "complaints", identified, "b.csv", day=AFTER_THE_LAST))


# ---- staging


@pytest.fixture(scope="module")
def staged(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo's logs of April to September 2026, sent in July and again in October, and one more of a trust of its own."""
    clear()
    folder = tmp_path_factory.mktemp("delivered")
    assert deliver_demo(folder, "complaints", 6) == 10
    stage()
    yield
    clear()


MONTHS = 6
REGULAR = MONTHS * (12 + 10 + 8 + 7 + 3)


def test_each_complaint_stands_once_and_what_is_none_is_counted(staged: None) -> None:
    assert query("select count(*) from raw.complaints") == [(REGULAR + REGULAR // 2 + 3 * 5 * 5,)]  # the first quarter twice
    assert query("select count(*) from staging.stg_complaints__complaints") == [(REGULAR,)]
    counts = dict(query("select reason, count(*) from staging.stg_complaints__left_out group by 1"))
    planted = plan.planted("rows_that_are_none")["each_quarter"]
    assert counts == {reason: 2 * 5 * number for reason, number in planted.items()}


def test_a_record_is_as_far_on_as_in_the_newest_export(staged: None) -> None:
    (open_then,), (open_now,) = query(
        """select count(*) filter (where cells[array_position(fields, 'status')] in ('Under investigation', 'investigation'))
           from raw.complaints join raw.header using (extract_id, sheet) join ledger.extract using (extract_id)
           where raw.day(cells[array_position(fields, 'received')]) < '2026-07-01' group by period_end order by period_end"""
    )
    assert query(
        "select count(*) from staging.stg_complaints__complaints where status = 'open' and received_on < '2026-07-01'"
    ) == [(open_now,)]
    assert open_now < open_then


def test_the_planted_interface_concerns_another_organisation(staged: None) -> None:
    planted = plan.planted("stroke_interface")
    found = query(
        """select count(*) from staging.stg_complaints__complaints as complaints
           join staging.stg_complaints__issues using (voice_id)
           where complaints.sender = %s and about_organisation_code = %s and another_involved and subject_code = 'integrated_care'
               and 'between_hospital_and_community_services' = any(sub_subject_codes) and theme_codes = '{T06,T07}'""",
        planted["from"]["organisation"],
        planted["to"]["organisation"],
    )
    assert found == [(planted["complaints"] - planted["complaints"] * (36 - MONTHS) // 36,)]  # 14 over 36 months: 11 before
    assert query(
        "select count(*) from staging.stg_complaints__complaints where not another_involved and about_organisation_code <> sender"
    ) == [(0,)]


def test_every_subject_is_known_and_every_complaint_has_one(staged: None) -> None:
    assert query("select count(*) from staging.stg_complaints__residue") == [(0,)]
    assert query("select count(distinct voice_id), bool_and(stated) from staging.stg_complaints__issues") == [(REGULAR, True)]
    assert query("select count(*) > %s from staging.stg_complaints__issues", REGULAR) == [(True,)]  # some have two


def test_the_statutory_clock_runs_where_the_log_says_when(staged: None) -> None:
    radar = registry()["complaints"].layouts[0].sheets[0]
    assert "acknowledged" not in radar.columns
    found = query(
        """select sender = 'C7X2M', acknowledged_null_reason, count(*) from staging.stg_complaints__complaints
           where acknowledged_null_reason is distinct from 'not_submitted' group by 1, 2 order by 1"""
    )
    assert [row[:2] for row in found] == [(False, None), (True, "not_collected")]
    assert found[1][2] == MONTHS * 12
    assert query(
        "select min(acknowledged_working_days) >= 0, bool_or(not acknowledged_in_time) from staging.stg_complaints__complaints"
    ) == [(True, True)]


def test_words_of_three_systems_mean_the_same(staged: None) -> None:
    for column in ("sex", "severity", "respondent_role", "ethnicity", "status"):
        known = "respondent_role <> 'not_known' or sender = 'C7X2M'" if column == "respondent_role" else f"{column} <> 'not_known'"
        but = " and sender <> 'E5Z8P'" if column in ("sex", "ethnicity") else ""  # Odoo's export does not have them
        assert query(f"select count(*) from staging.stg_complaints__complaints where not ({known}){but}") == [(0,)], column
    assert {row[0] for row in query("select distinct outcome from staging.stg_complaints__complaints where sender <> 'E5Z8P'")} == {
        "upheld", "partially_upheld", "not_upheld", "none_yet",
    }  # fmt: skip


def test_what_began_at_pals_says_so(staged: None) -> None:
    planted = plan.planted("pals_became_complaints")
    found = query("select distinct sender, pals_reference from staging.stg_complaints__complaints where pals_reference is not null")
    assert sorted(found) == sorted((s, f"PALS/2026/{m}0001") for s in planted["known_in_complaints"] for m in (6, 9))


def test_checks_know_the_vocabulary_once_it_is_built(staged: None, tmp_path: Path) -> None:
    more = {"subjects": ["Communications, Privacy, dignity & wellbeing", "Xyz", "Consent"], "severity": ["low", "Low", MARK]}
    extract_id = deliver(tmp_path, "complaints", log_csv("complaints", more), "z.csv", day=AFTER_THE_LAST + 1)
    assert checked("complaints", extract_id).state == "accepted"
    found = broken_rows(extract_id)
    found.pop("rows within the release's own history", None)
    assert found == {"subjects are in the vocabulary": [3], "other words are in the vocabulary": [4]}
    assert query("select sum(letters) from staging.stg_complaints__residue") == [(3,)]


def test_every_subject_has_a_theme_and_no_word_two_meanings(staged: None) -> None:
    assert (
        query(
            """select subject_code from vocabulary.log_subject except
           select code from vocabulary.theme_crosswalk where scheme = 'log_subject' group by code having sum(weight) = 1"""
        )
        == []
    )
    assert (
        query("select lower(written) from vocabulary.log_subject intersect select lower(written) from vocabulary.log_sub_subject")
        == []
    )
    assert query("select subject_code from vocabulary.log_sub_subject except select subject_code from vocabulary.log_subject") == []


def test_a_log_reads_the_same_however_many_months_are_asked_for() -> None:
    few = dict(complaints.files(Span(6)))
    many = dict(complaints.files(Span(12)))
    assert few == {name: many[name] for name in few}
