"""What the pages of pathways read: who was heard at each touchpoint and between two of them, and which boards stood here before."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ics_insight.dashboard.queries import NOT_ICBS, Figure, Icb, board, published_at_of, rows, snapshot
from ics_insight.warehouse.connect import Connection


@dataclass(frozen=True)
class Step:
    """A touchpoint in its place on a pathway."""

    pathway_code: str
    pathway_label: str
    ordinal: int
    touchpoint_code: str
    touchpoint_label: str


@dataclass(frozen=True)
class Year:
    """A financial year for which a board has figures."""

    code: str
    start: date
    end: date


@dataclass(frozen=True)
class State:
    """Whether anybody was heard at a touchpoint in a year: heard, silent, or untold, where nothing is held of all the board."""

    pathway_code: str
    touchpoint_code: str
    year: str
    state: str


@dataclass(frozen=True)
class Told:
    """What one source heard at a touchpoint, or in a gap, in one year: a publisher's figure, or voices in rounded numbers."""

    place: str
    period_start: date
    period_end: date
    heard_as: str
    heard_of: str
    source: str
    source_title: str
    measure_code: str
    measure_label: str | None
    headline: bool | None
    series: str
    scale: str
    value: Decimal | None
    base: int | None
    lower: Decimal | None
    upper: Decimal | None
    interval_method: str | None
    null_reason: str | None
    interval_null_reason: str | None
    basis: str
    voices: int | None
    voices_null_reason: str | None
    negative: int | None
    negative_null_reason: str | None
    of_several: int | None
    of_several_null_reason: str | None

    @property
    def is_heard(self) -> bool:
        """What was suppressed was heard; what was not collected or not sent in was not (macro experience_along_pathways)."""
        return self.heard_as == "voices" or self.value is not None or self.null_reason in ("suppressed", "too_few")

    @property
    def figure(self) -> Figure:
        """The publisher's figure as pages word it. Which file it comes from is not told of a year."""
        return Figure(
            measure_code=self.measure_code, organisation_code="", organisation_level="icb", organisation_name="",
            period_start=self.period_start, period_end=self.period_end, value=self.value, scale=self.scale, numerator=None,
            denominator=None, base=self.base, lower=self.lower, upper=self.upper, interval_method=self.interval_method,
            null_reason=self.null_reason, interval_null_reason=self.interval_null_reason, series=self.series,
            source_title=self.source_title, file_name="",
        )  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """An interface: where people go from one service to the next."""

    code: str
    label: str
    from_touchpoint: str
    to_touchpoint: str


@dataclass(frozen=True)
class Wait:
    """What was counted of a wait in the newest month of a year that has a figure, where on the pathway it is lived."""

    touchpoint_code: str
    measure_code: str
    label: str
    period_start: date
    period_end: date
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    basis: str
    geography: str
    source_title: str


@dataclass(frozen=True)
class Neighbour:
    """A board whose people and services came to this one, or went on to it, and the last day of its own figures."""

    code: str
    name: str
    last: date
    is_before: bool


@dataclass(frozen=True)
class Journeys:
    """Everything that the page of all pathways of one board shows."""

    code: str
    name: str
    published_at: datetime
    years: tuple[Year, ...]
    steps: tuple[Step, ...]
    states: tuple[State, ...]
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True)
class Journey:
    """Everything that the page of one pathway in one year shows; `told` by touchpoint, `told_between` by interface."""

    code: str
    name: str
    published_at: datetime
    year: Year
    years: tuple[Year, ...]
    steps: tuple[Step, ...]
    told: tuple[Told, ...]
    gaps: tuple[Gap, ...]
    told_between: tuple[Told, ...]
    waits: tuple[Wait, ...]
    neighbours: tuple[Neighbour, ...]


def journeys(code: str) -> Journeys | None:
    """All pathways of this board; None when nothing is known of such a board."""
    with snapshot() as connection:
        icb = board(connection, code)
        if icb is None:
            return None
        states = rows(connection, State, STATES, {"code": code})
        return Journeys(
            icb.code, icb.name, published_at_of(connection), _years(connection, code, None), _steps(connection, None), states,
            _neighbours(connection, icb),
        )  # fmt: skip


def journey(code: str, pathway: str, year: str = "") -> Journey | None:
    """One pathway of this board in a year, else in its newest; None when nothing is known of such a board, pathway or year."""
    with snapshot() as connection:
        icb = board(connection, code)
        years = _years(connection, code, pathway)
        chosen = next((each for each in years if not year or each.code == year), None)
        if icb is None or chosen is None:
            return None
        asked = {"code": code, "pathway": pathway, "year": chosen.code, "start": chosen.start, "end": chosen.end}
        told = rows(connection, Told, _TOLD, asked)
        between = rows(connection, Told, _TOLD_BETWEEN, asked)
        gaps = rows(connection, Gap, _GAPS, asked)
        waits = rows(connection, Wait, _WAITS, asked)
        return Journey(
            icb.code, icb.name, published_at_of(connection), chosen, years, _steps(connection, pathway), told, gaps, between, waits,
            _neighbours(connection, icb),
        )  # fmt: skip


def _years(connection: Connection, code: str, pathway: str | None) -> tuple[Year, ...]:
    return rows(connection, Year, _YEARS, {"code": code, "pathway": pathway})


