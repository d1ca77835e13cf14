"""Charts of who is heard and of whose experience differs: a row for each group or touchpoint, named above its marks."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from ics_insight.dashboard import words
from ics_insight.dashboard.charts import BLUE, PLUM, TEXT, WIDTH
from ics_insight.dashboard.drawing import GREY, Drawing, rows_of
from ics_insight.dashboard.overview_queries import Difference
from ics_insight.dashboard.queries import Heard
from ics_insight.dashboard.row_names import Names, named
from ics_insight.dashboard.unheard_queries import Silent


def ratios(key: str, title: str, rows: Sequence[Heard]) -> Drawing:
    """A mark for the ratio of each row below its name, with its interval. A tall stroke stands where there are as many voices as
    people, a short one where seldom heard begins."""
    import altair as alt

    names = _numbered([words.group(row) for row in rows])
    values: list[dict[str, Any]] = [
        {"row": name, "at": float(row.ratio or 0), "from": float(row.ratio_lower or 0), "to": float(row.ratio_upper or 0)}
        for name, row in zip(names.rows, rows, strict=True)
    ]
    most = ceil(max([1.5, *(value["to"] for value in values)]) * 2) / 2
    axis = alt.Axis(values=[0, 0.5, 1, 1.5, 2], title=None, grid=False)
    strokes = ((1.0, GREY, 22), (float(rows[0].seldom_below), PLUM, 14))
    told = "; ".join(f"{words.group(row)}: {words.ratio(row)}" for row in rows)
    return Drawing(key, title, told, _marks(names, values, alt.Scale(domain=[0, most]), axis, strokes), rows_of(rows))


def differences(key: str, title: str, rows: Sequence[Difference]) -> Drawing:
    """A mark for how far each group lies from the one beside it, below its name, with its interval. Scales are kept apart by being
    drawn as shares of the largest difference of their own. Right is better for people, whatever the measure's direction."""
    import altair as alt

    most = {
        scale: max(max(abs(row.difference_lower), abs(row.difference_upper)) for row in rows if row.scale == scale)
        for scale in {row.scale for row in rows}
    }
    names = _numbered(
        [
            f"{words.of_group(row.characteristic, row.group_label)}: {words.difference(row.difference, row.scale)}. {row.label}"
            for row in rows
        ]
    )
    values = []
    for name, row in zip(names.rows, rows, strict=True):
        way = (-1 if row.is_worse == (row.difference > 0) else 1) / most[row.scale]
        ends = sorted(float(way * end) for end in (row.difference_lower, row.difference_upper))
        values.append({"row": name, "at": float(way * row.difference), "from": ends[0], "to": ends[1]})
    told = "; ".join(
        f"{words.of_group(row.characteristic, row.group_label)} beside {row.reference_label}: "
        f"{words.difference(row.difference, row.scale)}, {row.label}, {row.of}"
        for row in rows
    )
    chart = _marks(names, values, alt.Scale(domain=[-1, 1]), None, ((0.0, GREY, 22),))
    return Drawing(key, title, told, chart, rows_of(rows))


def silence(key: str, title: str, rows: Sequence[Silent]) -> Drawing:
    """A row for each touchpoint that is silent somewhere, and in it a mark for each area, in the order of the table's columns: a
    plum square where nobody was heard, a grey ring where nobody says in which place, none where somebody was."""
    import altair as alt

    touchpoints = list(dict.fromkeys(row.touchpoint_label for row in rows))
    areas = sorted({(row.area_level != "icb", row.area_name, row.area_code) for row in rows})
    numbers = {code: "all" if not is_place else str(number) for number, (is_place, _, code) in enumerate(areas)}
    names = named(touchpoints, touchpoints)
    values = [{"row": row.touchpoint_label, "area": numbers[row.area_code], "silence": row.silence} for row in rows]
    kinds = ["nobody_heard", "not_known_by_place"]
    across = alt.X(
        "area:N", sort=None, scale=alt.Scale(domain=list(numbers.values())),
        axis=alt.Axis(orient="top", title=None, labelAngle=0, domain=False, grid=False),
    )  # fmt: skip
    marks = (
        alt.Chart(names.placed(values))
        .mark_point(filled=False, opacity=1, size=90, strokeWidth=3)
        .encode(
            x=across,
            y=names.axis,
            shape=alt.Shape("silence:N", legend=None, scale=alt.Scale(domain=kinds, range=["square", "circle"])),
            color=alt.Color("silence:N", legend=None, scale=alt.Scale(domain=kinds, range=[PLUM, GREY])),
        )
    )
    told = "; ".join(
        f"{name}: {', '.join(f'{row.area_name} {words.SILENCE[row.silence]}' for row in rows if row.touchpoint_label == name)}"
        for name in touchpoints
    )
    chart = alt.layer(marks, names.drawn).properties(width=WIDTH, height=names.height)
    return Drawing(key, title, told, chart, rows_of(rows))


def _numbered(said: Sequence[str]) -> Names:
    """Rows by number, since two may be said alike."""
    return named([str(number) for number in range(len(said))], said)


def _marks(names: Names, values: Sequence[dict[str, Any]], scale: Any, axis: Any, strokes: Sequence[tuple[float, str, int]]) -> Any:
    """A mark with its interval in each row, and strokes at the same place of all: each at a value, of a colour and a height."""
    import altair as alt

    base = alt.Chart(names.placed(values)).encode(y=names.axis)
    chart = alt.layer(
        *(
            base.mark_tick(color=colour, thickness=2, size=high, opacity=1, orient="vertical").encode(
                x=alt.X(datum=at, scale=scale, axis=axis)
            )
            for at, colour, high in strokes
        ),
        base.mark_rule(color=TEXT, strokeWidth=2, opacity=1).encode(x=alt.X("from:Q", scale=scale), x2="to:Q"),
        base.mark_point(filled=True, color=BLUE, opacity=1, size=80).encode(x=alt.X("at:Q", scale=scale)),
        names.drawn,
    )
    return chart.properties(width=WIDTH, height=names.height)
