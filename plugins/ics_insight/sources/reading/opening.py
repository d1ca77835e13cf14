"""Opening what was delivered: which kind of file it is, what is in a zip, and in which letters a CSV is written.

Raises Refused for what cannot be what it should be: a web page under a file's name, a damaged or oversized archive, bytes that are
no text.
"""

import codecs
import csv
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from ics_insight.errors import Refused

BLOCK = 4 << 20
LARGEST_MEMBER = 4 << 30
LARGEST_RATIO = 250


@dataclass(frozen=True)
class CsvFile:
    """A CSV as delivered, alone, gzipped, or as a member of a zip; `sheet` is then the member's name."""

    name: str
    sheet: str
    encoding: str
    open: Callable[[], Any]

    @property
    def where(self) -> str:
        return f"{self.name}, {self.sheet}" if self.sheet else self.name

    def text(self, opened: Any) -> io.TextIOWrapper:
        return io.TextIOWrapper(opened, encoding="utf-8-sig" if self.encoding == "utf8" else self.encoding, newline="")


def open_csv(path: Path, name: str) -> CsvFile:
    """Find the CSV in what was delivered. Raises Refused for anything else: a web page, a workbook, a damaged or oversized zip."""
    found = kind(path, name)
    if found == "zip":
        member = _only_csv(path, name)
        return _member(path, name, member)
    if found == "csv":
        return _decodable(name, "", lambda: path.open("rb"))
    if found == "gzip":
        return _decodable(name, "", lambda: _gunzip(path, name))
    raise Refused(f"{name}: expected a CSV file, or a zip with one in it; found {ARTICLE[found]}.")


def open_csvs(path: Path, name: str) -> Iterator[CsvFile]:
    """All CSVs of a zip in the order of their names, or the one CSV that was delivered. Raises Refused as `open_csv` does."""
    if kind(path, name) != "zip":
        yield open_csv(path, name)
        return
    for member in sorted(csv_members(path, name), key=lambda each: each.filename):
        yield _member(path, name, member)


def _member(path: Path, name: str, member: zipfile.ZipInfo) -> CsvFile:
    if member.flag_bits & 1:
        raise Refused(f"{name}, {member.filename}: the file is protected by a password; send it without.")
    refuse_bomb(name, member)
    return _decodable(name, member.filename, lambda: _open_member(path, name, member.filename))


ARTICLE = {
    "csv": "plain text (CSV)",
    "json": "JSON",
    "html": "a web page (HTML), probably an error page saved under this name",
    "xml": "XML, probably an answer of a web service saved under this name",
    "ods": "an OpenDocument spreadsheet",
    "xlsx": "an Excel workbook",
    "xls": "an Excel workbook of the old kind (.xls): save it as .xlsx and send that",
    "zip": "a zip archive",
    "gzip": "a gzip archive",
    "pdf": "a PDF",
    "binary": "bytes that are neither text nor a known kind of file",
}


def kind(path: Path, name: str) -> str:
    """Which kind of file these bytes are, whatever their name says: a key of ARTICLE. Raises Refused for an empty file."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise Refused(f"{name}: the file is empty.")
    signed = {b"PK\x03\x04": "", b"\x1f\x8b": "gzip", b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf"}
    for signature, found in signed.items():
        if start.startswith(signature):
            return found or _kind_of_zip(path, name)
    text = start.lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if text.startswith(b"<"):
        return "xml" if text.startswith(b"<?xml") and b"<html" not in text.lower() else "html"
    if b"\0" in start:
        return "binary"
    return "json" if text.startswith((b"{", b"[")) else "csv"


def _kind_of_zip(path: Path, name: str) -> str:
    with archive(path, name) as opened:
        names = set(opened.namelist())
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    return "xlsx" if "[Content_Types].xml" in names else "zip"


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, UnicodeDecodeError)


@contextmanager
def archive(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """A zip, or what is made like one. Raises Refused when it is damaged, also while it is read."""
    try:
        with zipfile.ZipFile(path) as opened:
            yield opened
    except _DAMAGED as error:
        raise Refused(f"{name}: the zip is damaged or was cut off on its way ({error}); send it again.") from None


def csv_members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    """The CSVs in a zip, without what a desktop adds."""
    with archive(path, name) as opened:
        return [m for m in opened.infolist() if not m.filename.startswith("__MACOSX/") and m.filename.lower().endswith(".csv")]


def _only_csv(path: Path, name: str) -> zipfile.ZipInfo:
    members = csv_members(path, name)
    if len(members) != 1:
        raise Refused(f"{name}: expected a zip with exactly one CSV; found {len(members)}.")
    return members[0]


def refuse_bomb(name: str, member: zipfile.ZipInfo) -> None:
    """Raises Refused for a member that unpacks to more than a publisher's file does."""
    if member.file_size > LARGEST_MEMBER or member.file_size > LARGEST_RATIO * max(member.compress_size, 1):
        raise Refused(
            f"{name}, {member.filename}: unpacks from {member.compress_size:,} to {member.file_size:,} bytes, "
            f"more than {LARGEST_RATIO} times or {LARGEST_MEMBER >> 30} GiB: not opened."
        )


