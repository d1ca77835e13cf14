"""Charts as SVG, drawn on the server. Each is small enough to be read on a telephone; the page puts them side by side."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import ceil, floor
from textwrap import wrap
from typing import Any

from markupsafe import Markup

from ics_insight.dashboard import outlines, words
from ics_insight.dashboard.queries import Figure, Heard

WIDTH = 250
BLUE, GREY, TEXT, PLUM = "#005eb8", "#425563", "#212b32", "#7c2855"  # 6.5, 7.7, 14 and 9.5 to 1 on white
GRID = "#d8dde0"  # decoration
SHADES = ("#e9f2fb", "#a6c8ea", "#6ba3d9", "#3c82c6", "#1a5ea2")  # of one blue: each at 1.5 to 1 from the next
BLANK = "#f0f4f5"  # beneath the stripes of a place without a number
FULL = {"proportion": 1.0, "score_0_10": 10.0}
STEP = {"proportion": 0.1, "score_0_10": 1.0}
TICKS = {"proportion": [0, 0.25, 0.5, 0.75, 1], "score_0_10": [0, 2, 4, 6, 8, 10]}
_LOOK = {
    "axis": {"labelFontSize": 14, "labelPadding": 6, "gridColor": GRID, "domainColor": GREY, "ticks": False},
    "axisY": {"labelFlush": False},
    "view": {"stroke": None},
    "font": "Arial",
    "aria": False,
    "background": None,
}
_ON_PAPER = {**_LOOK, "font": "Liberation Sans", "background": "white", "padding": 12}  # a font that comes with the renderer
FORMAT = {"proportion": "%", "score_0_10": "d"}
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


def strip(chart_id: str, title: str, own: Figure, england: Figure | None) -> Markup:
    """One period of one organisation above England, on the whole scale, each with its interval where it has one."""
    import altair as alt

    rows = [_mark(figure, row) for row, figure in (("own", own), ("england", england)) if figure and figure.value is not None]
    x = alt.X(
        "value:Q", scale=alt.Scale(domain=[0, FULL[own.scale]]),
        axis=alt.Axis(format=FORMAT[own.scale], values=TICKS[own.scale], labelOverlap=False, title=None),
    )  # fmt: skip
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=alt.Y("row:N", axis=None, sort=["own", "england"]))
    kinds = ["own", "england"]
    chart = alt.layer(
        base.mark_rule(color=TEXT, strokeWidth=2, opacity=1).encode(x="lower:Q", x2="upper:Q"),
        base.mark_point(filled=True, opacity=1, size=80).encode(
            color=alt.Color("row:N", legend=None, scale=alt.Scale(domain=kinds, range=[BLUE, GREY])),
            shape=alt.Shape("row:N", legend=None, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])),
        ),
        base.mark_text(dy=-16, fontSize=14).encode(text="shown:N"),
    )
    return _svg(chart.properties(width=WIDTH, height=48 * len(rows)), chart_id, title, _told([own], [england] if england else []))


def bars(chart_id: str, title: str, rows: Sequence[tuple[str, tuple[int, ...], str]], kinds: Sequence[str]) -> Markup:
    """A bar for each row, of a part of each kind, below its name and what is said of it."""
    import altair as alt

    values = [
        {"row": name, "kind": kind, "from": sum(parts[:number]), "to": sum(parts[: number + 1])}
        for name, parts, _ in rows
        for number, kind in enumerate(kinds)
    ]
    labels = [{"row": name, "label": f"{said}: {name}" if said else name} for name, _, said in rows]
    y = alt.Y("row:N", sort=None, axis=None)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=[BLUE, PLUM, GREY]),
        legend=alt.Legend(orient="top", direction="vertical", title=None, labelFontSize=14, labelLimit=WIDTH),
    )  # fmt: skip
    chart = alt.layer(
        alt.Chart(alt.Data(values=values))
        .mark_bar(size=12, yOffset=10, stroke="white")
        .encode(y=y, x=alt.X("from:Q", axis=None), x2="to:Q", color=colour),
        alt.Chart(alt.Data(values=labels))
        .mark_text(align="left", dy=-8, fontSize=14, limit=WIDTH)
        .encode(y=y, x=alt.value(0), text="label:N"),
    )
    told = "; ".join(
        f"{name}: {', '.join(f'{kind.lower()} {part}' for kind, part in zip(kinds, parts, strict=True))}" for name, parts, _ in rows
    )
    return _svg(chart.properties(width=WIDTH, height=44 * len(rows)), chart_id, title, told)


def ratios(chart_id: str, title: str, rows: Sequence[Heard]) -> Markup:
    """A mark for the ratio of each row below its name, with its interval. A tall stroke stands where there are as many voices as
    people, a short one where seldom heard begins."""
    return _svg(_ratios(rows), chart_id, title, "; ".join(f"{words.group(row)}: {words.ratio(row)}" for row in rows))


def ratios_picture(title: str, rows: Sequence[Heard]) -> bytes:
    """The same as PNG below its title, for a report: on white, two dots for each of the page, and nothing in it but the picture."""
    import vl_convert

    chart = _titled(_ratios(rows), title)
    drawn: bytes = vl_convert.vegalite_to_png({**chart.to_dict(validate=False), "config": _ON_PAPER}, scale=2)
    return drawn


def _titled(chart: Any, title: str) -> Any:
    return chart.properties(title={"text": wrap(title, 34), "anchor": "start", "fontSize": 15})


def _ratios(rows: Sequence[Heard]) -> Any:
    import altair as alt

    wrapped = [wrap(words.group(row), 32) for row in rows]
    lines_of_name = max(map(len, wrapped))
    names = ["\n".join([*[""] * (lines_of_name - len(name)), *name]) for name in wrapped]  # above its mark, however long
    values: list[dict[str, Any]] = [
        {"row": name, "ratio": float(row.ratio or 0), "lower": float(row.ratio_lower or 0), "upper": float(row.ratio_upper or 0)}
        for name, row in zip(names, rows, strict=True)
    ]
    most = ceil(max([1.5, *(value["upper"] for value in values)]) * 2) / 2
    step = 28 + 18 * lines_of_name
    below, above = step / 2 - 14, 4 - step / 2  # of the middle of a row: its mark, and the top of its name
    x = alt.Scale(domain=[0, most])
    axis = alt.Axis(values=[0, 0.5, 1, 1.5, 2], title=None, grid=False)
    base = alt.Chart(alt.Data(values=values)).encode(y=alt.Y("row:N", sort=None, axis=None))
    threshold = float(rows[0].seldom_below)
    chart = alt.layer(
        base.mark_tick(color=GREY, thickness=2, size=22, yOffset=below, opacity=1).encode(x=alt.X(datum=1, scale=x, axis=axis)),
        base.mark_tick(color=PLUM, thickness=2, size=14, yOffset=below, opacity=1).encode(x=alt.X(datum=threshold, scale=x)),
        base.mark_rule(color=TEXT, strokeWidth=2, opacity=1, yOffset=below).encode(x=alt.X("lower:Q", scale=x), x2="upper:Q"),
        base.mark_point(filled=True, color=BLUE, opacity=1, size=80, yOffset=below).encode(x=alt.X("ratio:Q", scale=x)),
        base.mark_text(align="left", baseline="top", yOffset=above, fontSize=14, lineBreak="\n").encode(
            x=alt.value(0), text="row:N"
        ),
    )
    return chart.properties(width=WIDTH, height=step * len(rows))


def places(chart_id: str, title: str, rows: Sequence[Place], scale: str) -> Markup:
    """A map of places, each in the shade of its value and with its number; striped without one. What has no outline is told alone.

    `scale` is proportion or score_0_10: counts follow how many people live in a place. Nothing where no place has an outline.
    """
    if not (drawn := [row.number for row, _ in _on_map(rows)]):
        return Markup("")
    told = "; ".join(f"{row.number} {row.name}: {row.shown}{'' if row.number in drawn else ' (not on the map)'}" for row in rows)
    return _framed(_striped(_rendered(_places(rows, scale)), f"{chart_id}-none"), chart_id, title, told)


def places_picture(title: str, rows: Sequence[Place], scale: str) -> bytes:
    """The same as PNG below its title, for a report."""
    import vl_convert

    drawn = _striped(_rendered(_titled(_places(rows, scale), title), _ON_PAPER), "none")
    picture: bytes = vl_convert.svg_to_png(drawn, scale=2)
    return picture


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


def lines(
    chart_id: str, title: str, own: Sequence[Figure], england: Sequence[Figure], within: tuple[float, float], monthly: bool
) -> Markup:
    """Several periods of one organisation, with England as a thin dashed line. `within` is the vertical axis that charts share."""
    import altair as alt

    scale = own[0].scale
    starts = sorted({_instant(figure.period_start) for figure in (*own, *england)})
    x = alt.X(
        "start:T", scale=alt.Scale(type="utc", domain=[starts[0], starts[-1]], padding=0 if monthly else 12),
        axis=alt.Axis(values=_ticks(starts, 3 if monthly else 5), format="%b %Y" if monthly else "%Y", title=None, grid=False),
    )  # fmt: skip
    ends = alt.Scale(domain=list(within), nice=False, zero=False)
    y = alt.Y("value:Q", scale=ends, axis=alt.Axis(format=FORMAT[scale], tickCount=4, title=None))
    layers = []
    for figures, colour, line, point in (
        (england, GREY, {"strokeWidth": 1.5, "strokeDash": [4, 3]}, {"shape": "diamond", "size": 40}),
        (own, BLUE, {"strokeWidth": 2.5}, {"shape": "circle", "size": 60}),
    ):
        joined = [_mark(figure, str(number)) for number, run in enumerate(runs(figures, monthly)) for figure in run]
        alone = [_mark(figure, "") for run in runs(figures, monthly) if len(run) == 1 or not monthly for figure in run]
        every, single = alt.Chart(alt.Data(values=joined)), alt.Chart(alt.Data(values=alone))
        layers += [
            every.mark_line(opacity=1, color=colour, **line).encode(x=x, y=y, detail="row:N"),
            single.mark_rule(opacity=1, color=colour).encode(x=x, y=alt.Y("lower:Q", scale=ends), y2="upper:Q"),
            single.mark_point(filled=True, opacity=1, color=colour, **point).encode(x=x, y=y),
        ]
    return _svg(alt.layer(*layers).properties(width=WIDTH, height=150), chart_id, title, _told(own, england))


def axis(figures: Iterable[Figure]) -> tuple[float, float]:
    """A vertical axis for charts that stand side by side: all their values and intervals, out to the next round tick."""
    known = [figure for figure in figures if figure.value is not None]
    if not known:
        return (0.0, 1.0)
    step, top = STEP[known[0].scale], FULL[known[0].scale]
    shown = [float(end) for figure in known for end in (figure.value, figure.lower, figure.upper) if end is not None]
    low, high = floor(min(shown) / step) * step, ceil(max(shown) / step) * step
    if low == high:
        low, high = low - step, high + step
    return (round(max(0.0, low), 1), round(min(top, high), 1))


def runs(figures: Sequence[Figure], monthly: bool) -> list[list[Figure]]:
    """What may be drawn as one line: it ends where a value is missing, where the series changes and, by month, at a gap."""
    found: list[list[Figure]] = []
    before: Figure | None = None
    for figure in figures:
        joins = before is not None and before.series == figure.series
        if monthly and before is not None:
            joins = joins and figure.period_start == before.period_end + timedelta(days=1)
        before = figure if figure.value is not None else None
        if before and joins:
            found[-1].append(figure)
        elif before:
            found.append([figure])
    return found


def _mark(figure: Figure, row: str) -> dict[str, Any]:
    def known(amount: Decimal | None) -> float | None:
        return None if amount is None else float(amount)

    return {
        "row": row,
        "start": _instant(figure.period_start),
        "value": known(figure.value),
        "lower": known(figure.lower),
        "upper": known(figure.upper),
        "shown": words.value(figure),
    }


def _instant(start: date) -> int:
    return int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp() * 1000)


def _ticks(instants: list[int], most: int) -> list[int]:
    if len(instants) <= most:
        return instants
    return [instants[round(position * (len(instants) - 1) / (most - 1))] for position in range(most)]


def _told(own: Sequence[Figure], england: Sequence[Figure]) -> str:
    """The chart for those who do not see it: where each line starts and ends, and its extremes. The table has every value."""
    said = []
    for name, figures in ((own[0].organisation_name, own), ("England", england)):
        known = [figure for figure in figures if figure.value is not None]
        if not known:
            said.append(f"{name}: {words.NO_DATA}.")
        elif len(known) == 1:
            said.append(f"{name}: {_dated(known[0])}.")
        else:
            low, high = min(known, key=_size), max(known, key=_size)
            said.append(f"{name}: {_dated(known[0])} to {_dated(known[-1])}; lowest {_dated(low)}, highest {_dated(high)}.")
    return " ".join(said)


def _size(figure: Figure) -> Decimal:
    return figure.value or Decimal(0)


def _dated(figure: Figure) -> str:
    return f"{words.value(figure)} ({words.period(figure.period_start, figure.period_end)})"


def _svg(chart: Any, chart_id: str, title: str, told: str) -> Markup:
    return _framed(_rendered(chart), chart_id, title, told)


def _rendered(chart: Any, look: dict[str, Any] = _LOOK) -> str:
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg({**chart.to_dict(validate=False), "config": look})
    return drawn


def _framed(drawn: str, chart_id: str, title: str, told: str) -> Markup:
    box = re.search(r'viewBox="([\d. -]+)"', drawn)
    opening = Markup('<svg role="img" aria-labelledby="{id}-t {id}-d" viewBox="{box}"><title id="{id}-t">{title}</title>')
    described = Markup('<desc id="{id}-d">{told}</desc>').format(id=chart_id, told=told)
    body = Markup(_lean(drawn[drawn.index(">") + 1 :]))  # noqa: S704 - the renderer escapes the text that it draws
    return opening.format(id=chart_id, box=box[1] if box else "", title=title) + described + body


def _lean(body: str) -> str:
    """Without what the page does not need, which is two thirds of what the renderer writes. Text looks as the style sheet says."""
    body = re.sub(r'<path class="(?:background|foreground)"[^>]*/>', "", body)
    body = re.sub(r'<text [^>]* opacity="0"[^>]*>[^<]*</text>', "", body)
    return re.sub(r"<[^>]+>", _lean_tag, body)


def _lean_tag(found: re.Match[str]) -> str:
    tag = _UNUSED.sub("", found.group())
    if tag.startswith("<text"):
        tag = _TEXT_STYLE.sub("", tag)
    return _LONG_NUMBER.sub(lambda number: f"{float(number.group()):.1f}", tag)


_UNUSED = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|style)="[^"]*"| (?:opacity|stroke-width)="1"')
_TEXT_STYLE = re.compile(r' (?:fill|font-[a-z]+)="[^"]*"')
_LONG_NUMBER = re.compile(r"\d+\.\d{2,}")
