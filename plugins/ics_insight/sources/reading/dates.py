"""Periods as publishers write them."""

import re
from calendar import monthrange
from datetime import date

from ics_insight.errors import Refused

MONTHS = ["january", "february", "march", "april", "may", "june",
          "july", "august", "september", "october", "november", "december"]  # fmt: skip


def month(text: str, where: str) -> tuple[date, date]:
    """First and last day of the month that a text such as `MSitAE-JUNE-2024` or `RTT-April-2026` ends with. Raises Refused."""
    found = re.search(r"([A-Za-z]+)-(20[0-9]{2})$", text.strip())
    if not found or found[1].lower() not in MONTHS:
        raise Refused(f"{where}: row 2, column 1: expected a period such as RTT-April-2026, found something else.")
    year, number = int(found[2]), MONTHS.index(found[1].lower()) + 1
    return whole_month(date(year, number, 1))


def whole_month(day: date) -> tuple[date, date]:
    """First and last day of the month that a day is in."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def written_day(text: str) -> date | None:
    """The day that a cell of a spreadsheet or export says, however it was typed; None where it says none, or one that never was.

    ISO 8601, day first with `/`, `.` or `-`, a month in letters, or the number by which Excel counts days; a time after it is left
    alone. Years of two digits are of this century.
    """
    text = text.strip()
    try:
        if found := re.match(r"([12]\d{3})-(\d{1,2})-(\d{1,2})(?!\d)", text, flags=re.ASCII):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)", text, flags=re.ASCII):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        if found := re.match(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ ,-]+(\d{4}|\d{2})(?!\d)", text, flags=re.ASCII):
            return date(_year(found[3]), _SHORT.index(found[2].lower()) + 1, int(found[1]))
        if found := re.fullmatch(r"(\d{5})(\.\d+)?", text, flags=re.ASCII):
            return date.fromordinal(_EXCEL + int(found[1]))
    except ValueError:
        return None
    return None


_SHORT = [name[:3] for name in MONTHS]
_EXCEL = date(1899, 12, 30).toordinal()  # the day before Excel's first, and one for the 29 February 1900 that it believes in


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def financial_year(text: str) -> tuple[date, date] | None:
    """First and last day of a financial year such as `2024-25` or `2024/25`; None for any other text."""
    found = re.fullmatch(r"(20[0-9]{2})[-/]([0-9]{2})", text.strip(), flags=re.ASCII)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    return date(int(found[1]), 4, 1), date(int(found[1]) + 1, 3, 31)
