"""What the pack of one board is made of: rows of schema `published` and nothing else, kept as JSON at each publication."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import TypeAdapter

from ics_insight.dashboard.queries import ENGLAND, Figure, Heard, board, published_at_of, rows
from ics_insight.warehouse.connect import Connection

T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """A group of people beside the reference group of its characteristic, in the newest figures of one measure."""

    label: str
    source_title: str
    period_start: date
    period_end: date
    basis: str
    scale: str
    group_label: str
    base: int | None
    value: Decimal | None
    reference_label: str
    reference_value: Decimal | None
    difference: Decimal | None
    difference_lower: Decimal | None
    difference_upper: Decimal | None
    difference_null_reason: str | None
    beyond_chance: bool


@dataclass(frozen=True)
class Silence:
    """A touchpoint at which nobody was heard in a financial year."""

    touchpoint_label: str
    period_start: date
    period_end: date


@dataclass(frozen=True)
class Change:
    """What the newest point of a board's line says of change, by the rules of its chart."""

    measure_code: str
    period_end: date
    meaning: str | None
    limits_kind: str
    points_in_segment: int | None
    target: Decimal | None
    assurance: str


@dataclass(frozen=True)
class Pair:
    """What people said beside the wait that was counted, in the board and the same month."""

    measure_code: str
    operational_measure_code: str
    period_start: date
    period_end: date
    experience_scale: str | None
    experience_value: Decimal | None
    experience_base: int | None
    experience_null_reason: str | None
    operational_value: Decimal | None
    operational_numerator: Decimal | None
    operational_denominator: Decimal | None
    operational_null_reason: str | None


@dataclass(frozen=True)
class Voices:
    """How many voices a source heard at a touchpoint in a financial year, rounded; small numbers are not there."""

    pathway_code: str
    touchpoint_code: str
    touchpoint_label: str
    heard_of: str
    source: str
    source_title: str
    period_start: date
    period_end: date
    voices: int | None
    voices_null_reason: str | None
    negative: int | None
    negative_null_reason: str | None


@dataclass(frozen=True)
class Doubt:
    """What the checks found behind the newest figures of a measure, how many organisations it is about, and who lets it pass."""

    measure_code: str
    status: str
    sentence: str
    organisations: int
    waived_by: str | None
    waiver_reason: str | None
    waived_until: date | None


@dataclass(frozen=True)
class SourceAge:
    """How new a source is, and may be."""

    source_title: str
    publisher: str | None
    newest_period_end: date | None
    last_received: datetime | None
    max_age_days: int | None
    files_refused: int


@dataclass(frozen=True)
class Untold:
    """What a source does not tell about who speaks."""

    source_title: str
    characteristic: str
    finding: str


@dataclass(frozen=True)
class Content:
    """Everything that the pack of one board shows, as it was published at `published_at`."""

    code: str
    name: str
    published_at: datetime
    labels: dict[str, str]
    differences: tuple[Difference, ...]
    seldom: tuple[Heard, ...]
    silences: tuple[Silence, ...]
    figures: tuple[Figure, ...]
    changes: tuple[Change, ...]
    pairs: tuple[Pair, ...]
    voices: tuple[Voices, ...]
    doubts: tuple[Doubt, ...]
    sources: tuple[SourceAge, ...]
    untold: tuple[Untold, ...]


AS_JSON = TypeAdapter(Content)


def content(connection: Connection, code: str, measures: list[str]) -> Content | None:
    """What is published now of the board and these measures; None where nothing is known of such a board."""
    icb = board(connection, code)
    if icb is None:
        return None
    asked = {"code": icb.code, "england": ENGLAND, "measures": measures, "months": 24}

    def found(kind: type[T], query: str) -> tuple[T, ...]:
        return rows(connection, kind, query, asked)

    labels: list[tuple[Any, ...]] = connection.execute(_LABELS, asked).fetchall()
    return Content(
        icb.code, icb.name, published_at_of(connection), {str(measure): str(label) for measure, label in labels},
        found(Difference, _DIFFERENCES), found(Heard, _SELDOM), found(Silence, _SILENCES), found(Figure, _FIGURES),
        found(Change, _CHANGES), found(Pair, _PAIRS), found(Voices, _VOICES), found(Doubt, _DOUBTS), found(SourceAge, _SOURCES),
        found(Untold, _UNTOLD),
    )  # fmt: skip


_LABELS = "select measure_code, label from published.definition where measure_code = any(%(measures)s) order by measure_code"

