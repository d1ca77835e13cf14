"""A map of the fictional system: one outline for each sub-ICB location, as the Open Geography Portal gives it out as GeoJSON.

The land is a grid whose corners and edges are bent, so that neighbours share their borders and nothing is left between them. It
lies where there is only sea, within the bounds of England.
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ics_insight.demo.chance import Chance
from ics_insight.demo.months import name as name_of
from ics_insight.demo.span import Span
from ics_insight.demo.system import BOARDS_CHANGED, EAST, Icb, SubLocation, icbs

Point = tuple[float, float]  # longitude and latitude, in degrees
Corner = tuple[int, int]  # of the grid: column and row

_COLUMNS = 4  # two boards of two locations fill a row
_WEST, _NORTH = 0.9, 55.5
_WIDE, _HIGH = 0.2, 0.12  # of a cell, in degrees: about 13 km each
_BENDS = 5  # of an edge


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The edition of the month in which boards changed."""
    every = [(icb, location) for icb in icbs(span.scale) for location in icb.sub_locations]
    sent = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:4326"}},
        "features": [_feature(number, *each) for number, each in enumerate(every)],
    }
    month = f"{name_of(BOARDS_CHANGED)}_{BOARDS_CHANGED.year}"
    yield f"Sub_Integrated_Care_Board_Locations_{month}_EN_BSC.geojson", json.dumps(sent, separators=(",", ":")).encode()


def _feature(number: int, icb: Icb, location: SubLocation) -> dict[str, Any]:
    column, row = number % _COLUMNS, number // _COLUMNS
    land = _outline(column, row)
    polygons = [[land], [_island(column, row)]] if location is EAST else [[land]]
    geometry: dict[str, Any] = {"type": "Polygon", "coordinates": polygons[0]}
    if len(polygons) > 1:
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
    longitude, latitude = _WEST + (column + 0.5) * _WIDE, _NORTH - (row + 0.5) * _HIGH
    year = f"{BOARDS_CHANGED:%y}"
    properties = {
        "FID": number + 1, f"SICBL{year}CD": location.ons_code, f"SICBL{year}NM": f"NHS {icb.area} ICB - {location.code}",
        "BNG_E": round(400_000 + (longitude + 2) * 63_000), "BNG_N": round((latitude - 49.9) * 111_000),
        "LONG": round(longitude, 5), "LAT": round(latitude, 5), "GlobalID": f"00000000-0000-4000-8000-{number + 1:012d}",
    }  # fmt: skip
    return {"type": "Feature", "id": number + 1, "geometry": geometry, "properties": properties}


def _outline(column: int, row: int) -> list[Point]:
    """Counter-clockwise, as RFC 7946 asks of what is no hole; closed."""
    corners = [(column, row), (column, row + 1), (column + 1, row + 1), (column + 1, row), (column, row)]
    ring = [_at(corners[0])]
    for start, end in pairwise(corners):
        ring += [*_bends(start, end), _at(end)]
    return ring


def _at(corner: Corner) -> Point:
    column, row = corner
    chance = Chance("boundaries", "corner", column, row)
    return _rounded(
        _WEST + (column + chance.between(-0.2, 0.2)) * _WIDE,
        _NORTH - (row + chance.between(-0.2, 0.2)) * _HIGH,
    )


def _bends(start: Corner, end: Corner) -> list[Point]:
    """Between two corners: the same whichever of the two cells asks, in the order in which it goes round."""
    if start > end:
        return _bends(end, start)[::-1]
    chance = Chance("boundaries", "edge", *start, *end)
    (x0, y0), (x1, y1) = _at(start), _at(end)
    along = [number / (_BENDS + 1) for number in range(1, _BENDS + 1)]
    return [
        _rounded(
            x0 + (x1 - x0) * share + chance.between(-0.06, 0.06) * _WIDE,
            y0 + (y1 - y0) * share + chance.between(-0.06, 0.06) * _HIGH,
        )
        for share in along
    ]


def _island(column: int, row: int) -> list[Point]:
    """North of a cell of the first row."""
    x, y = _WEST + (column + 0.5) * _WIDE, _NORTH - (row - 0.4) * _HIGH
    turns = [(1.0, 0.0), (0.5, 0.8), (-0.4, 0.9), (-1.0, 0.1), (-0.5, -0.8), (0.6, -0.7), (1.0, 0.0)]
    return [_rounded(x + 0.12 * east * _WIDE, y + 0.12 * north * _HIGH) for east, north in turns]


def _rounded(longitude: float, latitude: float) -> Point:
    return round(longitude, 6), round(latitude, 6)
