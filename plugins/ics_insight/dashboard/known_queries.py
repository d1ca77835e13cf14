"""What the page of what is known already reads: by theme, by place, and by group of people."""

from dataclasses import dataclass
from datetime import date, datetime

from ics_insight.dashboard.queries import Heard, board, heard_in, published_at_of, rows, snapshot


@dataclass(frozen=True)
class Raised:
    """How often a source heard of a theme, in rounded numbers, and from when to when."""

    theme_code: str
    theme_label: str
    theme_definition: str | None
    source: str
    source_title: str
    voices: int | None
    voices_null_reason: str | None
    negative: int | None
    negative_null_reason: str | None
    first_heard_from: date
    last_heard_from: date
    heard_precision: str

    def is_over(self, years: int, day: date) -> bool:
        """Whether all of the month, or year, in which it was last heard lies so many years before a day."""
        last = self.last_heard_from
        over = 12 * last.year + (12 if self.heard_precision == "year" else last.month)  # the first month after it, from 0
        return over + 12 * years <= 12 * day.year + day.month - 1


@dataclass(frozen=True)
class Placed:
    """That a source heard somebody in a place, and the last day of the last quarter in which it did."""

    place_code: str
    place_name: str
    source_title: str
    last_heard: date

    def is_over(self, years: int, day: date) -> bool:
        """Whether the quarter ended so many years before a day."""
        last = self.last_heard
        return (last.year + years, last.month, last.day) < (day.year, day.month, day.day)


@dataclass(frozen=True)
class Untold:
    """What a source does not tell of who speaks."""

    source_title: str
    characteristic: str
    finding: str


@dataclass(frozen=True)
class Knowledge:
    """Everything that the page of what is known in one ICB shows."""

    code: str
    name: str
    published_at: datetime
    raised: tuple[Raised, ...]
    placed: tuple[Placed, ...]
    heard: tuple[Heard, ...]
    untold: tuple[Untold, ...]


def knowledge(code: str) -> Knowledge | None:
    """What is known in this ICB; None when nothing is known of such an ICB."""
    with snapshot() as connection:
        icb = board(connection, code)
        if icb is None:
            return None
        raised = rows(connection, Raised, _RAISED, {"code": code})
        placed = rows(connection, Placed, _PLACED, {"code": code})
        untold = rows(connection, Untold, _UNTOLD)
        return Knowledge(icb.code, icb.name, published_at_of(connection), raised, placed, heard_in(connection, code), untold)


_RAISED = """
select
    theme_code, theme_label, theme_definition, source, coalesce(source_title, source) as source_title, voices, voices_null_reason,
    negative, negative_null_reason, first_heard_from, last_heard_from, heard_precision
from published.theme_heard
where icb_code = %(code)s
order by theme_label, theme_code, source_title, source
"""

_PLACED = """
select place_code, place_name, coalesce(source_title, source) as source_title, last_heard
from published.place_heard
where icb_code = %(code)s
order by place_name, place_code, source_title
"""

_UNTOLD = """
select coalesce(source_title, source) as source_title, characteristic, finding
from published.gap
where finding <> 'known'
order by characteristic, source_title
"""
