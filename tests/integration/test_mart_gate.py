"""The gate before publication: what blocks, what is written beside the data, and what a waiver lets pass."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from deliveries import RUN, checked, deliver, execute, extract, query
from ics_insight import assurance
from ics_insight.assurance import Waiver
from ics_insight.assurance.suites import run_on_mart
from ics_insight.demo.files import csv_bytes
from ics_insight.errors import Blocked, Refused, Unavailable
from ics_insight.orchestration import building, overview
from ics_insight.settings import PROJECT
from ics_insight.warehouse import connect
from marts import Asked, make, month
from tiny_files import AE_NAME, ae_csv, ae_rows

pytestmark = pytest.mark.usefixtures("empty_warehouse")

SUITES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((PROJECT / "expectations" / "marts").glob("*.yml"))}
TODAY = datetime.now(UTC).date()


# ---- the files of expectations


@pytest.mark.parametrize("name", SUITES)
def test_every_expectation_of_a_mart_says_what_it_is_called_why_it_is_there_and_what_breaking_it_means(name: str) -> None:
    suite = SUITES[name]
    assert suite["name"] == f"marts_{name}"
    assert suite["meta"]["table"].partition(".")[2] == name
    names = [each["meta"]["name"] for each in suite["expectations"]]
    assert len(set(names)) == len(names)
    for each in suite["expectations"]:
        assert each["meta"]["why"].endswith(".")
        assert each["severity"] in ("critical", "warning")
    views = suite["meta"].get("views", {})
    read = " ".join([*views.values(), *(f"from {each['kwargs'].get('of')}" for each in suite["expectations"])])
    assert [view for view in views if not re.search(rf"(from|join) {view}\b", read)] == []


def test_a_suite_with_custom_expectations_is_written_out_as_it_was_read() -> None:
    import great_expectations as gx

    from ics_insight.assurance import expectations

    used = set()
    for suite in SUITES.values():
        custom = [each for each in suite["expectations"] if not each["type"].startswith("unexpected_rows")]
        built = gx.ExpectationSuite(name=suite["name"], expectations=custom, meta=suite["meta"])
        written = [
            {"type": each.configuration.type, "kwargs": each.configuration.kwargs, "severity": each.severity.value}
            for each in built.expectations
        ]
        for read, wrote in zip(custom, written, strict=True):
            assert (wrote["type"], wrote["severity"]) == (read["type"], read["severity"])
            assert wrote["kwargs"].items() <= read["kwargs"].items()  # what is as a class has it by itself is left out
        used |= {each["type"] for each in custom}
    named = {re.sub("(?<!^)(?=[A-Z])", "_", name).lower() for name in expectations.__all__} - {"case_expectation"}
    assert named <= used


def broken(suite: str) -> dict[str, str]:
    """Expectations of a suite, as it is shipped, that do not hold, with their status."""
    return {finding.name: finding.status for finding in run_on_mart(suite) if finding.status != "pass"}


def beside_measures() -> None:
    """What the suite of measures reads beside them."""
    for table in ("marts.series_break", "marts.dim_measure", "marts.dim_organisation"):
        make(table)


def test_a_survey_result_of_nine_people_may_not_be_published() -> None:
    beside_measures()
    about = {"source": "gpps", "organisation_code": "X10001", "value": "0.5", **month(0)}
    make("marts.fct_measure", about | {"base": 10}, about | {"base": 9, "value": None})
    assert broken("fct_measure") == {}
    make("marts.fct_measure", about | {"base": 9})
    assert broken("fct_measure") == {"survey results of fewer than ten people are not shown": "fail"}


def test_words_of_somebody_who_took_back_consent_may_not_be_kept() -> None:
    make("marts.series_break")
    about = {"source": "healthwatch", "collected_by_code": "X1X", "consent": "withdrawn", **month(0)}
    make("marts.fct_voice", about, about | {"consent": "obtained", "text_kept_in": "a column"})
    assert broken("fct_voice") == {}
    make("marts.fct_voice", about | {"text_kept_in": "a column"})
    assert broken("fct_voice") == {"nothing is kept of what was said without consent": "fail"}


def test_a_log_that_was_exported_in_part_is_told_with_a_month_of_none() -> None:
    make("marts.series_break")
    voice = {"source": "pals", "collected_by_code": "X1X"}
    full = [voice | {"received_on": month(number)["period_start"]} for number in (0, 1, 2, 3, 4, 5, 7) for _ in range(20)]
    make("marts.fct_voice", *full)
    [volume, _] = run_on_mart("fct_voice")
    assert [(case.period_start, case.observed) for case in volume.cases if case.status == "warn"] == [(date(2025, 7, 1), "0")]


def test_a_month_in_which_a_tenth_of_organisations_is_missing_is_told() -> None:
    beside_measures()
    answered = {"value": "0.5", "numerator": 50, "denominator": 100, "base": 100}
    sent = [
        (number, place) for number in range(3) for place in range(20) if (number, place) not in ((1, 0), (2, 0), (2, 1), (2, 2))
    ]
    make("marts.fct_measure", *(answered | {"organisation_code": f"X{place}X", **month(number)} for number, place in sent))
    # 20, then 19, which is one fewer; then 17, two fewer, which is more than a tenth of 19
    [found] = [each for each in run_on_mart("fct_measure") if each.status != "pass"]
    assert found.name == "about as many organisations answer as in the month before"
    assert [(case.period_start, case.observed, case.threshold) for case in found.cases] == [(date(2025, 3, 1), "17", "19")]


@pytest.mark.parametrize("table", ["fct_measure", "fct_operational"])
def test_a_figure_of_an_organisation_that_had_closed_is_told(table: str) -> None:
    beside_measures()
    make("marts.dim_organisation", {"organisation_code": "X1X", "closed_on": "2025-02-15"}, {"organisation_code": "X2X"})
    figures = [{"organisation_code": code, "value": "0.5", **month(number)} for number in range(3) for code in ("X1X", "X2X")]
    make(f"marts.{table}", *figures[:5])
    assert broken(table) == {"figures are of organisations that were open": "warn"}
    execute(f"delete from marts.{table} where period_start = '2025-03-01'")  # in February it was open for a while
    assert broken(table) == {}


def test_practices_that_leave_a_board_at_once_are_told_unless_it_is_known_why() -> None:
    make("marts.bridge_organisation_succession")
    left = (TODAY - timedelta(days=100)).replace(day=10)
    practices = [{"organisation_code": f"X{number:05}", "valid_from": "2013-04-01"} for number in range(20)]
    make("marts.dim_organisation", *(each | ({"valid_to": left} if number < 3 else {}) for number, each in enumerate(practices)))
    make(
        "marts.dim_organisation",
        *({"organisation_code": f"Y{number}", "icb_code": "QZX", "closed_on": left} for number in range(5)),
    )
    [found] = run_on_mart("dim_organisation")
    assert sorted((case.organisation_code, case.observed, case.threshold) for case in found.cases) == [
        ("QZX", "0", "5"), ("QZZ", "17", "20"),
    ]  # fmt: skip
    assert {case.period_start < left < case.period_end for case in found.cases} == {True}
    known = [{"predecessor": board, "successor": "QZY", "effective_on": left} for board in ("QZZ", "QZX")]
    make("marts.bridge_organisation_succession", *known)
    assert broken("dim_organisation") == {}


def test_more_cases_than_people_is_told() -> None:
    about = {"measure_code": "ko41b_gp_new_rate", "organisation_code": "X10001", **month(0)}
    make("marts.fct_rate", about | {"numerator": 5, "denominator": 5})
    assert broken("fct_rate") == {}
    make("marts.fct_rate", about | {"numerator": 6, "denominator": 5})
    assert broken("fct_rate") == {"no more cases than people": "warn"}


# ---- blocked, and published


def months(organisation: str, *counts: int) -> list[dict[str, Any]]:
    return [{"organisation_code": organisation, "denominator": count, **month(number)} for number, count in enumerate(counts)]


@pytest.fixture
def volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A critical expectation of volumes, and two organisations that break it in July 2025."""
    asked = Asked(tmp_path / "project", monkeypatch)
    kwargs = {"counted": "denominator", "times": 3}
    asked.suite("marts.fct_operational", "expect_volume_to_stay_within_its_own_history", "critical", **kwargs)
    make("marts.series_break")
    make("marts.fct_operational", *months("X1X", *[100] * 6, 900), *months("X2X", *[100] * 6, 1), *months("X3X", *[100] * 7))
    return asked


