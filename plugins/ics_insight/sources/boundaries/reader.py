"""Boundaries as the Open Geography Portal gives them out as GeoJSON (RFC 7946): one feature for each sub-ICB location.

Properties bear the year in their names: SICBL23CD and SICBL23NM in the file of April 2023.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, document_batches, kind, parse
from ics_insight.sources.reading.dates import MONTHS
from ics_insight.sources.reading.documents import Document
from ics_insight.sources.reading.opening import ARTICLE
from ics_insight.sources.registry import Source

RESOURCE = "sub_icb_location"
LARGEST_BYTES = 64 << 20  # lines generalised to 20 metres are a quarter of it, to 200 metres a hundredth
# WGS 84 in degrees, longitude first: by name, and what is meant where there is none (RFC 7946, section 4)
DEGREES = re.compile(r"(?i)(EPSG:4326|urn:ogc:def:crs:(EPSG:[\d.]*:4326|OGC:[\d.]*:CRS84))")
_MONTH = re.compile(rf"(?i)(?<![a-z])({'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})[ _-]*(20\d\d)(?!\d)")
_CODE = re.compile(r"(?i)SICBL\d\dCD")
EXAMPLE = "Sub_Integrated_Care_Board_Locations_April_2023_EN_BSC.geojson"


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the first day of the month in the file's name: the boundaries as they were then.

    Raises Refused for what is no such file, is a part of one, is not in degrees, or has a feature without code or outline.
    """
    if (found := kind(path, name)) != "json":
        raise Refused(f"{name}: expected GeoJSON of `{source.name}` ({source.title}); found {ARTICLE[found]}.")
    day = _day(name)
    sent = _collection(path, name)
    _refuse_other_coordinates(sent, name)
    documents = list(_documents(sent["features"], name, day))
    layout = source.layouts[0]
    return Reading(layout.version, layout.part, (day, day), {}, document_batches(documents, name))


def _day(name: str) -> date:
    found = {(month[:3].lower(), year) for month, year in _MONTH.findall(name)}
    if len(found) != 1:
        raise Refused(f"{name}: expected one month in the file's name, as in {EXAMPLE}; give it the publisher's name again.")
    [(month, year)] = found
    return date(int(year), [each[:3] for each in MONTHS].index(month) + 1, 1)


def _collection(path: Path, name: str) -> dict[str, Any]:
    if path.stat().st_size > LARGEST_BYTES:
        raise Refused(f"{name}: larger than {LARGEST_BYTES >> 20} MiB; take the super generalised boundaries (BSC) instead.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name}: expected text in UTF-8; byte {error.start + 1} is not.") from None
    sent = parse(text, name)
    features = sent.get("features") if isinstance(sent, dict) else None
    if not isinstance(sent, dict) or sent.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise Refused(f"{name}: expected a GeoJSON FeatureCollection with features; found other JSON.")
    properties = sent.get("properties")
    if any(isinstance(each, dict) and each.get("exceededTransferLimit") for each in (sent, properties)):
        raise Refused(f"{name}: the service cut the answer off at its limit (exceededTransferLimit); download the whole file.")
    return sent


def _refuse_other_coordinates(sent: dict[str, Any], name: str) -> None:
    """A file of the National Grid is not converted: the portal offers the same in degrees, to the last digit."""
    if (crs := sent.get("crs")) is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = str(properties.get("name")) if isinstance(properties, dict) else ""
    if not DEGREES.fullmatch(named):
        grid = " (British National Grid)" if "27700" in named else ""
        raise Refused(
            f"{name}: `crs` names other coordinates{grid}; expected longitude and latitude (EPSG:4326): "
            f"download it as GeoJSON, which the portal gives in these."
        )


def _documents(features: list[Any], name: str, day: date) -> Iterator[Document]:
    for number, feature in enumerate(features, 1):
        where = f"{name}, feature {number}"
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise Refused(f"{where}: expected a GeoJSON Feature with properties; found something else.", row=number)
        code = _code(feature["properties"], where, number, day)
        if not _is_outline(feature.get("geometry")):
            raise Refused(
                f"{where}: expected a Polygon or MultiPolygon of closed rings, in degrees; found none, or another.",
                row=number, column="geometry", expected="a Polygon or MultiPolygon in degrees",
            )  # fmt: skip
        yield number, RESOURCE, code, feature


def _code(properties: dict[str, Any], where: str, number: int, day: date) -> str:
    """The ONS code, whose column says the same year as the file's name."""
    column = f"SICBL{day:%y}CD"
    found = [(key.upper(), value) for key, value in properties.items() if _CODE.fullmatch(key)]
    code = found[0][1] if len(found) == 1 and found[0][0] == column else None
    if not isinstance(code, str) or not code.strip():
        raise Refused(
            f"{where}: expected the code of a sub-ICB location in property {column}, of the year in the file's name; found none.",
            row=number, column=column, expected="an ONS code such as E38000001",
        )  # fmt: skip
    return code.strip()


def _is_outline(geometry: Any) -> bool:
    if not isinstance(geometry, dict):
        return False
    coordinates = geometry.get("coordinates")
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(geometry.get("type")))
    return (
        isinstance(polygons, list)
        and bool(polygons)
        and all(isinstance(polygon, list) and polygon and all(map(_is_ring, polygon)) for polygon in polygons)
    )


def _is_ring(ring: Any) -> bool:
    """Closed, of four positions or more (RFC 7946, section 3.1.6), each in degrees."""
    return isinstance(ring, list) and len(ring) >= 4 and ring[0] == ring[-1] and all(map(_is_position, ring))


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or len(position) not in (2, 3):
        return False
    longitude, latitude = position[:2]
    return _is_within(longitude, 180) and _is_within(latitude, 90)


def _is_within(amount: Any, most: int) -> bool:
    return isinstance(amount, int | float) and not isinstance(amount, bool) and -most <= amount <= most
