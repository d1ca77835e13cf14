"""A page as its reader finds it: tables, headings, lists and drawings."""

import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """The cells of each table by the id of its caption, and everything that a browser would load or follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tables: dict[str, list[list[str]]] = {}
        self.loads: list[str] = []
        self.tags: list[str] = []
        self._rows: list[list[str]] = []
        self._in_cell = False
        self.headings: list[str] = []
        self._items: dict[str, list[str]] = {}
        self._section = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "style") and tag != "a"]
        if tag == "caption":
            self._rows = self.tables[named["id"] or ""] = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        self._in_cell = tag in ("td", "th") or (self._in_cell and tag in ("span", "a"))
        self._open = tag
        if tag == "section":
            self._section = named.get("id") or ""
        elif tag in ("h1", "h2", "h3"):
            self.headings.append("")
        elif tag == "li":
            self._items.setdefault(self._section, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag in ("span", "a")
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self._rows[-1][-1] += data.replace("\n", "")
        if self._open in ("h1", "h2", "h3"):
            self.headings[-1] += data
        elif self._open == "li":
            self._items[self._section][-1] += data

    def column(self, table: str, number: int) -> list[str]:
        return [row[number] for row in self.tables[table][1:]]

    def drawing(self, chart_id: str) -> str:
        found = re.search(rf'<svg role="img" aria-labelledby="{chart_id}-t .*?</svg>', self.text, re.DOTALL)
        assert found, f"no chart {chart_id}"
        return found[0]

    def items(self, section: str) -> list[str]:
        """The list items of a section."""
        return self._items.get(section, [])

    def horizontal(self, drawing: str, colour: str) -> list[float]:
        """How far to the right each mark of a colour is drawn, from top to bottom."""
        marks = re.findall(rf'<path transform="translate\(([\d.]+),([\d.]+)\)" d="[^"]*" fill="{colour}"', drawing)
        marks += re.findall(rf'<path d="M([\d.]+),([\d.]+)[^"]*" fill="{colour}"', drawing)
        return [float(across) for across, _ in sorted(marks, key=lambda mark: float(mark[1]))]
