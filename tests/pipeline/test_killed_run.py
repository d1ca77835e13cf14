"""A run of the whole pipeline that is killed, and the one after it."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from commands import ICS, at, checksums, connect, environment, ics
from conftest import CleanRun
from ics_insight.warehouse import embedded


def test_a_run_killed_in_the_middle_of_a_load_leaves_what_one_clean_run_leaves(clean_run: CleanRun, migrated: Path) -> None:
    home = migrated
    assert ics(home, "status").returncode == 0  # prepares the warehouse
    with embedded.running(at(home)) as found, connect(found) as connection:
        # A load writes its rows, then its header: while the header is locked, it stands in the middle of its transaction.
        connection.execute("lock table raw.header in exclusive mode")
        run = subprocess.Popen(
            [ICS, "run", "--inbox", str(clean_run.inbox)], env=environment(home), stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            _wait_until_a_load_waits(found)
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        connection.rollback()
        assert connection.execute("select count(*) from ledger.extract where state = 'landed'").fetchone() == (1,)
        assert connection.execute("select count(*) from raw.ae").fetchone() == (0,)
    again = ics(home, "run", "--inbox", str(clean_run.inbox))
    assert again.returncode == 0, again.stdout + again.stderr
    assert checksums(home) == clean_run.checksums


def _wait_until_a_load_waits(found: dict[str, str]) -> None:
    waiting = """select count(*) from pg_locks join pg_class on relation = pg_class.oid
                 where relname = 'header' and not granted"""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with connect(found) as connection:
            if connection.execute(waiting).fetchone() == (1,):
                return
        time.sleep(0.2)
    pytest.fail("no load came as far as its header")
