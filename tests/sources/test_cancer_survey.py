"""The cancer survey: both layouts and the list of alliances read, held against their expectations, staged."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import mean, variance

import pytest

from conftest import clear, stage
from deliveries import assert_as_planted, checked, deliver, deliver_file, query, refused_by
from ics_insight.demo.cancer_survey import ALLIANCES, HEADER, MEAN, QUESTIONS, alliance_of_trust, answered, files, hide, workbook
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes
from ics_insight.demo.providers import trusts
from ics_insight.demo.span import Span
from ics_insight.orchestration import building
from readers import Refuser, Taker
from tiny_files import MARK, Rows

LONG = "CPESDataset.csv"
BOOK = "NCPES 2024 data tables.xlsx"
DOTTED: list[Cell] = [
    "Geog", "Trust.Code", "Trust.Name", "Year", "Gender", "IMD", "Cancer.Type", "Question.Number", "Question.Text",
    "adjusted.unadjusted.yearonyear", "Number.of.responses", "scored.percentage", "Lower.95..confidence.interval",
    "Upper.95..confidence.interval", "Performance.Rating", "Performance", "Expected.Range..lower.", "Expected.Range..upper.",
    "Significant.Change.2017.2018", "SignificantChangeOverallyears", "Significance.test",
]  # fmt: skip
SPACED: list[Cell] = [
    "Geog", "Trust Code", "Trust Name", "Year", "Gender", "IMD", "Cancer Type", "Question Number", "Question Text",
    "adjusted/unadjusted/yearonyear", "Number of responses", "scored percentage", "Lower 95% confidence interval",
    "Upper 95% confidence interval", "Performance Rating", "Performance", "Expected Range (lower)", "Expected Range (upper)",
    "Significant Change 2017-2018", "SignificantChangeOverallyears", "Significance test",
]  # fmt: skip


def figure(
    kind: str, question: str, responses: Cell, score: Cell, lower: Cell = "NA", upper: Cell = "NA", **other: Cell
) -> list[Cell]:
    values: dict[str, Cell] = {
        "geog": "Trust", "code": "X1X", "year": 2018, "gender": "Both", "imd": "All", "cancer": "All Cancers", "rating": "NA",
        "from": "NA", "to": "NA",
    } | other  # fmt: skip
    return [
        values["geog"], values["code"], MARK, values["year"], values["gender"], values["imd"], values["cancer"], question,
        f"{MARK}?", kind, responses, score, lower, upper, values["rating"], "NA", values["from"], values["to"], "NA", "NA", "NA",
    ]  # fmt: skip


def long_rows(header: list[Cell] = DOTTED) -> Rows:
    """A trust with the three kinds of one question on two scales, its overall mean, groups of people, an alliance and England."""
    return [
        header,
        figure("adjusted", "Q16", "1,204", 78.5, rating=1, **{"from": 70, "to": 78}),
        figure("unadjusted", "Q16", "1,204", 0.79, 0.77, 0.81),
        figure("yearonyear", "Q16", "1,100", 77, year=2017),
        figure("unadjusted", "Q59", "1,190", 8.9, 8.8, 9),
        figure("unadjusted", "Q16", 9, "NA", gender="Male"),
        figure("unadjusted", "Q16", 240, 71, 65, 77, imd=1),
        figure("unadjusted", "Q16", 300, "*", cancer="Breast"),
        figure("unadjusted", "Q16", 90, 0.8, 0.7, 0.9, cancer="Lung", gender="Female"),
        figure("unadjusted", "Q16", "5,000", 80, 79, 81, geog="Cancer Alliance", code="E56000999"),
        figure("unadjusted", "Q16", "69,000", 79, 78.6, 79.4, geog="National", code=""),
        figure("unadjusted", "Q5", 700, 95, 93, 97),
    ]


def book(*rows: list[Cell], header: tuple[str, ...] = HEADER) -> dict[str, Rows]:
    one: list[Cell] = ["X1X", MARK, "Q56", f"{MARK}?", "All", "All", 400, 90, 86, 93, 91, 85, 95, 2]
    return {
        "National": [[*HEADER[:10]], ["ENG", *one[1:10]]],
        "Cancer Alliance": [[*HEADER], ["E56000999", *one[1:]]],
        "ICB": [[*HEADER], ["QZZ", *one[1:]]],
        "Trust": [[MARK], [], [*header], one, *rows],
    }


# ---- read


@pytest.mark.parametrize("header", [DOTTED, SPACED, [name if n % 2 else SPACED[n] for n, name in enumerate(DOTTED)]])
def test_the_long_form_is_read_however_its_columns_are_spelled(rows_of: Taker, header: list[Cell]) -> None:
    read = rows_of("cancer_survey", csv_bytes(long_rows(header)), LONG)
    assert (read.layout, read.part, read.period) == ("long-2015", "results", (date(2018, 1, 1), date(2018, 12, 31)))
    assert read.headers == {"": header}
    assert read.table.num_rows == 11
    as_workbook = rows_of("cancer_survey", xlsx_bytes({"CPES": long_rows(header)}), "CPES.xlsx")
    assert (as_workbook.layout, as_workbook.period, as_workbook.table.num_rows) == ("long-2015", read.period, 11)


def test_the_long_form_of_several_surveys_is_refused(refusal: Refuser) -> None:
    rows = [*long_rows(), figure("adjusted", "Q16", 900, 80, year=2017)]
    assert "rows of one survey, found 2017, 2018; send one file a year" in refusal("cancer_survey", csv_bytes(rows), LONG)
    only = [DOTTED, figure("yearonyear", "Q16", 900, 80, year=2017)]
    assert "rows of one survey, found none" in refusal("cancer_survey", csv_bytes(only), LONG)


@pytest.mark.parametrize("year", ["", "2018-19", "1918", "２０１８"])
def test_a_row_without_a_year_is_refused_with_its_row(refusal: Refuser, year: str) -> None:
    rows = [*long_rows(), figure("adjusted", "Q17", 900, 80, year=year)]
    assert f"{LONG}: row 13, column “Year”: expected the year of the survey" in refusal("cancer_survey", csv_bytes(rows), LONG)


@pytest.mark.parametrize("name", ["NCPES.xlsx", "NCPES 2023 and 2024.xlsx", "NCPES 2099 2001.xlsx"])
def test_a_workbook_without_one_year_in_its_name_is_refused(refusal: Refuser, name: str) -> None:
    assert "expected one year in it, such as 2024" in refusal("cancer_survey", xlsx_bytes(book()), name)


@pytest.mark.parametrize("sheet", ["National", "Cancer Alliance", "ICB", "Trust"])
def test_a_workbook_without_one_of_its_levels_is_refused(refusal: Refuser, sheet: str) -> None:
    rest = {name: rows for name, rows in book().items() if name != sheet}
    assert "expected a sheet" in refusal("cancer_survey", xlsx_bytes(rest), BOOK)


def test_a_column_that_stands_twice_is_refused(refusal: Refuser) -> None:
    rows = [[*DOTTED, DOTTED[-3]], *([*row, "NA"] for row in long_rows()[1:])]
    assert "expected no further column, found “Significant.Change.2017.2018”" in refusal("cancer_survey", csv_bytes(rows), LONG)


def test_a_workbook_with_an_unknown_column_is_refused_with_it(refusal: Refuser) -> None:
    header = tuple("Mean score" if name == "Case-mix adjusted score" else name for name in HEADER)
    assert "found “Mean score”" in refusal("cancer_survey", xlsx_bytes(book(header=header)), BOOK)


# ---- the gate


@pytest.mark.parametrize(
    ("name", "content"), [(LONG, csv_bytes(long_rows())), (BOOK, xlsx_bytes(book())), list(files(Span()))[-1]],
    ids=["long", "book", "areas"],
)  # fmt: skip
@pytest.mark.usefixtures("cleared_warehouse")
def test_sound_files_are_accepted_and_nothing_is_amiss(tmp_path: Path, name: str, content: bytes) -> None:
    assert checked("cancer_survey", deliver(tmp_path, "cancer_survey", content, name)).state == "accepted"
    assert query("select expectation from assurance.result where status in ('warn', 'fail')") == []


AREAS: Rows = [["Sub ICB Code", "Sub ICB Name", "Cancer Alliance Code", "Cancer Alliance Name"], ["00Z", MARK, "E56000999", MARK]]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ([*long_rows(), figure("Adjusted", "q16", 80, 70)], "one row per organisation, question, group and kind"),
        ([*long_rows(), figure("shrunk", "Q16", 80, 70)], "levels, kinds and ratings are known"),
        ([*long_rows(), figure("adjusted", "Q17", 80, 70, rating=4)], "levels, kinds and ratings are known"),
        ([*long_rows(), figure("adjusted", "Q17", 80, 70, code="")], "every row says whose it is"),
        ([*AREAS, ["00Z ", MARK, "E56000998", MARK]], "one alliance per sub-ICB"),
        ([*long_rows(), figure("adjusted", "Q17", 80, "n/a")], "cells are numbers or known marks"),
        ([*long_rows(), figure("adjusted", "Q17", 80, 100.5)], "scores from 0 to 100"),
        ([*long_rows(), figure("unadjusted", "Q17", 80, 0.8, 70, 90)], "scores within their intervals"),
        ([*long_rows(), figure("unadjusted", "Q17", 9, 80, 70, 90)], "scores of fewer than 10 people are not shown"),
        ([*long_rows(), figure("adjusted", "16", 80, 70)], "one row per organisation, question, group and kind"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("cleared_warehouse")
def test_what_breaks_a_rule_is_refused_by_its_name(tmp_path: Path, content: Rows, name: str) -> None:
    file = "Sub-ICB-to-Alliance-mapping-2022_v1.4.csv" if content[0] is AREAS[0] else LONG
    assert refused_by(tmp_path, "cancer_survey", csv_bytes(content), file) == [name]


# ---- staging


@pytest.fixture(scope="module")
def built(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo's three surveys, its list of alliances, and one survey in the long form."""
    clear()
    folder = tmp_path_factory.mktemp("cancer")
    for name, content in [*files(Span()), (LONG, csv_bytes(long_rows()))]:
        (folder / name).write_bytes(content)
        checked("cancer_survey", deliver_file("cancer_survey", folder / name))
    stage()
    building.build("intermediate")
    yield
    clear()


