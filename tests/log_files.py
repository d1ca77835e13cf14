"""Small logs of complaints and contacts about trusts that do not exist, and demo logs delivered by their senders."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from deliveries import checked, deliver, execute, in_use
from ics_insight.demo import Span
from ics_insight.demo.files import Cell, csv_bytes
from tiny_files import MARK

AFTER_THE_LAST = 320  # days after 1 January 2026: all demo logs end on 30 September
NAMES = {"complaints": "complaints_2026-27_Q2.csv", "pals": "pals_2026-27_Q2.csv"}
FIRST = {"complaints": ("complaint_reference", "COMP"), "pals": ("contact_reference", "PALS")}
LAST = {"complaints": ("outcome", "Upheld"), "pals": ("contact_type", "Concern")}


def log_rows(source: str, more: dict[str, Sequence[Cell]] | None = None, rows: int = 3) -> list[list[Cell]]:
    """Header and rows of the template's required columns, about MARK; `more` are further columns with a cell for each row."""
    (reference, prefix), (last, word) = FIRST[source], LAST[source]
    columns: dict[str, Sequence[Cell]] = {
        reference: [f"{prefix}/2026/{n:05d}" for n in range(1, rows + 1)],
        "received": ["09/04/2026", "2026-05-10", "3 Jun 2026", "46200"][:rows],
        "subjects": ["Communications"] * rows,
        last: [word] * rows,
        "description": [MARK] * rows,
        **(more or {}),
    }
    return [[*columns], *([cells[n] for cells in columns.values()] for n in range(rows))]


def log_csv(source: str, more: dict[str, Sequence[Cell]] | None = None) -> bytes:
    return csv_bytes(log_rows(source, more))


def deliver_demo(folder: Path, source: str, months: int, senders: set[str] | None = None) -> int:
    """Deliver and check a source's demo files as those of their senders, of all where none are named; how many files."""
    count = 0
    for name, content in import_module(f"ics_insight.demo.{source}").files(Span(months)):
        sender, _, file_name = name.partition("/")
        if senders and sender not in senders:
            continue
        extract_id = deliver(folder, source, content, file_name, day=AFTER_THE_LAST)
        execute("update ledger.extract set sender = %s where extract_id = %s", sender, extract_id)
        assert checked(source, extract_id).state == "accepted"
        count += 1
    assert len(in_use(source)) == count
    return count
