"""How long the marts take: all of 36 months of a fictional England at ten times its size, then month 37 alone on top of them.

Prints, for both, seconds and peak memory of the process that builds (Postgres apart), how many rows of the marts were written,
which for month 37 must be that month's own, and the budget of the house: a month within 60 seconds, and within 1.5 times what the
second month of all took, which is built before. Everything is delivered, loaded and checked first; later months count as not yet
accepted.

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
SECONDS, TIMES = 60, 1.5  # of a month
# Yearly files and those of the register are there from the first.
MONTHLY = "period_end - period_start < 31 and source not in ('organisations', 'populations')"
NTH = "(select distinct period_end from ledger.extract where source = 'ae' order by period_end offset %s limit 1)"
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
            shown = Table("what is built", "seconds", "budget", "peak MiB (Postgres apart)", "rows of marts written")
            _accepted(1)
            _built()
            _accepted(2)
            second, *more = _built()
            shown.add_row("month 2", f"{second:.1f}", f"{SECONDS}", *more)
            _accepted(MONTHS - 1)
            with warehouse.connect() as connection:
                connection.execute("delete from ledger.build")  # as if for the first time
            whole, *more = _built()
            shown.add_row(f"{MONTHS - 1} months", f"{whole:.1f}", "", *more)
            _accepted(MONTHS)
            newest, *more = _built()
            shown.add_row(f"month {MONTHS}", f"{newest:.1f}", f"{SECONDS}, and {TIMES * second:.1f}", *more)
            nothing, *more = _built()
            shown.add_row("nothing new", f"{nothing:.1f}", "", *more)
    console.print(shown)


def _accepted(months: int) -> None:
    """Let the files of so many months count, and not yet those of later ones."""
    with warehouse.connect() as connection:
        for before, after, which in (("accepted", "loaded", ">"), ("loaded", "accepted", "<=")):
            connection.execute(
                f"""update ledger.extract set state = %s, changed_at = now()
                    where state = %s and {MONTHLY} and period_end {which} {NTH}""",  # noqa: S608
                [after, before, months - 1],
            )
    console.print(f"{months} months are there.")


def _built() -> tuple[float, str, str]:
    console.print("Building …")
    with warehouse.connect() as connection:
        [(since,)] = connection.execute("select pg_current_xact_id()::text::bigint").fetchall()
    done = subprocess.run([sys.executable, "-c", BUILD], capture_output=True, text=True, check=True)
    found = json.loads(re.findall(r"^\{.*\}$", done.stdout, re.MULTILINE)[-1])
    return found["seconds"], f"{found['peak_mib']:.0f}", f"{_written(since):,}"


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
