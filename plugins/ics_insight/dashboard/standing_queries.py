"""What the page of data quality reads: how each source stands, its files, and what was found not to hold."""

from dataclasses import dataclass
from datetime import date, datetime

from ics_insight.dashboard.queries import Expectation, board, published_at_of, rows, snapshot


@dataclass(frozen=True)
class Source:
    """How a source stands. `is_of_board` says whether anything published of the board comes from it."""

    source: str
    source_title: str
    publisher: str | None
    kind: str
    max_age_days: int | None
    files_in_use: int
    files_refused: int
    newest_period_end: date | None
    last_received: datetime | None
    last_refused_file: str | None
    last_refused_reason: str | None
    last_refused_at: datetime | None
    is_of_board: bool

    def age_days(self, today: date) -> int | None:
        """Days since its newest period ended; None where nothing is in use."""
        return None if self.newest_period_end is None else (today - self.newest_period_end).days

    def state(self, today: date) -> str:
        """missing, out_of_date, up_to_date, or unlimited where nobody says how old it may be."""
        age = self.age_days(today)
        if age is None:
            return "missing"
        if self.max_age_days is None:
            return "unlimited"
        return "out_of_date" if age > self.max_age_days else "up_to_date"


@dataclass(frozen=True)
class Files:
    """The files in use of one part of a source."""

    source_title: str
    part: str
    files: int
    first: date
    last: date
    newest_file: str


@dataclass(frozen=True)
class Standing:
    """Everything that the page of data quality shows."""

    code: str
    name: str
    published_at: datetime
    sources: tuple[Source, ...]
    files: tuple[Files, ...]
    asked: int
    broken: tuple[Expectation, ...]
    waived: tuple[Expectation, ...]


def standing(code: str) -> Standing | None:
    """How the data of this ICB stand; None when nothing is known of such an ICB."""
    with snapshot() as connection:
        icb = board(connection, code)
        if icb is None:
            return None
        sources = rows(connection, Source, _SOURCES, {"code": code})
        files = rows(connection, Files, _FILES)
        asked = rows(connection, Expectation, _ASKED)
        broken, waived = (each for each in asked if each.broken), (each for each in asked if each.waivers)
        moment = published_at_of(connection)
        return Standing(icb.code, icb.name, moment, sources, files, len(asked), tuple(broken), tuple(waived))


_SOURCES = """
select
    state.source, coalesce(state.source_title, state.source) as source_title, state.publisher, state.kind, state.max_age_days,
    state.files_in_use, state.files_refused, state.newest_period_end, state.last_received,
    refused.file_name as last_refused_file, refused.reason as last_refused_reason, refused.received_at as last_refused_at,
    of_board.source is not null as is_of_board
from published.source_state as state
left join lateral (
    select file_name, reason, received_at
    from published.refusal
    where refusal.source = state.source and refusal.icb_code in (%(code)s, 'ENG', 'UNK')
    order by received_at desc
    limit 1
) as refused on true
left join (
    select source from published.measure where now_icb_code = %(code)s
    union
    select source from published.operational where now_icb_code = %(code)s
    union
    select source from published.pathway_heard where icb_code = %(code)s
    union
    select source from published.theme_heard where icb_code = %(code)s
) as of_board on state.source = of_board.source
order by lower(coalesce(state.source_title, state.source)), state.source
"""

_FILES = """
select
    coalesce(source_title, source) as source_title, coalesce(part, '') as part, count(*) as files, min(period_start) as first,
    max(period_end) as last, (array_agg(file_name order by period_end desc, received_at desc))[1] as newest_file
from published.extract
group by coalesce(source_title, source), coalesce(part, '')
order by lower(coalesce(source_title, source)), source_title, part
"""

_ASKED = """
select
    gate, target, source_title, expectation, rule, severity, why, status, looked, broken, untold, broken_last_on, examples, waivers
from published.expectation
order by gate desc, coalesce(source_title, target), target, severity, expectation
"""
