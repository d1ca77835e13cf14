"""The zip that KO41a and KO41b share, and the fictional system's three years of it."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import clear
from deliveries import checked, deliver_file
from ics_insight.demo.files import csv_bytes
from ics_insight.demo.span import Span
from ics_insight.demo.written_complaints import files
from tiny_files import Rows, packed

NAME = "Data on Written Complaints in the NHS 2024-25 CSV files.zip"
PRACTICES = "Data on Written Complaints in the NHS 2024-25 Primary Care KO41b - Practice Level.csv"
SUB_ICBS = "Data on Written Complaints in the NHS 2024-25 KO41b - Sub ICB Level.csv"
Tables = dict[str, Rows]
Change = Callable[[Tables], Any]


def zipped(tables: Tables) -> bytes:
    return packed({f"csv/{name}": csv_bytes(rows) for name, rows in tables.items()})


def take_the_demo(source: str, folder: Path) -> None:
    clear()
    for name, content in files(Span()):
        (folder / name).write_bytes(content)
        checked(source, deliver_file(source, folder / name))


def demo_rows(part: str) -> list[list[dict[str, str]]]:
    """The rows of the table of this name, by year."""
    years = []
    for _, content in files(Span()):
        archive = zipfile.ZipFile(io.BytesIO(content))
        [member] = [name for name in archive.namelist() if part in name]
        years.append(list(csv.DictReader(io.StringIO(archive.read(member).decode()))))
    return years
