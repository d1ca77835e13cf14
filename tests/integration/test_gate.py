"""The gate between raw and staging: what each expectation lets through and stops, on a real Postgres."""

import csv
import gc
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from deliveries import RUN, checked, checksum, deliver, deliver_file, execute, extract, in_use, load, query, row_numbers, rows
from ics_insight.assurance import check
from ics_insight.demo.files import Cell, csv_bytes, ods_bytes
from ics_insight.errors import Refused
from ics_insight.landing import Landing
from ics_insight.settings import PROJECT, settings
from ics_insight.sources import registry
from tiny_files import (
    AE_NAME,
    CQC_NAME,
    GPPS_HEADER,
    GPPS_NAME,
    MARK,
    ODS_NAME,
    RTT_NAME,
    Rows,
    ae_csv,
    ae_rows,
    cqc_ods,
    cqc_sheets,
    gpps_rows,
    organisation,
    rtt_rows,
)

pytestmark = pytest.mark.usefixtures("empty_warehouse")

TOTAL = "organisations add up to the total row"
HISTORY = "rows within the release's own history"
NAMES = {"ae": AE_NAME, "rtt": RTT_NAME, "gpps": GPPS_NAME, "cqc_inpatient": CQC_NAME, "organisations": ODS_NAME}
SUITES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((PROJECT / "expectations" / "raw").glob("*.yml"))}
# of lists with a header and of edges: in tests/sources/test_organisations.py
ELSEWHERE = {
    ("organisations", "days of joining, leaving and succession are dates"),
    ("organisations", "one row per organisation of a list"),
    ("organisations", "one row per membership and succession"),
}


def named(source: str) -> list[str]:
    return [each["meta"]["name"] for each in SUITES[source]["expectations"]]


@dataclass(frozen=True)
class Result:
    """One row of assurance.result."""

    severity: str
    status: str
    rows: list[int]
    observed: str | None
    threshold: str | None


def results(extract_id: str) -> dict[str, Result]:
    found = query(
        "select expectation, severity, status, sample_keys, observed, threshold from assurance.result where extract_id = %s",
        extract_id,
    )
    return {name: Result(severity, status, row_numbers(keys), *others) for name, severity, status, keys, *others in found}


def broken(extract_id: str) -> dict[str, list[int]]:
    """Expectations that did not hold, with the rows that they name."""
    return {name: found.rows for name, found in results(extract_id).items() if found.status in ("warn", "fail")}


# ---- the files of expectations


def test_every_source_has_its_expectations_and_every_file_of_them_its_source() -> None:
    assert set(SUITES) == set(registry())


@pytest.mark.parametrize("source", SUITES)
def test_every_expectation_says_what_it_is_called_why_it_is_there_and_what_breaking_it_means(source: str) -> None:
    for each in SUITES[source]["expectations"]:
        assert each["meta"]["name"]
        assert each["meta"]["why"].endswith(".")
        assert each["severity"] in ("critical", "warning")
    assert len(set(named(source))) == len(named(source))
    assert SUITES[source]["name"] == f"raw_{source}"
    assert HISTORY in named(source)


@pytest.mark.parametrize("source", SUITES)
def test_every_view_of_a_suite_is_read(source: str) -> None:
    views = SUITES[source]["meta"].get("views", {})
    read = " ".join(
        [*views.values(), *(str(each["kwargs"].get("unexpected_rows_query")) for each in SUITES[source]["expectations"])]
    )
    assert [name for name in views if not re.search(rf"(from|join) {name}\b", read)] == []


# ---- the published files


