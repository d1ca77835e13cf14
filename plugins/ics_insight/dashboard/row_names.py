"""Names of the rows of a chart: each directly above its mark, in as many lines as it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

LINE = 18  # pixels from one line of a name to the next
MARK = 26  # pixels that a mark takes below its name
_WIDEST = 33  # characters of a line that fit a chart's width


@dataclass(frozen=True)
class Names:
    """Rows by name, in their order, and the pixels from the middle of a row down to its mark."""

    rows: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    @property
    def step(self) -> int:
        """How high a row is."""
        return MARK + LINE * max(map(len, self.lines))

    @property
    def below(self) -> float:
        return self.step / 2 - MARK / 2

    @property
    def drawn(self) -> list[Any]:
        """Text marks: the last line of every name, the last but one, and so on. A text of several lines would hang from its top."""
        import altair as alt

        layers = []
        for up in range(max(map(len, self.lines))):
            values = [
                {"row": row, "line": lines[-1 - up]} for row, lines in zip(self.rows, self.lines, strict=True) if len(lines) > up
            ]
            layers.append(
                alt.Chart(alt.Data(values=values))
                .mark_text(align="left", fontSize=14, yOffset=self.below - MARK / 2 - 6 - LINE * up)
                .encode(x=alt.value(0), y=self.axis, text="line:N")
            )
        return layers

    @property
    def axis(self) -> Any:
        """The vertical axis that marks share with their names."""
        import altair as alt

        return alt.Y("row:N", sort=list(self.rows), axis=None)


def named(rows: Sequence[str], said: Sequence[str]) -> Names:
    """Rows with what stands above the mark of each."""
    return Names(tuple(rows), tuple(tuple(wrap(each, _WIDEST)) for each in said))
