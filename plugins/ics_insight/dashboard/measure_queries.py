"""What the pages of measures and of organisations read: figures, lines, comparisons, and what is doubted of them."""

from datetime import date
from typing import Any, TypeVar

from ics_insight.dashboard.measure_rows import (
    Answered,
    Break,
    Compared,
    Definition,
    Doubt,
    Level,
    Listed,
    Measured,
    Organisation,
    Own,
    Pair,
    Point,
    Seen,
    Spread,
)  # fmt: skip
from ics_insight.dashboard.queries import Figure, board, published_at_of, rows, snapshot
from ics_insight.warehouse.connect import Connection

T = TypeVar("T")
CHARTED = ["trust", "provider"]  # levels whose organisations have a line of their own on the page of a measure


def listed(code: str) -> Listed | None:
    """The measures of a board; None when nothing is known of such a board."""
    with snapshot() as connection:
        icb = board(connection, code)
        if icb is None:
            return None
        asked = {"code": code, "measure": None, "organisation": None}
        return Listed(
            icb,
            published_at_of(connection),
            rows(connection, Definition, _DEFINITIONS, asked),
            rows(connection, Own, _OWN, asked),
            rows(connection, Figure, _ENGLAND, asked),
            rows(connection, Level, _LEVELS, asked),
            rows(connection, Organisation, _ORGANISATIONS, asked),
        )


def measured(code: str, measure: str) -> Measured | None:
    """One measure in a board; None when nothing is known of either, or no figure of it is about this board."""
    with snapshot() as connection:
        icb = board(connection, code)
        asked: dict[str, Any] = {"code": code, "measure": measure, "organisation": None, "charted": CHARTED}
        definitions = rows(connection, Definition, _DEFINITIONS, asked)
        if icb is None or not definitions:
            return None
        own = rows(connection, Own, _OWN, asked)
        figures = rows(connection, Figure, _FIGURES, asked)
        here = [figure for figure in figures if figure.organisation_level != "england"]
        if not own and not here:
            return None
        asked["codes"] = [code, *{figure.organisation_code for figure in here}]
        newest = {level: max(days) for level, days in _starts_by_level([*here, *own]).items()}
        asked |= {"levels": list(newest), "newest": list(newest.values())}
        return Measured(
            icb,
            published_at_of(connection),
            definitions[0],
            own,
            figures,
            rows(connection, Point, _POINTS, asked),
            rows(connection, Compared, _COMPARED, asked),
            rows(connection, Spread, _SPREAD, asked),
            rows(connection, Break, _BREAKS, asked),
            rows(connection, Doubt, _DOUBTS, asked),
            rows(connection, Pair, _PAIRS, asked),
            _answered(connection, code, definitions[0].source),
        )


def seen(code: str, organisation: str) -> Seen | None:
    """One organisation of a board; None when no published figure of it stands under this board."""
    with snapshot() as connection:
        icb = board(connection, code)
        asked: dict[str, Any] = {"code": code, "measure": None, "organisation": organisation, "charted": None}
        found = rows(connection, Organisation, _ORGANISATIONS, asked)
        if icb is None or not found:
            return None
        asked |= {"codes": [organisation], "levels": None, "newest": None}
        return Seen(
            icb,
            published_at_of(connection),
            found[0],
            rows(connection, Definition, _DEFINITIONS, asked),
            rows(connection, Own, _OWN, asked),
            rows(connection, Figure, _FIGURES, asked) + rows(connection, Figure, _ENGLAND, asked),
            rows(connection, Point, _POINTS, asked),
            rows(connection, Break, _BREAKS, asked),
            rows(connection, Doubt, _DOUBTS, asked),
            rows(connection, Pair, _PAIRS, asked),
        )


