"""Whatever stands in a cell: the checks say what is wrong, or let it through and staging can read it. Never an exception.

Shown on rows as they are in raw, of a file of every source, with one value in all cells of a row.
"""

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import clear, stage
from deliveries import RUN, execute, extract, load, query
from ics_insight import assurance, demo
from ics_insight.errors import Refused
from ics_insight.orchestration import collecting
from ics_insight.sources import registry

STRANGE = ["", "x", "-1", "1e999", "NaN", "9" * 30, "31/02/2026", "2026-13-01", "*", "0.5"]
ALONE = ["", "x", "-1", "1e999"]  # the others only together: each costs a check


@functools.cache
def smallest(source: str) -> tuple[str, bytes]:
    """The smallest file that the fictional system writes of a source: name, with its sender, and bytes."""
    return min(demo.files_of(source, demo.Span(3)), key=lambda each: len(each[1]))


@pytest.fixture(scope="module")
def staging(database: None) -> Iterator[None]:
    clear()
    stage()
    yield
    clear()


def loaded(source: str, folder: Path) -> str:
    name, content = smallest(source)
    path = folder / name.rpartition("/")[2]
    path.write_bytes(content)
    sender = name.rpartition("/")[0]
    delivery: collecting.Delivery = {"at": str(path), "seen_at": "2026-01-01T00:00:00+00:00", "sender": sender}
    extract_id = collecting.land(registry()[source], delivery, RUN)
    assert extract_id
    load(source, extract_id)
    return extract_id


def fill(source: str, extract_id: str, row: int, value: str) -> None:
    """Put a value into every cell of the row that stands at this place."""
    columns = dict(
        query(
            """select column_name::text, data_type::text from information_schema.columns
               where table_schema = 'raw' and table_name = %s
                   and column_name not in ('extract_id', 'file', 'sheet', 'row_number')""",
            source,
        )
    )
    one = """where ctid = (select ctid from raw.{0} where extract_id = %s order by sheet, row_number offset %s limit 1)"""
    for name, kind in columns.items():
        new = {
            "ARRAY": "array(select %s from unnest(cells))",
            "json": "json_build_object('id', %s::text)",
            "text": "%s",
        }.get(kind)
        if new:
            execute(f"update raw.{source} set {name} = {new} {one.format(source)} and {name} is not null", value, extract_id, row)


def read_by_staging(source: str) -> None:
    """Every row and column of the views of a source."""
    views = query(r"select viewname::text from pg_views where schemaname = 'staging' and viewname like %s", rf"stg\_{source}\_\_%")
    assert views
    for (view,) in views:
        query(f"select md5(string_agg(t::text, '')) from staging.{view} as t")


def forget(source: str, extract_id: str) -> None:
    for table in (f"raw.{source}", "raw.header", "assurance.result", "ledger.problem", "ledger.receipt", "ledger.extract"):
        execute(f"delete from {table} where extract_id = %s", extract_id)


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("source", sorted(registry()))
def test_any_value_is_refused_in_words_or_read(source: str, tmp_path: Path) -> None:
    outcomes = set()
    for values in (STRANGE, *([value] for value in ALONE)):
        extract_id = loaded(source, tmp_path)
        for at, value in enumerate(values):
            fill(source, extract_id, at, value)
        with contextlib.suppress(Refused):
            assurance.check(registry()[source], extract_id, RUN)
            read_by_staging(source)
        found = extract(extract_id)
        assert (found.state == "refused") == bool(found.reason)
        outcomes.add(found.state)
        forget(source, extract_id)
    assert outcomes <= {"accepted", "refused"}
    assert "refused" in outcomes  # ten strange values in every cell of ten rows are never all right
