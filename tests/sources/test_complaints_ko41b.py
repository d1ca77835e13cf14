"""KO41b, practices and sub-ICBs: read, held against its expectations, staged."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from written_complaints import NAME, PRACTICES, SUB_ICBS, Change, Tables, demo_rows, take_the_demo, zipped

from conftest import clear, stage
from deliveries import assert_as_planted, broken_rows, checked, deliver, query, refused_by
from ics_insight.demo.files import Cell, csv_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.span import Span
from ics_insight.demo.system import practices
from ics_insight.demo.written_complaints import PRACTICE_HEADER, SUB_ICB_HEADER, files, responds
from ics_insight.orchestration import building
from readers import Refuser, Taker
from tiny_files import MARK, Rows, packed

PREMISES = "4.25 Premises (inc. Cleanliness, Condition)"
NAMES: list[Cell] = ["Y99", MARK, "QZZ", MARK, "00Z", MARK]


def tables() -> Tables:
    """20 GP practices with 0 + 2 - 1 = 1, that one upheld, a dental practice with two contracts, and their sub-ICB."""
    each: list[Cell] = [0, 2, 1, 1, 0, 0, 1]
    gps: Rows = [["2024-25", "GP", *NAMES, f"X{n:05}", MARK, None, *each] for n in range(20)]
    dental: Rows = [["2024-25", "Dental", *NAMES, "V990001", MARK, contract, *each] for contract in ("1", "2")]
    sub_icbs: Rows = []
    for kind, many in (("GP", 20), ("Dental", 2)):
        totals = [many * int(str(number)) for number in each]
        firsts = {"2.1 0-5": 2 * many, "3.1 Patient": 2 * many, PREMISES: 2 * many + 1, "5.1 GP": 2 * many}
        sub_icbs.append(["2024-25", kind, *NAMES, *totals, *(firsts.get(column, 0) for column in SUB_ICB_HEADER[15:])])
    return {PRACTICES: [[*PRACTICE_HEADER], *gps, *dental], SUB_ICBS: [[*SUB_ICB_HEADER], *sub_icbs]}


def test_its_own_tables_are_read_and_a_name_with_a_comma_is_one_column(rows_of: Taker) -> None:
    name, content = next(iter(files(Span())))
    read = rows_of("complaints_ko41b", content, name)
    assert (read.layout, read.part, read.period) == ("ko41b-2022", "primary-care", (date(2023, 4, 1), date(2024, 3, 31)))
    assert sorted(len(header) for header in read.headers.values()) == [18, 75]
    assert all("KO41b" in sheet for sheet in read.headers)
    [wide] = [header for header in read.headers.values() if len(header) == 75]
    assert PREMISES in wide
    assert b'"4.25 Premises (inc. Cleanliness, Condition)"' in content


def test_a_name_with_a_comma_that_is_not_quoted_is_refused(refusal: Refuser) -> None:
    sent = {name: csv_bytes(rows).replace(f'"{PREMISES}"'.encode(), PREMISES.encode()) for name, rows in tables().items()}
    sentence = refusal("complaints_ko41b", packed(sent), NAME)
    assert "found “ Condition)”" in sentence


def test_a_practice_table_alone_is_refused(refusal: Refuser) -> None:
    assert "expected a file .*KO41b.*Sub.?ICB" in refusal("complaints_ko41b", zipped({PRACTICES: tables()[PRACTICES]}), NAME)


@pytest.mark.usefixtures("cleared_warehouse")
def test_a_sound_zip_is_accepted_and_nothing_is_amiss(tmp_path: Path) -> None:
    assert checked("complaints_ko41b", deliver(tmp_path, "complaints_ko41b", zipped(tables()), NAME)).row_count == 24
    assert query("select expectation from assurance.result where status in ('warn', 'fail')") == []


def _same_contract_twice(sent: Tables) -> None:
    sent[PRACTICES][-1][10] = "1"


def _total_row(sent: Tables) -> None:
    sent[SUB_ICBS].append(["2024-25", "GP", None, None, None, None, None, "England", *sent[SUB_ICBS][1][8:]])


def _mark(sent: Tables) -> None:
    sent[SUB_ICBS][1][40] = "c"


def _moved(sent: Tables) -> None:
    for each in sent[PRACTICES][1:4]:
        each[12], each[13] = each[13], each[12]


def _named_twice(sent: Tables) -> None:
    sent[SUB_ICBS][0][-1] = sent[SUB_ICBS][0][-2]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (_same_contract_twice, "one row per return, practice and contract, and per sub-ICB"), (_named_twice, "each column once"),
        (_total_row, "rows are of practices and sub-ICBs"), (_mark, "cells are whole numbers or blank"),
        (_moved, "complaints balance in nearly all rows"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("cleared_warehouse")
def test_what_breaks_a_rule_is_refused_by_its_name(tmp_path: Path, change: Change, name: str) -> None:
    sent = tables()
    change(sent)
    assert refused_by(tmp_path, "complaints_ko41b", zipped(sent), NAME) == [name]


@pytest.mark.usefixtures("cleared_warehouse")
def test_practices_that_do_not_add_up_to_their_sub_icb_are_a_warning(tmp_path: Path) -> None:
    sent = tables()
    del sent[PRACTICES][1]
    extract_id = deliver(tmp_path, "complaints_ko41b", zipped(sent), NAME)
    checked("complaints_ko41b", extract_id)
    assert broken_rows(extract_id) == {"practices add up to their sub-ICB": [2]}


@pytest.fixture(scope="module")
def built(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo's three years, built."""
    take_the_demo("complaints_ko41b", tmp_path_factory.mktemp("ko41b"))
    stage()
    building.build("intermediate")
    yield
    clear()


