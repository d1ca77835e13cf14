"""CQC's four surveys: one workbook, four sources (formats.md section 3, facts.md section 3)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import clear, stage
from deliveries import RUN, checked, deliver, deliver_file, load, query
from ics_insight import demo
from ics_insight.demo.files import ods_bytes
from ics_insight.settings import PROJECT
from ics_insight.warehouse import Ledger, connect
from readers import Refuser, Taker
from tiny_files import Rows, cqc_sheets

SURVEYS = ["cqc_inpatient", "cqc_maternity", "cqc_mental_health", "cqc_uec"]
WORKBOOK = "cqc_inpatient/Adult-Inpatient-Survey-2022.ods"


def sheets_of(prefix: str = "", title: str = "", letter: str = "Q") -> dict[str, Rows]:
    """The small workbook under other names of sheets, another title, and other letters of questions."""
    renamed: dict[str, Rows] = {}
    for sheet, rows in cqc_sheets().items():
        header = [re.sub(r"(^|[a-z0-9])Q46", rf"\g<1>{letter}46", str(cell)) for cell in rows[0]]
        renamed[sheet if sheet == "Guidance" else prefix + sheet] = [header, *rows[1:]]
    if title:
        renamed["Guidance"] = [[title]]
    else:
        del renamed["Guidance"]
    return renamed


@pytest.mark.parametrize(
    ("source", "name", "prefix", "title", "letter", "expected"),
    [
        ("cqc_inpatient", "20220128_aip20_trust-benchmark-data.ods", "", "", "q", ("trust", "2020-11-01", "2020-11-30")),
        ("cqc_inpatient", "20250909_aip24_Benchmark_TrustLevel.ods", "", "", "Q", ("trust", "2024-11-01", "2024-11-30")),
        ("cqc_mental_health", "20201124_cmh20_trustresults.ods", "CMH20_", "", "q", ("trust", "2020-04-01", "2020-05-31")),
        ("cqc_mental_health", "results.ods", "CMH20_", "", "Q", ("trust", "2020-04-01", "2020-05-31")),
        ("cqc_uec", "20210915_uec20_type1_benchmark-data.ods", "UEC20_", "", "q", ("type1", "2020-09-01", "2020-09-30")),
        ("cqc_uec", "20210915_uec20_type3_benchmark-data.ods", "UEC20_", "", "t", ("type3", "2020-09-01", "2020-09-30")),
        ("cqc_uec", "uec.ods", "", "Urgent and Emergency Care Survey 2022: Type 3", "Q", ("type3", "2022-09-01", "2022-09-30")),
        ("cqc_maternity", "m.ods", "", "NHS Maternity Survey 2024", "B", ("trust", "2024-02-01", "2024-02-29")),
    ],
)
def test_sheets_questions_and_titles_vary_by_year(
    source: str, name: str, prefix: str, title: str, letter: str, expected: tuple[str, str, str], rows_of: Taker
) -> None:
    found = rows_of(source, ods_bytes(sheets_of(prefix, title, letter)), name)
    assert (found.part, *map(str, found.period)) == expected
    assert found.table.num_rows == 5


@pytest.mark.parametrize("source", SURVEYS)
@pytest.mark.parametrize("other", SURVEYS)
def test_each_surveys_workbook_belongs_to_that_survey_alone(source: str, other: str, rows_of: Taker, refusal: Refuser) -> None:
    name, content = next(iter(demo.files_of(other, demo.Span(1))))
    if source == other:
        assert rows_of(source, content, name).table.num_rows > 0
    else:
        sentence = refusal(source, content, name)
        assert "found another: “NHS" in sentence or f"found a file of `{other}`" in sentence


def test_a_workbook_that_names_neither_survey_nor_year_is_refused(refusal: Refuser) -> None:
    sentence = refusal("cqc_uec", ods_bytes(sheets_of()), "results.ods")
    assert sentence == (
        "results.ods, sheet Guidance: expected a title such as “NHS Urgent and Emergency Care Survey 2022” in row 1, found none."
    )


def test_figures_by_hospital_site_are_no_known_layout(refusal: Refuser) -> None:
    sheets = sheets_of(title="NHS Adult Inpatient Survey 2024")
    sheets["Site_Scores"] = sheets.pop("Trust_Scores")
    assert "not a known layout" in refusal("cqc_inpatient", ods_bytes(sheets), "20250909_aip24_Benchmark_SiteLevel.ods")


@pytest.mark.parametrize("source", [source for source in SURVEYS if source != "cqc_inpatient"])
def test_all_four_are_held_against_the_same_expectations(source: str) -> None:
    """Each of them is broken for the inpatient survey in `test_gate`."""
    known, found = ((PROJECT / f"expectations/raw/{name}.yml").read_text() for name in ("cqc_inpatient", source))
    assert found.split("expectations:", 1)[1] == known.split("expectations:", 1)[1]


@pytest.fixture(scope="module")
def warehouse(database: None, published_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real workbook of 2022 and the fictional waves of the others, accepted and staged."""
    clear()
    folder = tmp_path_factory.mktemp("cqc")
    assert checked("cqc_inpatient", deliver_file("cqc_inpatient", published_files / WORKBOOK)).state == "accepted"
    for source in SURVEYS[1:]:
        for name, content in demo.files_of(source, demo.Span(1)):
            extract_id = deliver(folder, source, content, name)
            if "cmh25" in name or "mat25" in name or "uec24_type3" in name:
                assert checked(source, extract_id).state == "accepted"
            else:  # a check takes seconds: of each survey one is held against what must be so
                load(source, extract_id)
                with connect() as connection:
                    Ledger(connection).accepted(extract_id, RUN)
    stage()
    yield
    clear()


