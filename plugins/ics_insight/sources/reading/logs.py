"""A trust's log of complaints or of PALS contacts: one row per record, exported again and again as the year goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from ics_insight.errors import Refused
from ics_insight.sources.reading.days import day
from ics_insight.sources.reading.results import Reading
from ics_insight.sources.reading.tables import Table, open_tables
from ics_insight.sources.registry import Source

# They nest in each other's sets where these meet: at 18, 65 and 75 (facts.md section 8.3).
AGE_GROUPS = ((0, "0-15"), (16, "16-17"), (18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"), (65, "65-74"),
              (75, "75-84"), (85, "85+"))  # fmt: skip
OLDEST = 120


def read_log(source: Source, path: Path, name: str) -> Reading:
    """The period is the months from the first to the last receipt in the log, since nothing else in it says what it covers.

    A date of birth comes in as the age group on the day of receipt, and goes no further. Raises Refused where no row says when it
    was received.
    """
    tables = open_tables(source, path, name)
    table = tables.tables[0]
    received = [found for _, text in table.values("received") if (found := day(text))]
    if not received:
        raise Refused(
            f"{name}: no row has a date in the column “{table.names[table.fields.index('received')]}”; "
            f"expected days such as 09/04/2026.",
            column=table.names[table.fields.index("received")], expected="a day such as 09/04/2026",
        )  # fmt: skip
    first, last = min(received), max(received)
    return replace(tables, tables=[_without_births(table)]).reading((first.replace(day=1), _month_end(last)))


def _month_end(any_day: date) -> date:
    following = date(any_day.year + any_day.month // 12, any_day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def age_group(born: date | None, on: date | None) -> str:
    """`25-34`; blank where it cannot be told."""
    if born is None or on is None:
        return ""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next(group for youngest, group in reversed(AGE_GROUPS) if age >= youngest) if 0 <= age <= OLDEST else ""


def _without_births(table: Table) -> Table:
    if "date_of_birth" not in table.fields:
        return table
    at, received = table.fields.index("date_of_birth"), table.fields.index("received")
    fields = list(table.fields)
    fields[at] = "" if "age_group" in fields else "age_group"
    return replace(table, fields=fields, batches=lambda: _with_ages(table.batches(), at, received))


def _with_ages(batches: Iterator[pa.RecordBatch], at: int, received: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        place = batch.schema.get_field_index("cells")
        rows = batch.column(place).to_pylist()
        for cells in rows:
            cells[at] = age_group(day(cells[at]), day(cells[received]))
        yield batch.set_column(place, "cells", pa.array(rows, type=pa.list_(pa.string())))
