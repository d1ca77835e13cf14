"""The sources that this installation knows: one folder each, described by its `source.yml`.

A layout is recognised by the fingerprint of its header row, or, where the publisher sends none, by patterns that every row
of some columns must match. Three shapes of raw table follow from it:

* `columns`: one raw column per published column, typed as the publisher typed it;
* `sheets`: a whole row as one array `cells`, named by `raw.header`: for workbooks, for surveys with hundreds of columns, and for
  exports whose columns have several names;
* `documents`: one JSON document per row.
"""

import hashlib
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ics_insight.disclosure import POLICIES
from ics_insight.errors import Unavailable
from ics_insight.origins import Api, Page, SftpPlace
from ics_insight.settings import settings

ColumnType = Literal["text", "integer"]
Shape = Literal[
    "measures", "operational", "organisations", "validity", "memberships", "successions", "catchments",
    "voices", "voice_codes", "voice_organisations", "voice_contacts", "voice_links",
    "collection_modes", "denominators", "area_deprivation", "practice_deprivation", "populations", "profiles", "panels",
    "boundaries", "area_codes",
]  # fmt: skip
FOLDER = Path(__file__).parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SheetLayout(_Strict):
    """How one table of a file is headed: a sheet of a workbook, a CSV in a zip, or a CSV that comes alone."""

    sheet: str = Field(".*", description="pattern of the sheet's name, or of the name of a zip's member; a lone CSV is any sheet")
    columns: dict[str, list[str]] = Field(description="our name of each column, with the published headers that it goes by")
    optional: list[str] = Field([], description="those of our names that may be absent")
    more: str = Field("", description="pattern of further columns, any number of them: surveys have hundreds")
    ordered: bool = Field(True, description="whether the columns come in this order; those of `more` may stand between any two")
    personal: str = Field("", description="pattern of columns that name a person: dropped at the door, never in the warehouse")
    strangers: bool = Field(False, description="columns it does not know are left out at the door; only where they stood is kept")
    header_within: int = Field(1, description="the header is looked for in this many rows, by its words")
    header_rows: int = Field(1, description="2 where group labels stand above: the lower cell names a column, else the upper one")
    aside: str = Field("", description="pattern of the first filled cell of rows that may hold formulas: totals and selections")
    required: bool = Field(True, description="whether a workbook or zip without this sheet is another layout")
    several: bool = Field(False, description="every sheet of a workbook with such a name is such a table, not only the first")

    @field_validator("columns", mode="before")
    @classmethod
    def _listed(cls, columns: object) -> object:
        """`[TrustCode]` is `{TrustCode: [TrustCode]}`, and `{trust_code: TrustCode}` is `{trust_code: [TrustCode]}`."""
        if isinstance(columns, list):
            return {name: [name] for name in columns}
        if isinstance(columns, dict):
            return {name: [known] if isinstance(known, str) else known for name, known in columns.items()}
        return columns

    @property
    def sheet_in_words(self) -> str:
        """The name of the sheet as a sentence quotes it: its pattern without what may be left out."""
        return re.sub(r"\(\?i\)|\([^()]*\)\?", "", self.sheet)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {normalise(header): name for name, headers in self.columns.items() for header in headers}

    def field(self, header: str) -> str | None:
        """Our name of a published column; the header itself where it is one of `more`; None where it is neither."""
        if known := self._names.get(normalise(header)):
            return known
        return header if self.more and re.fullmatch(self.more, header) else None

    def is_personal(self, header: str) -> bool:
        """Whether a column names a person; one that is listed by its header does not, whatever it looks like."""
        if normalise(header) in self._names:
            return False
        return bool(self.personal) and re.fullmatch(self.personal, header.strip(), flags=re.IGNORECASE) is not None

    def is_kept(self, header: str) -> bool:
        """Whether what stands in the column may come in: it names nobody, and is known where strangers are let pass."""
        return not self.is_personal(header) and not (self.strangers and self.field(header) is None)

    def reduce(self, header: list[str]) -> list[str]:
        """The header in the words of the layout: each known column by the first of its names, a run of `more` as its pattern."""
        reduced: list[str] = []
        for published in header:
            known = self._names.get(normalise(published))
            word = self.columns[known][0] if known else self.more if self.field(published) else published
            if not self.is_kept(published) or (word == self.more and self.more in reduced):
                continue
            reduced.append(word)
        return reduced

    def expected(self, header: list[str]) -> list[str]:
        """What `reduce` should have given for this header: without the optional columns that it does not have, and in its order
        where order is free."""
        found = self.reduce(header)
        wanted = [names[0] for name, names in self.columns.items() if name not in self.optional or names[0] in found]
        if self.more:
            at = found.index(self.more) if self.more in found else len(wanted)
            wanted.insert(min(at, len(wanted)), self.more)
        if not self.ordered:
            wanted.sort(key=lambda word: found.index(word) if word in found else len(found))
        return wanted

    @property
    def fingerprint(self) -> str:
        return fingerprint([names[0] for names in self.columns.values()] + ([self.more] if self.more else []))

    def matches(self, header: list[str]) -> bool:
        """Whether these are its columns: all that are required, none that is unknown, each once."""
        return fingerprint(self.reduce(header)) == fingerprint(self.expected(header))


class Layout(_Strict):
    """One published layout of one part of a release: typed `columns`, or `sheets` that are kept as a row of text each."""

    version: str = Field(description="name of the layout, as the ledger records it")
    part: str = Field(description="which part of a release such a file is: a level, a list, a setting")
    columns: dict[str, ColumnType] = Field({}, description="published header, in order, with the type of each column")
    match: dict[str, str] = Field({}, description="files without a header: column name to the pattern each row must match")
    documents: bool = Field(False, description="JSON: one document per row, with its resource and id")
    sheets: list[SheetLayout] = []

    @property
    def raw_columns(self) -> dict[str, str]:
        """The columns that such rows need in the raw table, with their Postgres types."""
        if self.documents:
            return {"resource": "text", "id": "text", "document": "json"}
        if self.sheets:
            return {"cells": "text[]"}
        return {column_name(header): {"integer": "bigint"}.get(kind, kind) for header, kind in self.columns.items()}

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
    read_whole: bool = Field(False, description="a file says something of records that others hold: with each, all are read")
    narrative: bool = Field(False, description="it holds what people said: no cell is quoted anywhere, not even a strange header")
    disclosure: str = Field(description="the publisher's own rule for small numbers")
    policy: str | None = Field(None, description="ours, for counts of those who spoke in it: one of disclosure/policies.py")
    layouts: list[Layout]

    @field_validator("policy")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        if name is not None and name not in POLICIES:
            raise ValueError(f"{name} is no policy. Known: {', '.join(POLICIES)}.")
        return name

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
        described = yaml.load(path.read_text(), yaml.CSafeLoader)
        found.append(Source(name=path.parent.name, **described))
    return {source.name: source for source in sorted(found, key=lambda s: (not s.reference, s.name))}
