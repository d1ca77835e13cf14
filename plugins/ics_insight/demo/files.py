"""Writing a file's bytes: CSV, zip, gzip, OpenDocument and Excel, with nothing in them that depends on when or where.

Members of zip and gzip are stored, not deflated: two builds of zlib may pack the same text into different bytes.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

Cell = str | int | float | None


@dataclass(frozen=True)
class Formula:
    """A formula, as it is typed after the equals sign, with the value that was last worked out; None for none."""

    text: str
    value: Cell


ExcelCell = Cell | date | datetime | Formula
ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can name
_UNIX = 3

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def csv_bytes(rows: Iterable[Sequence[Cell]], *, line_end: str = "\r\n", quote_all: bool = False) -> bytes:
    """Rows as UTF-8 CSV; None is a blank."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerows(rows)
    return text.getvalue().encode()


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """A zip of `members` in their order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, ALWAYS)
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def gzip_bytes(content: bytes) -> bytes:
    """A gzip of one member without name or time (RFC 1952), in stored blocks (RFC 1951, 3.2.4)."""
    blocks = []
    for start in range(0, max(1, len(content)), _BLOCK):
        block = content[start : start + _BLOCK]
        size = len(block).to_bytes(2, "little")
        last = start + _BLOCK >= len(content)
        blocks += [bytes([last]), size, bytes(0xFF - byte for byte in size), block]
    checks = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join([b"\x1f\x8b\x08" + bytes(6) + b"\xff", *blocks, checks])


def xlsx_bytes(sheets: Mapping[str, Sequence[Sequence[ExcelCell]]], *, hidden: Collection[str] = (), macros: bool = False) -> bytes:
    """An Excel workbook (ECMA-376), one sheet per entry; texts are shared, None and "" are cells that are not there.

    Sheets named in `hidden` are there and not shown. With `macros` it is what a .xlsm declares itself to be; it holds none.
    Raises ValueError for a sheet's name of more than 31 characters, which Excel would refuse.
    """
    for title in sheets:
        if len(title) > _LONGEST_TITLE:
            raise ValueError(f"Sheet name “{title}” has {len(title)} characters; Excel takes {_LONGEST_TITLE}.")
    shared: dict[str, int] = {}
    parts = [_sheet(rows, shared) for rows in sheets.values()]
    kind = "vnd.ms-excel.sheet.macroEnabled" if macros else "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    numbers = range(1, len(parts) + 1)
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="application/{content}+xml"/>'
        for name, content in [
            ("workbook", f"{kind}.main"),
            *((f"worksheets/sheet{n}", f"{_OOXML}.worksheet") for n in numbers),
            ("styles", f"{_OOXML}.styles"), ("sharedStrings", f"{_OOXML}.sharedStrings"),
        ]
    )  # fmt: skip
    states = ['state="hidden" ' if title in hidden else "" for title in sheets]
    entries = "".join(
        f'<sheet name="{escape(title)}" sheetId="{n}" {state}r:id="rId{n}"/>'
        for n, title, state in zip(numbers, sheets, states, strict=True)
    )
    targets = [
        *((f"worksheets/sheet{n}.xml", "worksheet") for n in numbers),
        ("styles.xml", "styles"),
        ("sharedStrings.xml", "sharedStrings"),
    ]
    members = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relationships([("xl/workbook.xml", "officeDocument")]),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships(targets),
        **{f"xl/worksheets/sheet{n}.xml": part for n, part in zip(numbers, parts, strict=True)},
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(shared)}">'
        + "".join(f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>' for text in shared)
        + "</sst>",
    }  # fmt: skip
    return zip_bytes({name: text.encode() for name, text in members.items()})


_BLOCK = 0xFFFF
_LONGEST_TITLE = 31
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OOXML = "vnd.openxmlformats-officedocument.spreadsheetml"
_DAY_ONE = date(1899, 12, 30)  # Excel's day 1 is 31 December 1899, since it believes in a 29 February 1900
# cell formats 0 plain, 1 a day (built-in 14), 2 a day with its time (built-in 22)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_LINKS}/{kind}" Target="{target}"/>' for n, (target, kind) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _sheet(rows: Sequence[Sequence[ExcelCell]], shared: dict[str, int]) -> str:
    letters = [_letters(n) for n in range(max(map(len, rows), default=0))]
    lines = []
    for n, row in enumerate(rows, 1):
        cells = [_excel_cell(f"{letter}{n}", value, shared) for letter, value in zip(letters, row, strict=False)]
        lines.append(f'<row r="{n}">{"".join(cells)}</row>')
    return f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _letters(column: int) -> str:
    """A, B, … Z, AA, … for columns counted from 0."""
    name = ""
    column += 1
    while column:
        column, at = divmod(column - 1, 26)
        name = chr(65 + at) + name
    return name


def _excel_cell(at: str, value: ExcelCell, shared: dict[str, int]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f'<c r="{at}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        cached = "" if value.value is None else f"<v>{escape(str(value.value), quote=False)}</v>"
        return f'<c r="{at}"{kind}><f>{escape(value.text, quote=False)}</f>{cached}</c>'
    if isinstance(value, datetime):
        days = (value.date() - _DAY_ONE).days + (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
        return f'<c r="{at}" s="2"><v>{days!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - _DAY_ONE).days}</v></c>'
    return f'<c r="{at}"><v>{value!r}</v></c>'


def ods_bytes(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """An OpenDocument spreadsheet, one table per sheet. `mimetype` comes first, as the format asks (ODF 1.2, part 3, 3.3)."""
    tables = "".join(_table(title, rows) for title, rows in sheets.items())
    content = (
        f'{_XML}<office:document-content {_NAMESPACES} office:version="1.2"><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    members = {"mimetype": _MIMETYPE, "content.xml": content, "META-INF/manifest.xml": _MANIFEST}
    return zip_bytes({name: text.encode() for name, text in members.items()})


def _table(title: str, rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{escape(title)}">{lines}</table:table>'


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{value!r}</text:p></table:table-cell>'
