"""The board pack as PPTX: on every slide the finding as its title, a picture with its text alternative, a real table, and sources
in the notes. The same content gives the same bytes."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ics_insight.dashboard import words

if TYPE_CHECKING:
    from ics_insight.dashboard.pack_content import Content
    from ics_insight.dashboard.pack_sections import Section, Slide, Table

FONT, LANGUAGE = "Arial", "en-GB"
BLUE, TEXT, PALE, WHITE = "005EB8", "212B32", "F0F4F5", "FFFFFF"
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.5  # inches
ROWS, LINES = 12, 15  # of a table on one slide: rows, and lines of text in them
_LINE = 0.24  # inches that a line of a table takes
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold: what time it is makes no other file


def pptx(content: "Content", sections: Sequence["Section"]) -> bytes:
    """The slides of a pack."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    title = f"{content.name}: what people said, beside the waits"
    _told_of(deck, title, content)
    foot = f"{content.name}. Published {words.day(content.published_at)}"
    _front(deck, title, content)
    for section in sections:
        for slide in section.slides:
            for part in _parts(slide):
                _slide(deck, section.name, part, foot)
    out = BytesIO()
    deck.save(out)
    return _same_bytes(out)


def _told_of(deck: Any, title: str, content: "Content") -> None:
    about = deck.core_properties
    about.title, about.language, about.revision = title, LANGUAGE, 1
    about.author = about.last_modified_by = about.comments = about.keywords = about.subject = about.category = ""
    about.created = about.modified = about.last_printed = content.published_at.replace(tzinfo=None, microsecond=0)
    for relation, target in list(deck.part.package._rels.items()):  # the template's own thumbnail
        if target.reltype.endswith("/thumbnail"):
            deck.part.package._rels.pop(relation)


def _same_bytes(deck: BytesIO) -> bytes:
    """The same parts in a zip that does not say when it was written."""
    out = BytesIO()
    with zipfile.ZipFile(deck) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, _EPOCH), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _parts(slide: "Slide") -> Iterator["Slide"]:
    """A slide, and as many more as its table needs."""
    if slide.table is None:
        yield slide
        return
    pieces = [rows for rows in _pieces(slide) if rows]
    for number, rows in enumerate(pieces):
        more = f" ({number + 1} of {len(pieces)})" if len(pieces) > 1 else ""
        drawing = slide.drawing if number == 0 else None
        yield replace(slide, title=slide.title + more, table=replace(slide.table, rows=rows), drawing=drawing)
    if not pieces:
        yield replace(slide, table=None)


def _pieces(slide: "Slide") -> Iterator[tuple[tuple[str, ...], ...]]:
    """The rows of a slide's table, as many at a time as fit; beside the picture of the first fewer words do."""
    rows: list[tuple[str, ...]] = []
    lines, widths = 0, _widths(slide.table, _table_width(slide)) if slide.table else []
    for row in slide.table.rows if slide.table else ():
        tall = _lines(row, widths)
        if rows and (len(rows) == ROWS or lines + tall > LINES):
            yield tuple(rows)
            rows, lines = [], 0
        rows.append(row)
        lines += tall
    yield tuple(rows)


def _table_width(slide: "Slide") -> float:
    return WIDTH - 2 * MARGIN - (_PICTURE + 0.3 if slide.drawing else 0)


_PICTURE = 3.9  # inches


def _front(deck: Any, title: str, content: "Content") -> None:
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    _title(slide, title, 32, Inches(2.2))
    said = (
        f"As it was published on {words.day(content.published_at)}.",
        "It begins with who has it worse and who is not heard. Then each service: what people said, the wait, and voices.",
        "What the checks doubt stands with its service. It ends with the sources and what is not known.",
        "Every number stands with how many people it is of. Small numbers are not shown.",
    )
    _text(slide, said, MARGIN, 3.8, WIDTH - 2 * MARGIN, 2.5, 20)
    slide.notes_slide.notes_text_frame.text = "The last slides name all sources; the notes of each say where its figures come from."


