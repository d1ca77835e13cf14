"""How fast rows get from a publisher's file into raw, in one run on one machine.

Prints, for the waiting times of April 2026 (180,781 rows of 121 columns): rows per second of our loader, of a bare COPY of the same
rows already written as CSV, and of `DataFrame.to_sql`; then time and peak memory of one process that takes the file from landing
to raw. Each rate is the median of three; the three ways take turns, so that a busy machine bothers all alike.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyarrow as pa
from psycopg import sql
from rich.console import Console
from rich.table import Table
from sqlalchemy import URL, create_engine

from ics_insight import warehouse
from ics_insight.orchestration import environment
from ics_insight.settings import settings
from ics_insight.sources import read, registry
from ics_insight.warehouse.load import as_csv, copy_batch, with_extract

FILE = Path(__file__).parents[2] / "shared/data/operational/20260430-RTT-April-2026-full-extract.csv.zip"
TO_SQL_ROWS = 5_000  # a fortieth of the file: the whole would take minutes and tell the same
ROUNDS = 3
console = Console(width=100)

LANDING_TO_RAW = """
import json, re, sys, time
from datetime import UTC, datetime
from pathlib import Path
from ics_insight.settings import settings
from ics_insight.sources import registry
from ics_insight.orchestration import collecting
start = time.perf_counter()
source, delivery = registry()["rtt"], {"at": sys.argv[1], "seen_at": datetime.now(UTC).isoformat()}
extract = collecting.load_extract(source, collecting.land(source, delivery, "bench"), "bench")
seconds = time.perf_counter() - start
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])  # of this program alone, unlike getrusage
print(json.dumps({"seconds": seconds, "rows": extract.row_count, "peak_mib": peak / 1024}))
"""


def main() -> None:
    if not FILE.exists():
        sys.exit(f"{FILE} is not there: this benchmark measures with the real file.")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ICS_HOME"] = home
        settings.cache_clear()
        with environment.database():
            warehouse.prepare()
            _rates()
            _landing_to_raw()


def _rates() -> None:
    batches = [with_extract(batch, "bench") for batch in read(registry()["rtt"], FILE, FILE.name).batches]
    table = pa.Table.from_batches(batches)
    written = [bytes(piece) for batch in batches for piece in as_csv(batch)]
    frame = table.slice(0, TO_SQL_ROWS).to_pandas()
    ways: dict[str, tuple[int, Callable[[], None]]] = {
        "our loader (Arrow to COPY)": (table.num_rows, lambda: _ours(batches)),
        "bare COPY, same rows as ready CSV": (table.num_rows, lambda: _bare(batches[0].schema.names, written)),
        "DataFrame.to_sql": (len(frame), lambda: _to_sql(frame)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS):
        for name, (_, load) in ways.items():
            console.print(f"round {turn + 1} of {ROUNDS}: {name} …")
            _fresh_table()
            start = time.perf_counter()
            load()
            seconds[name].append(time.perf_counter() - start)
    rates = {name: ways[name][0] / median(taken) for name, taken in seconds.items()}
    ours = rates["our loader (Arrow to COPY)"]
    shown = Table("way", "rows", "rows/s (median of 3)", "ours is × this")
    for name, rate in rates.items():
        shown.add_row(name, f"{ways[name][0]:,}", f"{rate:,.0f}", f"{ours / rate:.2f}")
    console.print(shown)


def _fresh_table() -> None:
    with warehouse.connect() as connection:
        connection.execute("drop table if exists raw.bench")
        connection.execute("create table raw.bench (like raw.rtt including indexes)")


def _ours(batches: list[pa.RecordBatch]) -> None:
    with warehouse.connect() as connection:
        for batch in batches:
            copy_batch(connection, sql.Identifier("raw", "bench"), batch)


def _bare(columns: list[str], written: list[bytes]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy raw.bench ({}) from stdin (format csv)").format(names)
    with warehouse.connect() as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in written:
            copy.write(piece)


def _to_sql(frame: object) -> None:
    known = warehouse.parameters("owner")
    url = URL.create("postgresql+psycopg", known["user"], known["password"], known["host"], known["port"], known["dbname"])
    engine = create_engine(url)
    frame.to_sql("bench", engine, schema="raw", if_exists="append", index=False)  # type: ignore[attr-defined]
    engine.dispose()


def _landing_to_raw() -> None:
    console.print("landing to raw, in a process of its own …")
    done = subprocess.run([sys.executable, "-c", LANDING_TO_RAW, str(FILE)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    console.print(
        f"RTT April 2026, from landing to raw: {found['rows']:,} rows in {found['seconds']:.1f} s, "
        f"peak memory {found['peak_mib']:.0f} MiB (Postgres apart)",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
