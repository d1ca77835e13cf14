"""A map of places: each drawn once where it lies, in the shade of its value, and told in words and in a table."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from ics_insight.dashboard import charts, maps, outlines, rendering
from ics_insight.dashboard.maps import Place

Ring = list[tuple[float, float]]
NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'


def square(west: float, south: float, side: float = 1.0) -> list[list[float]]:
    """Counter-clockwise, as RFC 7946 has outer rings."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [*rings]}


def place(number: int, value: str | None, boundary: dict[str, Any] | None, name: str = "") -> Place:
    shown = "suppressed: too few people answered" if value is None else f"value {value}"
    known = None if value is None else Decimal(value)
    return Place(number, name or f"Place {number}", known, shown, 100 + number, "none: not applicable", boundary)


# Four in a row, from west to east, a degree each: near the equator, where a degree is as long to the east as to the north.
FOUR = [
    place(1, "0.41", polygon(square(0, 0))), place(2, "0.699", polygon(square(1, 0))),
    place(3, None, polygon(square(2, 0))), place(4, "0.50", polygon(square(3, 0))),
]  # fmt: skip


def tree(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing).replace("<svg", f"<svg{NAMESPACE}", 1))  # noqa: S314 - of our own making


def areas(drawing: str) -> list[tuple[str, list[Ring]]]:
    """Fill and rings of each outline: paths of straight lines between absolute corners."""
    found = []
    for path in tree(drawing).iter("{http://www.w3.org/2000/svg}path"):
        corners = path.get("d", "")
        if re.fullmatch(r"(M[\d.,-]+(L[\d.,-]+)+Z)+", corners):
            rings = [[point(corner) for corner in re.split("[ML]", ring)[1:]] for ring in corners.split("Z")[:-1]]
            found.append((path.get("fill", ""), [[*ring, ring[0]] for ring in rings]))
    return found


def point(text: str) -> tuple[float, float]:
    x, y = text.split(",")
    return float(x), float(y)


def texts(drawing: str) -> dict[str, tuple[float, float]]:
    """Each text of a drawing and where it stands."""
    found = {}
    for text in tree(drawing).iter("{http://www.w3.org/2000/svg}text"):
        moved = re.search(r"translate\(([^)]+)\)", text.get("transform", ""))
        found["\n".join(text.itertext())] = point(moved[1]) if moved else (0.0, 0.0)
    return found


def winding(at: tuple[float, float], rings: Sequence[Ring]) -> int:
    """How often rings go round a point, which is what fills a path where nothing says otherwise (SVG 2, fill-rule nonzero)."""
    x, y = at
    turns = 0
    for (x0, y0), (x1, y1) in (edge for ring in rings for edge in pairwise(ring)):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            turns += 1 if y1 > y0 else -1
    return turns


def size_of(rings: Sequence[Ring]) -> float:
    return abs(sum((x0 * y1 - x1 * y0) / 2 for ring in rings for (x0, y0), (x1, y1) in pairwise(ring)))


def svg_of(title: str, rows: Sequence[Place], scale: str) -> str:
    drawing = maps.places("m", title, rows, scale)
    assert drawing is not None
    return str(drawing.svg)


# --- what is drawn ---


def test_each_place_is_drawn_once_in_the_shade_of_its_class_with_its_number_in_it() -> None:
    """From 0.41 to 0.699 in steps of 0.05 are seven classes, in steps of 0.1 three: 40, 50 and 60 %. 0.50 begins the second."""
    drawing = svg_of("Phone", FOUR, "proportion")
    drawn, stand = areas(drawing), texts(drawing)
    assert len(drawn) == len(FOUR)
    found = {}
    for row in FOUR:
        x, y = stand[str(row.number)]
        [found[row.number]] = [fill for fill, rings in drawn if winding((x, y - 4), rings)]
    first, second, third = maps.SHADES[1:4]
    assert found == {1: first, 2: third, 3: "url(#m-none)", 4: second}
    assert {"40% to under 50%: 1", "50% to under 60%: 4", "60% to under 70%: 2", "No number: 3"} <= set(stand)
    assert 'id="m-none"' in drawing
    assert [x for x, _ in map(stand.__getitem__, "1234")] == sorted(x for x, _ in map(stand.__getitem__, "1234"))


