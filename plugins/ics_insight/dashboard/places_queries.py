"""What the page of the places of one ICB shows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ics_insight.dashboard.queries import board, published_at_of, rows, snapshot


@dataclass(frozen=True)
class Outline:
    """A sub-ICB location and where it lies; no boundary where no outline is held."""

    place_code: str
    place_name: str
    boundary: dict[str, Any] | None
    boundary_as_at: date | None


@dataclass(frozen=True)
class PlaceFigure:
    """A figure of a place in its newest period: what its people said, or how long they wait."""

    place_code: str
    measure_code: str
    measure_label: str
    source_title: str
    scale: str
    period_start: date
    period_end: date
    value: Decimal | None
    base: int | None
    lower: Decimal | None
    upper: Decimal | None
    interval_method: str | None
    null_reason: str | None
    interval_null_reason: str | None
    basis: str
    figures: int
    figures_missing: int


@dataclass(frozen=True)
class Places:
    """Everything that the page of the places of one ICB shows."""

    code: str
    name: str
    published_at: datetime
    outlines: tuple[Outline, ...]
    figures: tuple[PlaceFigure, ...]


def places(code: str) -> Places | None:
    """The places of this ICB; None when nothing is known of such an ICB."""
    with snapshot() as connection:
        icb = board(connection, code)
        if icb is None:
            return None
        outlines = rows(connection, Outline, _OUTLINES, {"code": code})
        figures = rows(connection, PlaceFigure, _FIGURES, {"code": code})
        return Places(icb.code, icb.name, published_at_of(connection), outlines, figures)


_OUTLINES = """
select place_code, coalesce(place_name, place_code) as place_name, boundary, boundary_as_at
from published.sub_icb_location
where icb_code = %(code)s
order by place_name, place_code
"""

# Of each measure the newest period; beside what people said, the wait that is counted where they are registered.
_FIGURES = """
select
    place_code, measure_code, measure_label, source_title, scale, period_start, period_end, value, base, lower, upper,
    interval_method, null_reason, interval_null_reason, basis, figures, figures_missing
from (
    select *, max(period_start) over (partition by measure_code) as newest
    from (
        select
            place_code, measure_code, measure_label, coalesce(source_title, source) as source_title, scale, period_start,
            period_end, value, base, lower, upper, interval_method, null_reason, interval_null_reason, basis, figures,
            figures_missing
        from published.place_measure
        where place_code in (select place_code from published.sub_icb_location where icb_code = %(code)s)
        union all
        select
            waits.organisation_code, waits.measure_code, waits.label, coalesce(extract.source_title, waits.source), 'proportion',
            waits.period_start, waits.period_end, waits.value, waits.denominator::bigint, null, null, null, waits.null_reason,
            'not_applicable', 'published', 1, 0
        from published.operational as waits
        left join published.extract on extract.extract_id = waits.extract_id
        where waits.organisation_level = 'sub_icb'
            and waits.organisation_code in (select place_code from published.sub_icb_location where icb_code = %(code)s)
    ) as known
) as dated
where period_start = newest
order by measure_label, place_code
"""
