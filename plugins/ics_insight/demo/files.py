"""Writing a file's bytes: CSV, zip and OpenDocument spreadsheet, with nothing in them that depends on when or where.

Zip members are stored, not deflated: two builds of zlib may pack the same text into different bytes.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape

Cell = str | int | float | None
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
