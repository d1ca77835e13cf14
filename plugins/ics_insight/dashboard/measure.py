"""The page of one measure in one board: what it is, its lines with what chance leaves them, and how far it may be relied on."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeVar

from ics_insight.dashboard import control_charts, measure_words, words
from ics_insight.dashboard.drawing import rows_of
from ics_insight.dashboard.measure_lines import (
    Line,
    added_up_line,
    apart,
    charted_by,
    control_line,
    is_controlled,
    newest,
    wave_line,
    within,
)
from ics_insight.dashboard.measure_queries import CHARTED
from ics_insight.dashboard.measure_rows import Compared, Doubt, Measured
from ics_insight.dashboard.queries import Figure
from ics_insight.dashboard.rendering import Page, render

MOST_CHARTS = 12  # of organisations, each a sixth of a second; the others have theirs on their own pages
LEAST_DRAWN = 3  # organisations of this board in a funnel
FOLDED = 12  # a table of more organisations is folded away
NAMED = 5  # what a doubt is about is named up to here, and counted beyond


class OfOrganisation(Protocol):
    """A row that is about an organisation."""

    @property
    def organisation_code(self) -> str: ...


R = TypeVar("R", bound=OfOrganisation)


@dataclass(frozen=True)
class Row:
    """An organisation's figure, None where it has none in the newest period; what its line says, and its place in a funnel."""

    code: str
    name: str
    figure: Figure | None
    said: str
    position: str


@dataclass(frozen=True)
class Table:
    """The newest period of the organisations of one level, in alphabetical order. They come from few files and methods, so that the
    caption can say these once."""

    level: str
    period: str
    sources: tuple[str, ...]
    methods: tuple[str, ...]
    lined: bool
    compared: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Doubted:
    """A sentence of a check and the figures that it is about."""

    doubt: Doubt
    about: str


def measure_page(seen: Measured) -> Page:
    """One measure in one board.

    HTML ends cells and rows without end tags: with many practices these are a tenth of the page.
    """
    names = names_of(seen.figures) | {seen.board.code: seen.board.name}
    lines, rest = _lines(seen, names)
    funnels = _funnels(seen)
    html = render(
        "measure.html", board=seen.board, at=f"/icb/{seen.board.code}/measure/{seen.definition.measure_code}",
        seen=seen, definition=seen.definition, told=measure_words, names=names, newest=newest(seen.own),
        england={figure.period_start: figure for figure in seen.figures if figure.organisation_level == "england"},
        points={point.period_start: point for point in seen.points if point.organisation_level == "icb"},
        monthly=is_controlled(seen.points), charted_by=charted_by(seen.points), lines=lines, rest=rest, funnels=funnels,
        tables=_tables(seen), folded=FOLDED,
        doubts=doubted(seen.doubts, lambda doubt: doubt.organisation_code, names, "organisations"),
        pairs=by_name(seen.pairs, names, seen.board.code),
    )  # fmt: skip
    tables = {"board": rows_of(seen.own), "organisations": rows_of(seen.figures), "doubts": rows_of(seen.doubts)}
    drawings = [line.drawing for line in lines] + [funnel.drawing for funnel in funnels]
    return Page(re.sub("</t[hdr]>", "", html), drawings, {name: rows for name, rows in tables.items() if rows})


def names_of(figures: Iterable[Figure]) -> dict[str, str]:
    """The newest name of each organisation; figures come oldest first."""
    return {figure.organisation_code: figure.organisation_name for figure in figures}


def by_name(rows: Iterable[R], names: Mapping[str, str], first: str = "") -> list[R]:
    """In alphabetical order, since one by value would be a league table; the board itself comes first."""

    def key(row: R) -> tuple[bool, str, str]:
        code = row.organisation_code
        return code != first, names.get(code, code).casefold(), code

    return sorted(rows, key=key)


def doubted(doubts: Sequence[Doubt], of: Callable[[Doubt], str], names: Mapping[str, str], noun: str) -> list[Doubted]:
    """What is doubted, each sentence once; `doubts` come by sentence, and `of` is the code of what one is about."""
    found = []
    for _, each in groupby(doubts, key=lambda doubt: (doubt.sentence, doubt.waived_by, doubt.waiver_reason, doubt.waived_until)):
        same = list(each)
        codes = {of(doubt) for doubt in same}
        about = sorted((names.get(code, code) for code in codes), key=str.casefold)
        found.append(Doubted(same[0], "; ".join(about) if len(about) <= NAMED else f"{len(about)} {noun}"))
    return found