def _starts_by_level(figures: list[Figure]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for figure in figures:
        found.setdefault(figure.organisation_level, []).append(figure.period_start)
    return found


def _answered(connection: Connection, code: str, source: str) -> Answered | None:
    """None of a source of which nobody says what it records."""
    gaps = connection.execute("select finding from published.gap where source = %s", [source]).fetchall()
    told = connection.execute(
        "select group_label, status from published.heard where icb_code = %s and source = %s and status is not null"
        " order by characteristic, position, group_label",
        [code, source],
    ).fetchall()
    if not gaps:
        return None
    seldom = tuple(label for label, status in told if status == "seldom_heard")
    return Answered(sum(finding in ("known", "partly_unknown") for (finding,) in gaps), len(gaps), seldom, len(told))


_DEFINITIONS = """
select
    measure_code, source, coalesce(source_title, source) as source_title, coalesce(publisher, '') as publisher, label, wording,
    scale, direction, figure, compared, comparability, area_geography
from published.definition
where headline and (%(measure)s::text is null or measure_code = %(measure)s)
order by label, measure_code
"""

# Both kinds of figures in one shape. Of a count of everybody there is no interval, since nobody was drawn for it.
_SHOWN = """
with shown as (
    select
        now_icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, value, scale,
        numerator, denominator, base, lower, upper, interval_method, null_reason, interval_null_reason, series, extract_id,
        coalesce(organisation_name, organisation_code) as organisation_name
    from published.measure
    where group_code = 'all'
    union all
    select
        now_icb_code, source, measure_code, organisation_code, organisation_level, period_start, period_end, value, 'proportion',
        numerator, denominator, denominator::bigint, null, null, null, null_reason, 'everybody_is_counted', measure_code,
        extract_id, coalesce(organisation_name, organisation_code)
    from published.operational
),
"""

_COLUMNS = """
    picked.measure_code, picked.organisation_code, picked.organisation_level, picked.organisation_name, picked.period_start,
    picked.period_end, picked.value, picked.scale, picked.numerator, picked.denominator, picked.base, picked.lower, picked.upper,
    picked.interval_method, picked.null_reason, picked.interval_null_reason, picked.series,
    coalesce(extract.source_title, picked.source) as source_title
"""
_FILE = ", coalesce(extract.file_name, 'file not recorded') as file_name"

_FIGURES = f"""
{_SHOWN}
here as (
    select *, max(period_start) over (partition by organisation_level) as newest
    from shown
    where
        now_icb_code = %(code)s and organisation_level <> 'icb'
        and (%(measure)s::text is null or measure_code = %(measure)s)
        and (%(organisation)s::text is null or organisation_code = %(organisation)s)
),
picked as (
    select * from here
    where %(charted)s::text[] is null or organisation_level = any(%(charted)s) or period_start = newest
    union all
    select *, null from shown
    where organisation_level = 'england' and measure_code = %(measure)s
)
select {_COLUMNS} {_FILE}
from picked
left join published.extract on extract.extract_id = picked.extract_id
order by picked.measure_code, picked.organisation_code, picked.period_start
"""  # noqa: S608 - put together of texts above, values are bound

_ENGLAND = f"""
{_SHOWN}
picked as (select * from shown where organisation_level = 'england')
select {_COLUMNS} {_FILE}
from picked
left join published.extract on extract.extract_id = picked.extract_id
order by picked.measure_code, picked.period_start
"""  # noqa: S608

# A board as it is now through all of history; what is published for a board that is no more stays its own.
_OWN = f"""
{_SHOWN}
published_own as (
    select * from shown where now_icb_code = %(code)s and organisation_level = 'icb'
),
remade as (
    select
        source, measure_code, organisation_code, period_start, period_end, value, scale, numerator, denominator, base, lower, upper,
        interval_method, null_reason, interval_null_reason, series, method, why
    from published.measure_now
    where icb_code = %(code)s and organisation_level = 'icb' and group_code = 'all'
    union all
    select
        source, measure_code, organisation_code, period_start, period_end, value, 'proportion', numerator, denominator,
        denominator::bigint, null, null, null, null_reason, 'everybody_is_counted', measure_code, method, why
    from published.operational_now
    where icb_code = %(code)s and organisation_level = 'icb'
),
picked as (
    select
        remade.*, 'icb' as organisation_level, remade.organisation_code as organisation_name, published_own.extract_id
    from remade
    left join published_own
        on
            remade.method = 'as_published' and published_own.measure_code = remade.measure_code
            and published_own.period_start = remade.period_start and published_own.period_end = remade.period_end
    union all
    select
        source, measure_code, organisation_code, period_start, period_end, value, scale, numerator, denominator, base, lower, upper,
        interval_method, null_reason, interval_null_reason, series, 'as_published', null, organisation_level, organisation_name,
        extract_id
    from published_own
    where not exists (
        select 1 from remade
        where remade.measure_code = published_own.measure_code and remade.period_start = published_own.period_start
    )
)
select
    {_COLUMNS}, picked.method, picked.why,
    case when picked.method = 'as_published' then coalesce(extract.file_name, 'file not recorded') else '' end as file_name
from picked
left join published.extract on extract.extract_id = picked.extract_id
where %(measure)s::text is null or picked.measure_code = %(measure)s
order by picked.measure_code, picked.period_start
"""  # noqa: S608

_LEVELS = f"""
{_SHOWN}
here as (select * from shown where now_icb_code = %(code)s and organisation_level <> 'icb')
select measure_code, organisation_level as level, count(distinct organisation_code)::integer as organisations
from here
group by measure_code, organisation_level
order by measure_code, organisation_level
"""  # noqa: S608

# An organisation may be of one level to one source and of another to the next: the register says it, or else the newest figure.
_ORGANISATIONS = f"""
{_SHOWN}
here as (
    select distinct on (organisation_code) organisation_code, organisation_name, organisation_level
    from shown
    where
        now_icb_code = %(code)s and organisation_level <> 'icb'
        and (%(organisation)s::text is null or organisation_code = %(organisation)s)
    order by organisation_code, period_start desc, organisation_level
)
select
    here.organisation_code as code, coalesce(register.organisation_name, here.organisation_name) as name,
    coalesce(register.organisation_level, here.organisation_level) as level
from here
left join published.organisation as register
    on register.organisation_code = here.organisation_code and register.icb_code = %(code)s
order by lower(coalesce(register.organisation_name, here.organisation_name)), here.organisation_code
"""  # noqa: S608

_POINTS = """
select
    measure_code, organisation_code, organisation_level, period_start, period_end, method, segment, segment_reason,
    points_in_segment, limits_kind, limits_null_reason, value, denominator, centre, lower_limit, upper_limit, rule, rule_side,
    meaning, detected_on, target, assurance
from published.point
where
    organisation_code = any(%(codes)s) and (%(measure)s::text is null or measure_code = %(measure)s)
    and (
        %(charted)s::text[] is null or organisation_level = 'icb' or organisation_level = any(%(charted)s)
        or (organisation_level, period_start) in (select * from unnest(%(levels)s::text[], %(newest)s::date[]))
    )
order by measure_code, organisation_code, period_start
"""

_COMPARED = """
select
    organisation_code, organisation_level, period_start, period_end, organisations, value, answers, answers_basis, centre, lower_95,
    upper_95, lower_998, upper_998, phi, over_dispersed, position
from published.compared
where measure_code = %(measure)s and organisation_code = any(%(codes)s)
    and (organisation_level, period_start) in (select * from unnest(%(levels)s::text[], %(newest)s::date[]))
order by organisation_level, answers, organisation_code
"""

_SPREAD = """
select
    organisation_level, period_start, period_end, areas, lowest, highest, i_squared, true_spread, null_reason
from published.spread
where measure_code = %(measure)s and icb_code = %(code)s
    and (organisation_level, period_start) in (select * from unnest(%(levels)s::text[], %(newest)s::date[]))
order by organisation_level, period_start
"""

_BREAKS = """
select measure_code, organisation_code, breaks_on, reason, what
from published.line_break
where organisation_code = any(%(codes)s) and (%(measure)s::text is null or measure_code = %(measure)s)
order by measure_code, breaks_on, organisation_code
"""

_DOUBTS = """
select
    measure_code, organisation_code, period_start, status, sentence, gate, observed, threshold, waived_by, waiver_reason,
    waived_until
from published.doubt
where
    organisation_code = any(%(codes)s) and (%(measure)s::text is null or measure_code = %(measure)s)
    and (%(newest)s::date[] is null or period_start = any(%(newest)s::date[]))
order by sentence, measure_code, organisation_code, period_start
"""

# The newest days of each; of two that ask of good and of poor experience, the good one.
_PAIRS = """
select distinct on (pair.measure_code, pair.operational_measure_code, pair.organisation_code)
    pair.measure_code, asked.label, asked.headline, pair.operational_measure_code, counted.label as operational_label,
    pair.organisation_code, pair.organisation_level, pair.period_start, pair.period_end, pair.experience_scale,
    pair.experience_value, pair.experience_base, pair.experience_lower, pair.experience_upper, pair.experience_null_reason,
    pair.operational_basis, pair.operational_value, pair.operational_numerator, pair.operational_denominator,
    pair.operational_null_reason, pair.experience_geography, pair.operational_geography
from published.pair as pair
inner join published.definition as asked on asked.measure_code = pair.measure_code
inner join published.definition as counted on counted.measure_code = pair.operational_measure_code
where
    pair.icb_code = %(code)s and pair.organisation_code = any(%(codes)s) and asked.direction <> 'lower_is_better'
    and pair.organisation_level in ('icb', 'provider', 'trust')
    and (%(measure)s::text is null or %(measure)s in (pair.measure_code, pair.operational_measure_code))
order by pair.measure_code, pair.operational_measure_code, pair.organisation_code, pair.period_start desc
"""
