"""What the overview of one ICB shows, beside who is heard there."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ics_insight.dashboard.pathway_queries import STATES
from ics_insight.dashboard.queries import ENGLAND, Heard, board, heard_in, published_at_of, rows, snapshot


@dataclass(frozen=True)
class Difference:
    """What a group of people said beside its reference group, where they differ beyond chance."""

    of: str
    source_title: str
    file_name: str
    label: str
    scale: str
    period_start: date
    period_end: date
    characteristic: str
    group_label: str
    reference_label: str
    base: int
    value: Decimal
    reference_value: Decimal
    difference: Decimal
    difference_lower: Decimal
    difference_upper: Decimal
    is_worse: bool


@dataclass(frozen=True)
class Silence:
    """A touchpoint at which nobody was heard."""

    touchpoint_label: str
    period_start: date
    period_end: date


@dataclass(frozen=True)
class Change:
    """The newest point of a line where it is not chance alone."""

    measure_code: str
    label: str
    source_title: str
    organisation_code: str
    organisation_name: str
    period_start: date
    period_end: date
    value: Decimal
    scale: str
    denominator: Decimal | None
    centre: Decimal
    meaning: str
    rule: str
    detected_on: date


@dataclass(frozen=True)
class Pathway:
    """A pathway, and of its touchpoints in the newest year those at which somebody was heard, nobody, and those of which this board
    has no figure."""

    pathway_code: str
    pathway_label: str
    heard: int
    silent: int
    untold: int

    @property
    def parts(self) -> tuple[int, int, int]:
        return self.heard, self.silent, self.untold

    @property
    def touchpoints(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True)
class State:
    """How much of what stands behind all this is in doubt."""

    sources: int
    sources_with_files: int
    expectations: int
    broken: int


@dataclass(frozen=True)
class Overview:
    """Everything that the overview of one ICB shows."""

    code: str
    name: str
    published_at: datetime
    heard: tuple[Heard, ...]
    differences: tuple[Difference, ...]
    compared: int
    silences: tuple[Silence, ...]
    changes: tuple[Change, ...]
    watched: int
    pathways: tuple[Pathway, ...]
    state: State


def overview(code: str) -> Overview | None:
    """What the overview of this ICB shows; None when nothing is known of such an ICB."""
    with snapshot() as connection:
        icb = board(connection, code)
        if icb is None:
            return None
        asked = {"code": code, "england": ENGLAND}
        differences = rows(connection, Difference, _DIFFERENCES, asked)
        silences = rows(connection, Silence, _SILENCES, asked)
        changes = rows(connection, Change, _CHANGES, asked)
        pathways = rows(connection, Pathway, _PATHWAYS, asked)
        (state,) = rows(connection, State, _STATE)
        ((compared, watched),) = connection.execute(_HOW_MANY, asked).fetchall()
        return Overview(
            icb.code, icb.name, published_at_of(connection), heard_in(connection, code), differences, compared, silences, changes,
            watched, pathways, state,
        )  # fmt: skip


# Of a board's own groups of people, and of those of its trusts; where these are too few to say anything, of England's.
_NEWEST_DIFFERENCES = """
    select *
    from (
        select
            *,
            max(period_end) over (partition by measure_code, organisation_level) as newest,
            max(edition) over (partition by measure_code, organisation_level, basis, characteristic) as newest_edition
        from published.difference
        where difference is not null and direction <> 'not_applicable'
    ) as dated
    where edition = newest_edition and (icb_code = %(code)s or (icb_code = %(england)s and organisation_level = 'england'))
"""

_DIFFERENCES = f"""
select
    case
        when told.icb_code = %(england)s then 'England' else coalesce(organisation.organisation_name, told.organisation_code)
    end as of,
    coalesce(extract.source_title, told.source) as source_title, coalesce(extract.file_name, 'file not recorded') as file_name,
    told.label, definition.scale, told.period_start, told.period_end, told.characteristic, told.group_label, told.reference_label,
    told.base, told.value, told.reference_value, told.difference, told.difference_lower, told.difference_upper,
    coalesce(told.worse_off = told.group_code, false) as is_worse
from ({_NEWEST_DIFFERENCES}) as told
inner join published.definition on definition.measure_code = told.measure_code
left join published.organisation on organisation.organisation_code = told.organisation_code
left join published.measure as figure on figure.icb_code = told.icb_code and figure.measure_code = told.measure_code
    and figure.organisation_code = told.organisation_code and figure.organisation_level = told.organisation_level
    and figure.period_start = told.period_start and figure.group_code = told.group_code
left join published.extract on extract.extract_id = figure.extract_id
where told.period_end = told.newest and told.q_value < 0.05
order by (told.icb_code = %(england)s), abs(told.difference / nullif(told.difference_upper - told.difference_lower, 0)) desc,
    told.label, told.group_label
limit 8
"""  # noqa: S608 - put together from texts of this file

_SILENCES = """
select touchpoint_label, period_start, period_end
from published.silence
where icb_code = %(code)s and area_level = 'icb'
    and period_start = (select max(period_start) from published.pathway_heard where icb_code = %(code)s)
order by ordinal, touchpoint_label
"""

# The newest month of each line of the board, its trusts and providers, and of no practice: each of many hundreds would give some.
_NEWEST_POINTS = """
    select distinct on (point.measure_code, point.organisation_code, point.organisation_level)
        point.*, organisation.organisation_name
    from published.point
    inner join published.organisation on organisation.organisation_code = point.organisation_code
        and organisation.icb_code = %(code)s
    where point.organisation_level in ('icb', 'trust', 'provider') and point.method <> 'waves'
    order by point.measure_code, point.organisation_code, point.organisation_level, point.period_end desc
"""

_CHANGES = f"""
select
    newest.measure_code, definition.label, coalesce(definition.source_title, definition.source) as source_title,
    newest.organisation_code, newest.organisation_name, newest.period_start, newest.period_end, newest.value, definition.scale,
    newest.denominator, newest.centre, newest.meaning, newest.rule, newest.detected_on
from ({_NEWEST_POINTS}) as newest
inner join published.definition on definition.measure_code = newest.measure_code
where newest.rule is not null
order by newest.meaning = 'concern' desc, definition.label, newest.organisation_name
"""  # noqa: S608 - put together from texts of this file

_HOW_MANY = f"""
select
    (select count(*) from ({_NEWEST_DIFFERENCES}) as told where period_end = newest),
    (select count(*) from ({_NEWEST_POINTS}) as watched)
"""  # noqa: S608 - put together from texts of this file

_PATHWAYS = f"""
with every_year as ({STATES}),

states as (select * from every_year where year = (select max(year) from every_year)),

-- of all boards: some touchpoints have no row here
steps as (select distinct pathway_code, pathway_label, touchpoint_code from published.pathway_heard)

select
    steps.pathway_code, steps.pathway_label,
    count(*) filter (where states.state = 'heard') as heard,
    count(*) filter (where states.state = 'silent') as silent,
    count(*) filter (where coalesce(states.state, 'untold') = 'untold') as untold
from steps
left join states
    on steps.pathway_code = states.pathway_code and steps.touchpoint_code = states.touchpoint_code
where steps.pathway_code in (select pathway_code from states)
group by steps.pathway_code, steps.pathway_label
order by steps.pathway_label
"""  # noqa: S608 - no value is put in

_STATE = """
select
    (select count(*) from published.source_state) as sources,
    (select count(*) from published.source_state where files_in_use > 0) as sources_with_files,
    (select count(*) from published.expectation) as expectations,
    (select count(*) from published.expectation where broken > 0) as broken
"""
