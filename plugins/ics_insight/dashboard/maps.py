"""A map of places, drawn flat: each in the shade of its class, with the number that it has in the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from textwrap import wrap
from typing import Any

from ics_insight.dashboard import outlines
from ics_insight.dashboard.charts import FULL, TEXT, WIDTH
from ics_insight.dashboard.drawing import GREY, Drawing

SHADES = ("#e9f2fb", "#a6c8ea", "#6ba3d9", "#3c82c6", "#1a5ea2")  # of one blue: each at 1.5 to 1 from the next
BLANK = "#f0f4f5"  # beneath the stripes of a place without a number
# How far apart shades begin, in turn, until five are enough. Smaller differences stay in the table: many are chance.
CLASS_STEPS = {
    "proportion": (Decimal("0.05"), Decimal("0.1"), Decimal("0.2")),
    "score_0_10": (Decimal("0.5"), Decimal(1), Decimal(2)),
}


@dataclass(frozen=True)
class Place:
    """A place on a map and its row in the table below: `number` stands in both. `shown` is the value in words or why there is none.

    `boundary` is a GeoJSON geometry in degrees; None where no outline is held.
    """

    number: int
    name: str
    value: Decimal | None
    shown: str
    base: int | None
    interval: str
    boundary: dict[str, Any] | None


def places(key: str, title: str, rows: Sequence[Place], scale: str) -> Drawing | None:
    """A map of places, each in the shade of its value and with its number; striped without one. What has no outline is told alone.

    `scale` is proportion or score_0_10: counts follow how many people live in a place. Nothing where no place has an outline.
    """
    if not (drawn := [row.number for row, _ in _on_map(rows)]):
        return None
    told = "; ".join(f"{row.number} {row.name}: {row.shown}{'' if row.number in drawn else ' (not on the map)'}" for row in rows)
    behind = [
        {"number": row.number, "name": row.name, "value": row.value, "shown": row.shown, "base": row.base, "interval": row.interval}
        for row in rows
    ]
    return Drawing(key, title, told, _places(rows, scale), behind, finish=lambda drawn: _striped(drawn, f"{key}-none"))


def shade(value: Decimal, values: Sequence[Decimal], scale: str) -> int:
    """In which class a value is among others of a map, counted from 0."""
    step, first, _ = _classes(values, scale)
    return min(int(value / step), int(Decimal(FULL[scale]) / step) - 1) - first


def _classes(values: Sequence[Decimal], scale: str) -> tuple[Decimal, int, int]:
    """How far apart classes begin, and the first and last of those that are needed, counted in steps from zero. At most five."""
    for step in CLASS_STEPS[scale]:
        most = int(Decimal(FULL[scale]) / step) - 1  # what is full belongs to the last
        first, last = min(most, int(min(values) / step)), min(most, int(max(values) / step))
        if last - first < len(SHADES):
            break
    return step, first, last


def _on_map(rows: Sequence[Place]) -> list[tuple[Place, list[outlines.Polygon]]]:
    outlined = [(row, row.boundary) for row in rows if row.boundary]
    shapes = outlines.flat([boundary for _, boundary in outlined])
    return [(row, polygons) for (row, _), polygons in zip(outlined, shapes, strict=True) if polygons]


def _places(rows: Sequence[Place], scale: str) -> Any:
    import altair as alt

    on_map = _on_map(rows)
    said, colours = _legend([row for row, _ in on_map], scale)
    areas = [
        {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": polygons}, "class": said[row.number]}
        for row, polygons in on_map
    ]
    middles = [(row.number, *outlines.middle(polygons)) for row, polygons in on_map]
    keys = [{"x": x, "y": y, "number": str(number)} for number, x, y in middles]
    wide, high = outlines.size([polygons for _, polygons in on_map])
    fill = alt.Fill(
        "class:N", scale=alt.Scale(domain=[*colours], range=[*colours.values()]),
        legend=alt.Legend(
            orient="bottom", direction="vertical", title=None, labelFontSize=14, labelLimit=WIDTH,
            labelExpr="split(datum.label, '\\n')", symbolType="square", symbolSize=220, symbolStrokeColor=TEXT,
            symbolStrokeWidth=1, symbolOpacity=1,
        ),
    )  # fmt: skip
    at = alt.Chart(alt.Data(values=keys)).encode(longitude="x:Q", latitude="y:Q")
    chart = alt.layer(
        alt.Chart(alt.Data(values=areas)).mark_geoshape(stroke=TEXT, strokeWidth=1.5, strokeJoin="round").encode(fill=fill),
        at.mark_point(filled=True, fill="white", stroke=TEXT, strokeWidth=1.2, size=400, opacity=1),
        at.mark_text(fontSize=14, baseline="middle").encode(text="number:N"),
    ).project(type="identity", reflectY=True)
    return chart.properties(width=WIDTH, height=min(320, max(80, round(WIDTH * high / wide))))


def _legend(rows: Sequence[Place], scale: str) -> tuple[dict[int, str], dict[str, str]]:
    """What each place's class is called, by its number, and the colour of each class: ranges with the numbers that are in them."""
    values = [row.value for row in rows if row.value is not None]
    said: dict[int, str] = {}
    colours: dict[str, str] = {}
    if values:
        step, first, last = _classes(values, scale)
        shades = SHADES if last - first == len(SHADES) - 1 else SHADES[1:]
        for place in range(last - first + 1):
            within = [row for row in rows if row.value is not None and shade(row.value, values, scale) == place]
            called = _called(_range((first + place) * step, step, scale), within)
            said |= {row.number: called for row in within}
            colours[called] = shades[place]
    if without := [row for row in rows if row.value is None]:
        called = _called("No number", without)
        said |= {row.number: called for row in without}
        colours[called] = BLANK
    return said, colours


def _called(what: str, rows: Sequence[Place]) -> str:
    """A class with the numbers of its places, in lines that fit below a map."""
    return "\n".join(wrap(f"{what}: {', '.join(str(row.number) for row in rows) or 'none'}", 32))


def _range(start: Decimal, step: Decimal, scale: str) -> str:
    end = start + step
    until = "" if end >= FULL[scale] else "under "
    if scale == "proportion":
        return f"{start * 100:.0f}% to {until}{end * 100:.0f}%"
    return f"{start.normalize():f} to {until}{end.normalize():f}"


def _striped(drawn: str, pattern: str) -> str:
    """Stripes in what is without a number, which nobody takes for a shade."""
    stripes = (
        f'<defs><pattern id="{pattern}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="white"/><rect width="1.5" height="6" fill="{GREY}"/></pattern></defs>'
    )
    if f'fill="{BLANK}"' not in drawn:
        return drawn
    start = drawn.index(">") + 1
    return drawn[:start] + stripes + drawn[start:].replace(f'fill="{BLANK}"', f'fill="url(#{pattern})"')
