"""Rows that the pages of measures and of organisations show."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ics_insight.dashboard.queries import Figure, Icb

EVERYBODY = "everybody_is_counted"  # why a figure has no interval: nobody was drawn for it


@dataclass(frozen=True)
class Definition:
    """What a measure is."""

    measure_code: str
    source: str
    source_title: str
    publisher: str
    label: str
    wording: str | None
    scale: str
    direction: str
    figure: str
    compared: str
    comparability: str | None
    area_geography: str


@dataclass(frozen=True)
class Own(Figure):
    """A figure of a board as it is now, and how it was made where nobody published it for this board."""

    method: str
    why: str | None


@dataclass(frozen=True)
class Point:
    """A point of a line with its limits, or a wave of a survey beside the one before."""

    measure_code: str
    organisation_code: str
    organisation_level: str
    period_start: date
    period_end: date
    method: str
    segment: int
    segment_reason: str
    points_in_segment: int | None
    limits_kind: str
    limits_null_reason: str | None
    value: Decimal
    denominator: Decimal | None
    centre: Decimal | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    rule: str | None
    rule_side: str | None
    meaning: str | None
    detected_on: date | None
    target: Decimal | None
    assurance: str


@dataclass(frozen=True)
class Compared:
    """An organisation in a funnel: its proportion against what chance leaves to one with so many answers."""

    organisation_code: str
    organisation_level: str
    period_start: date
    period_end: date
    organisations: int
    value: Decimal
    answers: Decimal
    answers_basis: str
    centre: Decimal
    lower_95: Decimal
    upper_95: Decimal
    lower_998: Decimal
    upper_998: Decimal
    phi: Decimal
    over_dispersed: bool
    position: str


@dataclass(frozen=True)
class Spread:
    """How much the organisations of a level in one board differ, and how much of it exceeds chance."""

    organisation_level: str
    period_start: date
    period_end: date
    areas: int
    lowest: Decimal
    highest: Decimal
    i_squared: Decimal | None
    true_spread: Decimal | None
    null_reason: str | None


@dataclass(frozen=True)
class Break:
    """Where a line is cut, and why."""

    measure_code: str
    organisation_code: str
    breaks_on: date
    reason: str
    what: str


@dataclass(frozen=True)
class Doubt:
    """What a check found behind a figure."""

    measure_code: str
    organisation_code: str
    period_start: date
    status: str
    sentence: str
    gate: str
    observed: str | None
    threshold: str | None
    waived_by: str | None
    waiver_reason: str | None
    waived_until: date | None


@dataclass(frozen=True)
class Pair:
    """What people said beside the wait that was counted, of one organisation in the same days."""

    measure_code: str
    label: str
    headline: bool
    operational_measure_code: str
    operational_label: str
    organisation_code: str
    organisation_level: str
    period_start: date
    period_end: date
    experience_scale: str | None
    experience_value: Decimal | None
    experience_base: int | None
    experience_lower: Decimal | None
    experience_upper: Decimal | None
    experience_null_reason: str | None
    operational_basis: str | None
    operational_value: Decimal | None
    operational_numerator: Decimal | None
    operational_denominator: Decimal | None
    operational_null_reason: str | None
    experience_geography: str | None
    operational_geography: str | None


@dataclass(frozen=True)
class Answered:
    """Of how many characteristics a source knows who answered, and which of `told` groups it seldom hears here."""

    known: int
    characteristics: int
    seldom: tuple[str, ...]
    told: int


@dataclass(frozen=True)
class Organisation:
    """An organisation that a figure of a board is about."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Level:
    """How many organisations of a level have a figure of a measure."""

    measure_code: str
    level: str
    organisations: int


@dataclass(frozen=True)
class Listed:
    """Everything that the list of the measures of one board shows."""

    board: Icb
    published_at: datetime
    definitions: tuple[Definition, ...]
    own: tuple[Own, ...]
    england: tuple[Figure, ...]
    levels: tuple[Level, ...]
    organisations: tuple[Organisation, ...]


@dataclass(frozen=True)
class Measured:
    """Everything that the page of one measure shows. `figures` are those of organisations and of England: of trusts, providers and
    England all periods, of the others the newest."""

    board: Icb
    published_at: datetime
    definition: Definition
    own: tuple[Own, ...]
    figures: tuple[Figure, ...]
    points: tuple[Point, ...]
    compared: tuple[Compared, ...]
    spread: tuple[Spread, ...]
    breaks: tuple[Break, ...]
    doubts: tuple[Doubt, ...]
    pairs: tuple[Pair, ...]
    answered: Answered | None

    @property
    def counts_everybody(self) -> bool:
        """Whether nobody is asked for it, but everybody who was there counted."""
        return any(figure.interval_null_reason == EVERYBODY for figure in (*self.own, *self.figures))


@dataclass(frozen=True)
class Seen:
    """Everything that the page of one organisation shows; `figures` are its own and England's."""

    board: Icb
    published_at: datetime
    organisation: Organisation
    definitions: tuple[Definition, ...]
    own: tuple[Own, ...]
    figures: tuple[Figure, ...]
    points: tuple[Point, ...]
    breaks: tuple[Break, ...]
    doubts: tuple[Doubt, ...]
    pairs: tuple[Pair, ...]