@pytest.mark.parametrize("outer", [1, -1])
@pytest.mark.parametrize("inner", [1, -1])
def test_outlines_fill_themselves_and_not_the_globe_whichever_way_they_go_round(outer: int, inner: int) -> None:
    """A square of 4 with a hole of 1 in it, and a square of 4 beside it with an island of a quarter; 7 units are 250 pixels."""
    holed = polygon(square(0, 0, 2)[::outer], square(0.5, 0.5)[::inner])
    several = {"type": "MultiPolygon", "coordinates": [[square(2, 0, 2)[::outer]], [square(6.5, 0, 0.5)[::inner]]]}
    drawn = areas(svg_of("T", [place(1, "0.2", holed), place(2, "0.3", several)], "proportion"))
    pixels = (charts.WIDTH / 7) ** 2
    assert size_of(drawn[0][1][:1]) / pixels == pytest.approx(4, rel=0.02)
    assert sum(size_of([ring]) for ring in drawn[1][1]) / pixels == pytest.approx(4.25, rel=0.02)
    unit, top = charts.WIDTH / 7, 80 / 2  # the map is no lower than 80 pixels, and in the middle of them
    assert winding((unit, top), drawn[0][1]) == 0
    assert abs(winding((unit * 0.2, top), drawn[0][1])) == 1
    assert all(winding((unit * 5.5, top), rings) == 0 for _, rings in drawn)


def test_shapes_keep_their_proportions() -> None:
    """At 60° north a degree to the east is half as long as one to the north (cos 60° = 0.5)."""
    [[[ring]]] = outlines.flat([polygon([[0, 59], [4, 59], [4, 61], [0, 61], [0, 59]])])
    wide, high = outlines.size([[[ring]]])
    assert wide / high == pytest.approx(1, rel=0.01)


def test_north_is_above_and_east_to_the_right() -> None:
    south_west, north_east = place(1, "0.2", polygon(square(0, 0))), place(2, "0.3", polygon(square(1, 1)))
    stand = texts(svg_of("T", [south_west, north_east], "proportion"))
    assert stand["2"][0] > stand["1"][0]
    assert stand["2"][1] < stand["1"][1]


def test_neighbours_keep_their_common_border() -> None:
    """A border of many corners, that are moved to the same steps from either side."""
    border = [[1 + 0.0013 * (n * 7 % 5), n / 400] for n in range(401)]
    west, east = polygon([[0, 0], *border, [0, 1], [0, 0]]), polygon([[2, 1], *border[::-1], [2, 0], [2, 1]])
    [[[left]], [[right]]] = outlines.flat([west, east])
    shared = set(left) & set(right)
    assert {corner for corner in left if corner[0] > 0.5} == shared == {corner for corner in right if corner[0] < 1.5}
    assert 100 < len(shared) <= 401


def test_a_number_stands_within_a_place_that_has_its_middle_outside() -> None:
    horseshoe = [[0, 0], [9, 0], [9, 9], [6, 9], [6, 1], [3, 1], [3, 9], [0, 9], [0, 0]]
    tiny = square(20, 20, 0.5)
    [polygons] = outlines.flat([{"type": "MultiPolygon", "coordinates": [[tiny], [horseshoe]]}])
    x, y = outlines.middle(polygons)
    assert winding((x, y), polygons[1]) != 0
    assert winding((x, y), polygons[0]) == 0
    [flask] = outlines.flat([polygon([[0, 0], [4, 0], [4, 4], [2.1, 4], [2.1, 9], [1.9, 9], [1.9, 4], [0, 4], [0, 0]])])
    assert outlines.middle(flask) == (pytest.approx(2, abs=0.3), pytest.approx(2, abs=0.3))
    [holed] = outlines.flat([polygon(square(0, 0, 4), square(0.5, 0.5, 3)[::-1])])
    assert winding(outlines.middle(holed), holed[0]) != 0


def test_what_is_too_small_to_see_or_flat_is_told_and_not_drawn() -> None:
    rows = [place(1, "0.2", polygon(square(0, 0))), place(2, "0.3", polygon(square(0.5, 0.5, 1e-6)))]
    rows += [place(3, "0.3", polygon([[0, 0], [1, 1], [2, 2], [0, 0]]))]
    drawing = svg_of("T", rows, "proportion")
    assert len(areas(drawing)) == 1
    assert "1 Place 1: value 0.2; 2 Place 2: value 0.3 (not on the map); 3 Place 3: value 0.3 (not on the map)" in drawing


