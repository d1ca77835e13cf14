"""Runs of the whole pipeline by its command, on the fictional care system: again, restated, refused, killed."""

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from commands import ICS, at, checksums, connect, environment, ics, rows
from ics_insight import demo
from ics_insight.warehouse import embedded
from servers import sftp_site

AUGUST = "Monthly-AE-August-2026.csv"  # any one month of the two that are delivered
SEPTEMBER = "Monthly-AE-September-2026.csv"


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("delivered")
    demo.write(folder, months=2, only=("organisations", "ae", "cqc_inpatient", "gpps", "rtt"))
    return folder


@dataclass(frozen=True)
class Run:
    home: Path
    checksums: dict[str, str]


@pytest.fixture(scope="module")
def clean_run(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One undisturbed run: its home, and what it left there. Later tests go on in that home, in the order of this file."""
    home = tmp_path_factory.mktemp("clean") / "home"
    done = ics(home, "run", "--inbox", str(inbox))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ae: 2 delivered, 2 loaded and accepted" in done.stdout
    return Run(home, checksums(home))


def test_a_run_killed_in_the_middle_of_a_load_leaves_what_one_clean_run_leaves(inbox: Path, clean_run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert ics(home, "status").returncode == 0  # makes the database
    with embedded.running(at(home)) as found, connect(found) as connection:
        # A load writes its rows, then its header: while the header is locked, it stands in the middle of its transaction.
        connection.execute("lock table raw.header in exclusive mode")
        run = subprocess.Popen(
            [ICS, "run", "--inbox", str(inbox)], env=environment(home), stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            _wait_until_a_load_waits(found)
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        connection.rollback()
        assert connection.execute("select count(*) from ledger.extract where state = 'landed'").fetchone() == (1,)
        assert connection.execute("select count(*) from raw.ae").fetchone() == (0,)
    again = ics(home, "run", "--inbox", str(inbox))
    assert again.returncode == 0, again.stdout + again.stderr
    assert checksums(home) == clean_run.checksums


def _wait_until_a_load_waits(found: dict[str, str]) -> None:
    waiting = """select count(*) from pg_locks join pg_class on relation = pg_class.oid
                 where relname = 'header' and not granted"""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with connect(found) as connection:
            if connection.execute(waiting).fetchone() == (1,):
                return
        time.sleep(0.2)
    pytest.fail("no load came as far as its header")


def test_the_same_files_again_change_nothing_and_the_run_says_so(inbox: Path, clean_run: Run) -> None:
    done = ics(clean_run.home, "run", "--inbox", str(inbox))
    assert done.returncode == 0
    assert "ae: 2 delivered, nothing new to load, 2 known before" in done.stdout
    assert "rtt: 2 delivered, nothing new to load, 2 known before" in done.stdout
    assert checksums(clean_run.home) == clean_run.checksums


def test_the_analyst_role_of_ics_sql_cannot_write(clean_run: Run) -> None:
    for attempt in ("delete from marts.fct_measure", "create table marts.mine (a int)", "select * from raw.ae"):
        done = ics(clean_run.home, "sql", attempt)
        assert done.returncode == 1
        assert "Postgres says: " in done.stderr
        assert "Traceback" not in done.stderr


def test_two_homes_do_not_see_each_other(clean_run: Run, tmp_path: Path) -> None:
    with embedded.running(at(clean_run.home)) as one, embedded.running(at(tmp_path / "other")) as two:
        assert one["ICS_DB_PORT"] != two["ICS_DB_PORT"]
        with pytest.raises(psycopg.OperationalError):
            connect({**two, "ICS_DB_PORT": one["ICS_DB_PORT"]}).close()


def test_collecting_one_file_and_forgetting_it_all(inbox: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = ics(home, "collect", "ae", "--file", str(inbox / "ae" / AUGUST))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ae: 1 delivered, 1 loaded and accepted" in done.stdout
    wrong = ics(home, "collect", "rtt", "--file", str(inbox / "ae" / AUGUST))
    assert wrong.returncode == 1
    assert "found a file of `ae`" in wrong.stdout
    gone = ics(home, "collect", "ae", "--file", str(inbox / "ae" / "gone.csv"))
    assert gone.returncode == 1
    assert "gone.csv is not there." in gone.stdout
    assert ics(home, "collect", "nothing").returncode == 1
    whose = ics(home, "collect", "ae", "--file", str(inbox / "ae" / AUGUST), "--sender", "RXX")
    assert whose.returncode == 1
    assert "`ae` comes from its publisher alone: there is no sender to name." in whose.stdout
    (tmp_path / "root" / "out").mkdir(parents=True)
    shutil.copy(inbox / "ae" / SEPTEMBER, tmp_path / "root" / "out")
    with sftp_site(tmp_path / "root") as place:
        stated = {
            "conn_type": "sftp", "host": "127.0.0.1", "port": place.port, "login": place.user, "password": place.password,
            "extra": {"host_key": place.host_key},
        }  # fmt: skip
        online = {
            "ICS_ONLINE": "true", "ICS_SOURCES__AE__PAGES": "[]", "AIRFLOW_CONN_TRUST": json.dumps(stated),
            "ICS_SOURCES__AE__SFTP": '[{"connection": "trust", "folder": "/out"}]',
        }  # fmt: skip
        done = ics(home, "collect", "ae", **online)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ae: 1 delivered, 1 loaded and accepted" in done.stdout
    assert place.password not in "".join(path.read_text(errors="replace") for path in (home / "logs").rglob("*.log"))
    assert ics(home, "reset").returncode == 1
    assert home.exists()
    assert ics(home, "reset", "--yes").returncode == 0
    assert not home.exists()


def test_a_restated_month_replaces_an_unknown_layout_is_refused_and_other_sources_go_on(
    inbox: Path, clean_run: Run, tmp_path: Path
) -> None:
    """A&E: one month restated, one file of an unknown layout. GPPS: a web page under a CSV's name. RTT: as before."""
    home = clean_run.home
    later = tmp_path / "later"
    shutil.copytree(inbox, later)
    month = (inbox / "ae" / AUGUST).read_text()
    (later / "ae" / AUGUST).unlink()
    (later / "ae" / AUGUST.replace(".csv", "-revised.csv")).write_text(_one_more_within_four_hours(month))
    (later / "ae" / "unknown.csv").write_text(month.replace("Org Code", "Organisation", 1))
    (later / "gpps" / "GPPS_2026_National.csv").write_text("<!DOCTYPE html><title>Not found</title>")

    query = """select numerator, denominator from marts.fct_operational
               where source = 'ae' and icb_code = 'ENG' and period_start = '2026-08-01'"""
    [(within, attendances)] = rows(home, query)
    done = ics(home, "run", "--inbox", str(later))
    assert done.returncode == 1
    assert "ae: 3 delivered, 1 loaded and accepted, 1 known before, 1 REFUSED" in done.stdout
    assert "unknown.csv: not a known layout of `ae`" in done.stdout
    assert "expected “Org Code”, found “Organisation”" in done.stdout
    assert "GPPS_2026_National.csv: expected a CSV file, or a zip with one in it; found a web page" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "publish: done" in done.stdout

    assert rows(home, query) == [[str(int(within) + 1), str(int(attendances) + 1)]]
    kept = rows(home, "select file_name, state from ledger.extract where source = 'ae' and period_start = '2026-08-01' order by 1")
    assert kept == [[AUGUST.replace(".csv", "-revised.csv"), "accepted"], [AUGUST, "accepted"]]
    with embedded.running(at(home)) as found, connect(found) as connection:
        files = connection.execute("select count(distinct extract_id) from raw.ae where period like '%AUGUST%'").fetchone()
        assert files == (2,)  # what was sent first can still be read
    now = checksums(home)
    for untouched in ("raw.rtt", "raw.cqc_inpatient", "raw.gpps", "raw.organisations", "marts.fct_measure"):
        assert now[untouched] == clean_run.checksums[untouched]

    state = ics(home, "status", "--json")
    assert '"refused": 1' in state.stdout
    assert "unknown.csv" in state.stdout


def _one_more_within_four_hours(month: str) -> str:
    """One more attendance of type 1 at the first organisation, and so in the total row."""
    lines = month.splitlines()
    for line in (1, len(lines) - 1):
        cells = lines[line].split(",")
        cells[4] = str(int(cells[4]) + 1)
        lines[line] = ",".join(cells)
    return "\n".join(lines) + "\n"
