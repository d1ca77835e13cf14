"""What charts look like. Each is small enough to be read on a telephone; the page puts them side by side."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any

from ics_insight.dashboard import words
from ics_insight.dashboard.drawing import GREY, Drawing, rows_of
from ics_insight.dashboard.queries import Figure
from ics_insight.dashboard.row_names import named

WIDTH = 250
BLUE, TEXT, PLUM = "#005eb8", "#212b32", "#7c2855"  # 6.5, 14 and 9.5 to 1 on white; the grey of axes 7.7
FULL = {"proportion": 1.0, "score_0_10": 10.0}
STEP = {"proportion": 0.1, "score_0_10": 1.0}
TICKS = {"proportion": [0, 0.25, 0.5, 0.75, 1], "score_0_10": [0, 2, 4, 6, 8, 10]}
FORMAT = {"proportion": "~%", "score_0_10": "~f", "count": ",~f"}


def strip(key: str, title: str, own: Figure, england: Figure | None) -> Drawing:
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
    beside = [england] if england else []
    drawn = chart.properties(width=WIDTH, height=48 * len(rows))
    return Drawing(key, title, _told([own], beside), drawn, rows_of([own, *beside]))


def bars(key: str, title: str, rows: Sequence[tuple[str, tuple[int, ...], str]], kinds: Sequence[str]) -> Drawing:
    """A bar for each row, of a part of each kind, below its name and what is said of it."""
    import altair as alt

    values = [
        {"row": name, "kind": kind, "from": sum(parts[:number]), "to": sum(parts[: number + 1])}
        for name, parts, _ in rows
        for number, kind in enumerate(kinds)
    ]
    names = named([name for name, *_ in rows], [f"{said}: {name}" if said else name for name, _, said in rows])
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=[BLUE, PLUM, GREY]),
        legend=alt.Legend(orient="top", direction="vertical", title=None, labelFontSize=14, labelLimit=WIDTH),
    )  # fmt: skip
    chart = alt.layer(
        alt.Chart(names.placed(values))
        .mark_bar(size=12, orient="horizontal", stroke="white")
        .encode(y=names.axis, x=alt.X("from:Q", axis=None), x2="to:Q", color=colour),
        names.drawn,
    )
    told = "; ".join(
        f"{name}: {', '.join(f'{kind.lower()} {part}' for kind, part in zip(kinds, parts, strict=True))}" for name, parts, _ in rows
    )
    behind = [{"row": name, **dict(zip(kinds, parts, strict=True))} for name, parts, _ in rows]
    return Drawing(key, title, told, chart.properties(width=WIDTH, height=names.height), behind)


def lines(
    key: str, title: str, own: Sequence[Figure], england: Sequence[Figure], within: tuple[float, float], monthly: bool
) -> Drawing:
    """Several periods of one organisation, with England as a thin dashed line. `within` is the vertical axis that charts share."""
    import altair as alt

    scale = own[0].scale
    starts = sorted({instant(figure.period_start) for figure in (*own, *england)})
    x = alt.X(
        "start:T", scale=alt.Scale(type="utc", domain=[starts[0], starts[-1]], padding=0 if monthly else 12),
        axis=alt.Axis(values=ticks(starts, 3 if monthly else 5), format="%b %Y" if monthly else "%Y", title=None, grid=False),
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
    drawn = alt.layer(*layers).properties(width=WIDTH, height=150)
    return Drawing(key, title, _told(own, england), drawn, rows_of([*own, *england]))


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
        "start": instant(figure.period_start),
        "value": known(figure.value),
        "lower": known(figure.lower),
        "upper": known(figure.upper),
        "shown": words.value(figure),
    }


def instant(start: date) -> int:
    return int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp() * 1000)


def ticks(instants: list[int], most: int) -> list[int]:
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
