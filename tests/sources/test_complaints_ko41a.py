"""KO41a and the zip that it shares with KO41b: read, held against its expectations, staged."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from math import sqrt
from pathlib import Path

import pytest
from written_complaints import NAME, PRACTICES, SUB_ICBS, Change, Tables, demo_rows, take_the_demo, zipped

from conftest import clear, stage
from deliveries import assert_as_planted, broken_rows, checked, deliver, query, refused_by
from ics_insight.demo import months
from ics_insight.demo.files import Cell, csv_bytes
from ics_insight.demo.span import Span
from ics_insight.demo.written_complaints import (
    CLINICAL,
    ORGANISATION_HEADER,
    PRACTICE_HEADER,
    SITE_HEADER,
    SUB_ICB_HEADER,
    SUBJECTS,
    files,
)
from ics_insight.orchestration import building
from readers import Refuser, Taker
from tiny_files import MARK, packed

ORGANISATIONS = "Data on Written Complaints in the NHS 2024-25 Secondary Care KO41a - Org Level.csv"
SITES = "Data on Written Complaints in the NHS 2024-25 Secondary Care KO41a - Site Level.csv"
# what one trust published for 2024-25 (formats.md section 4)
RDY = {
    "Complaints_Total_Brought_Forward": 0, "Complaints_Total_New": 403, "Complaints_Total_Resolved": 354,
    "Complaints_Number_Upheld": 98, "Complaints_Number_Partially_Upheld": 61,
    "Complaints_Number_Not_Upheld": 195, "Complaints_Total_Carried_Forward": 49,
    "Age_Total": 403, "Status_Total": 403, "Service_Total": 418, "Subject_Area_Total": 468, "Profession_Total": 423,
}  # fmt: skip
NEW, RESOLVED = ORGANISATION_HEADER.index("Complaints_Total_New"), ORGANISATION_HEADER.index("Complaints_Total_Resolved")


def row(header: tuple[str, ...], code: str, numbers: dict[str, int], site: str = "") -> list[Cell]:
    """One organisation or site: all that it counted stands in the first line of each section."""
    names: dict[str, Cell] = {
        "Year": "2024-25", "NHS_England_Region_Code": "Y99", "NHS_England_Region_Name": MARK, "ICS_Code": "QZZ",
        "ICS_Name": MARK, "Organisation_Code": code, "Organisation_Name": MARK, "Organisation_Type": "NHS Trust", "Site_Code": site,
        "Site_Name": MARK,
    }  # fmt: skip
    firsts = {
        "Age_0_5": "Age_Total", "Status_Patient": "Status_Total", "Service_Outpatient": "Service_Total",
        "Profession_Medical": "Profession_Total",
    }  # fmt: skip
    first = {line: numbers[total] for line, total in firsts.items()}
    clinical = min(53, numbers["Subject_Area_Total"])
    first |= {
        "Clinical_Treatment_General_Medicine": clinical,
        "Subject_Area_Communications": numbers["Subject_Area_Total"] - clinical,
    }
    return [({**names, **numbers, **first}).get(column, 0) for column in header]


def tables() -> Tables:
    """The two KO41a tables: RDY with its pseudo-site, and a trust with two sites and 20 times the same small numbers beside it."""
    small = (
        dict.fromkeys(RDY, 0)
        | {name: 2 for name in RDY if name.endswith(("New", "_Total"))}
        | {"Complaints_Total_Carried_Forward": 2}
    )
    half = {name: number // 2 for name, number in small.items()}
    codes = [f"X{n:02}" for n in range(20)]
    return {
        ORGANISATIONS: [
            [*ORGANISATION_HEADER],
            row(ORGANISATION_HEADER, "RDY", RDY),
            *(row(ORGANISATION_HEADER, code, small) for code in codes),
        ],
        SITES: [
            [*SITE_HEADER],
            row(SITE_HEADER, "RDY", RDY, "RDY"),
            *(row(SITE_HEADER, code, half, f"{code}{n}") for code in codes for n in "12"),
        ],
    }


# ---- read


def test_its_own_tables_are_read_and_the_others_left_alone(rows_of: Taker) -> None:
    name, content = next(iter(files(Span())))
    read = rows_of("complaints_ko41a", content, name)
    assert (read.layout, read.part, read.period) == ("ko41a-2022", "hospital-and-community", (date(2023, 4, 1), date(2024, 3, 31)))
    assert [len(header) for header in read.headers.values()] == [86, 88]
    assert all("KO41a" in sheet for sheet in read.headers)
    members = zipfile.ZipFile(io.BytesIO(content))
    sent = [list(csv.reader(io.StringIO(members.read(sheet).decode())))[1:] for sheet in read.headers]
    assert read.column("cells") == [*sent[0], *sent[1]]


def test_a_zip_of_the_other_half_is_refused_with_where_it_belongs(refusal: Refuser) -> None:
    other = packed(
        {PRACTICES: csv_bytes([PRACTICE_HEADER, ["2024-25"] * 18]), SUB_ICBS: csv_bytes([SUB_ICB_HEADER, ["2024-25"] * 75])}
    )
    assert "found a file of `complaints_ko41b`" in refusal("complaints_ko41a", other, NAME)
    assert "found a file of `complaints_ko41a`" in refusal("complaints_ko41b", zipped(tables()), NAME)


@pytest.mark.parametrize("gone", [ORGANISATIONS, SITES])
def test_a_zip_without_one_of_its_tables_is_refused_with_what_is_missing(refusal: Refuser, gone: str) -> None:
    rest = {name: rows for name, rows in tables().items() if name != gone}
    wanted = ".*KO41a.*Org.*Level" if gone == ORGANISATIONS else ".*KO41a.*Site.*Level"
    assert f"expected a file {wanted}" in refusal("complaints_ko41a", zipped(rest), NAME)


def test_a_table_alone_is_refused_since_it_would_replace_both(refusal: Refuser) -> None:
    sentence = refusal("complaints_ko41a", csv_bytes(tables()[ORGANISATIONS]), ORGANISATIONS)
    assert "only one of the tables of ko41a-2022; send all of them" in sentence


def test_two_files_for_one_table_are_refused(refusal: Refuser) -> None:
    twice = tables() | {ORGANISATIONS.replace("Org Level", "Org Level revised"): tables()[ORGANISATIONS]}
    assert "expected one file .*KO41a.*Org.*Level.*\\.csv, found 2: csv/Data on" in refusal("complaints_ko41a", zipped(twice), NAME)


def test_a_changed_header_is_refused_with_its_column_though_the_other_half_is_there(refusal: Refuser) -> None:
    changed = tables() | {PRACTICES: [[*PRACTICE_HEADER], ["2024-25"] * 18], SUB_ICBS: [[*SUB_ICB_HEADER], ["2024-25"] * 75]}
    changed[ORGANISATIONS][0][NEW] = "Complaints_Received"
    sentence = refusal("complaints_ko41a", zipped(changed), NAME)
    assert "expected “Complaints_Total_New”, found “Complaints_Received”" in sentence


@pytest.mark.parametrize("year", ["2024-26", "2024", "", "9999-00", "2024-25-26", "２０２４-25"])
def test_a_row_without_a_financial_year_is_refused_with_its_row(refusal: Refuser, year: str) -> None:
    changed = tables()
    changed[ORGANISATIONS][2][0] = year
    sentence = refusal("complaints_ko41a", zipped(changed), NAME)
    assert f"{ORGANISATIONS}: row 3, column “Year”: expected the same year as in the rows before" in sentence


def test_a_year_under_another_years_name_is_refused(refusal: Refuser) -> None:
    sentence = refusal("complaints_ko41a", zipped(tables()), NAME.replace("2024-25", "2023-24"))
    assert "rows of the year from April 2024 under the name of the year from April 2023" in sentence


@pytest.mark.parametrize("name", ["complaints.zip", "2025-10-16 complaints.zip", "2024-12 complaints.zip"])
def test_a_day_in_a_name_is_no_year(rows_of: Taker, name: str) -> None:
    assert rows_of("complaints_ko41a", zipped(tables()), name).period == (date(2024, 4, 1), date(2025, 3, 31))


# ---- the gate


@pytest.mark.usefixtures("cleared_warehouse")
def test_published_numbers_are_accepted_and_nothing_is_amiss(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "complaints_ko41a", zipped(tables()), NAME)
    assert checked("complaints_ko41a", extract_id).row_count == 62
    assert query("select expectation from assurance.result where status in ('warn', 'fail')") == []


def _same_site_twice(sent: Tables) -> None:
    sent[SITES].append([*sent[SITES][1][:5], "RDY ", *sent[SITES][1][6:]])


def _total_row(sent: Tables) -> None:
    sent[ORGANISATIONS][2][5] = "ENG"


def _mark(sent: Tables) -> None:
    sent[ORGANISATIONS][2][NEW] = "*"


def _moved(sent: Tables) -> None:
    for each in sent[ORGANISATIONS][2:5]:
        each[NEW], each[RESOLVED] = each[RESOLVED], each[NEW]


def _named_twice(sent: Tables) -> None:
    sent[ORGANISATIONS][0][ORGANISATION_HEADER.index("Service_Inpatient")] = "Service_Outpatient"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (_same_site_twice, "one row per organisation and per site"), (_total_row, "rows are of organisations and sites"),
        (_mark, "cells are whole numbers or blank"), (_moved, "complaints balance in nearly all rows"),
        (_named_twice, "each column once"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("cleared_warehouse")
def test_what_breaks_a_rule_is_refused_by_its_name(tmp_path: Path, change: Change, name: str) -> None:
    sent = tables()
    change(sent)
    assert refused_by(tmp_path, "complaints_ko41a", zipped(sent), NAME) == [name]


@pytest.mark.usefixtures("cleared_warehouse")
def test_one_return_that_does_not_add_up_is_a_warning_with_its_row(tmp_path: Path) -> None:
    sent = tables()
    sent[ORGANISATIONS][1][NEW] = 470  # more than subjects, ages and statuses; carried forward and sites do not fit either
    extract_id = deliver(tmp_path, "complaints_ko41a", zipped(sent), NAME)
    checked("complaints_ko41a", extract_id)
    assert broken_rows(extract_id) == {
        "ages and statuses add up to new complaints": [2],
        "at least one subject per new complaint": [2],
        "brought forward and new less resolved are carried forward": [2],
        "sites add up to their organisation": [2],
    }


# ---- staging


@pytest.fixture(scope="module")
def built(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo's three years with the one trust's published numbers in a year of its own, built."""
    folder = tmp_path_factory.mktemp("ko41a")
    take_the_demo("complaints_ko41a", folder)
    earlier = {name.replace("2024", "2022").replace("-25", "-23"): rows for name, rows in tables().items()}
    for rows in earlier.values():
        for each in rows[1:]:
            each[0] = "2022-23"
    rows = next(iter(earlier.values()))
    rows[2][NEW - 1 : NEW + 6] = [None] * 7  # an organisation that sent nothing
    checked("complaints_ko41a", deliver(folder, "complaints_ko41a", zipped(earlier), "complaints 2022-23.zip"))
    stage()
    building.build("intermediate")
    yield
    clear()


