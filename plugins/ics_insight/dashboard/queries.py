"""What the dashboard reads: schema `published`, as role dashboard, in one snapshot for each page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import psycopg
from psycopg.rows import class_row

from ics_insight.errors import Unavailable
from ics_insight.warehouse.connect import Connection, connect

T = TypeVar("T")
ENGLAND = "ENG"
NOT_ICBS = [ENGLAND, "UNK"]  # England, and what belongs to no ICB that is known


@dataclass(frozen=True)
class Figure:
    """One published value of one organisation in one period, with all that it needs to answer for itself."""

    measure_code: str
    organisation_code: str
    organisation_level: str
    organisation_name: str
    period_start: date
    period_end: date
    value: Decimal | None
    scale: str
    numerator: Decimal | None
    denominator: Decimal | None
    base: int | None
    lower: Decimal | None
    upper: Decimal | None
    interval_method: str | None
    null_reason: str | None
    interval_null_reason: str | None
    series: str
    source_title: str
    file_name: str


@dataclass(frozen=True)
class Source:
    """The newest file of one part of a source."""

    source_title: str
    publisher: str
    part: str
    file_name: str
    received_at: datetime
    period_start: date
    period_end: date


@dataclass(frozen=True)
class Expectation:
    """What was asked of the files of a source, or of a mart, and what was found."""

    gate: str
    target: str
    source_title: str | None
    expectation: str
    rule: str | None
    severity: str
    why: str
    status: str
    looked: int | None
    broken: int
    untold: int
    broken_last_on: date | None
    examples: list[str] | None
    waivers: list[str] | None


@dataclass(frozen=True)
class Heard:
    """How many of a group a source heard in a board, beside the people there are; counts that are too small are not there."""

    source_title: str
    period_start: date
    period_end: date
    characteristic: str
    group_code: str
    group_label: str
    voices: int | None
    voices_null_reason: str | None
    at_least: int | None
    at_most: int | None
    known: int | None
    known_null_reason: str | None
    denominator_kind: str | None
    population_as_at: date | None
    population: int | None
    population_share: Decimal | None
    ratio: Decimal | None
    ratio_lower: Decimal | None
    ratio_upper: Decimal | None
    ratio_null_reason: str | None
    seldom_below: Decimal
    status: str | None


@dataclass(frozen=True)
class Hearing:
    """Everything that the page of who is heard in one ICB shows."""

    code: str
    name: str
    published_at: datetime
    rows: tuple[Heard, ...]


@dataclass(frozen=True)
class Picture:
    """Everything that the page of one ICB shows."""

    code: str
    name: str
    published_at: datetime
    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Icb:
    """An ICB that has data."""

    code: str
    name: str


def rows(connection: Connection, kind: type[T], query: str, asked: Mapping[str, Any] | None = None) -> tuple[T, ...]:
    """What a query of ours finds, as dataclasses whose fields are its columns."""
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return tuple(cursor.execute(query.encode(), asked).fetchall())


def published_at() -> datetime:
    """When the present publication was made. Raises Unavailable when nothing is published."""
    with snapshot() as connection:
        return published_at_of(connection)


def icbs() -> list[Icb]:
    """The ICBs that have data, by name."""
    with snapshot() as connection:
        return list(rows(connection, Icb, _ICBS, {"not_icbs": NOT_ICBS, "code": None}))


def expectations() -> tuple[datetime, list[Expectation]]:
    """When the present publication was made and what was asked of it before: of files by source, then of marts."""
    with snapshot() as connection:
        return published_at_of(connection), list(rows(connection, Expectation, _EXPECTATIONS))


def board(connection: Connection, code: str) -> Icb | None:
    """The ICB of this code; None when nothing is known of it."""
    return next(iter(rows(connection, Icb, _ICBS, {"not_icbs": NOT_ICBS, "code": code})), None)


def picture(code: str) -> Picture | None:
    """What the page of this ICB shows; None when nothing is known of such an ICB."""
    with snapshot() as connection:
        asked = {"england": ENGLAND, "code": code}
        icb = board(connection, code)
        if icb is None:
            return None
        figures = rows(connection, Figure, _FIGURES, asked)
        sources = rows(connection, Source, _SOURCES)
        return Picture(icb.code, icb.name, published_at_of(connection), figures, sources)


def hearing(code: str) -> Hearing | None:
    """Who is heard in this ICB; None when nothing is known of such an ICB."""
    with snapshot() as connection:
        icb = board(connection, code)
        return Hearing(icb.code, icb.name, published_at_of(connection), heard_in(connection, code)) if icb else None


def heard_in(connection: Connection, code: str) -> tuple[Heard, ...]:
    """Of each group and source, how many were heard in this ICB."""
    return rows(connection, Heard, _HEARD, {"code": code})


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection on which every query sees the same moment: a publication that happens meanwhile does not mix into the page."""
    try:
        with connect("dashboard") as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.InsufficientPrivilege) as error:
        raise Unavailable(f"Nothing to read in schema published yet: {error}") from None
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database went away: {error}") from None


