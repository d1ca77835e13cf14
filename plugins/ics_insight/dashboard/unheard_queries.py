"""What the page of who is heard shows of those who are not: silent touchpoints, what nobody records, and who sits on panels."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ics_insight.dashboard.queries import rows, snapshot


@dataclass(frozen=True)
class Silent:
    """A touchpoint at which nobody was heard in an area, or at which nobody says where those live who were."""

    area_level: str
    area_code: str
    area_name: str
    touchpoint_label: str
    period_start: date
    period_end: date
    silence: str


@dataclass(frozen=True)
class Gap:
    """What a source does not tell of who speaks."""

    source_title: str
    characteristic: str
    why: str
    finding: str


@dataclass(frozen=True)
class Seats:
    """A group on a panel beside its share of the people; rounded."""

    organisation_name: str
    panel_id: str
    as_at: date
    characteristic: str
    group_label: str
    seats: int | None
    seats_null_reason: str | None
    people: int | None
    people_null_reason: str | None
    population_share: Decimal | None
    additions_up_to: int | None
    standing: str | None


@dataclass(frozen=True)
class Unheard:
    """Who is not heard in one ICB, other than by how many spoke."""

    silent: tuple[Silent, ...]
    gaps: tuple[Gap, ...]
    seats: tuple[Seats, ...]


def unheard(code: str) -> Unheard:
    """Who is not heard in this ICB; of a code that nobody knows, what no source records."""
    asked = {"code": code}
    with snapshot() as connection:
        silent = rows(connection, Silent, _SILENT, asked)
        gaps = rows(connection, Gap, _GAPS)
        seats = rows(connection, Seats, _SEATS, asked)
        return Unheard(silent, gaps, seats)


_SILENT = """
select area_level, area_code, area_name, touchpoint_label, period_start, period_end, silence
from published.silence
where icb_code = %(code)s and period_start = (select max(period_start) from published.pathway_heard where icb_code = %(code)s)
order by ordinal, touchpoint_label, area_level, area_name
"""

# What is recorded and known throughout is no gap.
_GAPS = """
select coalesce(source_title, source) as source_title, characteristic, why, finding
from published.gap
where finding <> 'known'
order by source_title, finding, characteristic
"""

_SEATS = """
select
    coalesce(organisation_name, organisation_code) as organisation_name, panel_id, as_at, characteristic, group_label, seats,
    seats_null_reason, people, people_null_reason, population_share, additions_up_to, standing
from (
    select *, max(as_at) over (partition by icb_code, source, organisation_code, panel_id) as newest
    from published.panel
    where icb_code = %(code)s
) as panel
where as_at = newest and standing is not null
order by organisation_name, panel_id, characteristic, position nulls last, group_label
"""