@pytest.mark.usefixtures("built")
def test_a_trusts_published_numbers_come_out_as_they_went_in() -> None:
    where = "where organisation_code = 'RDY' and period_start = '2022-04-01'"
    complaints = query(
        f"""select row_level, site_code, is_pseudo_site, new_complaints, resolved, upheld, partially_upheld, not_upheld,
                carried_forward, services_named, subjects_raised, professions_named
            from staging.stg_complaints_ko41a__complaints {where} order by row_level"""
    )
    numbers = (403, 354, 98, 61, 195, 49, 418, 468, 423)
    assert complaints == [("organisation", None, False, *numbers), ("site", "RDY", True, *numbers)]
    issues = query(
        f"""select section, sum(issues_raised)::int from staging.stg_complaints_ko41a__issues {where} and row_level = 'organisation'
            group by section order by section"""
    )
    assert issues == [("clinical_treatment", 53), ("profession", 423), ("service", 418), ("subject", 415)]
    [share] = query(
        f"""select value, numerator, denominator, base, lower, upper, interval_method
            from staging.stg_complaints_ko41a__measures {where} and measure_code = 'ko41a_upheld_share'"""
    )
    p, n, z = 98 / 354, 354, 1.959963984540054
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    limits = [(p + z * z / (2 * n) + side * half) / (1 + z * z / n) for side in (-1, 1)]
    assert [float(each) for each in (share[0], *share[4:6])] == pytest.approx([p, *limits], abs=1e-12)
    assert (share[1], share[2], share[3], share[6]) == (98, 354, 354, "wilson_95")


