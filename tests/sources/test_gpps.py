"""GP Patient Survey: both grammars, four levels, and what becomes of it in staging (formats.md section 1, facts.md section 2)."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from conftest import clear, stage
from deliveries import RUN, checked, deliver, load, query
from ics_insight import demo
from ics_insight.demo import people
from ics_insight.demo.files import csv_bytes
from ics_insight.demo.plan import truth
from ics_insight.errors import Refused
from ics_insight.warehouse import Ledger, connect
from readers import Refuser, Taker
from tiny_files import GPPS_HEADER, gpps_rows

NAME = "GPPS_{}_{}_data_(weighted)_(csv)_PUBLIC.csv"
OLD = [
    "practice_code", "practice_name", "pcn_code", "pcn_name", "ics_code", "ics_code_ons", "ics_name", "cr_code", "cr_name",
    "distributed", "received", "resprate",
]  # fmt: skip
QUESTIONS = [
    "q3base", "q3_1234base", "q3_1", "q3_12", "q3_1pct", "q3_12pct", "q3ci_lower_wil", "q3ci_upper_wil",
    "q28base", "q28_12", "q28_12pct",
]  # fmt: skip
VALUES = [40, 38, 10, 19, 0.263, 0.5, 0.35, 0.65, 40, 30, 0.75]


def old(ids: list[str], questions: list[str] = QUESTIONS, **numbers: Any) -> bytes:
    values = {"distributed": 100, "received": 40, "resprate": 0.4}
    row = [values.get(column.lower(), "X10001" if column.lower() == "practice_code" else "Q") for column in ids]
    return csv_bytes([[*ids, *questions], [*row, *(numbers.get(q, v) for q, v in zip(QUESTIONS, VALUES, strict=True))]])


@pytest.mark.parametrize(
    ("year", "ids", "questions"),
    [
        (2023, OLD, QUESTIONS),
        (2022, ["Practice_Code", "Practice_Name", *OLD[2:]], [q.replace("q", "Q") for q in QUESTIONS]),
        (2021, ["practice_code", "practice_name", "ccg_code", "ccg_name", "stp_code", "stp_name", *OLD[-3:]], QUESTIONS),
        (2018, ["Practice_Code", "Practice_Name", "CCG_Code", "CCG_Name", "Distributed", "Received", "Resprate"], QUESTIONS),
    ],
)
def test_the_survey_to_2023_by_the_columns_of_its_years(year: int, ids: list[str], questions: list[str], rows_of: Taker) -> None:
    found = rows_of("gpps", old(ids, questions), NAME.format(year, "Practice"))
    assert (found.layout, found.part, found.period[0].year) == ("to-2023-practice", "practice", year)


def test_every_variable_of_the_publishers_dictionary_is_a_column_of_the_older_layout(published_files: Path, rows_of: Taker) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(published_files / "gpps/GPPS_to_2023_column_dictionary.xlsx"))
    names = [str(row[0]) for row in book.get_sheet_by_name("All_Columns").to_python()[1:]]
    assert len(names) == 1_001
    content = csv_bytes([names, ["X10001", *["1"] * 1_000]])
    assert rows_of("gpps", content, NAME.format(2023, "Practice")).layout == "to-2023-practice"


def test_columns_of_one_survey_under_the_year_of_the_other_are_refused(refusal: Refuser) -> None:
    sentence = refusal("gpps", old(OLD), NAME.format(2025, "Practice"))
    assert "columns of 2023 or earlier under the name of a 2025 file; the survey changed in 2024" in sentence
    sentence = refusal("gpps", csv_bytes(gpps_rows()), NAME.format(2023, "Practice"))
    assert "columns of 2024 or later under the name of a 2023 file; the survey changed in 2024" in sentence


def test_networks_come_with_the_ids_of_practices_less_the_practice(rows_of: Taker) -> None:
    header, *body = gpps_rows(["X10001"])
    kept = [i for i, column in enumerate(GPPS_HEADER) if column not in ("ad_practicecode", "ad_practicename")]
    content = csv_bytes([[row[i] for i in kept] for row in [header, *body]])
    found = rows_of("gpps", content, NAME.format(2025, "PCN"))
    assert (found.layout, found.part) == ("2024-pcn", "pcn")


@pytest.mark.usefixtures("cleared_warehouse")
def test_an_older_file_is_held_against_what_must_be_so(tmp_path: Path) -> None:
    name = NAME.format(2023, "Practice")
    assert checked("gpps", deliver(tmp_path, "gpps", old(OLD), name)).state == "accepted"
    for bad, expectation in (
        ({"q3_12pct": 50}, "shares within 0 and 1"),
        ({"q28_12": "n/a"}, "cells are numbers or known marks"),
        ({"q28_12": "1\x1f2"}, "cells are numbers or known marks"),
    ):
        with pytest.raises(Refused, match=expectation):
            checked("gpps", deliver(tmp_path, "gpps", old(OLD, **bad), name))
    without = [q.replace("q28_12pct", "q29_12pct") for q in QUESTIONS]
    with pytest.raises(Refused, match="expected columns"):
        checked("gpps", deliver(tmp_path, "gpps", old(OLD, without), name))


FILES = dict(demo.files_of("gpps", demo.Span(1)))


@pytest.fixture(scope="module")
def warehouse(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    clear()
    folder = tmp_path_factory.mktemp("gpps")
    for name, content in FILES.items():
        if "_2023_" in name or "_2026_" in name:
            extract_id = deliver(folder, "gpps", content, name)
            load("gpps", extract_id)
            with connect() as connection:
                Ledger(connection).accepted(extract_id, RUN)
    stage()
    yield
    clear()


def published(year: int, level: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FILES[NAME.format(year, level)].decode())))


@pytest.mark.usefixtures("warehouse")
class TestStaged:
    @pytest.mark.parametrize(
        ("year", "level", "column", "measure", "code"),
        [
            (2026, "PCN", "localgpservicesphone.pcteval", "gpps_localgpservicesphone", "ad_pcncode"),
            (2026, "Practice", "overallexp.pcteval", "gpps_overallexp", "ad_practicecode"),
            (2023, "Practice", "q3_12pct", "gpps_to_2023_phone", "practice_code"),
            (2023, "Practice", "q28_12pct", "gpps_to_2023_overall", "practice_code"),
        ],
    )
    def test_each_level_and_grammar_gives_its_published_shares(
        self, year: int, level: str, column: str, measure: str, code: str
    ) -> None:
        found = query(
            """select organisation_code, value from staging.stg_gpps__measures
               where measure_code = %s and organisation_level = %s and extract(year from period_start) = %s""",
            measure, level.lower(), year,
        )  # fmt: skip
        expected = {row[code]: None if row[column] in ("-97", "-98") else Decimal(row[column]) for row in published(year, level)}
        assert dict(found) == expected

    def test_the_two_surveys_share_neither_measure_nor_series(self) -> None:
        found = query("select distinct measure_code, series from staging.stg_gpps__measures")
        assert {series for code, series in found if code.startswith("gpps_to_2023_")} == {"gpps_2021"}
        assert {series for code, series in found if not code.startswith("gpps_to_2023_")} == {"gpps_2024"}

    def test_only_listed_questions_load_and_the_rest_is_listed(self) -> None:
        known = {code for (code,) in query("select measure_code from vocabulary.measure_vocabulary")}
        assert {code for (code,) in query("select distinct measure_code from staging.stg_gpps__measures")} <= known
        listed = query("select question, kind, cells from staging.stg_gpps__unmapped where part = 'practice' and wave = 2026")
        practices = len(published(2026, "Practice"))
        assert ("localgpservicesphone", "answers", 12 * practices) in listed
        assert not [question for question, kind, _ in listed if (question, kind) == ("localgpservicesphone", "summary")]

    def test_respondents_add_up_to_those_who_answered(self) -> None:
        rows = query(
            """select characteristic, sum(respondents_weighted), max(base_weighted), max(base_unweighted)
               from staging.stg_gpps__respondents where organisation_level = 'england' and period_start = '2026-01-01' group by 1"""
        )
        [england] = published(2026, "National")
        assert {characteristic for characteristic, *_ in rows} == {"age", "gender", "carer", "ethnicity"}
        for _, answered, base, unweighted in rows:
            assert abs(answered - base) < Decimal("0.001")
            assert unweighted == int(england["received"])

    def test_who_answers_less_often_is_as_planted(self) -> None:
        """Of the home board's respondents, fewer are young than of those who would answer if all did so alike."""
        rule = next(r for r in truth()["seldom_heard"] if r["source"] == "gpps" and r["characteristic"] == "age")
        shares = dict(
            query(
                """select group_code, sum(respondents_weighted) / sum(sum(respondents_weighted)) over ()
                   from staging.stg_gpps__respondents
                   where organisation_level = 'england' and characteristic = 'age' and period_start = '2026-01-01' group by 1"""
            )
        )
        heard = float(shares["16-24"] + shares["25-34"])
        ages = dict.fromkeys(range(16, 96), 0.0)
        for (_, age), number in at_home().items():
            if age >= 16:
                ages[age] += number
        share = sum(number for age, number in ages.items() if age <= 34) / sum(ages.values())
        expected = share * rule["relative_rate"] / (1 - share * (1 - rule["relative_rate"]))
        assert abs(heard - expected) < 0.05
        assert heard < share - 0.05


def at_home() -> dict[tuple[str, int], int]:
    """The home board's people by sex and age."""
    found: dict[tuple[str, int], int] = {}
    for area in people.areas():
        for key, number in people.ages(area.patients, area.old).items():
            found[key] = found.get(key, 0) + number
    return found