@contextmanager
def _open_member(path: Path, name: str, member: str) -> Iterator[IO[bytes]]:
    with archive(path, name) as opened, opened.open(member) as file:
        yield file


@contextmanager
def _gunzip(path: Path, name: str) -> Iterator[IO[bytes]]:
    most = min(LARGEST_MEMBER, LARGEST_RATIO * path.stat().st_size)
    try:
        with gzip.open(path) as file:
            yield cast(IO[bytes], _Measured(file, name, most))
    except _DAMAGED as error:
        raise Refused(f"{name}: the gzip is damaged or was cut off on its way ({error}); send it again.") from None


class _Measured(io.RawIOBase):
    """A stream that ends with a refusal when more comes out of it than a publisher's file holds."""

    def __init__(self, stream: gzip.GzipFile, name: str, most: int) -> None:
        self._stream, self._name, self._left = stream, name, most

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        block = self._stream.read(len(into))
        into[: len(block)] = block
        self._left -= len(block)
        if self._left < 0:
            raise Refused(f"{self._name}: unpacks to more than {LARGEST_RATIO} times its size: not opened.")
        return len(block)


def _decodable(name: str, sheet: str, opener: Callable[[], Any]) -> CsvFile:
    """Publishers write UTF-8 or, from older desktops, Windows-1252; the whole file is looked at, since one name can decide.

    Raises Refused for bytes that are neither, and for a quotation mark that nothing closes: Arrow takes what follows it as text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, zero, quotes = True, False, 0
    with opener() as file:
        while block := file.read(BLOCK):
            utf8 = utf8 and _decodes(decoder, block)
            zero = zero or b"\0" in block
            quotes += block.count(b'"')
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    sent = CsvFile(name, sheet, "utf8" if utf8 else "cp1252", opener)
    if zero or not utf8:
        _refuse_strange_bytes(sent)
    if quotes % 2:
        _refuse_open_quote(sent)
    return sent


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_strange_bytes(sent: CsvFile) -> None:
    never = re.compile(rb"\0" if sent.encoding == "utf8" else rb"[\0\x81\x8d\x8f\x90\x9d]")
    line = 1
    with sent.open() as file:
        while block := file.read(BLOCK):
            if found := never.search(block):
                line += block.count(b"\n", 0, found.start())
                raise Refused(
                    f"{sent.where}: line {line} holds a byte that stands for no character in UTF-8 or Windows-1252; "
                    f"save the file as UTF-8."
                )
            line += block.count(b"\n")


def _refuse_open_quote(sent: CsvFile) -> None:
    """An odd number of quotation marks may be innocent (5" in a cell without any around it), so that the rows are walked."""
    row = 1
    with sent.open() as file:
        try:
            for row, _ in enumerate(csv.reader(sent.text(file), strict=True), 2):  # noqa: B007
                pass
        except csv.Error as error:
            if "end of data" in str(error) or "field larger" in str(error):
                raise Refused(
                    f"{sent.where}: row {row} opens a quotation mark that nothing closes; the file may have been cut off."
                ) from None