def failed() -> list[tuple[Any, ...]]:
    return query(
        """select source, organisation_code, measure_code, period_start, status, observed, threshold from assurance.result
           where gate = 'marts' and status = 'fail' order by organisation_code nulls first"""
    )


def test_a_broken_critical_expectation_blocks_with_a_sentence_in_the_ledger_and_in_status(volume: Asked) -> None:
    with pytest.raises(Blocked) as blocked:
        assurance.check_marts("publish/one")
    sentence = "Not published: marts.fct_operational: Not so: it holds (ae X1X ae_4h 2025-07-01, ae X2X ae_4h 2025-07-01). It must."
    assert str(blocked.value) == sentence
    assert query("select dag_run, state, reason from ledger.publication") == [("publish/one", "blocked", sentence)]
    found = overview.status()["publication"]
    assert (found["state"], found["reason"], found["published_at"]) == ("blocked", sentence, None)


def test_each_case_is_a_row_and_the_whole_is_one_and_another_look_replaces_them(volume: Asked) -> None:
    july = date(2025, 7, 1)
    for run in ("publish/one", "publish/two"):
        with pytest.raises(Blocked):
            assurance.check_marts(run)
        assert failed() == [
            (None, None, None, None, "fail", "2", "0"),
            ("ae", "X1X", "ae_4h", july, "fail", "900", "300.0"),  # three times 100
            ("ae", "X2X", "ae_4h", july, "fail", "1", "33.3"),
        ]
        assert query("select distinct dag_run from assurance.result") == [(run,)]
    execute("delete from marts.fct_operational where organisation_code <> 'X3X'")
    assert assurance.check_marts("publish/three") == 1
    assert query("select status, count(*) from assurance.result group by 1 order by 1") == [("pass", 1), ("too_few", 1)]


