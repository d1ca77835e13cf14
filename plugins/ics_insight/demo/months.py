"""The months that the demo tells of: up to September 2026."""

from calendar import monthrange
from datetime import date

LAST = date(2026, 9, 1)
TELLING = 24  # levels that drift do so over the last two years


def last_months(count: int) -> list[date]:
    """First days of the last `count` months, oldest first."""
    last = _number(LAST)
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def gone(month: date) -> float:
    """How much of the two years told has gone: 0 in October 2024 and before, 1 in September 2026."""
    return max(0.0, 1 - (_number(LAST) - _number(month)) / (TELLING - 1))


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def name(month: date) -> str:
    """`September`, in English whatever the machine speaks."""
    return NAMES[month.month - 1]


NAMES = ["January", "February", "March", "April", "May", "June",
         "July", "August", "September", "October", "November", "December"]  # fmt: skip


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1