# --- classes ---


@pytest.mark.parametrize(
    ("values", "scale", "expected"),
    [
        (["0.41", "0.44"], "proportion", [0, 0]),
        (["0.40", "0.4499", "0.45", "0.50"], "proportion", [0, 0, 1, 2]),
        (["0.40", "0.6499"], "proportion", [0, 4]),  # five steps of 0.05
        (["0.40", "0.65"], "proportion", [0, 2]),  # six; three of 0.1
        (["0.95", "1"], "proportion", [0, 0]),  # what is full belongs to the last
        (["0", "0.2", "0.999", "1"], "proportion", [0, 1, 4, 4]),
        (["7.1", "7.5", "8.2"], "score_0_10", [0, 1, 2]),
        (["0", "10"], "score_0_10", [0, 4]),
    ],
)
def test_classes_begin_at_round_values_and_are_at_most_five(values: list[str], scale: str, expected: list[int]) -> None:
    known = [Decimal(value) for value in values]
    assert [maps.shade(value, known, scale) for value in known] == expected


def test_a_legend_says_its_ranges_and_also_that_nobody_is_in_one() -> None:
    rows = [place(n + 1, value, polygon(square(n, 0))) for n, value in enumerate(["7.1", "8.4", "8.49"])]
    assert {"7 to under 7.5: 1", "7.5 to under 8: none", "8 to under 8.5: 2, 3"} <= set(texts(svg_of("T", rows, "score_0_10")))
    rows = [place(n + 1, "1", polygon(square(n, 0))) for n in range(12)]
    assert "95% to 100%: 1, 2, 3, 4, 5, 6,\n7, 8, 9, 10, 11, 12" in texts(svg_of("T", rows, "proportion"))


# --- what is told ---


def test_a_map_is_told_in_words() -> None:
    drawing = svg_of("Phone <script>", [*FOUR, place(5, "0.6", None)], "proportion")
    assert '<title id="m-t">Phone &lt;script&gt;</title>' in drawing
    assert "1 Place 1: value 0.41; 2 Place 2: value 0.699; 3 Place 3: suppressed: too few people answered; 4" in drawing
    assert "5 Place 5: value 0.6 (not on the map)</desc>" in drawing
    assert len(areas(drawing)) == 4


def test_without_an_outline_there_is_no_map() -> None:
    assert maps.places("m", "T", [place(1, "0.5", None)], "proportion") is None


def test_nobody_has_a_number() -> None:
    drawing = svg_of("T", [place(1, None, polygon(square(0, 0)))], "proportion")
    assert [fill for fill, _ in areas(drawing)] == ["url(#m-none)"]
    assert not any(colour in drawing for colour in maps.SHADES)


def test_a_map_is_a_picture_too() -> None:
    picture = maps.places("m", "Phone", FOUR, "proportion").png
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(picture[16:20]) >= 2 * charts.WIDTH  # two dots for each of the page


def rendered(rows: Sequence[Place]) -> str:
    """The macro as a page would call it."""
    template = rendering._environment.from_string(
        '{% import "parts.html" as parts with context %}'
        '{{ parts.place_map("phone", "Phone by place", drawing, places, "Easy by phone", as_at) }}'
    )
    drawing = maps.places("phone", "Phone", rows, "proportion")
    return template.render(at="/icb/QZA/places", drawing=drawing, places=rows, as_at=date(2026, 4, 1))


def test_the_table_has_the_numbers_of_the_map_and_every_place() -> None:
    html = rendered([*FOUR, place(5, "0.6", None, "<b>")])
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]
    assert cells[0] == ["On the map", "Place", "Easy by phone", "People who answered, or are counted", "95% interval"]
    assert cells[1] == ["1", "Place 1", "value 0.41", "101", "none: not applicable"]
    assert cells[3][2] == "suppressed: too few people answered"
    assert cells[5][:2] == ["no outline", "&lt;b&gt;"]
    assert "Contains OS data © Crown copyright and database right 2026." in html
    assert html.count("<svg") == 1


def test_a_table_without_a_map_says_so() -> None:
    html = rendered([place(1, "0.6", None)])
    assert "Map: no data held." in html
    assert "<svg" not in html
    assert "Place 1" in html
