"""Control charts and funnels: a line with the limits that chance leaves it, and organisations beside what chance leaves to each."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from ics_insight.dashboard import measure_words, words
from ics_insight.dashboard.charts import BLUE, FORMAT, PLUM, TEXT, WIDTH, instant, ticks
from ics_insight.dashboard.drawing import GREY, GRID, Drawing, rows_of
from ics_insight.dashboard.measure_rows import Compared, Own, Point

MARKS = {  # of points that break a rule: by shape and by colour
    "improvement": ("triangle-up", BLUE),
    "concern": ("square", PLUM),
    "change": ("diamond", TEXT),
}
TOP = {"proportion": 1.0, "score_0_10": 10.0}
_DAY = 86_400_000  # in milliseconds


def control(key: str, title: str, points: Sequence[Point], scale: str, before: Sequence[Own] = ()) -> Drawing:
    """A line with its centre, its limits and its target, each segment apart. `points` are those of one organisation, oldest first;
    `before` is what a new board's line would have been, which has no limits and is drawn dashed."""
    held = [figure for figure in before if figure.value is not None]
    drawn = _control(points, scale, held)
    return Drawing(key, title, _told(points, scale, held), drawn, _together(held, points))


def _together(held: Sequence[Own], points: Sequence[Point]) -> list[dict[str, object]]:
    """One table of both: what is before the line has no limits, and says how it was made."""
    columns = list(asdict(points[0]))
    earlier = [{name: getattr(figure, name, None) for name in columns} for figure in held]
    return [*earlier, *(asdict(point) for point in points)]


def _control(points: Sequence[Point], scale: str, held: Sequence[Own]) -> Any:
    import altair as alt

    starts = sorted({*(instant(figure.period_start) for figure in held), *(instant(point.period_start) for point in points)})
    x = alt.X(
        "start:T", scale=alt.Scale(type="utc", domain=[starts[0], starts[-1]], padding=6),
        axis=alt.Axis(values=ticks(starts, 3), format="%b %Y", title=None, grid=False),
    )  # fmt: skip
    low, high, marks = axis(_amounts(points, held), TOP.get(scale))
    y_scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    y = alt.Y("value:Q", scale=y_scale, axis=alt.Axis(values=marks, format=FORMAT[scale], title=None))
    joined = runs(points)
    values = [_mark(point, str(number)) for number, run in enumerate(joined) for point in run]
    alone = [_mark(run[0], "") for run in joined if len(run) == 1]
    layers = [
        *_limits([value for value in values if value["lower"] is not None], x, y_scale),
        *_cuts(points, x),
        *_before(held, x, y),
        alt.Chart(alt.Data(values=values)).mark_line(color=BLUE, strokeWidth=2, opacity=1).encode(x=x, y=y, detail="run:N"),
        alt.Chart(alt.Data(values=alone)).mark_point(filled=True, color=BLUE, size=40, opacity=1).encode(x=x, y=y),
        *_signals(values, x, y),
        *_target(points, y_scale),
    ]
    # a target may lie far off, and a line must not be pressed flat by it
    return alt.layer(*layers).properties(width=WIDTH, height=160 if points[-1].target is None else 230)


def _limits(limited: Sequence[dict[str, Any]], x: Any, y_scale: Any) -> list[Any]:
    """The band between the limits with its edges, and the centre, of each segment."""
    import altair as alt

    if not limited:
        return []
    base = alt.Chart(alt.Data(values=limited)).encode(x=x, detail="segment:N")

    def line(name: str, **look: Any) -> Any:
        return base.mark_line(color=GREY, opacity=1, **look).encode(y=alt.Y(f"{name}:Q", scale=y_scale))

    return [
        base.mark_area(color=GRID, opacity=1).encode(y=alt.Y("lower:Q", scale=y_scale), y2="upper:Q"),
        line("lower", strokeWidth=1, strokeDash=[2, 3]),
        line("upper", strokeWidth=1, strokeDash=[2, 3]),
        line("centre", strokeWidth=1.5),
    ]


def _before(held: Sequence[Own], x: Any, y: Any) -> list[Any]:
    import altair as alt

    if not held:
        return []
    values = [
        {"start": instant(figure.period_start), "value": _number(figure.value), "run": number}
        for number, run in enumerate(_unbroken(held))
        for figure in run
    ]
    return [
        alt.Chart(alt.Data(values=values))
        .mark_line(color=GREY, strokeWidth=1.5, strokeDash=[6, 3], opacity=1)
        .encode(x=x, y=y, detail="run:N")
    ]


