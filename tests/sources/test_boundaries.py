"""Boundaries of sub-ICB locations: GeoJSON as the Open Geography Portal gives it out, what is refused, and what is published."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from conftest import clear, stage
from deliveries import assert_as_planted, checked, deliver, execute, load, query, refused_by
from ics_insight import demo
from ics_insight.demo import system
from ics_insight.orchestration import building
from readers import Refuser, Taker, changed, changes, rows_or_refused
from tiny_files import MARK, ae_csv

NAME = "Sub_Integrated_Care_Board_Locations_April_2023_EN_BSC_2087764644089335899.geojson"
SQUARE = [[-1.0, 52.0], [-0.5, 52.0], [-0.5, 52.5], [-1.0, 52.5], [-1.0, 52.0]]
HOLE = [[-0.8, 52.1], [-0.8, 52.2], [-0.7, 52.2], [-0.8, 52.1]]


def feature(
    code: Any = "E38000999", coordinates: Any = None, kind: str = "Polygon", year: str = "23", **more: Any
) -> dict[str, Any]:
    """A feature in the portal's layout; `more` replaces what it has."""
    properties = {
        "FID": 1, f"SICBL{year}CD": code, f"SICBL{year}NM": f"NHS {MARK} ICB - X9X9X", "BNG_E": 475_000, "BNG_N": 250_000,
        "LONG": -0.75, "LAT": 52.25, "GlobalID": "0b6a1c9e-0000-4000-8000-000000000000",
    }  # fmt: skip
    geometry = {"type": kind, "coordinates": [SQUARE, HOLE] if coordinates is None else coordinates}
    return {"type": "Feature", "id": 1, "geometry": geometry, "properties": properties, **more}


def collection(*features: Any, **more: Any) -> bytes:
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": list(features), **more}).encode()


def grid(number: str) -> dict[str, Any]:
    return {"crs": {"type": "name", "properties": {"name": number}}}


# --- reading ---


def test_each_feature_is_a_document_of_the_month_in_the_files_name(rows_of: Taker) -> None:
    several = feature("E38000998", [[SQUARE], [[[lon + 1, lat] for lon, lat in SQUARE]]], "MultiPolygon")
    read = rows_of("boundaries", collection(feature(), several), NAME)
    assert (read.layout, read.part, read.period) == ("sicbl-geojson", "sub_icb_locations", (date(2023, 4, 1),) * 2)
    assert read.row_numbers == [1, 2]
    assert read.column("id") == ["E38000999", "E38000998"]
    assert [json.loads(document) for document in read.column("document")] == [feature(), several]


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("SICBL_JUL_2022_EN_BUC.geojson", "22", date(2022, 7, 1)),
        ("Sub_Integrated_Care_Board_Locations_(April_2023)_EN_BSC.geojson", "23", date(2023, 4, 1)),
        ("sub integrated care board locations april 2026 boundaries en bgc.json", "26", date(2026, 4, 1)),
    ],
)
def test_the_month_is_read_however_it_is_written(name: str, year: str, day: date, rows_of: Taker) -> None:
    assert rows_of("boundaries", collection(feature(year=year)), name).period == (day, day)


def test_properties_in_small_letters_and_other_names_of_the_same_degrees_are_read(rows_of: Taker) -> None:
    small = feature()
    small["properties"] = {key.lower(): value for key, value in small["properties"].items()}
    for named in ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"):
        assert rows_of("boundaries", collection(small, **grid(named)), NAME).column("id") == ["E38000999"]
    assert rows_of("boundaries", collection(small, crs=None), NAME).column("id") == ["E38000999"]


