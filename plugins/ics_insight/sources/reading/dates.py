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


def financial_year(text: str) -> tuple[date, date] | None:
    """First and last day of a financial year such as `2024-25` or `2024/25`; None for any other text."""
    found = re.fullmatch(r"(20[0-9]{2})[-/]([0-9]{2})", text.strip(), flags=re.ASCII)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    return date(int(found[1]), 4, 1), date(int(found[1]) + 1, 3, 31)
