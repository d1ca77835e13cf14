"""How old each source is beside how old it may be, as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ics_insight.dashboard.charts import BLUE, PLUM, WIDTH
from ics_insight.dashboard.drawing import GREY, Drawing
from ics_insight.dashboard.row_names import named

_DAYS = 30.4375  # of a month: 365.25 / 12
_KINDS = ("Up to date", "Out of date", "As old as it may be")


@dataclass(frozen=True)
class Age:
    """A source, the days since its newest period ended, and how many there may be; None where nobody says."""

    name: str
    days: int
    most: int | None

    @property
    def is_out_of_date(self) -> bool:
        return self.most is not None and self.days > self.most


def ages(key: str, title: str, rows: Sequence[Age]) -> Drawing:
    """A mark for the age of each source in months below its name, and another where it would be out of date."""
    import altair as alt

    names = named([row.name for row in rows], [f"{row.name}: {_months(row.days)}" for row in rows])
    values: list[dict[str, Any]] = [
        {"row": row.name, "months": row.days / _DAYS, "start": 0, "kind": _KINDS[row.is_out_of_date]} for row in rows
    ]
    limits = [{"row": row.name, "months": row.most / _DAYS, "kind": _KINDS[2]} for row in rows if row.most is not None]
    legend = alt.Legend(orient="top", direction="vertical", title=None, labelFontSize=14, labelLimit=WIDTH, symbolOpacity=1)
    colour = alt.Color("kind:N", legend=legend, scale=alt.Scale(domain=_KINDS, range=[BLUE, PLUM, GREY]))
    shape = alt.Shape("kind:N", legend=legend, scale=alt.Scale(domain=_KINDS, range=["circle", "diamond", "triangle-down"]))
    axis = alt.Axis(title="Months", titleFontSize=14, tickCount=5, grid=False, format="d")
    x = alt.X("months:Q", axis=axis, scale=alt.Scale(zero=True))
    base = alt.Chart(names.placed(values)).encode(y=names.axis)
    chart = alt.layer(
        base.mark_rule(color=GREY, opacity=1).encode(x=alt.X("start:Q"), x2="months:Q"),
        alt.Chart(names.placed(limits))
        .mark_point(filled=True, opacity=1, size=80)
        .encode(x=x, y=names.axis, color=colour, shape=shape),
        base.mark_point(filled=True, opacity=1, size=80).encode(x=x, color=colour, shape=shape),
        names.drawn,
    )
    told = "; ".join(f"{row.name}: {_months(row.days)}{', out of date' if row.is_out_of_date else ''}" for row in rows)
    behind = [{"source": row.name, "days": row.days, "days_at_most": row.most, "out_of_date": row.is_out_of_date} for row in rows]
    return Drawing(key, title, told, chart.properties(width=WIDTH, height=names.height), behind)


def _months(days: int) -> str:
    """Days as whole months, rounded down: `under 1 month`, `1 month`, `14 months`."""
    whole = int(days / _DAYS)
    return "under 1 month" if whole < 1 else f"{whole} month{'' if whole == 1 else 's'}"
