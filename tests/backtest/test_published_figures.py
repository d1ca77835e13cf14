"""What comes out of the marts for the real published files, against the figures that their publishers gave.

Every figure is asked for as an analyst does, by `ics sql` from schema `marts`.
"""

import csv
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from commands import at, connect, ics, rows
from conftest import migrated_home
from ics_insight.warehouse import embedded

# NHS England, "A&E attendances and emergency admissions": share within four hours, all types, booked appointments added (%).
FOUR_HOURS = {
    "2024-06-01": "74.59", "2024-07-01": "75.22", "2024-08-01": "76.33", "2024-10-01": "73.08", "2024-11-01": "72.18",
    "2024-12-01": "71.12", "2025-01-01": "73.01", "2025-02-01": "73.46", "2025-03-01": "74.98", "2025-04-01": "74.77",
    "2025-05-01": "75.39", "2025-06-01": "75.55",
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(real_inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = migrated_home(tmp_path_factory, tmp_path_factory.mktemp("real") / "home")
    done = ics(home, "run", "--inbox", str(real_inbox))
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_the_england_waiting_list_of_april_2026(warehouse: Path) -> None:
    query = """select denominator, round(value, 4) from marts.fct_operational
               where measure_code = 'rtt_18w' and icb_code = 'ENG' and period_start = '2026-04-01' and period_end = '2026-04-30'"""
    assert rows(warehouse, query) == [["7123980", "0.6490"]]
    icbs = """select count(distinct organisation_code) from marts.fct_operational
              where measure_code = 'rtt_18w' and organisation_level = 'icb'"""
    assert rows(warehouse, icbs) == [["36"]]


def test_four_hour_performance_of_england_in_twelve_months(warehouse: Path) -> None:
    query = """select period_start, round(100 * value, 2) from marts.fct_operational
               where measure_code = 'ae_4h' and icb_code = 'ENG' order by period_start"""
    assert dict(rows(warehouse, query)) == FOUR_HOURS


def test_trusts_and_respondents_of_the_inpatient_survey_of_2022(warehouse: Path) -> None:
    query = """select organisation_level, count(*), sum(value) from marts.fct_measure
               where measure_code = 'cqc_inpatient_respondents' and extract(year from period_start) = 2022
               group by organisation_level order by organisation_level"""
    assert rows(warehouse, query) == [["england", "1", "63224"], ["trust", "133", "63224"]]


def test_overall_experience_equals_its_section_at_every_trust(warehouse: Path) -> None:
    query = """select count(*), count(*) filter (where question.value = section.value)
               from marts.fct_measure as question
               inner join marts.fct_measure as section using (organisation_code, period_start)
               where question.measure_code = 'cqc_inpatient_overall' and section.measure_code = 'cqc_inpatient_2022_s10'"""
    assert rows(warehouse, query) == [["133", "133"]]


def test_expected_ranges_are_never_taken_for_intervals(warehouse: Path) -> None:
    query = "select count(*) from marts.fct_measure where source = 'cqc_inpatient' and (lower is not null or upper is not null)"
    assert rows(warehouse, query) == [["0"]]


def test_published_figures_break_no_critical_expectation(warehouse: Path) -> None:
    """Twelve months of A&E and a waiting list add up to England's, and no month is a third or three times of those before it."""
    query = """select expectation, status from assurance.result
               where gate = 'marts' and source is null and target = 'marts.fct_operational' and severity = 'critical' order by 1"""
    assert rows(warehouse, query) == [
        ["England counts about as much as in the months before", "pass"],
        ["providers add up to England", "pass"],
        ["sub-ICB locations within their board", "pass"],
        ["those within the standard add up to England's", "pass"],
    ]
    assert rows(warehouse, "select count(*) from assurance.result where gate = 'marts' and status = 'fail'") == [["0"]]


@pytest.mark.parametrize(
    ("measure_code", "published"),
    [
        ("gpps_localgpservicesphone", "0.529358519"),
        ("gpps_lastgpapptlisten", "0.868947638"),
        ("gpps_lastgpapptcare", "0.855830288"),
        ("gpps_gpcontactoverall", "0.696070511"),
        ("gpps_response_rate", "0.258261603"),
    ],
)
def test_england_in_the_gp_patient_survey_of_2025(warehouse: Path, measure_code: str, published: str) -> None:
    query = f"""select value, numerator, denominator, interval_method, lower <= value and value <= upper from marts.fct_measure
                where measure_code = '{measure_code}' and icb_code = 'ENG' and period_start = '2025-01-01'"""
    [[value, numerator, denominator, method, within]] = rows(warehouse, query)
    assert value == published
    assert abs(Decimal(numerator) / Decimal(denominator) - Decimal(value)) < Decimal("0.000001")
    if measure_code == "gpps_response_rate":
        assert (numerator, denominator) == ("702837", "2721415")
        assert (method, within) == ("wilson_95", "True")
    else:
        assert (method, within) == ("wilson_95_published", "True")


def test_suppressed_shares_of_practices_are_reasons_and_never_numbers(warehouse: Path) -> None:
    """What is hidden in the 25 rows belongs to single answers, and to one summary that the vocabulary does not list."""
    where = "from marts.fct_measure where source = 'gpps' and organisation_level = 'practice'"
    assert rows(warehouse, f"select count(distinct organisation_code) {where}") == [["25"]]
    negative = f"select count(*) {where} and least(value, numerator, denominator, base, lower, upper) < 0"
    assert rows(warehouse, negative) == [["0"]]
    assert rows(warehouse, f"select count(*) {where} and value is null") == [["0"]]


def test_every_cell_of_the_practice_file_that_is_no_number_is_a_reason(warehouse: Path) -> None:
    """Over all its columns: 196 cells are −97, 34 are −98, 2 are −99 (read from staging, which analysts do not see)."""
    query = """select cells.null_reason, count(*) from staging.stg_gpps__cells as cells
               inner join staging.stg_gpps__areas as areas using (extract_id, row_number)
               where areas.organisation_level = 'practice' and cells.null_reason is not null group by 1 order by 1"""
    with embedded.running(at(warehouse)) as found, connect(found) as connection:
        connection.execute("set enable_nestloop = off")
        assert connection.execute(query).fetchall() == [("not_applicable", 2), ("suppressed", 196), ("too_few", 34)]


def test_every_row_says_which_icb_and_organisation_it_is_about(warehouse: Path) -> None:
    for fact in ("fct_measure", "fct_operational"):
        orphans = f"""select count(*) from marts.{fact} left join marts.dim_organisation using (organisation_code)
                      where organisation_name is null"""
        assert rows(warehouse, orphans) == [["0"]]


def test_only_trusts_that_ods_no_longer_lists_belong_to_no_icb(warehouse: Path, real_inbox: Path) -> None:
    """Two trusts of the 2022 survey have merged since, and the legacy trust list leaves closed trusts out."""
    query = """select distinct organisation_code from marts.fct_measure
               where source = 'cqc_inpatient' and organisation_level = 'trust' and icb_code = 'UNK'"""
    [listed] = (real_inbox / "organisations").glob("etr*.csv")
    known = {line.split('"')[1] for line in listed.read_text().splitlines()}
    unknown = {code for (code,) in rows(warehouse, query)}
    assert len(unknown) == 2
    assert unknown & known == set()


def test_metrics_by_name_give_the_published_figures(warehouse: Path) -> None:
    """Summed over those who sent them in, A&E and waiting lists are what is published of England."""
    done = ics(warehouse, "metric", "ae_within_4_hours", "--by", "metric_time__month", "--csv")
    assert done.returncode == 0, done.stderr
    months = [line.split(",") for line in done.stdout.splitlines()[1:]]
    assert {month: f"{100 * Decimal(value):.2f}" for month, value in months} == FOUR_HOURS
    done = ics(warehouse, "metric", "rtt_waiting", "rtt_within_18_weeks", "--by", "metric_time__month", "--csv")
    [(month, waiting, share)] = [line.split(",") for line in done.stdout.splitlines()[1:]]
    assert (month, Decimal(waiting), round(Decimal(share), 4)) == ("2026-04-01", 7123980, Decimal("0.6490"))
    unknown = ics(warehouse, "metric", "satisfaction", "--by", "metric_time__month")
    assert unknown.returncode == 1
    assert "This cannot be asked" in unknown.stderr
    assert "Traceback" not in unknown.stderr


def test_ethnic_groups_of_the_gp_survey_beside_those_of_the_census(warehouse: Path, real_inbox: Path) -> None:
    """The publisher's weighted counts of England by answer, and the Census file added up here; so does `docs/who-is-heard.md`."""
    answered = {
        "Asian": 29768.34002 + 18245.90272 + 7518.812977 + 8256.054649 + 16848.34251,
        "Black": 6772.071023 + 31541.43043 + 4488.412344,
        "Mixed": 3349.124198 + 1793.644094 + 4453.881692 + 5233.270284,
        "White": 477553.4243 + 6391.727337 + 407.5598312 + 997.3248413 + 50553.06495,
        "Other": 4276.474248 + 7489.33669,
    }
    residents: Counter[str] = Counter()
    with gzip.open(real_inbox / "populations" / "ethnicity21_lsoa21.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["lsoa21_code"].startswith("E01"):
                residents[row["ethnic_group"].partition(" ")[0].strip(",")] += round(float(row["n"]))
    query = """select substring(group_code from ':(.*)'), population, ratio, status from marts.representation
               where source = 'gpps' and organisation_level = 'england' and period_kind = 'year' and characteristic = 'ethnicity'"""
    found = {group: (population, ratio, status) for group, population, ratio, status in rows(warehouse, query)}
    assert set(found) == set(answered)
    for group, (population, ratio, _) in found.items():
        assert int(population) == residents[group]
        expected = answered[group] / sum(answered.values()) / (residents[group] / residents.total())
        assert float(ratio) == pytest.approx(expected, abs=5e-7)
    assert [found[group][2] for group in sorted(found)] == [
        "as_expected",
        "more_often_heard",
        "seldom_heard",
        "unclear",
        "as_expected",
    ]


def test_inpatients_are_held_against_nobody(warehouse: Path) -> None:
    """39,879 of 63,224 are 66 and over, as the workbook says of England (63.08 %): no denominator of theirs is held."""
    query = """select voices, ratio, null_reason from marts.representation
               where source = 'cqc_inpatient' and organisation_level = 'england' and period_kind = 'year'
                   and group_code = 'age:66+'"""
    [(voices, ratio, reason)] = rows(warehouse, query)
    assert round(float(voices) / 63224, 4) == 0.6308
    assert (ratio, reason) == ("", "no_denominator")