def test_a_broken_warning_blocks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(tmp_path / "project", monkeypatch)
    asked.suite("marts.fct_operational", "expect_volume_to_stay_within_its_own_history", counted="denominator", times=3)
    make("marts.series_break")
    make("marts.fct_operational", *months("X1X", *[100] * 6, 900))
    assert assurance.check_marts("publish/one") == 1
    assert query("select distinct status from assurance.result order by 1") == [("too_few",), ("warn",)]
    assert query("select * from ledger.publication") == []


def test_a_suite_whose_table_is_not_there_is_left_out(volume: Asked) -> None:
    execute("drop table marts.fct_operational")
    assert assurance.check_marts("publish/one") == 0


def test_marts_that_were_built_again_after_they_were_checked_are_not_published() -> None:
    execute("insert into ledger.build (layer, project) values ('marts', 'any')")
    looked_at = building.marts_built_at()
    execute("update ledger.build set built_at = built_at + interval '1 second'")
    assert building.marts_built_at() != looked_at
    with pytest.raises(Unavailable, match="built again while they were checked"):
        building.publish(looked_at, "publish/one")
    assert query("select * from ledger.publication") == []


# ---- waivers


def waiver(**more: Any) -> Waiver:
    given = {
        "target": "marts.fct_operational", "expectation": "it holds", "organisation_code": None, "role": "director of quality",
        "reason": "A new department opened.", "expires_on": TODAY,
    }  # fmt: skip
    return Waiver(**{**given, **more})


def give(**more: Any) -> None:
    with connect() as connection:
        assurance.waive(connection, waiver(**more))


def test_a_waiver_lets_pass_and_the_result_stays_failed(volume: Asked) -> None:
    give()
    assurance.check_marts("publish/one")
    assert len(failed()) == 3
    [shown] = overview.status()["waivers"]
    assert (shown["role"], shown["reason"], shown["expires_on"]) == ("director of quality", "A new department opened.", TODAY)


def test_a_waiver_for_one_organisation_lets_no_other_pass(volume: Asked) -> None:
    give(organisation_code="X1X")
    with pytest.raises(Blocked):
        assurance.check_marts("publish/one")
    give(organisation_code="X2X")
    assurance.check_marts("publish/two")