@pytest.mark.usefixtures("built")
def test_what_is_in_use_is_what_the_demo_says() -> None:
    assert_as_planted("cancer_survey", since=date(2018, 1, 2))


@pytest.mark.usefixtures("built")
def test_the_long_form_comes_out_by_kind_group_and_level() -> None:
    found = query(
        """select measure_code, organisation_level, organisation_code, group_code, value::float, lower::float, upper::float,
               base::int, null_reason, interval_null_reason, series, publisher_icb_code
           from staging.stg_cancer_survey__measures where period_start = '2018-01-01' order by 1, 2, 4"""
    )
    decisions, series = "cancer_involved_in_decisions_2015", "cancer_2015"
    assert found == [
        (decisions, "cancer_alliance", "E56000999", "all", 0.8, 0.79, 0.81, 5000, None, None, series, None),
        (decisions, "england", "ENG", "all", 0.79, 0.786, 0.794, 69000, None, None, series, "ENG"),
        (decisions, "trust", "X1X", "all", 0.79, 0.77, 0.81, 1204, None, None, series, None),
        (decisions, "trust", "X1X", "cancer_type:breast", None, None, None, 300, "suppressed", "suppressed", series, None),
        (decisions, "trust", "X1X", "cancer_type:lung|sex:female", 0.8, 0.7, 0.9, 90, None, None, series, None),
        (decisions, "trust", "X1X", "deprivation:1", 0.71, 0.65, 0.77, 240, None, None, series, None),
        (decisions, "trust", "X1X", "sex:male", None, None, None, 9, "suppressed", "suppressed", series, None),
        ("cancer_overall", "trust", "X1X", "all", 8.9, 8.8, 9.0, 1190, None, None, series, None),
    ]
    kinds = query(
        """select kind, survey_year, score::float, expected_lower::float, expected_upper::float, against_expected
           from staging.stg_cancer_survey__scores
           where period_start = '2018-01-01' and organisation_code = 'X1X' and question = 'Q16' and group_code = 'all'
           order by kind"""
    )
    assert kinds == [
        ("adjusted", 2018, 0.785, 0.7, 0.78, "above"),
        ("unadjusted", 2018, 0.79, None, None, None),
        ("yearonyear", 2017, 0.77, None, None, None),
    ]
    assert query("select question, figures::int from staging.stg_cancer_survey__unmapped where survey_year = 2018") == [("Q5", 1)]