@pytest.mark.usefixtures("built")
def test_nothing_sent_nothing_resolved_and_none_are_three_things() -> None:
    found = query(
        """select organisation_code, measure_code, value, null_reason, interval_null_reason
           from staging.stg_complaints_ko41a__measures
           where organisation_code in ('X00', 'X01') and measure_code in ('ko41a_resolved', 'ko41a_upheld_share') order by 1, 2"""
    )
    assert found == [
        ("X00", "ko41a_resolved", None, "not_submitted", "not_applicable"),
        ("X00", "ko41a_upheld_share", None, "not_submitted", "not_submitted"),
        ("X01", "ko41a_resolved", 0, None, "not_applicable"),
        ("X01", "ko41a_upheld_share", None, "not_applicable", "not_applicable"),
    ]


@pytest.mark.usefixtures("built")
def test_three_years_of_the_fictional_trusts_add_up() -> None:
    assert_as_planted("complaints_ko41a", since=date(2023, 4, 1))
    for year, sent in zip(months.financial_years(), demo_rows("Org Level"), strict=True):
        start = date(int(year[:4]), 4, 1)
        [(england,)] = query(
            """select value from staging.stg_complaints_ko41a__measures
               where organisation_code = 'ENG' and measure_code = 'ko41a_new' and period_start = %s""",
            start,
        )
        assert england == sum(int(each["Complaints_Total_New"]) for each in sent)
        raised = query(
            """select section, sum(issues_raised) from staging.stg_complaints_ko41a__issues
               where row_level = 'organisation' and period_start = %s and section in ('subject', 'clinical_treatment')
               group by section order by section""",
            start,
        )
        lines = {"clinical_treatment": [f"Clinical_Treatment_{line}" for line, _ in CLINICAL]} | {
            "subject": [f"Subject_Area_{line}" for line, _ in SUBJECTS]
        }
        assert dict(raised) == {
            section: sum(int(each[name]) for each in sent for name in names) for section, names in lines.items()
        }
        assert sum(number for _, number in raised) > england


@pytest.mark.usefixtures("built")
def test_every_subject_has_themes_or_is_listed_as_without() -> None:
    themes = dict(query("select distinct item, theme_codes from staging.stg_complaints_ko41a__issues where section = 'subject'"))
    assert themes["Integrated Care incl Delayed Discharge due to Absence of Care Package"] == ["T06", "T07"]
    assert themes["Waiting Times"] == ["T02"]
    without = {subject for (subject,) in query("select subject from staging.stg_complaints_ko41a__unmapped")}
    assert without == {subject for subject, found in themes.items() if found is None}


@pytest.mark.usefixtures("built")
def test_boards_are_named_and_sites_are_no_organisations() -> None:
    levels = dict(query("select distinct organisation_code, organisation_level from staging.stg_complaints_ko41a__organisations"))
    assert (levels["C7X2M"], levels["NQZ9"], levels["X4V7Q"], levels["QZ7"]) == ("trust", "provider", "icb", "icb")
    assert not {code for (code,) in query(
        "select site_code from staging.stg_complaints_ko41a__complaints where site_code <> organisation_code"
    )} & set(levels)  # fmt: skip
