"""The sources that this installation knows: one folder each, described by its `source.yml`.

A layout is recognised by the fingerprint of its header row, or, where the publisher sends none, by patterns that every row
of some columns must match. Two shapes of raw table follow from it:

* `columns`: one raw column per published column, typed as the publisher typed it;
* `sheets`: for surveys with hundreds of columns: a whole row as one array `cells`, named by `raw.header`.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ics_insight.errors import Unavailable
from ics_insight.origins import Api, Page, SftpPlace
from ics_insight.settings import settings

ColumnType = Literal["text", "integer"]
Shape = Literal["measures", "operational", "organisations"]
FOLDER = Path(__file__).parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SheetLayout(_Strict):
    """The header row of one sheet: fixed names, then any number that match `then`, then fixed names."""

    sheet: str = Field(description="pattern of the sheet's name; the member's name in a zip or the file's for CSV")
    starts: list[str]
    then: str = Field(description="pattern of the columns in between")
    ends: list[str] = []
    required: bool = True

    def reduce(self, header: list[str]) -> list[str]:
        """The header with each run of columns that match `then` written once, as the pattern itself."""
        pattern = re.compile(self.then)
        fixed = set(self.starts) | set(self.ends)
        reduced: list[str] = []
        for name in header:
            word = name if name in fixed else self.then if pattern.fullmatch(name) else name
            if word != self.then or reduced[-1:] != [self.then]:
                reduced.append(word)
        return reduced

    @property
    def fingerprint(self) -> str:
        return fingerprint([*self.starts, self.then, *self.ends])


class Layout(_Strict):
    """One published layout of one part of a release."""

    version: str = Field(description="name of the layout, as the ledger records it")
    part: str = Field(description="which part of a release such a file is: a level, or a list")
    columns: dict[str, ColumnType] = Field({}, description="published header, in order, with the type of each column")
    match: dict[str, str] = Field({}, description="files without a header: column name to the pattern each row must match")
    sheets: list[SheetLayout] = []

    @property
    def fingerprint(self) -> str:
        if self.sheets:
            return fingerprint([sheet.fingerprint for sheet in self.sheets])
        return fingerprint(list(self.columns))


class Source(_Strict):
    """One publisher's or organisation's stream, as its `source.yml` describes it."""

    name: str
    title: str
    publisher: str
    licence: str
    page: str = Field(description="where a person finds it")
    urls: list[str] = Field([], description="files whose addresses never change")
    pages: list[Page] = Field([], description="web pages that list files")
    sftp: list[SftpPlace] = Field([], description="folders on SFTP servers")
    api: Api | None = Field(None, description="a paged API")
    senders: bool = Field(False, description="files come from several organisations, and each file says from which")
    per_second: float = Field(1, gt=0, description="requests per second and host over HTTP, at most")
    schedule: str = Field(description="when to look for news (cron, UTC)")
    max_age_days: int = Field(description="the newest period is stale when it ended longer ago than this")
    revised: str = Field(r"revis", description="pattern in the name of a file that replaces an earlier one")
    reference: bool = Field(False, description="other sources' checks look things up in it: it is collected first")
    shapes: list[Shape] = Field([], description="which shapes its staging folder fills: `stg_<source>__<shape>`")
    disclosure: str = Field(description="the publisher's own rule for small numbers")
    layouts: list[Layout]

    @property
    def table(self) -> str:
        return f"raw.{self.name}"

    def is_revised(self, file_name: str) -> bool:
        """Whether a file's name says that it replaces an earlier one."""
        return re.search(self.revised, file_name, flags=re.IGNORECASE) is not None


def fingerprint(header: list[str]) -> str:
    """SHA-256 (first 16 hexadecimal digits) of a header row, insensitive to case and to runs of white space."""
    return hashlib.sha256("\n".join(normalise(name) for name in header).encode()).hexdigest()[:16]


def normalise(name: str) -> str:
    return " ".join(name.split()).casefold()


def column_name(header: str) -> str:
    """A published column header as a Postgres column name: `A&E attendances Type 1` is `a_e_attendances_type_1`."""
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")[:63]


def registry() -> dict[str, Source]:
    """All sources by name, reference sources first, as this installation has configured them (ICS_SOURCES__…).

    Raises pydantic.ValidationError, which names file and field, for a bad source.yml, and Unavailable for a source in the
    configuration that is not there.
    """
    described = _described()
    configured = settings().sources
    if unknown := sorted(configured.keys() - described.keys()):
        variable = f"ICS_SOURCES__{unknown[0].upper()}__…"
        raise Unavailable(f"{variable} is about a source that is not there. Known: {', '.join(described)}.")
    if not configured:
        return described
    return {name: source.model_copy(update=configured[name].stated) if name in configured else source
            for name, source in described.items()}  # fmt: skip


@cache
def _described() -> dict[str, Source]:
    found = []
    for path in sorted(FOLDER.glob("*/source.yml")):
        described = yaml.safe_load(path.read_text())
        found.append(Source(name=path.parent.name, **described))
    return {source.name: source for source in sorted(found, key=lambda s: (not s.reference, s.name))}