_DIFFERENCES = """
select
    each.label, coalesce(definition.source_title, each.source) as source_title, each.period_start, each.period_end,
    each.basis, coalesce(definition.scale, 'proportion') as scale, each.group_label, each.base, each.value, each.reference_label,
    each.reference_value, each.difference, each.difference_lower, each.difference_upper, each.difference_null_reason,
    coalesce(each.q_value < 0.05, false) as beyond_chance
from (
    select
        *,
        max(period_start) over (partition by measure_code) as newest,
        max(edition) over (partition by measure_code, basis, characteristic) as newest_edition
    from published.difference
    where icb_code = %(code)s and organisation_level = 'icb' and difference is not null
) as each
inner join published.definition as definition
    on each.source = definition.source and each.measure_code = definition.measure_code and definition.headline
where each.period_start = each.newest and each.edition = each.newest_edition
order by
    beyond_chance desc, abs(each.difference / nullif(each.difference_upper - each.difference_lower, 0)) desc nulls last,
    each.measure_code, each.group_code, each.basis, each.edition
limit 8
"""

_SELDOM = """
select
    source_title, period_start, period_end, characteristic, group_code, group_label, voices, voices_null_reason, at_least, at_most,
    known, known_null_reason, denominator_kind, population_as_at, population, population_share,
    ratio, ratio_lower, ratio_upper, ratio_null_reason, seldom_below, status
from published.heard
where icb_code = %(code)s and status = 'seldom_heard'
order by source_title, characteristic, position nulls last, group_label
"""

_SILENCES = """
select touchpoint_label, period_start, period_end from published.silence
where
    icb_code = %(code)s and area_level = 'icb' and silence = 'nobody_heard'
    and period_start = (select max(period_start) from published.pathway_heard where icb_code = %(code)s)
order by ordinal, touchpoint_label
"""

# Boards and England over time; of organisations the newest period, where a board has no figure of its own.
_FIGURES = """
with published_files as (
    select
        each.now_icb_code = %(england)s as of_england, each.measure_code, each.organisation_code, each.period_start,
        each.period_end, coalesce(extract.source_title, each.source) as source_title, extract.file_name
    from (
        select now_icb_code, source, measure_code, organisation_code, period_start, period_end, extract_id, group_code
        from published.measure
        union all
        select now_icb_code, source, measure_code, organisation_code, period_start, period_end, extract_id, 'all'
        from published.operational
    ) as each
    left join published.extract as extract on extract.extract_id = each.extract_id
    where each.group_code = 'all' and each.now_icb_code in (%(code)s, %(england)s) and each.measure_code = any(%(measures)s)
),

files as (
    select
        measure_code, period_start, period_end, organisation_code, max(source_title) as source_title,
        string_agg(distinct file_name, '; ') as file_names
    from published_files
    group by measure_code, period_start, period_end, organisation_code
),

files_of_any as (
    select
        measure_code, period_start, period_end, of_england, max(source_title) as source_title,
        string_agg(distinct file_name, '; ') as file_names
    from published_files
    group by measure_code, period_start, period_end, of_england
),

own as (
    select
        now.measure_code, now.organisation_code, now.organisation_level, now.period_start, now.period_end, now.value, now.scale,
        now.numerator, now.denominator, now.base, now.lower, now.upper, now.interval_method, now.null_reason,
        now.interval_null_reason,
        -- what was published and what was put together since are no one line
        concat_ws(' ', now.series, nullif(now.method, 'as_published')) as series, now.source
    from published.measure_now as now
    where now.icb_code = %(code)s and now.organisation_level = 'icb' and now.group_code = 'all'
    union all
    select
        now.measure_code, now.organisation_code, now.organisation_level, now.period_start, now.period_end, now.value, 'proportion',
        now.numerator, now.denominator, now.denominator::bigint, null, null, null, now.null_reason, 'not_applicable',
        concat_ws(' ', now.measure_code, nullif(now.method, 'as_published')), now.source
    from published.operational_now as now
    where now.icb_code = %(code)s and now.organisation_level = 'icb'
),

others as (
    select
        measure_code, organisation_code, organisation_level, period_start, period_end, value, scale, numerator, denominator, base,
        lower, upper, interval_method, null_reason, interval_null_reason, series, source,
        coalesce(organisation_name, organisation_code) as organisation_name
    from published.measure
    where
        group_code = 'all' and (
            (now_icb_code = %(england)s and organisation_level = 'england')
            or (
                now_icb_code = %(code)s and organisation_level = 'trust'
                and not exists (select 1 from own where own.measure_code = measure.measure_code)
                and period_start = (
                    select max(newest.period_start) from published.measure as newest
                    where
                        newest.measure_code = measure.measure_code and newest.now_icb_code = %(code)s
                        and newest.organisation_level = 'trust' and newest.group_code = 'all'
                )
            )
        )
    union all
    select
        measure_code, organisation_code, organisation_level, period_start, period_end, value, 'proportion', numerator, denominator,
        denominator::bigint, null, null, null, null_reason, 'not_applicable', measure_code, source, 'England'
    from published.operational
    where now_icb_code = %(england)s and organisation_level = 'england'
),

together as (
    select own.*, coalesce(organisation.organisation_name, own.organisation_code) as organisation_name
    from own
    left join published.organisation as organisation
        on own.organisation_code = organisation.organisation_code and organisation.organisation_level = 'icb'
    union all
    select others.* from others
)

select
    each.measure_code, each.organisation_code, each.organisation_level, each.organisation_name, each.period_start, each.period_end,
    each.value, each.scale, each.numerator, each.denominator, each.base, each.lower, each.upper, each.interval_method,
    each.null_reason, each.interval_null_reason, each.series,
    coalesce(files.source_title, files_of_any.source_title, each.source) as source_title,
    coalesce(files.file_names, files_of_any.file_names, 'file not recorded') as file_name
from together as each
left join files
    on each.measure_code = files.measure_code and each.period_start = files.period_start and each.period_end = files.period_end
    and each.organisation_code = files.organisation_code
left join files_of_any
    on each.measure_code = files_of_any.measure_code and each.period_start = files_of_any.period_start
    and each.period_end = files_of_any.period_end and (each.organisation_level = 'england') = files_of_any.of_england
where
    each.measure_code = any(%(measures)s)
    and each.period_start > (
        select max(newest.period_start) from together as newest
        where newest.measure_code = each.measure_code and newest.organisation_level <> 'england'
    ) - case when each.period_end - each.period_start > 31 then interval '5 years' else make_interval(months => %(months)s) end
order by each.measure_code, each.organisation_name, each.organisation_code, each.period_start
"""

