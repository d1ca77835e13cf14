"""Runs of the whole pipeline by its command, on the fictional care system: again, restated, refused.

They go on in the home of `clean_run`, in the order of this file.
"""

import shutil
from pathlib import Path

import psycopg
import pytest

from commands import at, checksums, connect, ics, rows
from conftest import CleanRun
from ics_insight.warehouse import embedded

AUGUST = "Monthly-AE-August-2026.csv"  # any one month of the two that are delivered


def test_the_same_files_again_change_nothing_and_the_run_says_so(clean_run: CleanRun) -> None:
    done = ics(clean_run.home, "run", "--inbox", str(clean_run.inbox))
    assert done.returncode == 0
    assert "ae: 2 delivered, nothing new to load, 2 known before" in done.stdout
    assert "rtt: 2 delivered, nothing new to load, 2 known before" in done.stdout
    assert checksums(clean_run.home) == clean_run.checksums


def test_the_role_of_ics_sql_cannot_write(clean_run: CleanRun) -> None:
    for attempt in ("delete from marts.fct_measure", "create table marts.mine (a int)", "select * from raw.ae"):
        done = ics(clean_run.home, "sql", attempt)
        assert done.returncode == 1
        assert "Postgres says: " in done.stderr
        assert "Traceback" not in done.stderr


def test_two_homes_do_not_see_each_other(clean_run: CleanRun, tmp_path: Path) -> None:
    with embedded.running(at(clean_run.home)) as one, embedded.running(at(tmp_path / "other")) as two:
        assert one["ICS_DB_PORT"] != two["ICS_DB_PORT"]
        with pytest.raises(psycopg.OperationalError):
            connect({**two, "ICS_DB_PORT": one["ICS_DB_PORT"]}).close()


def test_a_restated_month_replaces_an_unknown_layout_is_refused_and_other_sources_go_on(
    clean_run: CleanRun, tmp_path: Path
) -> None:
    """A&E: one month restated, one file of an unknown layout. GPPS: a web page under a CSV's name. RTT: as before."""
    home = clean_run.home
    later = tmp_path / "later"
    shutil.copytree(clean_run.inbox, later)
    month = (clean_run.inbox / "ae" / AUGUST).read_text()
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