def sent_rows(part: str) -> list[dict[str, str]]:
    return [row for year in demo_rows(part) for row in year]


@pytest.mark.usefixtures("built")
def test_what_is_in_use_is_what_the_demo_says() -> None:
    assert_as_planted("complaints_ko41b")


@pytest.mark.usefixtures("built")
def test_the_planted_practice_shows_its_collapse() -> None:
    plan = planted("phone_collapse")
    found = query(
        """select extract(year from period_start)::int, value::int from staging.stg_complaints_ko41b__measures
           where organisation_code = %s and measure_code = 'ko41b_gp_new' order by 1""",
        plan["practice"],
    )
    assert found == [(int(year[:4]), new) for year, new in plan["complaints_ko41b"].items()]


@pytest.mark.usefixtures("built")
def test_a_practice_that_sent_no_return_is_absent_and_not_zero() -> None:
    silent = {practice.code for practice in practices() if not responds(practice, "2025-26")}
    assert silent
    found = {code for (code,) in query(
        "select organisation_code from staging.stg_complaints_ko41b__measures where period_start = '2025-04-01'"
    )}  # fmt: skip
    assert {practice.code for practice in practices()} - found == silent


@pytest.mark.usefixtures("built")
def test_contracts_are_added_to_their_practice_and_returns_stay_apart() -> None:
    rows = sent_rows("Practice Level")
    several = {row["Organisation Code"] for row in rows if row["Contract Number"].endswith("001")}
    assert several
    for code in several:
        [(new,)] = query(
            """select sum(value)::int from staging.stg_complaints_ko41b__measures
               where organisation_code = %s and measure_code = 'ko41b_dental_new' and organisation_level = 'dental_practice'""",
            code,
        )
        assert new == sum(int(row["1.4 Total New"]) for row in rows if row["Organisation Code"] == code)
    made = query(
        """select organisation_level, measure_code, count(*)::int from staging.stg_complaints_ko41b__measures
           where measure_code like '%%_new' group by 1, 2 order by 1, 2"""
    )
    direct = [row for row in sent_rows("Sub ICB Level") if row["Return"] == "ICB"]
    assert [each[:2] for each in made] == [
        ("dental_practice", "ko41b_dental_new"), ("icb", "ko41b_direct_new"), ("practice", "ko41b_gp_new"),
        ("sub_icb", "ko41b_dental_new"), ("sub_icb", "ko41b_gp_new"),
    ]  # fmt: skip
    assert made[1][2] == len(direct)


@pytest.mark.usefixtures("built")
def test_issues_exceed_complaints_and_a_subject_with_a_comma_is_one() -> None:
    rows = sent_rows("Sub ICB Level")
    [(issues, complaints)] = query(
        """select (select sum(issues_raised) from staging.stg_complaints_ko41b__issues where section = 'subject')::int,
               (select sum(new_complaints) from staging.stg_complaints_ko41b__complaints where row_level = 'sub_icb')::int"""
    )
    assert complaints == sum(int(row["1.4 Total New"]) for row in rows)
    assert issues == sum(int(number) for row in rows for name, number in row.items() if name.startswith("4."))
    assert issues > complaints
    [(premises, themes)] = query(
        """select sum(issues_raised)::int, max(theme_codes) from staging.stg_complaints_ko41b__issues
           where item = 'Premises (inc. Cleanliness, Condition)'"""
    )
    assert (premises, themes) == (sum(int(row[PREMISES]) for row in rows), ["T10"])
    assert query("select count(*) from staging.stg_complaints_ko41b__unmapped")[0][0] > 0
