"""Names of the rows of a chart: each directly above its mark, in as many lines as it needs. A row is as high as its own name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import wrap
from typing import Any

LINE = 18  # pixels from one line of a name to the next
MARK = 30  # pixels that a mark takes below its name
_WIDEST = 33  # characters of a line that fit a chart's width


@dataclass(frozen=True)
class Names:
    """Rows by name, in their order, and the lines of what stands above the mark of each."""

    rows: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> int:
        """Of all rows together, in pixels."""
        return self._ends[-1]

    @property
    def axis(self) -> Any:
        """The vertical axis that marks share with their names; none of it is drawn."""
        import altair as alt

        return alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, self.height], range=[0, self.height], nice=False, zero=False))

    def placed(self, values: Iterable[Mapping[str, Any]]) -> Any:
        """Data of marks, each with the name of its `row`, at the height of their marks."""
        import altair as alt

        places = {row: end - MARK / 2 for row, end in zip(self.rows, self._ends, strict=True)}
        return alt.Data(values=[{**value, "y": places[value["row"]]} for value in values])

    @property
    def drawn(self) -> Any:
        """The names, as text."""
        import altair as alt

        values = [
            {"line": line, "y": end - MARK - 6 - LINE * up}
            for end, lines in zip(self._ends, self.lines, strict=True)
            for up, line in enumerate(reversed(lines))
        ]
        return (
            alt.Chart(alt.Data(values=values))
            .mark_text(align="left", fontSize=14)
            .encode(x=alt.value(0), y=self.axis, text="line:N")
        )  # fmt: skip

    @property
    def _ends(self) -> list[int]:
        return list(accumulate(MARK + LINE * len(lines) for lines in self.lines))


def named(rows: Sequence[str], said: Sequence[str]) -> Names:
    """Rows with what stands above the mark of each."""
    return Names(tuple(rows), tuple(tuple(wrap(each, _WIDEST)) for each in said))