def _unbroken(held: Sequence[Own]) -> list[list[Own]]:
    """Months that follow each other in one series."""
    found: list[list[Own]] = []
    for figure in held:
        before = found[-1][-1] if found else None
        if before and before.series == figure.series and figure.period_start == before.period_end + timedelta(days=1):
            found[-1].append(figure)
        else:
            found.append([figure])
    return found


def _signals(values: Sequence[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    """A mark on each point that breaks a rule, of a shape and colour for each meaning."""
    import altair as alt

    return [
        alt.Chart(alt.Data(values=found)).mark_point(filled=True, shape=shape, color=colour, size=45, opacity=1).encode(x=x, y=y)
        for meaning, (shape, colour) in MARKS.items()
        if (found := [value for value in values if value["meaning"] == meaning])
    ]


def _cuts(points: Sequence[Point], x: Any) -> list[Any]:
    """An upright stroke before the first point of every segment but the first."""
    import altair as alt

    cuts = [
        {"start": instant(after.period_start) - 15 * _DAY} for before, after in pairwise(points) if before.segment != after.segment
    ]
    if not cuts:
        return []
    return [alt.Chart(alt.Data(values=cuts)).mark_rule(color=TEXT, strokeDash=[1, 3], strokeWidth=2, opacity=1).encode(x=x)]


def _target(points: Sequence[Point], y_scale: Any) -> list[Any]:
    import altair as alt

    target = points[-1].target
    if target is None:
        return []
    line = alt.Chart(alt.Data(values=[{"value": float(target), "said": f"target {words.number(target, 'proportion')}"}]))
    y = alt.Y("value:Q", scale=y_scale)
    return [
        line.mark_rule(color=TEXT, strokeDash=[10, 4], strokeWidth=1.5, opacity=1).encode(y=y),
        line.mark_text(align="right", dy=11, fontSize=14).encode(x=alt.value(WIDTH), y=y, text="said:N"),
    ]


def runs(points: Sequence[Point]) -> list[list[Point]]:
    """What may be drawn as one line: it ends where a segment does, and at a month that is missing."""
    found: list[list[Point]] = []
    for before, point in zip([None, *points], points, strict=False):
        follows = before is not None and point.period_start == before.period_end + timedelta(days=1)
        if before is not None and follows and before.segment == point.segment:
            found[-1].append(point)
        else:
            found.append([point])
    return found


def funnel(key: str, title: str, rows: Sequence[Compared], noun: str) -> Drawing:
    """Organisations of one level by how many answers they have, with what chance leaves to each: its 95% and 99.8% limits."""
    outside = [row for row in rows if row.position != "within"]
    centre = words.number(rows[0].centre, "proportion")
    told = (
        f"{len(rows)} {noun} by answers, from {words.whole(rows[0].answers)} to {words.whole(rows[-1].answers)}. Centre {centre}. "
        f"Above the limits: {sum(row.position.startswith('above') for row in outside)}. "
        f"Below the limits: {sum(row.position.startswith('below') for row in outside)}. The table names each."
    )
    return Drawing(key, title, told, _funnel(rows), rows_of(rows))


def _funnel(rows: Sequence[Compared]) -> Any:
    import altair as alt

    limits = ("centre", "lower_95", "upper_95", "lower_998", "upper_998")
    by_answers = sorted(rows, key=lambda row: row.answers)
    values: list[dict[str, Any]] = [
        {"position": row.position, **{name: float(getattr(row, name)) for name in ("answers", "value", *limits)}}
        for row in by_answers
    ]
    amounts = [min(max(float(end), 0.0), 1.0) for row in rows for end in (row.value, row.lower_998, row.upper_998)]
    low, high, marks = axis(amounts, 1.0)
    y_scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    least, most, counts = axis([float(row.answers) for row in rows], None)
    x = alt.X(
        "answers:Q", scale=alt.Scale(domain=[least, most], nice=False, zero=False),
        axis=alt.Axis(values=counts, format="~s", title="Answers", titleFontSize=14, titleFontWeight="normal", grid=False),
    )  # fmt: skip
    every = alt.Chart(alt.Data(values=values))

    def limit(name: str, **look: Any) -> Any:
        y = alt.Y(f"{name}:Q", scale=y_scale, axis=alt.Axis(values=marks, format="~%", title=None))
        return every.mark_line(color=GREY, opacity=1, clip=True, **look).encode(x=x, y=y)

    def some(positions: Iterable[str], shape: str, colour: str, size: int) -> list[Any]:
        picked = [value for value in values if value["position"] in positions]
        mark = alt.Chart(alt.Data(values=picked)).mark_point(filled=True, shape=shape, color=colour, size=size, opacity=1)
        return [mark.encode(x=x, y=alt.Y("value:Q", scale=y_scale))] if picked else []

    layers = [
        limit("centre", strokeWidth=1.5),
        *(limit(name, strokeWidth=1.5, strokeDash=[5, 3]) for name in ("lower_95", "upper_95")),
        *(limit(name, strokeWidth=1.5, strokeDash=[1, 3]) for name in ("lower_998", "upper_998")),
        *some(("within",), "circle", GREY, 22),
        *some(("above_95", "above_998"), "triangle-up", BLUE, 75),
        *some(("below_95", "below_998"), "triangle-down", PLUM, 75),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=220)


def axis(amounts: Iterable[float], top: float | None) -> tuple[float, float, list[float]]:
    """The ends of an axis that holds all amounts, at round steps, and where its three to six marks stand. It begins at nought at
    least, and ends at `top` at most."""
    amounts = [round(amount, 6) for amount in amounts]  # what is nearer to nought is nought to any eye
    low, high = min(amounts), max(amounts)
    width = high - low or abs(high) * 0.1 or 1.0
    step = next(step for step in _steps(width / 4) if step * 4 >= width)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    first, last = (first - 1, last + 1) if first == last else (first, last)
    marks = [round(number * step, 9) for number in range(max(0, first), last + 1)]
    marks = [mark for mark in marks if top is None or mark <= top + 1e-9]
    return marks[0], marks[-1], marks


def _steps(least: float) -> Iterable[float]:
    """Round steps, from the largest below `least` on."""
    tenth = 10.0 ** floor(log10(least))
    return (factor * tenth for factor in (1, 2, 5, 10, 20))


def _amounts(points: Sequence[Point], held: Sequence[Own]) -> list[float]:
    ends = [end for point in points for end in (point.value, point.lower_limit, point.upper_limit, point.target)]
    return [float(end) for end in (*ends, *(figure.value for figure in held)) if end is not None]


def _mark(point: Point, run: str) -> dict[str, Any]:
    return {
        "start": instant(point.period_start),
        "run": run,
        "segment": point.segment,
        "value": float(point.value),
        "centre": _number(point.centre),
        "lower": _number(point.lower_limit),
        "upper": _number(point.upper_limit),
        "meaning": point.meaning,
    }


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _told(points: Sequence[Point], scale: str, held: Sequence[Own]) -> str:
    """The chart for those who do not see it: its ends, its limits now, which points break a rule, and where it is cut."""
    first, last = points[0], points[-1]
    said = [f"{_dated(first, scale)} to {_dated(last, scale)}, {len(points)} points."]
    if last.lower_limit is not None and last.upper_limit is not None and last.centre is not None:
        ends = f"{words.number(last.lower_limit, scale)} to {words.number(last.upper_limit, scale)}"
        said.append(f"Centre {words.number(last.centre, scale)}, limits now {ends}.")
    for meaning in MARKS:
        broke = [point for point in points if point.meaning == meaning]
        if broke:
            where = "; ".join(_rule(point) for point in broke[-3:])
            said.append(f"{len(broke)} of {len(points)} points: {meaning}, last {where}.")
    if not any(point.rule for point in points) and last.lower_limit is not None:
        said.append("No point breaks a rule.")
    cuts = [point for before, point in pairwise(points) if before.segment != point.segment]
    said += [f"A new line begins in {words.period(point.period_start, point.period_end)}." for point in cuts]
    if held:
        said.append(f"Before it, dashed and without limits: {len(held)} points made for the board as it is now.")
    if last.target is not None:
        said.append(f"Target {words.number(last.target, 'proportion')}.")
    return " ".join(said)


def _dated(point: Point, scale: str) -> str:
    return f"{words.number(point.value, scale)} ({words.period(point.period_start, point.period_end)})"


def _rule(point: Point) -> str:
    return f"{words.period(point.period_start, point.period_end)} ({measure_words.RULES[point.rule or '']})"
