"""What charts of a journey look like: a row for each touchpoint in the order in which people travel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ics_insight.dashboard.charts import BLUE, PLUM, TEXT, WIDTH
from ics_insight.dashboard.drawing import GREY, Drawing
from ics_insight.dashboard.row_names import named

IN_WORDS, IN_NUMBERS, NOBODY, UNTOLD = "In words", "In numbers", "Nobody was heard", "No figure for the board"
_KINDS = [IN_WORDS, IN_NUMBERS, NOBODY, UNTOLD]
_BESIDE = 17  # pixels from one mark to the next


@dataclass(frozen=True)
class Stop:
    """A touchpoint in a drawing: how many sources heard somebody there, in words and in numbers; `state` as in State."""

    name: str
    state: str
    in_words: int
    in_numbers: int


@dataclass(frozen=True)
class Share:
    """How many voices of one source at one touchpoint were negative, of how many; both to the nearest five."""

    name: str
    negative: int
    voices: int

    @property
    def share(self) -> float:
        return min(1.0, self.negative / self.voices)


def stops(key: str, title: str, rows: Sequence[Stop]) -> Drawing:
    """A mark for each source that heard somebody at a touchpoint, below its name; where nobody was heard a cross and the words."""
    import altair as alt

    every = [row.name for row in rows]
    names = named(every, every)
    marks: list[dict[str, Any]] = [
        {"row": row.name, "kind": kind, "at": 8 + _BESIDE * number} for row in rows for number, kind in enumerate(_marks(row))
    ]
    said = [
        {"row": row.name, "said": "nobody was heard here" if row.state == "silent" else "no figure for the board"}
        for row in rows
        if row.state != "heard"
    ]
    x = alt.X("at:Q", axis=None, scale=alt.Scale(domain=[0, max(WIDTH, *(mark["at"] + 8 for mark in marks))], nice=False))
    legend = alt.Legend(orient="top", direction="vertical", title=None, labelFontSize=14, labelLimit=WIDTH, symbolOpacity=1)
    colour = alt.Color("kind:N", legend=legend, scale=alt.Scale(domain=_KINDS, range=[BLUE, PLUM, TEXT, GREY]))
    shape = alt.Shape("kind:N", legend=legend, scale=alt.Scale(domain=_KINDS, range=["circle", "diamond", "cross", "triangle-up"]))
    chart = alt.layer(
        alt.Chart(names.placed(marks))
        .mark_point(filled=True, opacity=1, size=120)
        .encode(x=x, y=names.axis, color=colour, shape=shape),
        alt.Chart(names.placed(said)).mark_text(align="left", fontSize=14).encode(x=alt.value(24), y=names.axis, text="said:N"),
        names.drawn,
    )
    drawn = chart.properties(width=WIDTH, height=names.height)
    return Drawing(key, title, _told(rows), drawn, [_behind(row) for row in rows])


def shares(key: str, title: str, rows: Sequence[Share]) -> Drawing:
    """A mark for the share of each row from none to all, below its name and its numbers."""
    import altair as alt

    names = named([row.name for row in rows], [f"{row.name}: {row.negative:,} of {row.voices:,}" for row in rows])
    values = [{"row": row.name, "share": row.share, "none": 0} for row in rows]
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], title=None, grid=False)
    base = alt.Chart(names.placed(values)).encode(y=names.axis)
    chart = alt.layer(
        base.mark_rule(color=GREY, opacity=1).encode(x=alt.X("none:Q"), x2="share:Q"),
        base.mark_point(filled=True, color=PLUM, opacity=1, size=80).encode(
            x=alt.X("share:Q", axis=axis, scale=alt.Scale(domain=[0, 1]))
        ),
        names.drawn,
    )
    told = "; ".join(f"{row.name}: {row.negative:,} negative of {row.voices:,}" for row in rows)
    behind = [{"row": row.name, "negative": row.negative, "voices": row.voices} for row in rows]
    return Drawing(key, title, told, chart.properties(width=WIDTH, height=names.height), behind)


def _marks(row: Stop) -> list[str]:
    if row.state != "heard":
        return [NOBODY if row.state == "silent" else UNTOLD]
    return [IN_WORDS] * row.in_words + [IN_NUMBERS] * row.in_numbers


def _told(rows: Sequence[Stop]) -> str:
    return "; ".join(
        f"{row.name}: {NOBODY.lower() if row.state == 'silent' else UNTOLD.lower()}"
        if row.state != "heard"
        else f"{row.name}: sources that heard somebody in words {row.in_words}, in numbers {row.in_numbers}"
        for row in rows
    )


def _behind(row: Stop) -> dict[str, object]:
    return {"touchpoint": row.name, "state": row.state, "sources_in_words": row.in_words, "sources_in_numbers": row.in_numbers}
