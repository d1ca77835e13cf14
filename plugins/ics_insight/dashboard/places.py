"""The page of the places of one ICB: maps of what people said and how long they wait, each with its table."""

from dataclasses import dataclass

from ics_insight.dashboard import maps, words
from ics_insight.dashboard.drawing import Drawing, rows_of
from ics_insight.dashboard.places_queries import Outline, PlaceFigure, Places
from ics_insight.dashboard.rendering import Page, render

ON_MAPS = ("gpps_overallexp", "gpps_localgpservicesphone", "rtt_18w")  # the others are in the table


@dataclass(frozen=True)
class Map:
    """A measure by place; no drawing where no outline is held."""

    key: str
    label: str
    period: str
    source_title: str
    made_of: str
    drawing: Drawing | None
    places: tuple[maps.Place, ...]


def places_page(found: Places) -> Page:
    """The places of one ICB."""
    drawn = [_map(code, found) for code in ON_MAPS if any(figure.measure_code == code for figure in found.figures)]
    as_at = max((outline.boundary_as_at for outline in found.outlines if outline.boundary_as_at), default=None)
    names = {outline.place_code: outline.place_name for outline in found.outlines}
    html = render(
        "places.html", board=found, at=f"/icb/{found.code}/places", found=found, maps=drawn, as_at=as_at, names=names
    )  # fmt: skip
    return Page(html, [each.drawing for each in drawn if each.drawing], {"all": rows_of(found.figures)})


def _map(code: str, found: Places) -> Map:
    figures = {figure.place_code: figure for figure in found.figures if figure.measure_code == code}
    first = next(iter(figures.values()))
    places = tuple(_place(number, outline, figures.get(outline.place_code)) for number, outline in enumerate(found.outlines, 1))
    period = words.period(first.period_start, first.period_end)
    title = f"{first.measure_label}: {_apart(places, first.scale)}, {period}"
    drawing = maps.places(f"map-{code}", title, places, first.scale)
    return Map(code, first.measure_label, period, first.source_title, words.MADE_OF[first.basis], drawing, places)


def _place(number: int, outline: Outline, figure: PlaceFigure | None) -> maps.Place:
    if figure is None:
        return maps.Place(number, outline.place_name, None, words.NO_DATA, None, words.NO_DATA, outline.boundary)
    shown = words.REASONS.get(figure.null_reason or "", words.NO_DATA)
    if figure.value is not None:
        shown = words.number(figure.value, figure.scale)
    return maps.Place(
        number, outline.place_name, figure.value, shown, figure.base, words.ends(figure), outline.boundary
    )  # fmt: skip


def _apart(places: tuple[maps.Place, ...], scale: str) -> str:
    values = [place.value for place in places if place.value is not None]
    if not values:
        return words.NO_DATA
    lowest, highest = words.number(min(values), scale), words.number(max(values), scale)
    return f"{lowest} in every place" if lowest == highest else f"from {lowest} to {highest} between places"