def published_at_of(connection: Connection) -> datetime:
    row = connection.execute("select max(published_at) from published.publication").fetchone()
    if row is None or row[0] is None:
        raise Unavailable("Nothing is published yet: published.publication has no row.")
    moment: datetime = row[0]
    return moment


_ICBS = """
select
    facts.now_icb_code as code,
    coalesce(
        max(organisation.organisation_name) filter (where organisation.organisation_level = 'icb'),
        max(organisation.icb_name),
        facts.now_icb_code
    ) as name
from (select now_icb_code from published.measure union select now_icb_code from published.operational) as facts
left join published.organisation on organisation.icb_code = facts.now_icb_code
where facts.now_icb_code <> all(%(not_icbs)s) and (%(code)s::text is null or facts.now_icb_code = %(code)s)
group by facts.now_icb_code
order by name, code
"""

_FIGURES = """
select
    facts.measure_code, facts.organisation_code, facts.organisation_level, facts.organisation_name, facts.period_start,
    facts.period_end, facts.value, facts.scale, facts.numerator, facts.denominator, facts.base, facts.lower, facts.upper,
    facts.interval_method, facts.null_reason, facts.interval_null_reason, facts.series,
    coalesce(extract.source_title, facts.source) as source_title,
    coalesce(extract.file_name, 'file not recorded') as file_name
from (
    select
        now_icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, value, scale,
        numerator, denominator, base, lower, upper, interval_method, null_reason, interval_null_reason, series, extract_id,
        coalesce(organisation_name, organisation_code) as organisation_name
    from published.measure
    where group_code = 'all'
    union all
    select
        now_icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, value, 'proportion',
        numerator, denominator, null, null, null, null, null_reason, null, measure_code, extract_id,
        coalesce(organisation_name, organisation_code)
    from published.operational
) as facts
left join published.extract on extract.extract_id = facts.extract_id
where facts.now_icb_code = %(code)s or (facts.now_icb_code = %(england)s and facts.organisation_level = 'england')
order by measure_code, organisation_code, period_start
"""

_HEARD = """
select
    source_title, period_start, period_end, characteristic, group_code, group_label, voices, voices_null_reason, at_least, at_most,
    known, known_null_reason, denominator_kind, population_as_at, population, population_share,
    ratio, ratio_lower, ratio_upper, ratio_null_reason, seldom_below, status
from published.heard
where icb_code = %(code)s
order by characteristic, source_title, position nulls last, group_label
"""

_SOURCES = """
select distinct on (coalesce(source_title, source), part)
    coalesce(source_title, source) as source_title, coalesce(publisher, '') as publisher, coalesce(part, '') as part, file_name,
    received_at, period_start, period_end
from published.extract
order by coalesce(source_title, source), part, period_end desc, received_at desc
"""

_EXPECTATIONS = """
select
    gate, target, source_title, expectation, rule, severity, why, status, looked, broken, untold, broken_last_on, examples, waivers
from published.expectation
order by gate desc, coalesce(source_title, target), target, severity, expectation
"""
