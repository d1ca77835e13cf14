"""Where a source's files are picked up: what `source.yml` states, and what an installation may state otherwise."""

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

ODS_CODE = re.compile(r"[A-Z0-9]{3,12}")


class Strict(BaseModel):
    """Refuses fields that it does not know, so that a typo is not a setting without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


class Page(Strict):
    """A web page that lists the files. File names differ from month to month, so that links are found and never built."""

    url: str
    links: str = Field(description="files to take: searched for in each link's address, percent-decoded, and in its text; any case")
    follow: str | None = Field(None, description="linked pages to look into as well, one level deep: searched for in the same way")

    @field_validator("links", "follow")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        return value if value is None else _pattern(value)


class SftpPlace(Strict):
    """A folder on an SFTP server. Where files come from several organisations, each has a sub-folder named by its ODS code."""

    connection: str = Field(description="id of the Airflow Connection with host, user, password or private key, and host key")
    folder: str
    sender: str = Field("", description="ODS code of who sends all that lies here; the sub-folders say so otherwise")

    @field_validator("sender")
    @classmethod
    def _is_a_code(cls, value: str) -> str:
        if value and not ODS_CODE.fullmatch(value):
            raise ValueError("is not an ODS code")
        return value


class Child(Strict):
    """What an API keeps apart for each item, asked for item by item."""

    name: str
    url: str = Field(description="its address, with {id} where the item's id goes")


class Api(Strict):
    """A paged API that answers each page with a JSON array of items (`landing/api.py` has the form of what is kept)."""

    url: str
    connection: str = Field(description="id of the Airflow Connection whose password is the key")
    header: str = Field("Authorization: {key}", description="request header that carries the key, and nothing else does")
    resource: str = Field(description="what an item is called where it is kept")
    id: str = Field("id", description="the field that names an item")
    parameters: dict[str, str] = Field({}, description="further query parameters, as that for a stable order")
    take: str = Field("take", description="query parameter: how many items")
    skip: str = Field("skip", description="query parameter: how many to leave out before them")
    most: int = Field(100, gt=0, description="most items that one page may have")
    after: str | None = Field(None, description="query parameter: the first day to give items of, as YYYY-MM-DD")
    after_days: int = Field(730, gt=0, description="how many days before the day of the pull that is")
    per_second: float = Field(5, gt=0, description="requests per second, at most")
    children: list[Child] = []

    @model_validator(mode="after")
    def _has_places(self) -> Self:
        if "{key}" not in self.header or ":" not in self.header:
            raise ValueError("`header` reads “Name: … {key}”")
        if any("{id}" not in child.url for child in self.children):
            raise ValueError("the `url` of each of `children` has {id} in it")
        return self