def test_published_files_are_accepted_with_a_result_for_every_expectation(published_files: Path) -> None:
    listed = [
        ("organisations", "ods/epraccur_2025-11_legacy.csv"),
        ("organisations", "ods/etr_2025-07.csv"),
        ("cqc_inpatient", "cqc_inpatient/Adult-Inpatient-Survey-2022.ods"),
        ("gpps", "gpps/GPPS_2025_National_data_(weighted)_(csv)_PUBLIC.csv"),
        ("gpps", "gpps/GPPS_2025_ICS_data_(weighted)_(csv)_PUBLIC.25of42.csv"),
        ("gpps", "gpps/GPPS_2025_Practice_data_(weighted)_(csv)_PUBLIC.25of6215.csv"),
        ("rtt", "operational/20260430-RTT-April-2026-full-extract.csv.zip"),
    ]
    found = {}
    for source, file in listed:
        accepted = checked(source, extract_id := deliver_file(source, published_files / file))
        assert (accepted.state, accepted.reason) == ("accepted", None), file
        found[file] = results(extract_id)
        assert set(found[file]) == set(named(source)), file
        assert {name for name, each in found[file].items() if each.status == "fail"} == set(), file

    known = set()
    for _, file in listed[:2]:
        with (published_files / file).open(newline="") as opened:
            known |= {row[0] for row in csv.reader(opened)}
    with (published_files / listed[5][1]).open(newline="") as opened:
        practices = [row[0] for row in csv.reader(opened)][1:]
    strangers = [number for number, code in enumerate(practices, 2) if code not in known]
    assert found[listed[5][1]]["practices known to ODS"].rows == strangers
    trusts = query("select row_number, cells[1] from raw.cqc_inpatient where sheet = 'Trust_Scores' order by 1")
    gone = [number for number, code in trusts if code not in known]
    assert gone
    assert found[listed[2][1]]["trusts known to ODS"] == Result("warning", "warn", gone, str(len(gone)), "0")


def test_published_months_of_a_and_e_are_all_accepted_and_held_against_each_other(published_files: Path) -> None:
    paths = sorted(published_files.glob("operational/Monthly-AE-*.csv"))
    for number, path in enumerate(paths):
        extract_id = deliver_file("ae", path, day=number)
        assert checked("ae", extract_id).state == "accepted"
        assert broken(extract_id) == {}
        assert set(results(extract_id)) == set(named("ae"))
        assert results(extract_id)[HISTORY].status == ("not_applicable" if number == 0 else "pass")
    assert len(in_use("ae")) == len(paths) == 12


def test_a_published_month_with_one_count_changed_by_one_is_refused(published_files: Path, tmp_path: Path) -> None:
    source = published_files / "operational" / "Monthly-AE-May-2025.csv"
    accepted = deliver_file("ae", source)
    checked("ae", accepted)
    before = checksum("ae"), query("select * from raw.header")

    with source.open(newline="", encoding="utf-8") as file:
        sent = list(csv.reader(file))
    sent[100][4] = str(int(sent[100][4]) + 1)
    content = csv_bytes(sent)
    changed = deliver(tmp_path, "ae", content, "Monthly-AE-May-2025-revised.csv", day=1)
    with pytest.raises(Refused) as refused:
        checked("ae", changed)

    why = SUITES["ae"]["expectations"][named("ae").index(TOTAL)]["meta"]["why"]
    assert str(refused.value) == f"Monthly-AE-May-2025-revised.csv: Not so: {TOTAL} (row {len(sent)}). {why}"
    found = extract(changed)
    assert (found.state, found.reason) == ("refused", str(refused.value))
    assert broken(changed) == {TOTAL: [len(sent)]}
    assert set(results(changed)) == set(named("ae"))
    assert (checksum("ae"), query("select * from raw.header")) == before
    assert in_use("ae") == [accepted]
    with Landing(settings().landing_url).local(found.sha256) as kept:
        assert kept.read_bytes() == content


# ---- every expectation on a file that breaks it and nothing else


Change = Callable[[Rows], None]


@dataclass(frozen=True)
class Case:
    """A small file that would be accepted, what is changed in it, and the rows that the expectation then names."""

    source: str
    expectation: str
    change: Callable[[Any], None]
    rows: list[int]
    also: tuple[str, ...] = ()


def content(source: str, change: Callable[[Any], None] = lambda sent: None) -> bytes:
    if source == "cqc_inpatient":
        sheets = cqc_sheets()
        change(sheets)
        return ods_bytes(sheets)
    sent: Rows = {
        "ae": ae_rows,
        "rtt": rtt_rows,
        "gpps": gpps_rows,
        "organisations": lambda: [organisation(code) for code in ("X10001", "X10002", "X10003")],
    }[source]()
    change(sent)
    return csv_bytes(sent)


def put(row: int, column: int, *values: Any) -> Change:
    """Put values into cells, numbered as a spreadsheet numbers rows."""

    def change(sent: Rows) -> None:
        sent[row - 1][column : column + len(values)] = values

    return change


def all_of(*changes: Change) -> Change:
    def change(sent: Rows) -> None:
        for each in changes:
            each(sent)

    return change


def on(sheet: str, change: Change) -> Callable[[dict[str, Rows]], None]:
    return lambda sheets: change(sheets[sheet])


