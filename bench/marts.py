"""How long the marts take: all of 36 months of a fictional England at ten times its size, then month 37 alone on top of them.

Prints, for both, seconds and peak memory of the process that builds (Postgres apart), and how many rows of the marts were written:
for month 37 these must be that month's own. Everything is delivered, loaded and checked first; until the first build is done the
newest month counts as not yet accepted.

`python bench/marts.py [SCALE]`: 10 unless another number is given. With 10 it takes a quarter of an hour, most of it collecting.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from collected import collect
from ics_insight import warehouse
from ics_insight.orchestration import environment
from ics_insight.settings import settings

MONTHS = 37
NEWEST = "period_end = (select max(period_end) from ledger.extract where source = 'ae') and period_end - period_start < 31"
BUILD = """
import json, re, time
from pathlib import Path
from ics_insight.orchestration import building
start = time.perf_counter()
for layer in building.LAYERS:
    building.build(layer)
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(json.dumps({"seconds": time.perf_counter() - start, "peak_mib": peak / 1024}))
"""
console = Console(width=100)


def main() -> None:
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as home:
        os.environ["ICS_HOME"] = home
        settings.cache_clear()
        with environment.database():
            warehouse.prepare()
            collect(Path(home) / "inbox", console, months=MONTHS, scale=scale)
            shown = Table("what is built", "seconds", "peak MiB (Postgres apart)", "rows of marts written")
            _accepted(newest=False)
            shown.add_row(f"{MONTHS - 1} months", *_built())
            _accepted(newest=True)
            shown.add_row(f"month {MONTHS}", *_built())
            shown.add_row("nothing new", *_built())
    console.print(shown)


def _accepted(*, newest: bool) -> None:
    """Let the newest month's files count, or not yet."""
    before, after = ("loaded", "accepted") if newest else ("accepted", "loaded")
    with warehouse.connect() as connection:
        done = connection.execute(
            f"update ledger.extract set state = %s, changed_at = now() where state = %s and {NEWEST}",  # noqa: S608
            [after, before],
        )
        console.print(f"{done.rowcount} files of the newest month are {after}.")


def _built() -> tuple[str, str, str]:
    console.print("Building …")
    with warehouse.connect() as connection:
        [(since,)] = connection.execute("select pg_current_xact_id()::text::bigint").fetchall()
    done = subprocess.run([sys.executable, "-c", BUILD], capture_output=True, text=True, check=True)
    found = json.loads(re.findall(r"^\{.*\}$", done.stdout, re.MULTILINE)[-1])
    return f"{found['seconds']:.1f}", f"{found['peak_mib']:.0f}", f"{_written(since):,}"


def _written(since: int) -> int:
    """Rows of facts that a transaction after `since` wrote. Dimensions and views of the whole are made anew each time."""
    with warehouse.connect() as connection:
        facts = connection.execute(
            "select format('marts.%I', tablename) from pg_tables where schemaname = 'marts' and tablename ~ '^(fct|bridge_voice)_'"
        ).fetchall()
        written = 0
        for (fact,) in facts:
            [(rows,)] = connection.execute(f"select count(*) from {fact} where xmin::text::bigint > %s", [since]).fetchall()  # noqa: S608
            written += rows
    return written


if __name__ == "__main__":
    main()
