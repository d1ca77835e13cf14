"""Running the `ics` command as a person does, each time in a process of its own, and looking at what it left."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from ics_insight.settings import Settings
from ics_insight.warehouse import embedded

ICS = str(Path(sys.executable).parent / "ics")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a person who has nothing configured but this home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ICS_", "AIRFLOW", "PG", "DBT_"))}
    return {**kept, "ICS_HOME": str(home), "ICS_ONLINE": "false", **more}


def at(home: Path) -> Settings:
    """The settings of such a person, whatever database this process itself is using."""
    return Settings(home=home, db_host="", db_port=0)


def ics(home: Path, *arguments: str, timeout: int = 1800, **more: str) -> subprocess.CompletedProcess[str]:
    command = [ICS, *arguments]
    return subprocess.run(command, env=environment(home, **more), capture_output=True, text=True, timeout=timeout, check=False)


def rows(home: Path, query: str) -> list[list[str]]:
    """What `ics sql --csv` answers, without its header row."""
    done = ics(home, "sql", "--csv", query)
    assert done.returncode == 0, done.stderr
    return list(csv.reader(done.stdout.splitlines()))[1:]


def connect(found: dict[str, str], database: str = "ics") -> psycopg.Connection[tuple[object, ...]]:
    """A connection as owner to the embedded server that `embedded.running` yielded `found` for."""
    return psycopg.connect(
        host=found["ICS_DB_HOST"], port=found["ICS_DB_PORT"], dbname=database, user="ics_owner", password=found["ICS_DB_PASSWORD"]
    )


# What a run writes about itself differs from run to run; what it says about the world must not.
OWN_AFFAIRS = {
    "ledger.extract": ["received_at", "changed_at", "dag_run"],
    "ledger.build": ["built_at"],
    "ledger.built_extract": ["changed_at"],
    "assurance.result": ["checked_at", "dag_run"],
    "published.extract": ["received_at"],
    "published.expectation": ["checked_at"],
    "published.source_state": ["last_received"],
    "published.refusal": ["received_at"],
    "published.publication": ["published_at"],
}


def checksums(home: Path) -> dict[str, str]:
    """Of every table of the warehouse but the receipts, the attempts to publish, who is heard, where what was hidden stays so, and
    what is doubted, which takes in what `HISTORY` leaves out: how many rows, and the MD5 of all of them in order."""
    with embedded.running(at(home)) as found, connect(found) as connection:
        return checksums_of(connection)


def checksums_of(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, str]:
    tables = connection.execute(
        """select schemaname || '.' || tablename from pg_tables
           where schemaname in ('raw', 'ledger', 'assurance', 'vocabulary', 'intermediate', 'marts', 'published')
               and tablename not in ('receipt', 'sighting', 'publication', 'heard', 'doubt') order by 1"""
    ).fetchall()
    return {str(name): _checksum(connection, str(name)) for (name,) in tables}


# Whether a month's rows are as many as usual depends on which others were there when it was looked at, and releases of one run are
# checked in any order.
HISTORY = "where expectation <> 'rows within the release''s own history'"
TOLD_IN = ("assurance.result", "published.expectation")


def _checksum(connection: psycopg.Connection[tuple[object, ...]], table: str) -> str:
    without = OWN_AFFAIRS.get(table, [])
    only = HISTORY if table in TOLD_IN else ""
    query = f"""select count(*) || ' rows ' || coalesce(md5(string_agg(md5(line), '' order by line)), '')
                from (select (to_jsonb(t) - %s::text[])::text as line from {table} as t {only}) as lines"""
    found = connection.execute(query, [without]).fetchone()  # type: ignore[call-overload]
    assert found is not None
    return str(found[0])