def add(row: int, **cells: Any) -> Change:
    """Append a copy of a row with some cells (`c4=0`) replaced."""

    def change(sent: Rows) -> None:
        sent.append([cells.get(f"c{at}", value) for at, value in enumerate(sent[row - 1])])

    return change


RTT_PART, RTT_FUNCTION, RTT_ALL = 9, 11, 120
PHONE = GPPS_HEADER.index("localgpservicesphone.pcteval")


def earlier(row: int, column: int, *cells: Cell) -> Callable[[Any], None]:
    """The sheet with the scores of the year before, with a change in it."""

    def change(sheets: dict[str, Rows]) -> None:
        header: list[Cell] = ["SurveyYear", "TrustCode", "trustname", "Q46_mean_H", "Q46_Base_unw", "Q46_sig", "n_tpat_H"]
        sheets["Historical_Comparisonsto2021"] = [header, [2021, "X1X", f"{MARK} trust", 8.0, 41, 0, 45]]
        put(row, column, *cells)(sheets["Historical_Comparisonsto2021"])

    return change


WITHOUT_COLUMN = """update raw.header set names = array_replace(names, %s, 'another'),
                    fields = array_replace(fields, %s, 'another')"""

CASES = [
    Case(
        "ae",
        "one row per organisation",
        lambda sent: sent.insert(4, ["MSitAE-JUNE-2024", " x1x1x", "", MARK, *[0] * 18]),
        [5],
    ),
    Case("ae", "exactly one total row", lambda sent: sent.pop(), [4], (TOTAL,)),
    Case(
        "ae",
        "exactly one total row",
        add(5, c1="Total "),
        [6],
        ("one row per organisation", "organisations add up to the total row"),
    ),
    Case("ae", TOTAL, put(3, 4, 21), [5]),
    Case("ae", TOTAL, put(5, 21, None), [5]),
    Case("ae", "no negative counts", all_of(put(2, 9, -10), put(5, 9, 40)), [2]),
    Case("ae", "one period", put(3, 0, "MSitAE-JULY-2024"), [4]),
    Case("rtt", "known parts", put(5, RTT_PART, "Part_9"), [5], ("treatment functions add up to C_999",)),
    Case("rtt", "no negative counts", all_of(put(2, RTT_ALL, -7), put(3, RTT_ALL, 19)), [2]),
    Case("rtt", "one row per key", add(2, c120=0), [8]),
    Case("rtt", "treatment functions add up to C_999", put(4, RTT_ALL, 13), [4]),
    Case("rtt", "treatment functions add up to C_999", lambda sent: sent.pop(), [6]),
    Case("rtt", "the waiting list is there", all_of(*(put(row, RTT_PART, "Part_1A") for row in range(2, 8))), [7]),
    Case("rtt", "one period", put(5, 0, "RTT-May-2026"), [7]),
    Case("gpps", "expected columns", put(1, PHONE, "another.pcteval"), [1]),
    Case("gpps", "one row per area", put(4, 0, "X10001"), [4]),
    Case("gpps", "shares within 0 and 1", put(3, PHONE, "50", "40", "40", "60"), [3]),
    Case("gpps", "shares within 0 and 1", put(3, PHONE, "1.0000001", "40", "0.4", "1.2"), [3]),
    Case("gpps", "cells are numbers or known marks", put(2, PHONE, "n/a"), [2]),
    Case("gpps", "cells are numbers or known marks", put(2, PHONE, "-96"), [2]),
    Case("gpps", "cells are numbers or known marks", put(2, PHONE, "01.02.2025"), [2]),
    Case("gpps", "cells are numbers or known marks", put(2, PHONE, "1e999999"), [2]),
    Case("gpps", "shares within their intervals", put(4, PHONE, "0.39"), [4]),
    Case("gpps", "shares within their intervals", put(4, PHONE, ".61"), [4]),
    Case("gpps", "response rate is received by distributed", put(2, 10, "41"), [2]),
    Case("gpps", "response rate is received by distributed", put(2, 10, ""), [2]),
    Case("gpps", "response rate is received by distributed", put(2, 9, "*"), [2]),
    Case("cqc_inpatient", "one row per trust and sheet", on("Trust_Respondents", add(2)), [4]),
    Case("cqc_inpatient", "trusts add up to the national number", on("National_Respondents", put(2, 1, 81)), [3]),
    Case("cqc_inpatient", "trusts add up to the national number", on("Trust_Scores", lambda sent: sent.pop()), [2]),
    Case("cqc_inpatient", "trusts add up to the national number", on("Trust_Scores", put(3, 2, "*")), [3]),
    Case("cqc_inpatient", "trusts add up to the national number", on("National_Respondents", put(2, 1, None)), [3]),
    Case("cqc_inpatient", "scores within 0 and 10", on("Trust_Scores", put(2, 3, 81.25)), [2]),
    Case("cqc_inpatient", "scores within 0 and 10", on("Trust_Scores", put(2, 3, "*")), [2]),
    Case("cqc_inpatient", "bands are known", on("Trust_Scores", put(3, 10, 8)), [3]),
    Case("cqc_inpatient", "bands follow from the score and the expected range", on("Trust_Scores", put(3, 10, 5)), [3]),
    Case("cqc_inpatient", "scores within 0 and 10", earlier(2, 3, 11.5), [2]),
    Case("cqc_inpatient", "limits and counts are numbers", on("Trust_Scores", put(2, 4, "n/a")), [2]),
    Case("cqc_inpatient", "limits and counts are numbers", on("Trust_Respondents", put(3, 4, "many")), [3]),
    Case("cqc_inpatient", "limits and counts are numbers", earlier(2, 4, "*"), [2]),
    Case("cqc_inpatient", "changes are lower, none or higher", earlier(2, 5, 2), [2]),
    Case("cqc_inpatient", "changes are lower, none or higher", earlier(2, 0, "last year"), [2]),
    Case("cqc_inpatient", "scores of fewer than 30 people are blank", on("Trust_Respondents", put(3, 2, 29)), [3]),
    Case(
        "cqc_inpatient",
        "scores of fewer than 30 people are blank",
        on("Trust_Respondents", put(3, 2, "*")),
        [3],
        also=["limits and counts are numbers"],
    ),
    Case("organisations", "one row per organisation", lambda sent: sent.append(sent[0]), [1, 4]),
    Case("organisations", "every organisation has a name", put(2, 1, ""), [2]),
    Case("organisations", "opening dates are dates", put(3, 10, "1 Apr"), [3]),
    Case("organisations", "closing dates are dates", put(3, 11, "2024-03-31"), [3]),
    Case("organisations", "health geographies look like ICB codes", put(2, 3, "E54000999"), [2]),
]
HEADERS = [("ae", "A&E attendances Type 2"), ("rtt", "Total All"), ("cqc_inpatient", "bandQ46")]
REGISTERED = {
    "ae": ("organisations known to ODS", "X2X2X", [2, 4]),
    "rtt": ("providers known to ODS", "X2X2X", [2]),
    "gpps": ("practices known to ODS", "X10002", [2, 4]),
    "cqc_inpatient": ("trusts known to ODS", "X1X", [3]),
}


