"""The demo as a newcomer runs it: one command, 36 months of every source, and a warehouse that holds what is known to be in it."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from commands import environment, ics
from conftest import DemoRun
from deliveries import execute, query
from ics_insight.demo.plan import truth

# The comparison at the end of `ics demo`, with a clock that is ahead.
YEARS_LATER = """
from datetime import datetime
from ics_insight import cli
from ics_insight.orchestration import environment, overview

class Later(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime(2031, 1, 1, tzinfo=tz)

overview.datetime = Later
with environment.database():
    assert {each["state"] for each in overview.status()["sources"]} == {"stale"}
raise SystemExit(cli._differs_from_truth())
"""


def test_it_ends_well_and_says_where_to_look(demo_run: DemoRun) -> None:
    assert demo_run.status == 0
    assert f"{len(truth()['sources'])} sources, all current on 18 November 2026, each with the extracts and rows" in demo_run.said
    assert "transform: done" in demo_run.said
    assert "publish: done" in demo_run.said
    assert "serve, then open http://127.0.0.1:8050/icb/" in demo_run.said


def test_it_ends_as_well_years_later(demo_marts: Path) -> None:
    """Its last month stays September 2026: by then every source is stale, and the demo is as it should be."""
    command = [sys.executable, "-c", YEARS_LATER]
    done = subprocess.run(command, env=environment(demo_marts), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "stale" not in done.stdout


def test_every_source_holds_what_truth_says(demo_marts: Path) -> None:
    done = ics(demo_marts, "status", "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    found = {
        each["source"]: (each["accepted"], each["rows_in_use"], each["newest_period"], each["waiting"]) for each in shown["sources"]
    }
    assert found == {
        source: (told["extracts"], told["rows"], str(told["newest_period"]), 0) for source, told in truth()["sources"].items()
    }
    assert len(shown["refusals"]) == sum(told.get("refused", 0) for told in truth()["sources"].values())


@pytest.mark.usefixtures("demo_marts")
def test_it_can_be_read_here_and_never_written() -> None:
    assert query("select count(*) from published.operational") == query("select count(*) from marts.fct_operational")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        execute("truncate raw.ae")
