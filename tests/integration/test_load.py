"""Loading into a real Postgres: all of a file or none of it, once, exactly as sent, whoever else is at work or dies."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from deliveries import RUN, checksum, deliver, execute, extract, in_use, load, query, rows
from ics_insight.demo.files import csv_bytes, ods_bytes
from ics_insight.errors import Refused, Unavailable
from ics_insight.landing import Landing
from ics_insight.settings import settings
from ics_insight.sources import Source, read, registry
from ics_insight.sources.reading import Reading
from ics_insight.warehouse import Ledger, connect, prepare, refresh_statistics, unload
from ics_insight.warehouse import load as load_with
from tiny_files import (
    AE_NAME,
    CQC_NAME,
    GPPS_NAME,
    ODS_NAME,
    RTT_NAME,
    ae_csv,
    ae_rows,
    cqc_ods,
    cqc_sheets,
    gpps_rows,
    organisation,
    packed,
    rtt_rows,
)

pytestmark = pytest.mark.usefixtures("empty_warehouse")

LARGE = [f"X{n:06}" for n in range(60_000)]  # more than one block of a file, so that it comes in several batches


# ---- once, and all or nothing


def test_a_file_of_every_source_is_loaded_with_its_header(tmp_path: Path) -> None:
    files: dict[str, tuple[bytes, str, int]] = {
        "ae": (ae_csv(), AE_NAME, 4),
        "rtt": (packed({RTT_NAME: csv_bytes(rtt_rows())}), f"{RTT_NAME}.zip", 6),
        "gpps": (csv_bytes(gpps_rows()), GPPS_NAME, 3),
        "cqc_inpatient": (cqc_ods(), CQC_NAME, 5),
        "organisations": (csv_bytes([organisation("X1X1X")]), ODS_NAME, 1),
    }
    for source, (content, name, count) in files.items():
        extract_id = deliver(tmp_path, source, content, name)
        assert extract(extract_id).state == "landed"
        loaded = load(source, extract_id)
        assert (loaded.state, loaded.row_count, loaded.file_name) == ("loaded", count, name)
        assert rows(source) == count
        assert query(f"select distinct extract_id, file from raw.{source}") == [(extract_id, name)]
    headers = query(
        "select extract.source, header.sheet from raw.header as header join ledger.extract using (extract_id) order by 1, 2"
    )
    assert headers == [
        ("ae", ""),
        ("cqc_inpatient", "National_Respondents"),
        ("cqc_inpatient", "Trust_Respondents"),
        ("cqc_inpatient", "Trust_Scores"),
        ("gpps", ""),
        ("rtt", RTT_NAME),
    ]


def test_a_file_whose_last_row_is_bad_leaves_nothing_but_a_sentence(tmp_path: Path) -> None:
    before = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    load("ae", before)
    state = checksum("ae"), query("select * from raw.header")

    sent = ae_rows(LARGE, "JULY-2024")
    sent[-1][-1] = "none"
    bad = deliver(tmp_path, "ae", csv_bytes(sent), "Monthly-AE-July-2024.csv")
    with pytest.raises(Refused) as refused:
        load("ae", bad)
    assert (checksum("ae"), query("select * from raw.header")) == state
    assert rows("ae") == 4
    found = extract(bad)
    assert (found.state, found.reason) == ("refused", str(refused.value))
    assert found.reason == (
        "Monthly-AE-July-2024.csv: row 60002, column 22 (“Other emergency admissions”): "
        "expected a whole number, found something else."
    )
    assert extract(before).state == "loaded"


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    first = load("ae", extract_id)
    state = query("select xmin::text, * from ledger.extract"), query("select xmin::text, ctid::text, row_number from raw.ae")
    assert load("ae", extract_id) == first
    assert (
        query("select xmin::text, * from ledger.extract"),
        query("select xmin::text, ctid::text, row_number from raw.ae"),
    ) == state


def test_the_same_bytes_delivered_again_are_the_same_extract(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    load("ae", extract_id)
    before = extract(extract_id)
    assert deliver(tmp_path, "ae", ae_csv(), "again.csv", day=1) == extract_id
    assert extract(extract_id) == before
    assert query("select file_name from ledger.receipt order by receipt_id") == [(AE_NAME,), ("again.csv",)]
    assert load("ae", extract_id) == before
    assert rows("ae") == 4


def test_the_same_bytes_as_files_of_two_sources_are_two_extracts(tmp_path: Path) -> None:
    right, wrong = (deliver(tmp_path, source, ae_csv(), AE_NAME) for source in ("ae", "rtt"))
    assert right != wrong
    with pytest.raises(Refused, match="found a file of `ae`"):
        load("rtt", wrong)
    assert load("ae", right).state == "loaded"
    assert extract(wrong).state == "refused"


def test_workers_with_the_same_extract_at_once_give_one_set_of_rows(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(LARGE), AE_NAME)
    together = threading.Barrier(4)

    def work() -> Any:
        together.wait()
        return load("ae", extract_id)

    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(work) for _ in range(4)]]
    assert {(each.state, each.row_count) for each in found} == {("loaded", 60_001)}
    assert query("select count(*), count(distinct row_number) from raw.ae") == [(60_001, 60_001)]


def test_the_planner_knows_what_came_at_once(tmp_path: Path) -> None:
    """Without waiting for the server to count by itself: it would take two thousand rows of one file for ten."""
    extract_id = deliver(tmp_path, "ae", ae_csv(LARGE), AE_NAME)
    load("ae", extract_id)
    refresh_statistics()
    [([planned],)] = query("explain (format json) select from raw.ae where extract_id = %s", extract_id)
    assert planned["Plan"]["Plan Rows"] == pytest.approx(rows("ae"), rel=0.2)


def test_an_extract_that_the_ledger_does_not_know_cannot_be_loaded() -> None:
    with pytest.raises(KeyError, match="extract 0123456789abcdef is not in the ledger"):
        load("ae", "0123456789abcdef")


def test_bytes_that_landing_lost_are_unavailable_and_not_the_senders_fault(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    sha256 = extract(extract_id).sha256
    kept = Path(settings().landing_url, sha256[:2], sha256)
    kept.unlink()
    with pytest.raises(Unavailable, match="restore"):
        load("ae", extract_id)
    assert extract(extract_id).state == "landed"
    deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    assert load("ae", extract_id).state == "loaded"


def test_unloading_takes_out_one_extract_and_leaves_the_others(tmp_path: Path) -> None:
    first = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    second = deliver(tmp_path, "ae", ae_csv(month="JULY-2024"), "Monthly-AE-July-2024.csv")
    load("ae", first)
    state = checksum("ae"), query("select * from raw.header")
    load("ae", second)
    with connect() as connection:
        unload(connection, registry()["ae"], second)
    assert (checksum("ae"), query("select * from raw.header")) == state


# ---- refused, and delivered again


def test_a_refused_extract_is_read_again_when_it_is_delivered_again(tmp_path: Path) -> None:
    known = registry()["ae"]
    columns = dict(list(known.layouts[0].columns.items())[:-1])
    ignorant = known.model_copy(update={"layouts": [known.layouts[0].model_copy(update={"columns": columns})]})
    extract_id = deliver(tmp_path, "ae", ae_csv(), AE_NAME)
    with pytest.raises(Refused, match="not a known layout"):
        load_with(ignorant, extract_id, Landing(settings().landing_url), RUN)
    assert extract(extract_id).state == "refused"

    assert deliver(tmp_path, "ae", ae_csv(), AE_NAME, day=1) == extract_id
    found = load("ae", extract_id)  # by an installation that knows the layout by now
    assert (found.state, found.reason, found.row_count) == ("loaded", None, 4)


def test_a_file_that_was_refused_for_its_name_is_taken_under_a_better_one(tmp_path: Path) -> None:
    content = csv_bytes(gpps_rows())
    extract_id = deliver(tmp_path, "gpps", content, "practices.csv")
    with pytest.raises(Refused, match="expected a name with GPPS_<year>_"):
        load("gpps", extract_id)
    assert deliver(tmp_path, "gpps", content, GPPS_NAME, day=1) == extract_id
    assert (load("gpps", extract_id).state, extract(extract_id).file_name) == ("loaded", GPPS_NAME)
    assert query("select distinct file from raw.gpps") == [(GPPS_NAME,)]


def test_a_file_that_stays_bad_is_refused_again_with_the_same_sentence(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv()[:-5], AE_NAME)
    sentences = []
    for day in (0, 1):
        deliver(tmp_path, "ae", ae_csv()[:-5], AE_NAME, day=day)
        with pytest.raises(Refused) as refused:
            load("ae", extract_id)
        sentences.append(str(refused.value))
    assert sentences == [extract(extract_id).reason] * 2
    assert rows("ae") == 0


# ---- as sent

HOSTILE = [
    "", " ", "  two blanks on each side  ", "NULL", "null", "\\N", "\\.", "a\n\\.\nb", "\\", "\\\\", '"', '""',
    'a "quoted" word', "'", "''", "{", "}", "{a,b}", "{}", "a,b", "a;b", "line\nbreak", "line\r\nbreak", "tab\there",
    "trailing\\", '\\"', "é – “”", "𝔘🙂", "\u00a0", "1e5", "007", "-97", "$1", "%s", "{batch}", "<b>",
]  # fmt: skip


def test_cells_of_a_survey_are_in_raw_exactly_as_sent(tmp_path: Path) -> None:
    sent = gpps_rows([f"X{n:05}" for n in range(len(HOSTILE))])
    for row, text in zip(sent[1:], HOSTILE, strict=True):
        row[1], row[12], row[-1] = text, text, text
    load("gpps", deliver(tmp_path, "gpps", csv_bytes(sent), GPPS_NAME))
    assert query("select row_number, cells from raw.gpps order by row_number") == list(enumerate(sent[1:], 2))
    assert query("select names from raw.header") == [(sent[0],)]


def test_cells_of_a_workbook_are_in_raw_exactly_as_sent(tmp_path: Path) -> None:
    one_line = [text for text in HOSTILE if text == " ".join(text.split(" ")) and not {"\n", "\r", "\t"} & set(text)]
    sheets = cqc_sheets([f"X{n:02}" for n in range(len(one_line))])
    for row, text in zip(sheets["Trust_Scores"][1:], one_line, strict=True):
        row[1] = text
    load("cqc_inpatient", deliver(tmp_path, "cqc_inpatient", ods_bytes(sheets), CQC_NAME))
    found = query("select cells[2] from raw.cqc_inpatient where sheet = 'Trust_Scores' order by row_number")
    assert [text for (text,) in found] == one_line


def test_text_of_a_column_is_in_raw_exactly_as_sent(tmp_path: Path) -> None:
    sent = ae_rows([f"X{n:02}" for n in range(len(HOSTILE))])
    for row, text in zip(sent[1:-1], HOSTILE, strict=True):
        row[3] = text
    load("ae", deliver(tmp_path, "ae", csv_bytes(sent), AE_NAME))
    found = query("select org_name from raw.ae where org_code <> 'TOTAL' order by row_number")
    assert [text for (text,) in found] == HOSTILE


def test_a_blank_number_is_null_and_a_blank_text_is_blank(tmp_path: Path) -> None:
    sent = ae_rows()
    sent[1][2], sent[1][4] = "", None
    load("ae", deliver(tmp_path, "ae", csv_bytes(sent), AE_NAME))
    found = query("select parent_org = '', a_e_attendances_type_1 from raw.ae order by row_number")
    assert found[0] == (True, None)
    assert [number for _, number in found] == [None, 20, 30, 60]


def test_large_numbers_are_whole(tmp_path: Path) -> None:
    sent = ae_rows()
    sent[1][4], sent[1][5] = 2**63 - 1, -(2**63)
    load("ae", deliver(tmp_path, "ae", csv_bytes(sent), AE_NAME))
    found = query("select a_e_attendances_type_1, a_e_attendances_type_2 from raw.ae where row_number = 2")
    assert found == [(2**63 - 1, -(2**63))]


# ---- which extract is in use


def accepted(tmp_path: Path, name: str, content: bytes, day: int) -> str:
    extract_id = deliver(tmp_path, "ae", content, name, day)
    load("ae", extract_id)
    with connect() as connection:
        Ledger(connection).accepted(extract_id, RUN)
    return extract_id


def test_of_two_files_for_a_month_the_later_one_is_in_use(tmp_path: Path) -> None:
    first = accepted(tmp_path, AE_NAME, ae_csv(), day=1)
    assert in_use("ae") == [first]
    july = accepted(tmp_path, "Monthly-AE-July-2024.csv", ae_csv(month="JULY-2024"), day=2)
    assert in_use("ae") == [first, july]
    restated = accepted(tmp_path, "Monthly-AE-June-2024-1.csv", ae_csv(["X1X1X", "X2X2X"]), day=3)
    assert in_use("ae") == [restated, july]
    assert rows("ae") == 4 + 4 + 3  # nothing is lost by it


def test_a_file_that_its_name_calls_revised_stays_in_use_when_an_unrevised_one_comes_later(tmp_path: Path) -> None:
    revised = accepted(tmp_path, "Monthly-AE-June-2024-revised.csv", ae_csv(["X1X1X", "X2X2X"]), day=1)
    accepted(tmp_path, AE_NAME, ae_csv(), day=2)
    assert in_use("ae") == [revised]
    again = accepted(tmp_path, "Monthly-AE-June-2024-REVISED-2.csv", ae_csv(["X1X1X"]), day=3)
    assert in_use("ae") == [again]


def test_delivering_the_old_file_again_does_not_bring_it_back_into_use(tmp_path: Path) -> None:
    old = accepted(tmp_path, AE_NAME, ae_csv(), day=1)
    new = accepted(tmp_path, "Monthly-AE-June-2024-1.csv", ae_csv(["X1X1X"]), day=2)
    assert deliver(tmp_path, "ae", ae_csv(), "Monthly-AE-June-2024-revised.csv", day=3) == old
    load("ae", old)
    assert in_use("ae") == [new]


def test_what_is_only_loaded_or_was_refused_is_not_in_use(tmp_path: Path) -> None:
    known = accepted(tmp_path, AE_NAME, ae_csv(), day=1)
    loaded = deliver(tmp_path, "ae", ae_csv(["X1X1X"]), "Monthly-AE-June-2024-revised.csv", day=2)
    load("ae", loaded)
    assert in_use("ae") == [known]
    with connect() as connection:
        Ledger(connection).refused(loaded, Refused("A test says no."), RUN)
    assert in_use("ae") == [known]


# ---- accidents


class Pause:
    """A load that stops once its first batch is in the database, until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        monkeypatch.setattr(sys.modules["ics_insight.warehouse.load"], "read", self._read)

    def _read(self, source: Source, path: Path, name: str) -> Reading:
        reading = read(source, path, name)
        return replace(reading, batches=self._after_the_first(reading.batches))

    def _after_the_first(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield next(batches)
        self.reached.set()
        assert self.go_on.wait(30)
        yield from batches


def clean_checksum(extract_id: str) -> str:
    """What the table holds after a load that nothing disturbs, into a table without any row."""
    execute("truncate raw.ae, raw.header")
    execute("update ledger.extract set state = 'landed', reason = null where extract_id = %s", extract_id)
    load("ae", extract_id)
    return checksum("ae")


def test_a_load_whose_connection_is_cut_leaves_nothing_and_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(LARGE), AE_NAME)
    with monkeypatch.context() as patch, ThreadPoolExecutor(1) as pool:
        pause = Pause(patch)
        working = pool.submit(load, "ae", extract_id)
        try:
            assert pause.reached.wait(30)
            cut = query(
                """select pg_terminate_backend(pid) from pg_stat_activity
                   where usename = 'ics_loader' and state = 'idle in transaction' and query like 'copy "raw"."ae"%%'"""
            )
        finally:
            pause.go_on.set()
        assert cut == [(True,)]
        with pytest.raises(Unavailable, match=r"could not go on: .*; nothing was changed"):
            working.result()
    assert rows("ae") == 0
    assert query("select * from raw.header") == []
    assert extract(extract_id).state == "landed"

    load("ae", extract_id)
    assert rows("ae") == 60_001
    assert checksum("ae") == clean_checksum(extract_id)