METRES = [[[475_000, 250_000], [480_000, 250_000], [480_000, 255_000], [475_000, 250_000]]]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (collection(feature()), "boundaries.geojson", "expected one month in the file's name"),
        (collection(feature()), "SICBL_2023.geojson", "expected one month in the file's name"),
        (collection(feature()), "SICBL_April_2023_July_2022.geojson", "expected one month in the file's name"),
        (collection(feature())[:-40], NAME, "cannot be read as JSON"),
        (b'["\xff"]', NAME, "expected text in UTF-8; byte 3 is not"),
        (ae_csv(), NAME, "expected GeoJSON of `boundaries`"),
        (b'{"type": "Topology", "objects": {}}', NAME, "expected a GeoJSON FeatureCollection with features"),
        (collection(), NAME, "expected a GeoJSON FeatureCollection with features"),
        (collection(feature(), exceededTransferLimit=True), NAME, "the service cut the answer off at its limit"),
        (collection(feature(), properties={"exceededTransferLimit": True}), NAME, "the service cut the answer off at its limit"),
        (collection(feature(), **grid("EPSG:27700")), NAME, "`crs` names other coordinates (British National Grid)"),
        (collection(feature(), **grid("urn:ogc:def:crs:EPSG::27700")), NAME, "(British National Grid)"),
        (collection(feature(), **grid("EPSG:3857")), NAME, "`crs` names other coordinates; expected longitude and latitude"),
        (collection(feature(), crs="EPSG:27700"), NAME, "`crs` names other coordinates"),
        (collection(feature(), "E38"), NAME, "feature 2: expected a GeoJSON Feature with properties"),
        (collection(feature(), feature(None)), NAME, "feature 2: expected the code of a sub-ICB location in property SICBL23CD"),
        (collection(feature(" ")), NAME, "feature 1: expected the code"),
        (collection(feature(38)), NAME, "feature 1: expected the code"),
        (collection(feature(year="24")), NAME, "in property SICBL23CD, of the year in the file's name"),
        (collection(feature(properties={"ICB23CD": "E54000999"})), NAME, "feature 1: expected the code"),
        (collection(feature(), feature(geometry=None)), NAME, "feature 2: expected a Polygon or MultiPolygon"),
        (collection(feature(coordinates=[])), NAME, "feature 1: expected a Polygon or MultiPolygon"),
        (collection(feature(coordinates=[], kind="MultiPolygon")), NAME, "feature 1: expected a Polygon or MultiPolygon"),
        (collection(feature(coordinates=[[]], kind="MultiPolygon")), NAME, "feature 1: expected a Polygon or MultiPolygon"),
        (collection(feature(coordinates=SQUARE, kind="LineString")), NAME, "feature 1: expected a Polygon or MultiPolygon"),
        (collection(feature(coordinates=[SQUARE[:-1]])), NAME, "feature 1: expected a Polygon or MultiPolygon of closed rings"),
        (collection(feature(coordinates=[[[0, 50], [1, 50], [0, 50]]])), NAME, "of closed rings"),
        (collection(feature(coordinates=[[["0", "50"]] * 4])), NAME, "of closed rings, in degrees"),
        (collection(feature(coordinates=METRES), crs=None), NAME, "of closed rings, in degrees"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(refusal: Refuser, content: bytes, name: str, sentence: str) -> None:
    assert sentence in refusal("boundaries", content, name)


@given(changes)
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_give_rows_or_a_sentence(rows_of: Taker, change: list[tuple[str, float, bytes]]) -> None:
    rows_or_refused("boundaries", changed(collection(feature(), feature("E38000998")), change), NAME, rows_of)


# --- the gate ---


@pytest.mark.usefixtures("cleared_warehouse")
@pytest.mark.parametrize(
    ("features", "broken"),
    [
        ([feature("E54000999")], "codes are of sub-ICB locations"),
        ([feature(), feature()], "each area once"),
        ([feature(properties={"SICBL23CD": "E38000999", "SICBL23NM": " "})], "areas have names"),
        ([feature(properties={"SICBL23CD": "E38000999"})], "areas have names"),
        ([feature(coordinates=[[[lat, lon] for lon, lat in SQUARE]])], "areas lie in England"),
        ([feature(coordinates=[[[[lon, lat - 10] for lon, lat in SQUARE]]], kind="MultiPolygon")], "areas lie in England"),
    ],
)
def test_the_gate_refuses(tmp_path: Path, features: list[Any], broken: str) -> None:
    assert refused_by(tmp_path, "boundaries", collection(*features), NAME) == [broken]


@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_warns_of_an_area_that_ods_does_not_list(tmp_path: Path) -> None:
    for name, content in demo.files_of("organisations", demo.Span(1)):
        if name == "eccg.csv":
            checked("organisations", deliver(tmp_path, "organisations", content, name))
    assert checked("boundaries", deliver(tmp_path, "boundaries", collection(feature()), NAME)).state == "accepted"
    warned = query(
        "select expectation, status from assurance.result where target = 'raw.boundaries' and status <> 'pass' order by 1"
    )
    assert ("areas known to ODS", "warn") in warned


# --- what the fictional system writes ---


def edges(boundary: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Each piece of each outline, in the direction in which it is walked."""
    polygons = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield from pairwise(map(tuple, ring))


def area(edges_of: list[tuple[Any, Any]]) -> float:
    """By Gauss: above zero where it is walked counter-clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in edges_of) / 2


def test_the_demos_outlines_share_their_borders_and_go_round_as_rfc_7946_asks() -> None:
    [(name, content)] = demo.files_of("boundaries", demo.Span(1, 10))
    assert name == "Sub_Integrated_Care_Board_Locations_April_2026_EN_BSC.geojson"
    features = json.loads(content)["features"]
    assert len(features) == 8 * 10
    walked = Counter(edge for each in features for edge in edges(each["geometry"]))
    assert set(walked.values()) == {1}  # nobody walks a border twice in one direction
    assert all(area(list(edges(each["geometry"]))) > 0 for each in features)
    within = {edge for edge in walked if edge[::-1] in walked}
    # 4 columns and 20 rows have 3 × 20 + 4 × 19 borders between neighbours, of 6 pieces, each walked from both sides
    assert len(within) == 2 * 6 * (3 * 20 + 4 * 19)
    assert [(name, content)] != [*demo.files_of("boundaries", demo.Span(1))]
    assert json.loads(next(iter(demo.files_of("boundaries", demo.Span(36))))[1])["features"] == features[:8]


@pytest.fixture(scope="module")
def fictional(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    clear()
    folder = tmp_path_factory.mktemp("delivered")
    for source in ("organisations", "populations", "boundaries"):
        for name, content in demo.files_of(source, demo.Span(1)):
            load(source, deliver(folder, source, content, name))
    old = feature("E38000901", year="23")  # an edition before, which the newer one replaces
    load("boundaries", deliver(folder, "boundaries", collection(old), NAME))
    execute("update ledger.extract set state = 'accepted'")
    stage()
    yield
    clear()


def test_the_demo_is_what_truth_says(fictional: None) -> None:
    assert_as_planted("boundaries", since=date(2026, 4, 1))
    found = query(
        "select area_ons_code, area_name, as_at from staging.stg_boundaries__boundaries where as_at > '2023-04-01' order by 1"
    )
    assert found == sorted(
        (location.ons_code, f"NHS {icb.area} ICB - {location.code}", system.BOARDS_CHANGED)
        for icb in system.ICBS
        for location in icb.sub_locations
    )
    assert query("select count(*) from staging.stg_boundaries__boundaries where as_at = '2023-04-01'") == [(1,)]


def test_lists_of_practices_carry_ons_codes_to_ods_codes(fictional: None) -> None:
    found = query("select area_ons_code, organisation_code from staging.stg_populations__area_codes order by 1")
    assert found == sorted((location.ons_code, location.code) for icb in system.ICBS for location in icb.sub_locations)


def test_every_sub_icb_location_of_now_is_published_with_its_outline_or_a_reason(fictional: None) -> None:
    for layer in ("intermediate", "marts"):
        building.build(layer)
    assert building.invoke(["build", "--select", "sub_icb_location", "dim_boundary,test_type:unit"])
    found = query(
        "select icb_code, place_code, boundary_as_at, boundary_null_reason, boundary from published.sub_icb_location order by 2"
    )
    [(_, content)] = demo.files_of("boundaries", demo.Span(1))
    drawn = {each["properties"]["SICBL26CD"]: each["geometry"] for each in json.loads(content)["features"]}
    assert found == sorted(
        (
            (icb.code, location.code, system.BOARDS_CHANGED, None, drawn[location.ons_code])
            for icb in system.ICBS
            for location in icb.sub_locations
        ),
        key=lambda row: row[1],
    )
