"""The board pack of one ICB, as it is known now or was at the end of a month: as a page, as slides, and as files."""

import re

from ics_insight.dashboard import words
from ics_insight.dashboard.kept import as_known, end_of, first_kept
from ics_insight.dashboard.pack_content import Content
from ics_insight.dashboard.pack_sections import sections_of
from ics_insight.dashboard.pack_slides import pptx
from ics_insight.dashboard.paper import STATIC
from ics_insight.dashboard.queries import board, published_at, snapshot
from ics_insight.dashboard.rendering import Page, render
from ics_insight.errors import Unavailable


def pack_page(code: str, month: str = "") -> Page | None:
    """The pack as it is known now, or as it was known at the end of a month; None for what is no board, or no month so far."""
    if month and (end_of(month) is None or month > f"{published_at():%Y-%m}"):
        return None
    at = f"/icb/{code}/pack" + (f"/{month}" if month else "")
    found = as_known(code, end_of(month))
    return rendered(found, at) if found else _nothing(code, at, month)


def pack_files(code: str, month: str = "") -> dict[str, bytes]:
    """The same as files by name, each whole in itself. Raises Unavailable where nothing is known of it."""
    found = as_known(code, end_of(month)) if not month or end_of(month) else None
    if found is None:
        raise Unavailable(f"No pack of “{code}” is kept{f' that was published by the end of {month}' if month else ''}.")
    page, name = rendered(found), f"pack-{code}-{month or f'{found.published_at:%Y-%m-%d}'}"
    style = (STATIC / "style.css").read_text()
    html = re.sub(r'<link rel="icon"[^>]*>', "", page.html).replace(
        '<link rel="stylesheet" href="/static/style.css">', f"<style>{style}</style>"
    )
    return {f"{name}.html": html.encode(), f"{name}.pptx": pptx(found, sections_of(found))}


def rendered(content: Content, at: str = "") -> Page:
    """The pack of this content as page and slides. `at` is its address; without, it is a file of its own."""
    sections = sections_of(content)
    served = {"board": content, "at": at} if at else {}
    html = render("pack.html", content=content, sections=sections, **served)
    drawings = [slide.drawing for section in sections for slide in section.slides if slide.drawing]
    return Page(html, drawings, published_at=content.published_at, slides=lambda: pptx(content, sections))


def _nothing(code: str, at: str, month: str) -> Page | None:
    with snapshot() as connection:
        icb = board(connection, code)
    if icb is None:
        return None
    return Page(render("pack_nothing.html", board=icb, at=at, by=words.month(month) if month else "", first=first_kept(code)))