LOAD_HALF = """
import sys, time
from dataclasses import replace
from ics_insight.landing import Landing
from ics_insight.settings import settings
from ics_insight.sources import read, registry
from ics_insight.warehouse import load
sys.modules["ics_insight.warehouse.load"].read = lambda *a: replace(found := read(*a), batches=half(found.batches))
def half(batches):
    yield next(batches)
    print("half", flush=True)
    time.sleep(60)
load(registry()["ae"], sys.argv[1], Landing(settings().landing_url), "killed")
"""


def test_a_worker_that_is_killed_leaves_nothing_and_another_can_load(tmp_path: Path) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(LARGE), AE_NAME)
    command = [sys.executable, "-c", LOAD_HALF, extract_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PGAPPNAME": "killed"}) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "half\n"
        assert rows("ae") == 0
        worker.send_signal(signal.SIGKILL)
    load("ae", extract_id)  # waits until the server has seen that its client is gone
    assert rows("ae") == 60_001
    assert query("select state, row_count, dag_run from ledger.extract") == [("loaded", 60_001, RUN)]
    assert checksum("ae") == clean_checksum(extract_id)


def test_nobody_sees_a_part_of_an_extract_while_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract_id = deliver(tmp_path, "ae", ae_csv(LARGE), AE_NAME)
    with monkeypatch.context() as patch, ThreadPoolExecutor(1) as pool:
        pause = Pause(patch)
        working = pool.submit(load, "ae", extract_id)
        try:
            assert pause.reached.wait(30)
            seen = rows("ae"), extract(extract_id).state
        finally:
            pause.go_on.set()
        assert seen == (0, "landed")
        assert working.result().state == "loaded"
    assert rows("ae") == 60_001


# ---- roles; what each may do is tried in pipeline/test_roles.py


def test_a_role_without_its_password_is_not_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICS_ANALYST_PASSWORD", "another")
    settings.cache_clear()
    try:
        with pytest.raises(Unavailable, match="does not let ics_analyst in") as unavailable, connect("analyst"):
            pass
        assert "another" not in str(unavailable.value)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.usefixtures("empty_warehouse")
def test_preparing_again_waits_for_no_load_and_still_mends_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with connect() as busy:
        busy.execute("lock table raw.ae, ledger.extract, ledger.receipt in row exclusive mode")
        monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=5s")
        prepare()
        monkeypatch.delenv("PGOPTIONS")
    execute("drop table raw.rtt")
    execute("drop schema marts cascade")
    prepare()
    assert query("select count(*) from raw.rtt") == [(0,)]
    assert query("select count(*) from pg_namespace where nspname = 'marts'") == [(1,)]


@pytest.mark.usefixtures("empty_warehouse")
def test_what_somebody_else_made_in_a_schema_of_dbt_is_dbts_to_drop() -> None:
    """As the warehouse was before dbt had a role of its own."""
    execute("alter schema marts owner to ics_owner")
    execute("create table marts.old as select 1 as one")
    execute("create view marts.older as select * from marts.old")
    execute("grant usage on schema marts to ics_analyst")
    execute("grant select on marts.old to ics_analyst")
    execute("comment on schema ledger is 'prepared by an earlier version'")
    prepare()
    with connect("analyst") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from marts.old")
    with connect("transformer") as connection:
        connection.execute("drop view marts.older")
        connection.execute("drop table marts.old")
        connection.execute("create table marts.new as select 1 as one")
