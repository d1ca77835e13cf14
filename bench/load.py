"""How fast rows get from a publisher's file into raw, in one run on one machine.

Prints, for the GP Patient Survey's practice file at full size (6,215 rows of 1,105 columns, its 25 published rows repeated), time
and peak memory of three ways, each in a process of its own: our landing to raw, a bare COPY of the same rows written as CSV,
and `DataFrame.to_sql`. Postgres holds no table of 1,105 columns of numbers wider than a page, so that all three write what ours
does, an array of text a row: `to_sql` reads the file with pandas and gives each row's cells as a list to a column of that type, a
thousand rows to a statement. Ours alone hashes, copies and recognises the file first.

Then, for the waiting times of April 2026 (180,781 rows of 121 columns): rows per second of our loader, of a bare COPY of the same
rows already written as CSV, and of `DataFrame.to_sql`; then time and peak memory of one process that takes the file from landing
to raw. Each rate is the median of three; the three ways take turns, so that a busy machine bothers all alike.
"""

import csv
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

SURVEY = Path(__file__).parents[2] / "shared/data/gpps/GPPS_2025_Practice_data_(weighted)_(csv)_PUBLIC.25of6215.csv"
PRACTICES = 6_215
FILE = Path(__file__).parents[2] / "shared/data/operational/20260430-RTT-April-2026-full-extract.csv.zip"
TO_SQL_ROWS = 5_000  # a fortieth of the file: the whole would take minutes and tell the same
ROUNDS = 3
console = Console(width=100)

PROLOGUE = """
import json, re, sys, time
from pathlib import Path
from ics_insight import warehouse

def told(start, rows):
    # of this program alone, unlike getrusage
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
    print(json.dumps({"seconds": time.perf_counter() - start, "rows": rows, "peak_mib": peak / 1024}))
"""
LANDING_TO_RAW = """
from datetime import UTC, datetime
from ics_insight.sources import registry
from ics_insight.orchestration import collecting
start = time.perf_counter()
source, delivery = registry()[sys.argv[1]], {"at": sys.argv[2], "seen_at": datetime.now(UTC).isoformat()}
extract = collecting.load_extract(source, collecting.land(source, delivery, "bench"), "bench")
told(start, extract.row_count)
"""
BARE_COPY = """
start = time.perf_counter()
with warehouse.connect() as connection:
    copying = connection.cursor().copy("copy raw.bench from stdin (format csv)")
    with copying as copy, open(sys.argv[1], "rb") as file:
        while piece := file.read(1 << 20):
            copy.write(piece)
    [(rows,)] = connection.execute("select count(*) from raw.bench").fetchall()
told(start, rows)
"""
TO_SQL = """
import pandas
from sqlalchemy import URL, create_engine
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
start = time.perf_counter()
frame = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
whole = pandas.DataFrame({"cells": frame.to_numpy().tolist()})
known = warehouse.parameters("owner")
place = [known[part] for part in ("user", "password", "host", "port", "dbname")]
engine = create_engine(URL.create("postgresql+psycopg", *place))
kinds = {"cells": ARRAY(TEXT)}
whole.to_sql("bench_frame", engine, schema="raw", if_exists="replace", index=False, dtype=kinds, chunksize=1000)
told(start, len(whole))
"""


def main() -> None:
    for file in (FILE, SURVEY):
        if not file.exists():
            sys.exit(f"{file} is not there: this benchmark measures with the real file.")
    with tempfile.TemporaryDirectory() as home:
        os.environ["ICS_HOME"] = home
        settings.cache_clear()
        with environment.database():
            warehouse.prepare()
            _survey(Path(home))
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


def _survey(folder: Path) -> None:
    """A national practice file in three ways."""
    file, ready = _full_size(folder), folder / "ready.csv"
    console.print("GP Patient Survey at full size: landing to raw …")
    found = {"landing to raw (ours)": _alone(LANDING_TO_RAW, "gpps", file)}
    with warehouse.connect() as connection:
        connection.execute("drop table if exists raw.bench; create table raw.bench (like raw.gpps including indexes)")
        with ready.open("wb") as to, connection.cursor().copy("copy raw.gpps to stdout (format csv)") as rows:
            for piece in rows:
                to.write(piece)
    for name, program, given in (("bare COPY of the same rows", BARE_COPY, ready), ("DataFrame.to_sql", TO_SQL, file)):
        console.print(f"GP Patient Survey at full size: {name} …")
        found[name] = _alone(program, given)
    with warehouse.connect() as connection:
        connection.execute("drop table raw.bench, raw.bench_frame")
    ours = found["landing to raw (ours)"]["seconds"]
    shown = Table("way", "rows", "seconds", "peak MiB (Postgres apart)", "ours takes × this")
    for name, way in found.items():
        shown.add_row(name, f"{way['rows']:,}", f"{way['seconds']:.1f}", f"{way['peak_mib']:.0f}", f"{ours / way['seconds']:.2f}")
    console.print(shown)


def _full_size(folder: Path) -> Path:
    """The published rows, again and again under other codes."""
    with SURVEY.open(newline="") as file:
        header, *rows = csv.reader(file)
    path = folder / SURVEY.name.replace(".25of6215", "")
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([f"Z{n:05}", *rows[n % len(rows)][1:]] for n in range(PRACTICES))
    return path


def _landing_to_raw() -> None:
    console.print("landing to raw, in a process of its own …")
    found = _alone(LANDING_TO_RAW, "rtt", FILE)
    console.print(
        f"RTT April 2026, from landing to raw: {found['rows']:,} rows in {found['seconds']:.1f} s, "
        f"peak memory {found['peak_mib']:.0f} MiB (Postgres apart)",
        soft_wrap=True,
    )


def _alone(program: str, *given: object) -> dict[str, float]:
    """Run a program in a process of its own: what it says of itself."""
    command = [sys.executable, "-c", PROLOGUE + program, *map(str, given)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()