_CHANGES = """
select distinct on (measure_code)
    measure_code, period_end, meaning, limits_kind, points_in_segment, target, assurance
from published.point
where icb_code = %(code)s and organisation_level = 'icb' and measure_code = any(%(measures)s)
order by measure_code, period_end desc, method
"""

_PAIRS = """
select
    measure_code, operational_measure_code, period_start, period_end, experience_scale, experience_value, experience_base,
    experience_null_reason, operational_value, operational_numerator, operational_denominator, operational_null_reason
from published.pair
where
    icb_code = %(code)s and organisation_level = 'icb'
    and measure_code = any(%(measures)s) and operational_measure_code = any(%(measures)s)
order by measure_code, operational_measure_code, period_start
"""

# Of one touchpoint that lies on several pathways, the row that takes in most.
_VOICES = """
with places as (
    select touchpoint_code, min(ordinal) as place from published.pathway_heard group by touchpoint_code
),

once as (
    select distinct on (named.pathway_code, heard.heard_of, heard.touchpoint_code, heard.source)
        named.pathway_code, heard.touchpoint_code, heard.touchpoint_label, heard.heard_of, heard.source,
        coalesce(heard.source_title, heard.source) as source_title, heard.period_start, heard.period_end, heard.voices,
        heard.voices_null_reason, heard.negative, heard.negative_null_reason
    from published.pathway_heard as heard
    cross join lateral (
        select case heard.heard_of when 'of_this_pathway' then heard.pathway_code else '' end as pathway_code
    ) as named
    where
        heard.icb_code = %(code)s and heard.heard_as = 'voices'
        and heard.period_start = (
            select max(period_start) from published.pathway_heard where icb_code = %(code)s and heard_as = 'voices'
        )
    order by
        named.pathway_code, heard.heard_of, heard.touchpoint_code, heard.source, heard.voices desc nulls last,
        heard.negative desc nulls last
)

select once.* from once
inner join places on once.touchpoint_code = places.touchpoint_code
order by places.place, once.touchpoint_label, once.source_title, once.pathway_code, once.heard_of
"""

_DOUBTS = """
select
    measure_code, status, sentence, count(distinct organisation_code) as organisations, waived_by, waiver_reason, waived_until
from published.doubt as doubt
where
    icb_code = %(code)s and measure_code = any(%(measures)s)
    and period_start >= (
        select max(newest.period_start)
        from (
            select icb_code, measure_code, period_start from published.measure
            union all
            select icb_code, measure_code, period_start from published.operational
        ) as newest
        where newest.icb_code = doubt.icb_code and newest.measure_code = doubt.measure_code
    )
group by measure_code, status, sentence, waived_by, waiver_reason, waived_until
order by measure_code, status, sentence, waived_by, waiver_reason, waived_until
"""

_SOURCES = """
select
    coalesce(source_title, source) as source_title, publisher, newest_period_end, last_received, max_age_days, files_refused
from published.source_state
where kind <> 'reference'
order by coalesce(source_title, source)
"""

_UNTOLD = """
select coalesce(source_title, source) as source_title, characteristic, finding from published.gap
where finding <> 'known'
order by coalesce(source_title, source), characteristic
"""