def _lines(seen: Measured, names: Mapping[str, str]) -> tuple[list[Line], list[str]]:
    """The board's line and those of its trusts and providers by name; and the names of those for which there is no room."""
    charted = [figure for figure in seen.figures if figure.organisation_level in CHARTED]
    each = by_name({figure.organisation_code: figure for figure in charted}.values(), names)
    codes = [seen.board.code, *(figure.organisation_code for figure in each)]
    make = _controlled if is_controlled(seen.points) else _yearly
    drawn = [(code, make(seen, number, code, names[code])) for number, code in enumerate(codes[: MOST_CHARTS + 1])]
    return [line for _, line in drawn if line], [names[code] for code in codes[MOST_CHARTS + 1 :]]


def _controlled(seen: Measured, number: int, code: str, name: str) -> Line | None:
    points = [point for point in seen.points if point.organisation_code == code]
    own = seen.own if code == seen.board.code else ()
    if not points:
        england = [figure for figure in seen.figures if figure.organisation_level == "england"]
        return added_up_line(f"line-{number}", name, own, england, within([*own, *england]))
    before = [figure for figure in own if figure.period_start < points[0].period_start]
    breaks = [each for each in seen.breaks if each.organisation_code == code]
    return control_line(f"line-{number}", name, points, seen.definition.scale, breaks, before)


def _yearly(seen: Measured, number: int, code: str, name: str) -> Line | None:
    board = code == seen.board.code
    figures = apart(seen.own, name) if board else [figure for figure in seen.figures if figure.organisation_code == code]
    england = [figure for figure in seen.figures if figure.organisation_level == "england"]
    points = [point for point in seen.points if point.organisation_code == code]
    breaks = [each for each in seen.breaks if each.organisation_code == code]
    # counts follow how many people an organisation sees: only shares and scores stand on one axis
    beside = figures if seen.definition.scale == "count" else [*seen.own, *england, *_charted(seen.figures)]
    return wave_line(f"line-{number}", name, figures, england, points, within(beside), breaks)


def _charted(figures: Iterable[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure.organisation_level in CHARTED]


def _funnels(seen: Measured) -> list[Line]:
    """By level, the newest period of this board's organisations against what chance leaves, and how much they differ."""
    spread = {each.organisation_level: measure_words.spread(each, seen.definition.scale) for each in seen.spread}
    found = []
    for level, each in groupby(seen.compared, key=lambda row: row.organisation_level):
        rows: list[Compared] = list(each)
        if len(rows) >= LEAST_DRAWN:
            noun = measure_words.level(level, len(rows))
            title = f"{words.period(rows[0].period_start, rows[0].period_end)}: {measure_words.outside(rows)}"
            said = [measure_words.dispersion(rows), spread.get(level, "")]
            found.append(Line(control_charts.funnel(f"funnel-{level}", title, rows, noun), tuple(each for each in said if each)))
    return found


def _tables(seen: Measured) -> list[Table]:
    here = [figure for figure in seen.figures if figure.organisation_level != "england"]
    by_level = groupby(sorted(here, key=lambda figure: figure.organisation_level), key=lambda figure: figure.organisation_level)
    found = [_table(seen, level, list(each)) for level, each in by_level]
    return sorted(
        found, key=lambda table: list(measure_words.LEVELS).index(table.level) if table.level in measure_words.LEVELS else 99
    )


def _table(seen: Measured, level: str, figures: Sequence[Figure]) -> Table:
    names = names_of(figures)
    start = max(figure.period_start for figure in figures)
    present = {figure.organisation_code: figure for figure in figures if figure.period_start == start}
    points = {point.organisation_code: point for point in seen.points if point.period_start == start and point.meaning}
    positions = {row.organisation_code: row.position for row in seen.compared if row.organisation_level == level}
    rows = tuple(
        Row(
            figure.organisation_code, names[figure.organisation_code], present.get(figure.organisation_code),
            measure_words.short(points.get(figure.organisation_code)),
            measure_words.POSITIONS.get(positions.get(figure.organisation_code, ""), "Not compared"),
        )
        for figure in by_name({figure.organisation_code: figure for figure in figures}.values(), names)
    )  # fmt: skip
    held = list(present.values())
    return Table(
        level,
        words.period(held[0].period_start, held[0].period_end),
        tuple(sorted({f"{figure.source_title}, file {figure.file_name}" for figure in held})),
        tuple(sorted({words.method(figure) for figure in held if figure.lower is not None})),
        any(code in points for code in names),
        bool(positions),
        rows,
    )
