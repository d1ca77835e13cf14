"""Days as people and their spreadsheets write them."""

import re
from datetime import date, timedelta

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[T ].*)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4}|\d{2})(?:[T ].*)?", re.IGNORECASE | re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def day(text: str) -> date | None:
    """The day that a cell names: `2026-04-09`, `09/04/2026`, `9.4.26`, `9 Apr 2026`, or Excel's number of it, 46121.

    Day before month, always: these are British logs. None for a blank, for another spelling, and for what is no day between 1900
    and 2099. `raw.day` in `warehouse/schema.sql` is the same rule for the database.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _BRITISH.fullmatch(text):
        return _day(found[3], found[2], found[1])
    if (found := _NAMED.fullmatch(text)) and found[2].lower() in _MONTHS:
        return _day(found[3], str(_MONTHS.index(found[2].lower()) + 1), found[1])
    if _SERIAL.fullmatch(text):
        return _EXCEL_DAY_ZERO + timedelta(days=int(text[:5])) if 20_000 <= int(text[:5]) <= 60_000 else None
    return None


def _day(year: str, month: str, number: str) -> date | None:
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(number))
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2099 else None
