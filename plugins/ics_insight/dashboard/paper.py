"""A page on paper: a tagged PDF that a screen reader can read (PDF/UA-1), made from the page's own HTML and fetching nothing."""

import logging
import re
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ics_insight.dashboard import charts, words
from ics_insight.errors import NotInstalled

STATIC = Path(__file__).parent / "static"
MISSING = (
    "A PDF is made with Pango, which is not installed here. Whoever runs this system installs the packages libpango-1.0-0, "
    "libpangoft2-1.0-0 and libharfbuzz-subset0; meanwhile, print this page from your browser: the result is the same."
)
_SVG = "{http://www.w3.org/2000/svg}"
_WIDE = re.compile('<table[^>]* class="wide"')


def pdf(html: str, published_at: datetime) -> bytes:
    """A page as PDF, on A4, across where it holds a wide table. Raises NotInstalled where Pango is missing."""
    weasyprint = _weasyprint()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # that the style sheet says more than paper needs is no news
    document = weasyprint.HTML(string=html, base_url="page:/", url_fetcher=_from_package())
    _prepared(document.etree_element)
    sheet = weasyprint.CSS(string=_sheet(bool(_WIDE.search(html)), published_at))
    made: bytes = document.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    return made


def _weasyprint() -> Any:
    try:
        with redirect_stdout(StringIO()):  # where a library is missing it also prints where to read about that
            import weasyprint
    except OSError:
        raise NotInstalled(MISSING) from None
    return weasyprint


def _from_package() -> Any:
    """Finds what lies under /static in this package, and refuses all else: a page is made without asking anybody."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    known = {f"/static/{path.name}": path for path in STATIC.iterdir()}

    class FromPackage(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            path = known.get(urlsplit(url).path)
            if path is None or urlsplit(url).netloc:
                raise ValueError(f"{url} is not part of this page")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _KINDS[path.suffix]})

    return FromPackage()


_NARROWEST, _WORD, _LINE = 8, 24, 36  # characters: the least of a column, and beyond which words and lines are broken
_KINDS = {".css": "text/css", ".svg": "image/svg+xml"}


def _prepared(root: Any) -> None:
    """Drawings bring their look, which the style sheet does not reach, and all that is told of them; links that lead to other pages
    of this site lead nowhere from paper."""
    for drawing in root.iter(f"{_SVG}svg"):
        for text in drawing.iter(f"{_SVG}text"):
            text.attrib.update(
                {"font-family": "Liberation Sans, Arial, Arimo, DejaVu Sans", "font-size": "14", "fill": charts.TEXT}
            )
        title, told = drawing.find(f"{_SVG}title"), drawing.find(f"{_SVG}desc")
        if title is not None and told is not None:
            title.text = f"{title.text}. {told.text}"
    for table in root.iter("table"):
        _share_width(table)
    for link in root.iter("a"):
        if link.get("href", "").startswith("/") and not link.get("href").endswith((".csv", ".png", ".pdf", ".pptx")):
            del link.attrib["href"]


def _share_width(table: Any) -> None:
    """Columns as wide as what stands in them asks for. Measuring each word of a large table would take longer than all the rest."""
    wanted: dict[int, int] = {}
    for row in table.iter("tr"):
        column = 0
        for cell in row:
            across, text = int(cell.get("colspan", "1")), "".join(cell.itertext())
            if across == 1:
                longest = max(map(len, text.split()), default=0)
                wanted[column] = max(wanted.get(column, _NARROWEST), min(longest, _WORD) + 1, min(len(text), _LINE))
            column += across
    columns = table.makeelement("colgroup", {})
    for column in sorted(wanted):
        columns.append(table.makeelement("col", {"style": f"width: {100 * wanted[column] / sum(wanted.values()):.1f}%"}))
    table.insert(1 if table[0].tag == "caption" else 0, columns)
    table.set("style", "table-layout: fixed")


def _sheet(wide: bool, published_at: datetime) -> str:
    small = "font: 8pt 'Liberation Sans', Arial, Arimo, 'DejaVu Sans', sans-serif; color: #425563"
    return f"""@page {{
        size: A4 {"landscape" if wide else "portrait"}; margin: 14mm 14mm 17mm;
        @bottom-left {{ {small}; content: "Published {words.day(published_at)}" }}
        @bottom-right {{ {small}; content: "Page " counter(page) " of " counter(pages) }}
    }}"""
