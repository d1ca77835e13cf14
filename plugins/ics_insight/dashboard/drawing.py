"""A chart with all that belongs to it: its finding, what it says to those who do not see it, its picture and the rows behind it."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from textwrap import wrap
from typing import Any

from markupsafe import Markup

Row = Mapping[str, object]

GREY, GRID = "#425563", "#d8dde0"  # axes, and lines that are decoration
_LOOK = {
    "axis": {"labelFontSize": 14, "labelPadding": 6, "gridColor": GRID, "domainColor": GREY, "ticks": False},
    "axisY": {"labelFlush": False},
    "view": {"stroke": None},
    "font": "Arial",
    "aria": False,
    "background": None,
}
_TITLE_WIDTH = 34  # characters of a picture's title that fit above a chart


@dataclass(frozen=True)
class Drawing:
    """A chart. `key` tells it apart from the others of its page; `title` says what was found, `told` what is seen in it; `chart` is
    what Altair makes; `rows` are the figures drawn, as they were published; `finish` does to the SVG what Altair cannot."""

    key: str
    title: str
    told: str
    chart: Any
    rows: Sequence[Row]
    finish: Callable[[str], str] = str

    @property
    def svg(self) -> Markup:
        """For the page, which brings font and colour of texts."""
        drawn = self._drawn(self.chart, _LOOK)
        box = re.search(r'viewBox="([\d. -]+)"', drawn)
        opening = Markup('<svg role="img" aria-labelledby="{key}-t {key}-d" viewBox="{box}"><title id="{key}-t">{title}</title>')
        described = Markup('<desc id="{key}-d">{told}</desc>').format(key=self.key, told=self.told)
        body = Markup(_lean(drawn[drawn.index(">") + 1 :]))  # noqa: S704 - the renderer escapes the text that it draws
        return opening.format(key=self.key, box=box[1] if box else "", title=self.title) + described + body

    @property
    def png(self) -> bytes:
        """For a report: below its title, on white, two dots for each of the page, and nothing in it but the picture."""
        import vl_convert

        titled = self.chart.properties(title={"text": wrap(self.title, _TITLE_WIDTH), "anchor": "start", "fontSize": 15})
        look = {**_LOOK, "font": "Liberation Sans", "background": "white", "padding": 12}  # one that comes with the renderer
        picture: bytes = vl_convert.svg_to_png(self._drawn(titled, look), scale=2)
        return picture

    def _drawn(self, chart: Any, look: Mapping[str, Any]) -> str:
        import vl_convert

        return self.finish(vl_convert.vegalite_to_svg({**chart.to_dict(validate=False), "config": look}))


def table(rows: Iterable[Row]) -> str:
    """Rows for a spreadsheet: CSV with a header. What is not shown is empty, with its reason beside it."""
    rows = list(rows)
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def rows_of(each: Iterable[Any]) -> list[Row]:
    """Dataclasses as rows, a column for each field."""
    return [asdict(one) for one in each]


def _harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula is a text all the same."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _lean(body: str) -> str:
    """Without what the page does not need, which is two thirds of what the renderer writes. Text looks as the style sheet says."""
    body = re.sub(r'<path class="(?:background|foreground)"[^>]*/>', "", body)
    body = re.sub(r'<text [^>]* opacity="0"[^>]*>[^<]*</text>', "", body)
    return _without_bare_groups(re.sub(r"<[^>]+>", _lean_tag, body))


def _lean_tag(found: re.Match[str]) -> str:
    tag = _UNUSED.sub("", found.group())
    if tag.startswith("<text"):
        tag = _TEXT_STYLE.sub("", tag)
    return _LONG_NUMBER.sub(lambda number: f"{float(number.group()):.1f}".removesuffix(".0"), tag)


def _without_bare_groups(body: str) -> str:
    """Groups that move and colour nothing are left out, with their ends."""
    kept: list[bool] = []

    def one(found: re.Match[str]) -> str:
        tag = found.group()
        if tag == "</g>":
            return tag if kept.pop() else ""
        kept.append(tag not in _BARE)
        return tag if kept[-1] else ""

    return re.sub(r"</?g\b[^>/]*>", one, body.replace("<g/>", ""))


_BARE = ("<g>", '<g transform="translate(0,0)">')
_UNUSED = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|style)="[^"]*"| (?:opacity|stroke-width)="1"')
_TEXT_STYLE = re.compile(r' (?:fill|font-[a-z]+)="[^"]*"')
_LONG_NUMBER = re.compile(r"\d+\.\d{2,}")