def _steps(connection: Connection, pathway: str | None) -> tuple[Step, ...]:
    return rows(connection, Step, _STEPS, {"pathway": pathway})


def _neighbours(connection: Connection, icb: Icb) -> tuple[Neighbour, ...]:
    return rows(connection, Neighbour, _NEIGHBOURS, {"code": icb.code, "not_icbs": NOT_ICBS})


_YEARS = """
select distinct period_code as code, period_start as start, period_end as end
from published.pathway_heard
where icb_code = %(code)s and (%(pathway)s::text is null or pathway_code = %(pathway)s)
order by period_start desc
"""

# Of all boards: in a year before a board was there, some of its touchpoints have no row.
_STEPS = """
select distinct pathway_code, pathway_label, ordinal, touchpoint_code, touchpoint_label
from published.pathway_heard
where %(pathway)s::text is null or pathway_code = %(pathway)s
order by pathway_label, pathway_code, ordinal
"""

# As State has them, by pathway, touchpoint and year.
STATES = """
select
    pathway_code, touchpoint_code, period_code as year,
    case
        when bool_or(heard_as = 'voices' or value is not null or null_reason in ('suppressed', 'too_few')) then 'heard'
        when bool_or(heard_as = 'nobody') then 'silent'
        else 'untold'
    end as state
from published.pathway_heard
where icb_code = %(code)s
group by pathway_code, touchpoint_code, period_code
"""

_TOLD = """
select
    touchpoint_code as place, period_start, period_end, heard_as, heard_of, source, coalesce(source_title, source) as source_title,
    measure_code, measure_label, headline, series, scale, value, base, lower, upper, interval_method, null_reason,
    interval_null_reason, basis, voices, voices_null_reason, negative, negative_null_reason, null::bigint as of_several,
    null::text as of_several_null_reason
from published.pathway_heard
where icb_code = %(code)s and pathway_code = %(pathway)s and period_code = %(year)s
order by ordinal, heard_as, heard_of desc, coalesce(source_title, source), source, measure_label, measure_code
"""

_TOLD_BETWEEN = """
select
    interface_code as place, period_start, period_end, heard_as, heard_of, source, coalesce(source_title, source) as source_title,
    measure_code, measure_label, headline, series, scale, value, base, lower, upper, interval_method, null_reason,
    interval_null_reason, basis, voices, voices_null_reason, negative, negative_null_reason, of_several, of_several_null_reason
from published.interface_heard
where icb_code = %(code)s and pathway_code = %(pathway)s and period_code = %(year)s
order by interface_code, heard_as, heard_of desc, coalesce(source_title, source), source, measure_label, measure_code
"""

_GAPS = """
select distinct interface_code as code, interface_label as label, from_touchpoint, to_touchpoint
from published.interface_heard
where pathway_code = %(pathway)s
order by interface_label, interface_code
"""

_WAITS = """
select distinct on (place.touchpoint_code, pair.operational_measure_code)
    place.touchpoint_code, place.measure_code, coalesce(counted.label, place.measure_code) as label,
    pair.period_start, pair.period_end, pair.operational_value as value, pair.operational_numerator as numerator,
    pair.operational_denominator as denominator, pair.operational_basis as basis, pair.operational_geography as geography,
    coalesce(extract.source_title, pair.operational_source) as source_title
from published.pair
inner join published.pathway_wait as place
    on pair.operational_measure_code = place.measure_code and place.pathway_code = %(pathway)s
left join (select measure_code, max(label) as label from published.operational group by measure_code) as counted
    on pair.operational_measure_code = counted.measure_code
left join (select source, max(source_title) as source_title from published.extract group by source) as extract
    on pair.operational_source = extract.source
where
    pair.organisation_code = %(code)s and pair.organisation_level = 'icb' and pair.operational_months = 1
    and pair.operational_value is not null and pair.period_start >= %(start)s and pair.period_end <= %(end)s
order by place.touchpoint_code, pair.operational_measure_code, pair.period_end desc
"""

# A neighbour that only gave something away goes on: its own figures are as new as everybody's.
_NEIGHBOURS = """
with facts as (
    select icb_code, now_icb_code, max(period_end) as last from published.measure group by icb_code, now_icb_code
    union all
    select icb_code, now_icb_code, max(period_end) from published.operational group by icb_code, now_icb_code
),

ends as (
    select icb_code, max(last) as last from facts where icb_code <> all(%(not_icbs)s) group by icb_code
),

found as (
    select distinct
        facts.now_icb_code = %(code)s as is_before,
        case when facts.now_icb_code = %(code)s then facts.icb_code else facts.now_icb_code end as code
    from facts
    inner join ends as before on facts.icb_code = before.icb_code
    inner join ends as after on facts.now_icb_code = after.icb_code
    where %(code)s in (facts.icb_code, facts.now_icb_code) and facts.icb_code <> facts.now_icb_code and before.last < after.last
)

select found.code, coalesce(named.organisation_name, found.code) as name, ends.last, found.is_before
from found
inner join ends on found.code = ends.icb_code
left join published.organisation as named on found.code = named.organisation_code and named.organisation_level = 'icb'
order by found.is_before desc, name, found.code
"""
