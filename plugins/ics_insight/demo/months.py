"""The months that the demo tells of: October 2023 to September 2026."""

from calendar import monthrange
from datetime import date

LAST = date(2026, 9, 1)
TOLD = 36  # months, from October 2023
TELLING = 24  # levels that drift do so over the last two years


def last_months(count: int) -> list[date]:
    """First days of the last `count` months, oldest first."""
    last = _number(LAST)
    return [_first_day(n) for n in range(last - count + 1, last + 1)]


def as_sent(every: list[date], late: date, after: date) -> list[date]:
    """The months in the order in which their files arrive, where `late` comes just after `after`."""
    order = [month for month in every if month != late]
    if late in every:
        order.insert(order.index(after) + 1, late)
    return order


def gone(month: date) -> float:
    """How much of the two years of drift has gone: 0 in October 2024 and before, 1 in September 2026."""
    return max(0.0, 1 - (_number(LAST) - _number(month)) / (TELLING - 1))


def first(text: str) -> date:
    """`2025-03` as the first day of that month."""
    year, month = text.split("-")
    return date(int(year), int(month), 1)


def later(month: date, by: int) -> date:
    """The first day of the month that is `by` months later, or earlier if negative."""
    return _first_day(_number(month) + by)


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def quarter(month: date) -> tuple[date, date]:
    """First and last day of the calendar quarter that a month is in."""
    start = month.replace(month=(month.month - 1) // 3 * 3 + 1, day=1)
    return start, last_day(later(start, 2))


def quarters(every: list[date]) -> list[tuple[date, date]]:
    """The quarters that are wholly among the months, oldest first."""
    known = set(every)
    return [quarter(month) for month in every if month.month % 3 == 1 and later(month, 2) in known]


def financial_year(month: date) -> str:
    """`2025-26`, from April to March."""
    year = month.year if month.month >= 4 else month.year - 1
    return f"{year}-{(year + 1) % 100:02d}"


def financial_years() -> list[str]:
    """The financial years that ended in the 36 months told, oldest first: `2023-24` to `2025-26`."""
    return [financial_year(month) for month in last_months(TOLD) if month.month == 3]


def name(month: date) -> str:
    """`September`, in English whatever the machine speaks."""
    return NAMES[month.month - 1]


NAMES = ["January", "February", "March", "April", "May", "June",
         "July", "August", "September", "October", "November", "December"]  # fmt: skip


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
