"""How long Great Expectations takes: for every file and mart of the demo, and for five million voices.

Of the demo it prints how long its checks took in all and how long this process was at work meanwhile, which is what they cost
beside the queries that Postgres answers. Of the voices, seconds and peak memory of the process that checks them (Postgres apart).

`python bench/assurance.py`: ten minutes, most of it collecting and building.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from collected import TOLD_SECONDS, collect
from ics_insight import warehouse
from ics_insight.orchestration import building, environment
from ics_insight.settings import settings

VOICES = 5_000_000
CHECK_VOICES = """
import re, time
from pathlib import Path
from ics_insight.assurance.suites import run_on_mart
start = time.perf_counter()
run_on_mart("fct_voice")
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(f"{time.perf_counter() - start:.1f} {peak / 1024:.0f}")
"""
console = Console(width=100)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["ICS_HOME"] = home
        settings.cache_clear()
        with environment.database():
            warehouse.prepare()
            collect(Path(home) / "inbox", console, months=36, scale=1)
            for layer in building.LAYERS:
                console.print(building.build(layer))
            shown = Table("what is checked", "how much", "seconds", "of which in this process", "peak MiB")
            shown.add_row("files of the demo", *_files_checked())
            shown.add_row("marts of the demo", *_marts_checked())
            shown.add_row("voices", *_voices_checked())
    console.print(shown)


def _files_checked() -> tuple[str, ...]:
    from ics_insight.assurance.suites import run_on_extract

    with warehouse.connect() as connection:
        extracts = connection.execute(
            "select source, extract_id from ledger.extract where state = 'accepted' order by 1, 2"
        ).fetchall()
    start, at_work = time.perf_counter(), time.process_time()
    told = time.monotonic()
    for number, (source, extract_id) in enumerate(extracts, 1):
        run_on_extract(source, extract_id, None)
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            console.print(f"  {number} of {len(extracts)} files checked")
    return f"{len(extracts)} files", f"{time.perf_counter() - start:.1f}", f"{time.process_time() - at_work:.1f}", ""


def _marts_checked() -> tuple[str, ...]:
    from ics_insight.assurance.suites import run_on_mart, suites

    start, at_work = time.perf_counter(), time.process_time()
    asked = sum(len(run_on_mart(name)) for name in suites("marts"))
    return f"{asked} expectations", f"{time.perf_counter() - start:.1f}", f"{time.process_time() - at_work:.1f}", ""


def _voices_checked() -> tuple[str, ...]:
    console.print(f"Making {VOICES:,} voices of those of the demo …")
    with warehouse.connect() as connection:
        [(listed,)] = connection.execute(
            """select string_agg(format(case column_name when 'voice_id' then '%I || number' else '%I' end, column_name), ', '
                   order by ordinal_position)
               from information_schema.columns where table_schema = 'marts' and table_name = 'fct_voice'"""
        ).fetchall()
        connection.execute(
            f"""create table marts.many as
                select {listed} from marts.fct_voice, generate_series(1, 1000) as number limit {VOICES}"""  # noqa: S608
        )
        connection.execute("drop table marts.fct_voice cascade")
        connection.execute("alter table marts.many rename to fct_voice")
        connection.execute("analyze marts.fct_voice")
    done = subprocess.run([sys.executable, "-c", CHECK_VOICES], capture_output=True, text=True, check=True)
    seconds, peak = done.stdout.split()
    return f"{VOICES:,}", seconds, "", peak


if __name__ == "__main__":
    main()