def test_a_waiver_ends_after_its_last_day_and_is_of_its_own_expectation(volume: Asked) -> None:
    give()
    execute("update assurance.waiver set expires_on = current_date - 1")
    with pytest.raises(Blocked):
        assurance.check_marts("publish/one")
    assert overview.status()["waivers"] == []
    execute("update assurance.waiver set expires_on = current_date, expectation = 'another'")
    with pytest.raises(Blocked):
        assurance.check_marts("publish/two")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"role": " "}, "names the role that answers for it, and a reason"),
        ({"reason": ""}, "names the role that answers for it, and a reason"),
        ({"expires_on": TODAY - timedelta(days=1)}, "a year is the longest"),
        ({"expires_on": TODAY + timedelta(days=367)}, "a year is the longest"),
        ({"expectation": "it hold"}, "has no expectation “it hold”. It has: “it holds”."),
        ({"target": "marts.fct_other"}, "There are no expectations of marts.fct_other."),
    ],
)
def test_a_waiver_needs_a_role_a_reason_an_end_within_a_year_and_an_expectation(
    volume: Asked, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Unavailable, match=re.escape(sentence)):
        give(**more)
    assert query("select * from assurance.waiver") == []
    give(expires_on=TODAY + timedelta(days=366))


def test_a_refused_file_that_is_waived_is_accepted_when_it_comes_again(tmp_path: Path) -> None:
    rows = ae_rows()
    rows[1][4] = 11  # one more than the total row knows of
    extract_id = deliver(tmp_path, "ae", csv_bytes(rows), AE_NAME)
    with pytest.raises(Refused, match="Not so: organisations add up to the total row"):
        checked("ae", extract_id)
    give(target="raw.ae", expectation="organisations add up to the total row")
    assert deliver(tmp_path, "ae", csv_bytes(rows), AE_NAME, day=1) == extract_id
    assert checked("ae", extract_id).state == "accepted"
    found = query("select status from assurance.result where expectation = 'organisations add up to the total row'")
    assert found == [("fail",)]


# ---- the worst result behind a row


def worst(where: str = "true") -> list[tuple[Any, ...]]:
    return query(
        f"""select organisation_code, measure_code, period_start, status, sentence, waived_by from marts.quality
            where {where} order by organisation_code, measure_code, period_start"""
    )


def test_every_mart_row_is_joined_to_the_worst_result_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    assert checked("ae", extract_id).state == "accepted"
    warned = deliver(tmp_path, "ae", ae_csv(("X1X1X",), "JULY-2024"), AE_NAME, day=1)
    assert extract(checked("ae", warned).extract_id).state == "accepted"
    make("marts.series_break")
    make("marts.fct_measure")
    make("marts.fct_voice", {"source": "pals", "collected_by_code": "X4X", "extract_id": extract_id, **month(6)})
    rows = [*months("X1X", *[100] * 6, 900), *months("X2X", *[100] * 7)]
    make("marts.fct_operational", *({**row, "extract_id": extract_id} for row in rows))
    make("marts.fct_operational", {**months("X3X", 100)[0], "extract_id": warned})
    building.build("vocabulary")
    building.invoke(["run", "--select", "quality"])

    asked = Asked(tmp_path / "project", monkeypatch)
    kwargs = {"counted": "denominator", "times": 3}
    asked.suite("marts.fct_operational", "expect_volume_to_stay_within_its_own_history", "critical", **kwargs)
    with pytest.raises(Blocked):
        assurance.check_marts(RUN)

    july = date(2025, 7, 1)
    assert worst("organisation_code = 'X1X' and status <> 'too_few'") == [
        ("X1X", "ae_4h", july, "fail", "Not so: it holds. It must.", None)
    ]
    # the six months before it are the history that the seventh is held against
    assert {status for *_, status, _, _ in worst("organisation_code = 'X2X' and period_start < '2025-07-01'")} == {"too_few"}
    assert worst("organisation_code = 'X2X' and period_start = '2025-07-01'") == [
        ("X2X", "ae_4h", july, "pass", "Everything that was asked holds.", None)
    ]
    # a file of one organisation where others had three
    [(*_, status, sentence, _)] = worst("organisation_code = 'X3X'")
    assert (status, sentence.partition(".")[0]) == ("warn", "Not so: rows within the release's own history")
    assert worst("organisation_code = 'X4X'") == [("X4X", "voices", july, "pass", "Everything that was asked holds.", None)]
    joined = query(
        """select count(*), count(quality.status) from marts.fct_operational as fact
           left join marts.quality as quality
               using (icb_code, source, measure_code, organisation_code, period_start, period_end, extract_id)"""
    )
    assert joined == [(15, 15)]

    give(organisation_code="X1X")
    assert worst("status = 'fail'") == [("X1X", "ae_4h", july, "fail", "Not so: it holds. It must.", "director of quality")]
