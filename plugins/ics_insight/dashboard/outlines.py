"""Outlines of places on flat paper: GeoJSON in degrees becomes shapes that a drawing program takes.

A small part of the globe is drawn as if it were flat: longitudes shrink by the cosine of the middle latitude, so that shapes keep
their proportions, to a hundredth within an ICB.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import cos, hypot, radians
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]  # the outer ring, then its holes

FINENESS = 500  # so many steps across the whole drawing are told apart: half a pixel each where it is 250 wide
_LINES = 24  # along which a place for the number is looked for


def flat(boundaries: Sequence[dict[str, Any]]) -> list[list[Polygon]]:
    """The polygons of each boundary (a GeoJSON Polygon or MultiPolygon), all on one paper, y to the north.

    Corners are moved to the nearest step, the same for neighbours, so that borders stay shared; what is smaller than a step goes.
    Outer rings go clockwise and holes the other way round, which is what d3 draws: RFC 7946 asks for the opposite, and publishers
    write either. A place that is smaller than a step has no polygons.
    """
    positions = [position for boundary in boundaries for polygon in _polygons(boundary) for ring in polygon for position in ring]
    low, high = (min(at[1] for at in positions), max(at[1] for at in positions)) if positions else (0, 0)
    shrink = cos(radians((low + high) / 2))
    easts = [at[0] * shrink for at in positions]
    step = max(high - low, max(easts, default=0) - min(easts, default=0)) / FINENESS or 1.0
    return [_on_paper([*_polygons(boundary)], shrink, step) for boundary in boundaries]


def _polygons(boundary: dict[str, Any]) -> list[list[list[list[float]]]]:
    coordinates: list[Any] = boundary["coordinates"]
    return coordinates if boundary["type"] == "MultiPolygon" else [coordinates]


def _on_paper(polygons: list[list[list[list[float]]]], shrink: float, step: float) -> list[Polygon]:
    moved = [[_moved(ring, shrink, step) for ring in polygon] for polygon in polygons]
    kept = [[ring for ring in polygon if area(ring)] for polygon in moved if area(polygon[0])]
    return [[ring if (area(ring) > 0) is (number > 0) else ring[::-1] for number, ring in enumerate(polygon)] for polygon in kept]


def _moved(ring: list[list[float]], shrink: float, step: float) -> Ring:
    steps = [(round(at[0] * shrink / step), round(at[1] / step)) for at in ring]
    return [(east * step, north * step) for (east, north), _ in groupby(steps)]


def area(ring: Ring) -> float:
    """Above zero where the ring goes counter-clockwise (Gauss)."""
    (x, y), *_ = ring  # counted from a corner of its own, so that little is lost in large numbers
    return sum((x0 - x) * (y1 - y) - (x1 - x) * (y0 - y) for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def size(shapes: Sequence[list[Polygon]]) -> tuple[float, float]:
    """How wide and how high all shapes are together."""
    points = [point for polygons in shapes for polygon in polygons for ring in polygon for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs), max(ys) - min(ys)


def middle(polygons: list[Polygon]) -> Point:
    """A point within the largest polygon where a number has room: of the middles of what some lines to the east have of it, the one
    that is farthest from the border."""
    largest = max(polygons, key=lambda polygon: abs(area(polygon[0])))
    ys = [y for _, y in largest[0]]
    lines = [min(ys) + (max(ys) - min(ys)) * (line + 0.5) / _LINES for line in range(_LINES)]
    return max((_midway(largest, y) for y in lines), key=lambda point: _room(point, largest))


def _midway(polygon: Polygon, y: float) -> Point:
    """The middle of the longest stretch that a line to the east at `y` has within the polygon."""
    west, east = max(_within(polygon, y), key=lambda ends: ends[1] - ends[0])
    return (west + east) / 2, y


def _room(point: Point, polygon: Polygon) -> float:
    """How far it is to the nearest edge."""
    return min(_distance(point, start, end) for ring in polygon for start, end in pairwise(ring))


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x0, y0), (x1, y1) = point, start, end
    east, north = x1 - x0, y1 - y0
    share = min(1.0, max(0.0, ((x - x0) * east + (y - y0) * north) / (east * east + north * north)))
    return hypot(x - x0 - share * east, y - y0 - share * north)


def _within(polygon: Polygon, y: float) -> list[Point]:
    """From where to where a line to the east at `y` is within the polygon: every second stretch between its crossings."""
    crossed = sorted(
        x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        for ring in polygon
        for (x0, y0), (x1, y1) in pairwise(ring)
        if (y0 > y) != (y1 > y)
    )  # fmt: skip
    return [*zip(crossed[::2], crossed[1::2], strict=True)]