@pytest.mark.usefixtures("built")
def test_the_workbooks_scores_are_those_that_were_written() -> None:
    for year in (2023, 2024, 2025):
        every = answered(year)
        found = {
            (code, question): (float(score), responses)
            for code, question, score, responses in query(
                """select organisation_code, question, score, responses::int from staging.stg_cancer_survey__scores
                   where period_start = %s and kind = 'unadjusted' and group_code = 'all'""",
                date(year, 1, 1),
            )
        }
        mapped = {"Q21", "Q27", "Q51", "Q53", "Q56", MEAN}
        for question in mapped:
            for code, answers in every.items():
                share = answers[question].good / answers[question].people
                assert found[code, question] == (pytest.approx(share, abs=0.00501), answers[question].people)
            people = sum(answers[question].people for answers in every.values())
            assert found["ENG", question][1] == people
            alliances: dict[str, int] = {}
            for trust in trusts():
                alliance = alliance_of_trust(trust)
                alliances[alliance] = alliances.get(alliance, 0) + every[trust.code][question].people
            assert {code: found[code, question][1] for code in ALLIANCES} == alliances
        assert {question for _, question in found} == mapped
        without = {q for (q,) in query("select question from staging.stg_cancer_survey__unmapped where survey_year = %s", year)}
        assert without == {question for question, *_ in QUESTIONS} - mapped


