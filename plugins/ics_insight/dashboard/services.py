"""The page of the services of one ICB: which figures stand in which section, in the order in which people travel."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ics_insight.dashboard import charts, words
from ics_insight.dashboard.drawing import Drawing
from ics_insight.dashboard.queries import Figure, Picture
from ics_insight.dashboard.rendering import Page, render

MONTHS = 24  # as many as show two winters; the tables hold the same months as the charts
_THIS = "This ICB"


@dataclass(frozen=True)
class Subject:
    """One organisation in a section and its figures, oldest first; none when nothing is held."""

    name: str
    figures: tuple[Figure, ...]

    @property
    def newest(self) -> Figure | None:
        return self.figures[-1] if self.figures else None


@dataclass(frozen=True)
class Chart:
    """A drawing and the name above it."""

    name: str
    drawing: Drawing


@dataclass(frozen=True)
class Practices:
    """The newest period of an ICB's practices. They come from one file and method, so that the caption can say both once."""

    period: str
    sources: tuple[str, ...]
    methods: tuple[str, ...]
    rows: tuple[tuple[str, Figure | None], ...]


def services_page(picture: Picture) -> Page:
    """What people said in each service of one ICB, beside its waits.

    HTML ends cells and rows without end tags: of a large ICB these are a seventh of the page.
    """
    sections = {
        "phone": _survey("phone", "Easy to get through by phone", _of(picture, "gpps_localgpservicesphone")),
        "listened": _survey("listened", "Good at listening", _of(picture, "gpps_lastgpapptlisten")),
        "emergency": _operational("emergency", "Within 4 hours", _of(picture, "ae_4h")),
        "inpatient": _scores("inpatient", "Overall experience", _of(picture, "cqc_inpatient_overall")),
        "waiting": _operational("waiting", "Within 18 weeks", _of(picture, "rtt_18w"), with_icb=True),
    }
    html = render("services.html", board=picture, picture=picture, at=f"/icb/{picture.code}/services", **sections)
    drawings = [chart.drawing for section in sections.values() for chart in section["charts"]]
    return Page(re.sub("</t[hdr]>", "", html), drawings)


def _of(picture: Picture, measure_code: str) -> tuple[Figure, ...]:
    return tuple(figure for figure in picture.figures if figure.measure_code == measure_code)


def _survey(key: str, title: str, figures: Sequence[Figure]) -> dict[str, Any]:
    """This ICB beside England over all years held, and the newest year of its practices."""
    own, england = _level(figures, "icb", _THIS), _level(figures, "england", "England")
    return {**_said(key, title, [own], england), "practices": _practices(figures)}


def _scores(key: str, title: str, figures: Sequence[Figure]) -> dict[str, Any]:
    """The trusts of this ICB in alphabetical order, then England."""
    return _said(key, title, _organisations(figures), _level(figures, "england", "England"))


def _said(key: str, title: str, own: Sequence[Subject], england: Subject) -> dict[str, Any]:
    """A survey: lines when several of its periods are held, otherwise a strip for each organisation."""
    subjects = [*own, england]
    several = len({figure.period_start for subject in subjects for figure in subject.figures}) > 1
    drawn = _lines(key, title, own, england, monthly=False) if several else _strips(key, title, own, england)
    return {"key": key, "subjects": subjects, "charts": drawn, "several": several}


def _operational(key: str, title: str, figures: Sequence[Figure], with_icb: bool = False) -> dict[str, Any]:
    """Months of each provider in alphabetical order, each drawn with England; the ICB's own waiting list comes first."""
    starts = sorted({figure.period_start for figure in figures})[-MONTHS:]
    figures = [figure for figure in figures if figure.period_start in starts]
    england = _level(figures, "england", "England")
    subjects = [*([_level(figures, "icb", _THIS)] if with_icb else []), *_organisations(figures)]
    several = len(starts) > 1
    files: dict[str, set[str]] = {}  # one a month for everybody, so that it is named once and not in each row
    for figure in sorted(figures, key=lambda figure: figure.period_start):
        files.setdefault(words.period(figure.period_start, figure.period_end), set()).add(figure.file_name)
    return {
        "key": key,
        "subjects": [*subjects, england],
        "charts": _lines(key, title, subjects, england, monthly=True) if several else _strips(key, title, subjects, england),
        "several": several,
        "files": [(period, sorted(names)) for period, names in files.items()],
        "sources": sorted({figure.source_title for figure in figures}),
    }


def _level(figures: Iterable[Figure], level: str, name: str) -> Subject:
    return Subject(name, tuple(figure for figure in figures if figure.organisation_level == level))


def _organisations(figures: Iterable[Figure]) -> list[Subject]:
    """Everyone but England, the ICB itself and its places, by name: an order by value would be a league table."""
    figures = list(figures)
    by_name: dict[tuple[str, str], list[Figure]] = {}
    newest = {figure.organisation_code: figure.organisation_name for figure in figures}  # they come oldest first
    for figure in figures:
        if figure.organisation_level not in ("england", "icb", "sub_icb"):
            by_name.setdefault((newest[figure.organisation_code], figure.organisation_code), []).append(figure)
    return [
        Subject(name, tuple(by_name[name, code])) for name, code in sorted(by_name, key=lambda key: (key[0].casefold(), key[1]))
    ]


def _strips(key: str, title: str, own: Sequence[Subject], england: Subject) -> list[Chart]:
    return [
        Chart(
            _beside(subject, england),
            charts.strip(f"{key}-{number}", f"{title}: {_beside(subject, england)}", figure, england.newest),
        )
        for number, subject in enumerate(own)
        if (figure := subject.newest) and figure.value is not None
    ]


def _lines(key: str, title: str, own: Sequence[Subject], england: Subject, monthly: bool) -> list[Chart]:
    within = charts.axis(figure for subject in (*own, england) for figure in subject.figures)
    return [
        Chart(
            _beside(subject, england),
            charts.lines(
                f"{key}-{number}", f"{title}: {_beside(subject, england)}", subject.figures, england.figures, within, monthly
            ),
        )
        for number, subject in enumerate(own)
        if any(figure.value is not None for figure in subject.figures)
    ]


def _beside(subject: Subject, england: Subject) -> str:
    """What a chart found: the newest figure beside England's of the same period, where there is one."""
    newest = subject.newest
    if newest is None:
        return subject.name
    there = next((figure for figure in england.figures if figure.period_start == newest.period_start), None)
    beside = f" (England {words.value(there)})" if there and there.value is not None else ""
    return f"{subject.name}: {words.value(newest)} in {words.period(newest.period_start, newest.period_end)}{beside}"


def _practices(figures: Sequence[Figure]) -> Practices | None:
    practices = _organisations(figure for figure in figures if figure.organisation_level == "practice")
    newest = max((subject.figures[-1] for subject in practices), key=lambda figure: figure.period_start, default=None)
    if newest is None:
        return None
    rows = []
    for subject in practices:
        figure = subject.figures[-1]
        held = figure if figure.period_start == newest.period_start else None  # an older year is not the present one
        rows.append((f"{subject.name} ({figure.organisation_code})", held))
    present = [figure for _, figure in rows if figure]
    methods = {words.method(figure) for figure in present if figure.lower is not None}
    return Practices(words.period(newest.period_start, newest.period_end), _origins(present), tuple(sorted(methods)), tuple(rows))


def _origins(figures: Iterable[Figure]) -> tuple[str, ...]:
    return tuple(sorted({f"{figure.source_title}, file {figure.file_name}" for figure in figures}))