def one(statement: str, *values: Any) -> tuple[Any, ...]:
    [found] = query(statement, *values)
    return found


@pytest.mark.usefixtures("warehouse")
class TestStaged:
    def test_trusts_respondents_and_the_overall_question_of_2022(self) -> None:
        measures = "from staging.stg_cqc_inpatient__measures where measure_code = %s and organisation_level = %s"
        respondents = "cqc_inpatient_respondents"
        assert one(f"select count(*), sum(value) {measures}", respondents, "trust") == (133, 63_224)
        assert one(f"select sum(value) {measures}", respondents, "england") == (63_224,)
        pairs = """select count(*), count(*) filter (where one.score = other.score) from staging.stg_cqc_inpatient__scores as one
                   inner join staging.stg_cqc_inpatient__scores as other using (extract_id, trust_code)
                   where one.question = %s and other.question = %s"""
        assert one(pairs, "Q46", "S10") == (133, 133)
        assert one(pairs, "Q45", "S09") == (133, 133)

    def test_bands_of_questions_as_counted_in_the_workbook(self) -> None:
        found = query("select band, count(*) from staging.stg_cqc_inpatient__scores where question like 'Q%%' group by band")
        assert dict(found) == {4: 4896, 2: 244, 6: 236, 3: 226, 7: 199, 5: 156, 1: 21, 0: 7}

    def test_question_7_has_no_score_at_seven_trusts_and_says_so(self) -> None:
        """The workbook gives them neither score nor number, and band 0 (not applicable)."""
        found = query(
            "select trust_code, null_reason, band from staging.stg_cqc_inpatient__scores where question = 'Q7' and score is null"
        )
        assert {code for code, *_ in found} == {"RAN", "REN", "REP", "RL1", "RPC", "RQ3", "RRJ"}
        assert {(reason, band) for _, reason, band in found} == {("not_applicable", 0)}

    def test_questions_about_leaving_hospital_are_those_whose_mean_is_section_7(self) -> None:
        """Which questions make up the section is arithmetic: it is their mean at every trust that has them all."""
        where = "source = 'cqc_inpatient' and wave = 2022"
        listed = [q for (q,) in query(f"select question from vocabulary.question_version where {where}")]
        leaving = sorted(set(listed) - {"Q45", "Q46"})
        sections = query(
            """select
                   trust_code, avg(score) filter (where question = any(%s)), count(score) filter (where question = any(%s)),
                   max(score) filter (where question = 'S07')
               from staging.stg_cqc_inpatient__scores group by trust_code""",
            leaving,
            leaving,
        )
        complete = [(mean, section) for _, mean, count, section in sections if count == len(leaving) == 11]
        assert len(complete) > 100
        assert all(abs(mean - section) < 1e-6 for mean, section in complete)

    def test_changes_are_those_of_the_historical_sheets(self) -> None:
        """132 trusts are compared with 2021, 130 with 2020; Q34 and Q51 were new in 2022 (sheet Guidance)."""
        found = "from staging.stg_cqc_inpatient__changes where compared_with = %s"
        assert one(f"select count(distinct trust_code) {found}", 2021) == (132,)
        assert one(f"select count(distinct trust_code) {found}", 2020) == (130,)
        assert one(f"select count(*) {found} and trust_code = 'RH8'", 2021) == (0,)
        assert one(f"select count(*) {found} and question in ('Q34', 'Q51')", 2021) == (0,)
        assert {change for (change,) in query(f"select distinct change {found}", 2021)} <= {
            "lower",
            "no difference",
            "higher",
            None,
        }

    def test_an_expected_range_never_becomes_an_interval(self) -> None:
        for source in SURVEYS:
            where = "lower is not null or upper is not null or interval_method is not null"
            assert one(f"select count(*) from staging.stg_{source}__measures where {where}") == (0,)

    @pytest.mark.parametrize(
        ("source", "measure", "waves"),
        [
            ("cqc_maternity", "cqc_maternity_gp_check", {2024: "F911", 2025: "F912"}),
            ("cqc_mental_health", "cqc_mental_health_overall", {2024: "Q936", 2025: "Q938"}),
            ("cqc_uec", "cqc_uec_type1_overall", {2022: "Q947", 2024: "Q945"}),
            ("cqc_uec", "cqc_uec_type3_overall", {2022: "T939", 2024: "T937"}),
        ],
    )
    def test_a_construct_keeps_its_measure_when_its_number_moves(self, source: str, measure: str, waves: dict[int, str]) -> None:
        for wave, question in waves.items():
            pairs = query(
                f"""select measures.value, scores.score from staging.stg_{source}__measures as measures
                    inner join staging.stg_{source}__scores as scores
                    on measures.extract_id = scores.extract_id and measures.organisation_code = scores.trust_code
                    where measure_code = %s and scores.question = %s and extract(year from scores.period_start) = %s""",
                measure, question, wave,
            )  # fmt: skip
            assert pairs
            assert all(value == score for value, score in pairs)

    def test_no_line_crosses_a_change_of_method(self) -> None:
        found = query("select extract(year from period_start)::int, series from staging.stg_cqc_uec__measures group by 1, 2")
        assert dict(found) == {2022: "cqc_uec_2020", 2024: "cqc_uec_2024"}

    def test_a_question_that_the_vocabulary_does_not_list_says_its_wave(self) -> None:
        found = query("select measure_code from staging.stg_cqc_maternity__measures where measure_code like '%%f920'")
        assert {code for (code,) in found} == {"cqc_maternity_2025_f920"}