def severity(source: str, expectation: str) -> str:
    return str(SUITES[source]["expectations"][named(source).index(expectation)]["severity"])


def test_every_expectation_is_broken_by_a_test_here() -> None:
    """Of these sources; those of others are broken in `tests/sources`."""
    tried = {(case.source, case.expectation) for case in CASES}
    tried |= {(source, "expected columns") for source, _ in HEADERS}
    tried |= {(source, expectation) for source, (expectation, *_) in REGISTERED.items()}
    tried |= {(source, HISTORY) for source in NAMES}
    tried |= ELSEWHERE
    assert tried == {(source, expectation) for source in NAMES for expectation in named(source)}


@pytest.mark.parametrize("source", NAMES)
def test_a_small_file_with_nothing_wrong_is_accepted(source: str, tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, source, content(source), NAMES[source])
    assert checked(source, extract_id).state == "accepted"
    assert broken(extract_id) == {}
    assert set(results(extract_id)) == set(named(source))
    assert in_use(source) == [extract_id]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}: {case.expectation}")
def test_an_expectation_that_is_broken_names_the_row_and_refuses_or_warns(case: Case, tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, case.source, content(case.source, case.change), NAMES[case.source])
    if severity(case.source, case.expectation) == "warning":
        assert checked(case.source, extract_id).state == "accepted"
        assert rows(case.source) > 0
    else:
        with pytest.raises(Refused) as refused:
            checked(case.source, extract_id)
        listed = ", ".join(map(str, case.rows))
        assert f"{NAMES[case.source]}: " in str(refused.value)
        assert f"Not so: {case.expectation} (row {listed})." in str(refused.value)
        assert MARK not in str(refused.value)
        assert rows(case.source) == 0
        assert query("select * from raw.header") == []
        assert extract(extract_id).state == "refused"
    found = broken(extract_id)
    assert found[case.expectation] == case.rows
    assert set(found) == {case.expectation, *case.also}


