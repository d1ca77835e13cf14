"""Periods that senders write into the names of files: what stands in the rows says when things happened, not what a file covers."""

import re
from calendar import monthrange
from datetime import date

from ics_insight.errors import Refused


def day_in_name(name: str, example: str) -> date:
    """The one day (2026-09-30) in a file's name. Raises Refused, with an example, for none, several, or one that never was."""
    try:
        [(year, month, day)] = re.findall(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)", name)
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(f"{name}: expected one day in the file's name, as in {example}; rename it and send it again.") from None


def months_in_name(name: str, example: str) -> tuple[date, date]:
    """First and last day of the one month, or from the first to the last of two months, in a file's name (2026-07_2026-09).

    Raises Refused, with an example, for none, more, or months that end before they begin.
    """
    try:
        found = [(int(year), int(month)) for year, month in re.findall(r"(?<![\d-])(20\d\d)-(\d\d)(?![\d-])", name)]
        if not 1 <= len(found) <= 2 or found != sorted(found):
            raise ValueError
        (first_year, first), (last_year, last) = found[0], found[-1]
        return date(first_year, first, 1), date(last_year, last, monthrange(last_year, last)[1])
    except ValueError:
        raise Refused(f"{name}: expected the months that it covers in the file's name, as in {example}; rename it.") from None
