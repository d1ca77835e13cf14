"""Files by the templates that this project publishes, with one thing changed."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import pytest

from conftest import clear, stage
from deliveries import checked, deliver, execute, not_so
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes, zip_bytes
from ics_insight.errors import Refused
from ics_insight.sources import registry
from ics_insight.warehouse import Extract

Row = dict[str, Cell]
Tables = dict[str, list[Row]]
Change = Callable[[Tables], Any]


def columns(source: str) -> dict[str, list[str]]:
    """The columns of each table of a source's template."""
    sheets = registry()[source].layouts[0].sheets
    return {sheet.sheet.removeprefix("(?i)").partition("(")[0]: [*sheet.columns] for sheet in sheets}


def filled(source: str, tables: Tables, *, more: Row | None = None) -> dict[str, list[list[Cell]]]:
    """Every table with its header, and with further columns where they are given."""
    found: dict[str, list[list[Cell]]] = {}
    for table, names in columns(source).items():
        header: list[Cell] = [*names, *(more or {})]
        found[table] = [header, *([(row | (more or {})).get(str(name)) for name in header] for row in tables.get(table, []))]
    return found


def workbook(source: str, tables: Tables, **more: Any) -> bytes:
    return xlsx_bytes(filled(source, tables, **more))


def zipped(source: str, tables: Tables, **more: Any) -> bytes:
    return zip_bytes({f"log/{table.title()}.CSV": csv_bytes(rows) for table, rows in filled(source, tables, **more).items()})


def from_sender(folder: Any, source: str, sender: str, name: str, content: bytes, day: int = 0) -> Extract:
    """Deliver, load and check a file that came from an organisation."""
    extract_id = deliver(folder, source, content, name, day)
    execute("update ledger.extract set sender = %s where extract_id = %s", sender, extract_id)
    return checked(source, extract_id)


def set_to(table: str, at: int = 0, **cells: Cell) -> Change:
    return lambda tables: tables[table][at].update(cells)


def twice(table: str) -> Change:
    return lambda tables: tables[table].append(tables[table][0])


def with_changes(tables: Tables, changes: Iterable[Change]) -> Tables:
    changed = deepcopy(tables)
    for change in changes:
        change(changed)
    return changed


def broken(folder: Any, source: str, name: str, tables: Tables, day: int = 0) -> list[str]:
    """The critical expectations that such a file breaks."""
    with pytest.raises(Refused):
        from_sender(folder, source, "X1X", name, workbook(source, tables), day)
    return not_so("critical")


def warned(folder: Any, source: str, name: str, tables: Tables, day: int = 0) -> list[str]:
    """The warnings that such a file is taken with."""
    assert from_sender(folder, source, "X1X", name, workbook(source, tables), day).state == "accepted"
    return not_so("warning")


def stage_files(folder: Any, source: str, files: Iterable[tuple[str, bytes]]) -> None:
    """Take what senders put into their folders, a file a day, and build staging from it."""
    clear()
    for day, (path, content) in enumerate(files):
        sender, _, name = path.partition("/")
        assert from_sender(folder, source, sender, name, content, day).state == "accepted"
    stage()