@pytest.mark.parametrize(("source", "column"), HEADERS)
def test_a_column_that_a_measure_needs_must_be_in_the_header(source: str, column: str, tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, source, content(source), NAMES[source])
    load(source, extract_id)
    execute(WITHOUT_COLUMN, column, column)
    with pytest.raises(Refused, match=r"Not so: expected columns \(row 1\)\."):
        check(registry()[source], extract_id, RUN)


@pytest.mark.parametrize("source", REGISTERED)
def test_a_code_that_ods_does_not_list_is_a_warning_and_the_file_is_accepted(source: str, tmp_path: Path) -> None:
    expectation, known, strangers = REGISTERED[source]
    checked("organisations", deliver(tmp_path, "organisations", csv_bytes([organisation(known)]), ODS_NAME))
    extract_id = deliver(tmp_path, source, content(source), NAMES[source])
    assert checked(source, extract_id).state == "accepted"
    assert broken(extract_id) == {expectation: strangers}
    assert results(extract_id)[expectation].severity == "warning"


# ---- what is allowed


@pytest.mark.parametrize("mark", ["-97", "-98", "-99", "", "*", "/", "-", ":", ".5", "5e-1", "5E-01"])
def test_marks_and_numbers_as_publishers_write_them_are_accepted(mark: str, tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "gpps", content("gpps", put(2, PHONE, mark)), GPPS_NAME)
    assert checked("gpps", extract_id).state == "accepted"
    assert broken(extract_id) == {}


def test_a_share_without_a_published_interval_is_accepted(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "gpps", content("gpps", put(2, PHONE, "0.9", "40", "-99", "-99")), GPPS_NAME)
    assert checked("gpps", extract_id).state == "accepted"


def test_a_blank_score_of_fewer_than_30_people_is_accepted(tmp_path: Path) -> None:
    def few(sheets: dict[str, Rows]) -> None:
        sheets["Trust_Respondents"][1][2] = 29
        sheets["Trust_Scores"][1][3:] = [None] * 7 + [0, None]

    extract_id = deliver(tmp_path, "cqc_inpatient", content("cqc_inpatient", few), CQC_NAME)
    assert checked("cqc_inpatient", extract_id).state == "accepted"