@pytest.mark.usefixtures("built")
def test_small_groups_and_a_second_one_beside_them_have_a_reason() -> None:
    starred = sum(row[7] == "*" for year in (2023, 2024, 2025) for rows in workbook(year).values() for row in rows if len(row) > 7)
    assert starred > 0
    counted = query(
        """select count(*)::int, count(*) filter (where null_reason = 'suppressed' and interval_null_reason = 'suppressed')::int
           from staging.stg_cancer_survey__measures where value is null and period_start > '2018-01-01'"""
    )
    assert counted == [(starred, starred)]


def test_one_hidden_group_hides_the_next_smallest() -> None:
    assert hide({"a": 9, "b": 40, "c": 30}) == {"a", "c"}
    assert hide({"a": 9, "b": 8, "c": 30}) == {"a", "b"}
    assert hide({"a": 10, "b": 40}) == set()


@pytest.mark.usefixtures("built")
def test_reliability_is_what_the_formula_gives() -> None:
    """ρ = τ² / (τ² + σ²/n), with σ²/n from the published intervals (facts.md section 11)."""
    sent = [row for row in workbook(2025)["Trust"][3:] if row[2] == "Q56" and row[4] == "All"]
    scores = {str(row[0]): float(row[7]) / 100 for row in sent}  # type: ignore[arg-type]
    chance = {str(row[0]): ((float(row[9]) - float(row[8])) / 100 / (2 * 1.959963984540054)) ** 2 for row in sent}  # type: ignore[arg-type]
    between = max(variance(scores.values()) - mean(chance.values()), 0)
    found = query(
        """select organisation_code, reliability, shrunk_score, is_reliable, organisations::int
           from staging.stg_cancer_survey__reliability
           where survey_year = 2025 and organisation_level = 'trust' and measure_code = 'cancer_team_worked_together'"""
    )
    assert {code for code, *_ in found} == set(scores)
    assert between > 0
    for code, reliability, shrunk, reliable, organisations in found:
        rho = between / (between + chance[code])
        assert float(reliability) == pytest.approx(rho, abs=1e-9)
        assert float(shrunk) == pytest.approx(rho * scores[code] + (1 - rho) * mean(scores.values()), abs=1e-9)
        assert reliable is (rho >= 0.7)
        assert organisations == len(scores)
    few = query(
        """select distinct organisation_level, reliability_null_reason from staging.stg_cancer_survey__reliability
           where reliability is null and survey_year = 2025"""
    )
    assert few == [("cancer_alliance", "too_few")]


@pytest.mark.usefixtures("built")
def test_an_alliance_is_no_board() -> None:
    levels = query(
        """select distinct organisation_level, icb_code is null from staging.stg_cancer_survey__organisations
           where organisation_level in ('cancer_alliance', 'icb')"""
    )
    assert sorted(levels) == [("cancer_alliance", True), ("icb", False)]
    home = query("select alliance_code from staging.stg_cancer_survey__alliance_areas where sub_icb_code in ('Q5M2W', 'Z8D1K')")
    assert {code for (code,) in home} == set(ALLIANCES)
