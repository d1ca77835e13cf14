"""The page of one organisation of a board: its newest figures, its lines, what is doubted of them, and its files."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ics_insight.dashboard import measure_words
from ics_insight.dashboard.drawing import rows_of
from ics_insight.dashboard.measure import by_name, doubted
from ics_insight.dashboard.measure_lines import CONTROLLED, Line, charted_by, control_line
from ics_insight.dashboard.measure_rows import Definition, Own, Point, Seen
from ics_insight.dashboard.queries import Figure
from ics_insight.dashboard.rendering import Page, render

F = TypeVar("F", bound=Figure)


@dataclass(frozen=True)
class Entry:
    """The newest figure of one measure, beside the board's and England's of the same period, and what its line says."""

    definition: Definition
    figure: Figure
    own: Own | None
    england: Figure | None
    said: str


def organisation_page(seen: Seen) -> Page:
    """One organisation of one board."""
    here = [figure for figure in seen.figures if figure.organisation_code == seen.organisation.code]
    entries = _entries(seen, here)
    lines = _lines(seen, entries)
    names = {seen.organisation.code: seen.organisation.name}
    labels = {entry.definition.measure_code: entry.definition.label for entry in entries}
    newest = {(entry.definition.measure_code, entry.figure.period_start) for entry in entries}
    doubts = [each for each in seen.doubts if (each.measure_code, each.period_start) in newest]
    html = render(
        "organisation.html", board=seen.board, at=f"/icb/{seen.board.code}/organisation/{seen.organisation.code}", seen=seen,
        told=measure_words, names=names, entries=entries, lines=lines, charted_by=charted_by(seen.points),
        doubts=doubted(doubts, lambda doubt: doubt.measure_code, labels, "measures"),
        pairs=by_name(seen.pairs, names), files=_files(entries),
    )  # fmt: skip
    tables = {"figures": rows_of(here), "lines": rows_of(seen.points), "doubts": rows_of(doubts)}
    return Page(
        re.sub("</t[hdr]>", "", html), [line.drawing for line in lines], {name: rows for name, rows in tables.items() if rows}
    )


def _entries(seen: Seen, here: Sequence[Figure]) -> list[Entry]:
    """By what the measures are about, as in the list of measures, and by label within."""
    england = [figure for figure in seen.figures if figure.organisation_level == "england"]
    found = []
    for definition in seen.definitions:
        figures = [figure for figure in here if figure.measure_code == definition.measure_code]
        if not figures:
            continue
        newest = figures[-1]
        found.append(Entry(definition, newest, _same(seen.own, newest), _same(england, newest), _said(seen.points, newest)))
    order = [name for name, _ in measure_words.GROUPS]
    return sorted(found, key=lambda entry: _place(order, measure_words.group(entry.definition)))


def _same(figures: Iterable[F], newest: Figure) -> F | None:
    """The figure of the same measure and period."""
    wanted = newest.measure_code, newest.period_start
    return next((figure for figure in figures if (figure.measure_code, figure.period_start) == wanted), None)


def _place(order: Sequence[str], group: str) -> int:
    return order.index(group) if group in order else len(order)


def _said(points: Sequence[Point], newest: Figure) -> str:
    """What its line says of the newest figure, in a sentence."""
    line = [
        point
        for point in points
        if point.measure_code == newest.measure_code and point.period_start == newest.period_start
    ]  # fmt: skip
    return measure_words.variation(line) if line else "Not told: nothing to hold it against"


def _lines(seen: Seen, entries: Sequence[Entry]) -> list[Line]:
    """A control chart for each measure that has one, in the order of the table."""
    found = []
    for entry in entries:
        code = entry.definition.measure_code
        points = [point for point in seen.points if point.measure_code == code and point.method in CONTROLLED]
        breaks = [each for each in seen.breaks if each.measure_code == code]
        if points:
            found.append(control_line(f"line-{code}", entry.definition.label, points, entry.definition.scale, breaks))
    return found


def _files(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """The files of the newest figures, with their source."""
    return sorted({(entry.figure.source_title, entry.figure.file_name) for entry in entries})