def _slide(deck: Any, section: str, told: "Slide", foot: str) -> None:
    """Shapes are added in the order in which they are read: title, words, picture, table, foot."""
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    _title(slide, told.title, 24 if len(told.title) <= 120 else 20 if len(told.title) <= 190 else 16, Inches(0.3))
    _text(slide, (section, *told.said), MARGIN, 1.4, WIDTH - 2 * MARGIN, 0.5, 12)
    if told.drawing:
        picture = slide.shapes.add_picture(BytesIO(told.drawing.png), Inches(MARGIN), Inches(2.1), width=Inches(_PICTURE))
        if picture.height > Inches(4.8):
            picture.width, picture.height = int(picture.width * Inches(4.8) / picture.height), Inches(4.8)
        _name(picture, "Chart", f"{told.drawing.title}. {told.drawing.told}")
    if told.table and told.table.rows:
        _table(slide, told.table, _table_width(told))
    _text(slide, (foot,), MARGIN, 7.05, WIDTH - 2 * MARGIN, 0.3, 10)
    slide.notes_slide.notes_text_frame.text = "\n".join(
        ["Sources and files:", *told.notes] if told.notes else ["No figure of a file."]
    )


def _title(slide: Any, text: str, size: int, top: Any) -> None:
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches

    title = slide.shapes.title
    title.left, title.top, title.width, title.height = Inches(MARGIN), top, Inches(WIDTH - 2 * MARGIN), Inches(1.1)
    frame = title.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    _write(frame.paragraphs[0], text, size, BLUE, bold=True)


def _text(slide: Any, lines: Sequence[str], left: float, top: float, width: float, height: float, size: int) -> None:
    from pptx.util import Inches

    frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        _write(frame.paragraphs[0] if number == 0 else frame.add_paragraph(), line, size, TEXT)


def _table(slide: Any, table: "Table", width: float) -> None:
    from pptx.util import Inches

    left = WIDTH - MARGIN - width
    shape = slide.shapes.add_table(
        len(table.rows) + 1, len(table.headings), Inches(left), Inches(2.1), Inches(width), Inches(_LINE * (len(table.rows) + 1))
    )
    _name(shape, "Table", table.caption)
    made = shape.table
    made.first_row, made.horz_banding = True, True
    for column, share in zip(made.columns, _widths(table, width), strict=True):
        column.width = Inches(share)
    for number, row in enumerate((table.headings, *table.rows)):
        made.rows[number].height = Inches(_LINE)
        for cell, text in zip(made.rows[number].cells, row, strict=True):
            _cell(cell, text, head=number == 0, even=number % 2 == 0)


def _cell(cell: Any, text: str, head: bool, even: bool) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(BLUE if head else PALE if even else WHITE)
    _write(cell.text_frame.paragraphs[0], text, 10, WHITE if head else TEXT, bold=head)


def _widths(table: "Table", width: float) -> list[float]:
    """Columns as wide as their longest word, and within bounds their longest text, asks for; in inches."""
    most = 34 if len(table.headings) < 6 else 20
    wanted = [
        max(max(len(word) for text in column for word in (text.split() or [""])) + 3, min(most, max(len(text) for text in column)))
        for column in zip(table.headings, *table.rows, strict=True)
    ]
    return [width * each / sum(wanted) for each in wanted]


def _lines(row: Sequence[str], widths: Sequence[float]) -> int:
    return max(-(-len(text) // max(1, int(width * 12))) for text, width in zip(row, widths, strict=True)) or 1


def _write(paragraph: Any, text: str, size: int, colour: str, bold: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text
    run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    run._r.get_or_add_rPr().set("lang", LANGUAGE)


def _name(shape: Any, name: str, told: str) -> None:
    """What is read to those who do not see it."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", f"{name} {properties.get('id')}")
    properties.set("descr", told)
