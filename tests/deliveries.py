"""Delivering small files to a warehouse as collecting does, and looking at what became of them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ics_insight.assurance import check
from ics_insight.demo.plan import truth
from ics_insight.errors import Refused
from ics_insight.orchestration.collecting import land, load_extract
from ics_insight.sources import registry
from ics_insight.warehouse import Extract, Ledger, connect

RUN = "a test"
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def deliver(folder: Path, source: str, content: bytes, name: str, day: int = 0) -> str:
    """Land these bytes as a file that came on that day; the extract's id."""
    path = folder / name
    path.write_bytes(content)
    return deliver_file(source, path, day)


def deliver_file(source: str, path: Path, day: int = 0) -> str:
    found = land(registry()[source], {"at": str(path), "seen_at": (FIRST_DAY + timedelta(days=day)).isoformat()}, RUN)
    assert found is not None
    return found


def load(source: str, extract_id: str) -> Extract:
    return load_extract(registry()[source], extract_id, RUN)


def checked(source: str, extract_id: str) -> Extract:
    """Load an extract and hold it against its expectations."""
    load(source, extract_id)
    return check(registry()[source], extract_id, RUN)


def extract(extract_id: str) -> Extract:
    with connect() as connection:
        return Ledger(connection).get(extract_id)


def query(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connect() as connection:
        return connection.execute(statement.encode(), values).fetchall()


def execute(statement: str, *values: Any) -> None:
    with connect() as connection:
        connection.execute(statement.encode(), values)


def rows(source: str) -> int:
    """How many rows of a source there are in raw."""
    [(count,)] = query(f"select count(*) from raw.{source}")
    return int(count)


def checksum(source: str) -> str:
    """Of all rows of a source in raw, whatever order they were written in."""
    [(found,)] = query(
        f"select md5(string_agg(md5(t::text), '' order by extract_id, file, sheet, row_number, t::text)) from raw.{source} as t"
    )
    return str(found)


def in_use(source: str) -> list[str]:
    """Extracts in use, in the order of their parts and periods."""
    found = query("select extract_id from ledger.current_extract where source = %s order by part, period_start", source)
    return [extract_id for (extract_id,) in found]


def refused_by(folder: Path, source: str, content: bytes, name: str) -> list[str]:
    """Deliver a file that its expectations refuse; the critical ones that it breaks, each of them named in the sentence."""
    extract_id = deliver(folder, source, content, name)
    with pytest.raises(Refused) as refused:
        checked(source, extract_id)
    broken = not_so("critical")
    assert [each for each in broken if f"Not so: {each}" not in str(refused.value)] == []
    return broken


def not_so(severity: str) -> list[str]:
    """The expectations of that severity that did not hold for the extract that was checked last."""
    found = query(
        """select expectation from assurance.result where status = %s
               and extract_id = (select extract_id from assurance.result order by checked_at desc limit 1)
           order by 1""",
        BROKEN[severity],
    )
    return [name for (name,) in found]


BROKEN = {"critical": "fail", "warning": "warn"}


def broken_rows(extract_id: str) -> dict[str, list[int]]:
    """Expectations that did not hold for an extract, with the numbers of the rows that they name."""
    found = query(
        "select expectation, sample_keys from assurance.result where extract_id = %s and status in ('warn', 'fail')", extract_id
    )
    return {name: row_numbers(keys) for name, keys in found}


def row_numbers(keys: list[str]) -> list[int]:
    """Of `Trusts 17`, a row of a sheet, or `17` alone."""
    return sorted({int(key.rpartition(" ")[2]) for key in keys})


def assert_as_planted(source: str, since: date = date(1900, 1, 1)) -> None:
    """Of a source's extracts from that day on, those in use are those that the fictional system says it sends."""
    stated = truth()["sources"][source]
    found = query(
        """select count(*), sum(row_count), max(period_end) from ledger.current_extract where source = %s and period_start >= %s""",
        source,
        since,
    )
    assert found == [(stated["extracts"], stated["rows"], stated["newest_period"])]