@pytest.mark.parametrize("total", ["Total", "total ", "TOTAL"])
def test_the_total_row_is_known_however_it_is_written(total: str, tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", content("ae", put(5, 0, total, total, total, total)), AE_NAME)
    assert checked("ae", extract_id).state == "accepted"


# ---- against the release's own history


def of_rows(source: str, count: int) -> bytes:
    """A small file of so many rows in raw."""
    codes = [f"X{n:05}" for n in range(count)]
    if source == "cqc_inpatient":
        return cqc_ods(codes[: (count - 1) // 2])
    return csv_bytes(
        {
            "ae": lambda: ae_rows(codes[1:]),
            "rtt": lambda: rtt_rows(codes[: count // 3]),
            "gpps": lambda: gpps_rows(codes),
            "organisations": lambda: [organisation(code) for code in codes],
        }[source]()
    )


@pytest.mark.parametrize("source", NAMES)
def test_a_file_with_far_fewer_or_more_rows_than_ever_warns(source: str, tmp_path: Path) -> None:
    checked(source, deliver(tmp_path, source, of_rows(source, 99), NAMES[source]))
    for day, (count, unusual) in enumerate([(60, True), (150, True), (87, False), (120, False)], 1):
        count += 1 if source == "cqc_inpatient" and count % 2 == 0 else 0
        extract_id = deliver(tmp_path, source, of_rows(source, count), NAMES[source], day)
        load(source, extract_id)
        execute("update ledger.extract set state = 'landed' where extract_id <> %s and row_count <> 99", extract_id)
        assert check(registry()[source], extract_id, RUN).row_count == count
        limits = "74 to 124"  # a quarter below 99 and above it
        assert results(extract_id)[HISTORY] == Result("warning", "warn" if unusual else "pass", [], str(count), limits)


def test_the_history_reaches_a_quarter_below_the_smallest_and_above_the_largest(tmp_path: Path) -> None:
    for day, count in enumerate([80, 100]):
        checked("organisations", deliver(tmp_path, "organisations", of_rows("organisations", count), ODS_NAME, day))
    for day, (count, usual) in enumerate([(60, True), (59, False), (126, True), (127, False)], 2):
        extract_id = deliver(tmp_path, "organisations", of_rows("organisations", count), ODS_NAME, day)
        checked("organisations", extract_id)
        assert results(extract_id)[HISTORY].status == ("pass" if usual else "warn"), count
        execute("update ledger.extract set state = 'landed' where extract_id = %s", extract_id)


def test_a_file_is_held_against_files_of_its_own_part_only(tmp_path: Path) -> None:
    checked("organisations", deliver(tmp_path, "organisations", of_rows("organisations", 100), ODS_NAME))
    trusts = deliver(tmp_path, "organisations", csv_bytes([organisation("X1X", "", "")]), "etr.csv", day=1)
    assert checked("organisations", trusts).part == "trusts"
    assert results(trusts)[HISTORY].status == "not_applicable"


# ---- once, and again


def test_checking_again_changes_nothing(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", content("ae"), AE_NAME)
    first = checked("ae", extract_id)
    before = query("select * from assurance.result order by expectation"), query("select * from ledger.extract")
    assert check(registry()["ae"], extract_id, "another run") == first
    assert (query("select * from assurance.result order by expectation"), query("select * from ledger.extract")) == before


def test_an_extract_that_is_not_loaded_is_not_checked(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", content("ae"), AE_NAME)
    assert check(registry()["ae"], extract_id, RUN).state == "landed"
    assert results(extract_id) == {}


def test_a_refused_extract_that_is_delivered_again_is_checked_again(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", content("ae"), AE_NAME)
    load("ae", extract_id)
    execute(WITHOUT_COLUMN, "A&E attendances Type 1", "A&E attendances Type 1")
    with pytest.raises(Refused):
        check(registry()["ae"], extract_id, RUN)
    assert deliver(tmp_path, "ae", content("ae"), AE_NAME, day=1) == extract_id
    accepted = checked("ae", extract_id)
    assert (accepted.state, accepted.reason) == ("accepted", None)
    assert broken(extract_id) == {}
    assert rows("ae") == 4


def test_a_sentence_names_all_that_is_broken_and_not_more_than_ten_rows_of_it(tmp_path: Path) -> None:
    sent = gpps_rows([f"X{n:05}" for n in range(30)])
    for row in sent[1:]:
        row[PHONE] = "n/a"
    sent[1][11] = "0.9"
    extract_id = deliver(tmp_path, "gpps", csv_bytes(sent), GPPS_NAME)
    with pytest.raises(Refused) as refused:
        checked("gpps", extract_id)
    assert "Not so: response rate is received by distributed (row 2)." in str(refused.value)
    assert "Not so: cells are numbers or known marks (row 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …)." in str(refused.value)
    assert results(extract_id)["cells are numbers or known marks"].observed == "30"


def test_an_expectation_that_cannot_be_evaluated_is_our_fault_and_the_extract_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "expectations", tmp_path / "expectations")
    suite = tmp_path / "expectations" / "raw" / "ae.yml"
    suite.write_text(suite.read_text().replace("having count(*) > 1", "having count(*) / 0 > 1"))
    extract_id = deliver(tmp_path, "ae", content("ae"), AE_NAME)
    with monkeypatch.context() as patch:
        patch.setattr("ics_insight.assurance.suites.PROJECT", tmp_path)
        with pytest.raises(RuntimeError, match=r"“one row per organisation” of raw_ae could not be evaluated: .*division by zero"):
            checked("ae", extract_id)
    assert extract(extract_id).state == "loaded"
    assert results(extract_id) == {}
    assert checked("ae", extract_id).state == "accepted"


def test_checks_leave_no_connection_open(tmp_path: Path) -> None:
    """Hundreds of files are checked in one process, and Postgres takes a hundred connections."""
    gc.collect()
    gc.disable()  # what nobody holds any more would be closed by the collector, sooner or later
    try:
        before = query("select count(*) from pg_stat_activity where datname = current_database()")
        for month in ("JUNE-2024", "JULY-2024", "AUGUST-2024"):
            checked("ae", deliver(tmp_path, "ae", ae_csv(month=month), AE_NAME))
        assert query("select count(*) from pg_stat_activity where datname = current_database()") == before
    finally:
        gc.enable()
