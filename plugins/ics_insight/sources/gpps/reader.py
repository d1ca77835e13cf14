"""GP Patient Survey, 2024 grammar: one row per area, and a column per question, answer and statistic."""

import re
from datetime import date
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, cell_batches, csv_header, open_csv, peek, recognise
from ics_insight.sources.registry import Source

FIRST_YEAR = 2024


def read(source: Source, path: Path, name: str) -> Reading:
    """The year stands in the file's name only (`GPPS_2025_…`), so that a file without it is Refused.

    The period is the fieldwork, January to March (facts.md section 2; gp-patient.co.uk, technical annex).
    """
    sent = open_csv(path, name)
    header = csv_header(sent)
    layout = recognise(source, header, sent.where)
    if len(set(header)) < len(header):
        twice = next(column for column in header if header.count(column) > 1)
        raise Refused(f"{sent.where}: row 1 names column “{twice}” twice.")
    year = _year(name)
    _, batches = peek(cell_batches(sent, header), sent.where)
    return Reading(layout.version, layout.part, (date(year, 1, 1), date(year, 3, 31)), {sent.sheet: header}, batches)


def _year(name: str) -> int:
    found = re.search(r"GPPS_(\d{4})_", name, flags=re.IGNORECASE)
    if not found:
        raise Refused(f"{name}: the survey's year is only in the file's name; expected a name with GPPS_<year>_, as published.")
    if int(found[1]) < FIRST_YEAR:
        raise Refused(
            f"{name}: columns of {FIRST_YEAR} or later under the name of a {found[1]} file; the survey changed in {FIRST_YEAR}."
        )
    return int(found[1])
