"""The Friends and Family Test: a workbook per setting and month, a sheet per level, headers under controls of varying height."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice
from pathlib import Path

from ics_insight.errors import Refused
from ics_insight.sources.reading import (
    Reading,
    Workbook,
    cell_text,
    csv_header,
    kind,
    open_csv,
    open_workbook,
    tables_of,
    whole_month,
)
from ics_insight.sources.reading.dates import MONTHS
from ics_insight.sources.registry import Source, normalise

SETTINGS = {  # part: how titles and file names say it
    "inpatient": r"in ?patients?|ip",
    "ae": r"a ?& ?e|a and e|ae|accident (?:and|&) emergency|emergency",
    "ambulance": r"ambulance|amb|pts",
    "outpatient": r"out ?patients?|op",
    "maternity": r"maternity|mat",
    "community": r"community(?: health)?|ch",
    "mental_health": r"mental health|mh",
    "gp": r"gp|general practice",
    "dental": r"dental|den",
}
NEW_SCALE = date(2020, 4, 1)  # "how was your experience" in place of "would you recommend" (facts.md section 1.1)
OLD_ANSWER = "extremely likely"
_MONTH = re.compile(rf"\b({'|'.join(name[:3] for name in MONTHS)})[a-z]* ?(20\d\d|\d\d)\b")


def read(source: Source, path: Path, name: str) -> Reading:
    """Setting and month stand in the title on sheet Notes ("Inpatient Friends and Family Test (FFT) Data - July 2025"), in the
    file's name, or in both. Raises Refused where neither says it or the two contradict each other, and for the question that was
    asked before April 2020 (formats.md section 2d)."""
    if kind(path, name) == "csv":
        _refuse_old_scale(name, [csv_header(open_csv(path, name))])
    workbook = open_workbook(path, name)
    title = _title(workbook)
    setting = _agreed(name, "setting", _setting(title), _setting(name))
    try:
        tables = tables_of(source, workbook, setting or "")
    except Refused:
        for sheet in workbook.sheet_names:
            _refuse_old_scale(f"{name}, sheet {sheet}", _first_rows(workbook, sheet, 20))
        raise
    month = _agreed(name, "month", _month(title), _month(name))
    if not setting or not month:
        missing = " and ".join(word for word, known in (("setting", setting), ("month", month)) if not known)
        raise Refused(
            f"{name}: the {missing} could not be found; expected a title such as “Inpatient Friends and Family Test (FFT) Data - "
            f"July 2025” on sheet Notes, or a file's name such as “fft-inpatient-july-2025.xlsm”: deliver it under such a name."
        )
    first = date(int(month[:4]), int(month[5:]), 1)
    if first < NEW_SCALE:
        raise Refused(
            f"{name}: a month before April 2020, when another question was asked: that is another series, not taken here."
        )
    return tables.reading(whole_month(first), setting)


def _refuse_old_scale(where: str, rows: Iterable[list[str]]) -> None:
    if any(normalise(cell) == OLD_ANSWER for row in rows for cell in row):
        raise Refused(
            f"{where}: answers from “extremely likely” to “extremely unlikely”, which were asked for until March 2020: another "
            f"question on another scale, which cannot be one series with “very good” to “very poor”; not taken here."
        )


def _first_rows(workbook: Workbook, sheet: str, count: int) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in islice(workbook.rows(sheet), count)]


def _title(workbook: Workbook) -> str:
    """The cell of sheet Notes that says whose results these are; nothing where there is none."""
    if "Notes" not in workbook.sheet_names:
        return ""
    cells = (cell for row in _first_rows(workbook, "Notes", 10) for cell in row)
    return next((cell for cell in cells if re.search(r"friends (and|&) family test.*20\d\d", cell, flags=re.IGNORECASE)), "")


def _plain(text: str) -> str:
    """A title or file name in small letters, with a space for whatever separates its words."""
    return re.sub(r"[^a-z0-9&]+", " ", text.casefold().replace("friends and family", " "))


def _setting(text: str) -> str | None:
    """The one setting that a text names; None when it names none or several."""
    found = {setting for setting, words in SETTINGS.items() if re.search(rf"\b(?:{words})\b", _plain(text))}
    return found.pop() if len(found) == 1 else None


def _month(text: str) -> str | None:
    """The one month that a text names, as `2025-07`; None when it names none or several."""
    short = [name[:3] for name in MONTHS]
    found = {f"20{year[-2:]}-{short.index(name) + 1:02d}" for name, year in _MONTH.findall(_plain(text))}
    return found.pop() if len(found) == 1 else None


def _agreed(name: str, what: str, titled: str | None, named: str | None) -> str | None:
    if titled and named and titled != named:
        raise Refused(
            f"{name}: the title on sheet Notes says {what} {titled}, the file's name {named}; one of the two is another file's: "
            f"look which, and deliver it under a name that agrees.",
            sheet="Notes",
        )  # fmt: skip
    return titled or named
