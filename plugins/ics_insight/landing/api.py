"""Pulling all that a paged API has, as one file: what it is asked, and the form in which the answer is kept.

**The form.** JSON lines in UTF-8, one per item as sent, sorted by `resource`, `of` and `id`, so that a pull of the same content
has the same bytes; nothing in it says when it was pulled: the file's name does (`care_opinion_2026-09-30.jsonl`). Each line is an
object:

    {"resource": "opinion",   "of": null, "id": 1234, "item": {…}}
    {"resource": "responses", "of": 1234, "id": 77,   "item": {…}}
    {"resource": "tags",      "of": 1234, "id": null, "item": {…}}

`resource` is the API's `resource`, or the `name` of one of its `children`; `of` is the id of the item that a child belongs to; `id`
is the item's own, null where it has none; `item` is what the API sent, its fields sorted. `item` null means that the service could
not give it this time (`of` says whose child, `id` is null): what was known before still holds. A child resource that an item has
none of has no line.

Care Opinion (formats.md section 10, facts.md section 6.1): the key goes in a header, since links in the answers echo what stood in
the address; at most five requests a second and a hundred items a page; one item in some thousands answers with a sentence that is
no JSON, and spoils the page that it is on.
"""

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Any
from urllib.parse import quote, urlencode

from ics_insight.errors import Unavailable
from ics_insight.landing.web import Answered, Web, shown
from ics_insight.origins import Api, Child

PASSES = 5
GARBAGE_ATTEMPTS = 3
MOST_MISSING = 10
_log = logging.getLogger(__name__)

Item = dict[str, Any]


@dataclass(frozen=True)
class Pulled:
    """A pull: the stream of its lines, how many `items` it has, and how much of it the service could not give."""

    stream: IO[bytes]
    items: int
    missing: int


@contextmanager
def pull(api: Api, key: str, day: date, web: Web) -> Iterator[Pulled]:
    """All items of the API and their children as they are on that day. `web` asks; it must not follow redirects.

    Items that are added or withdrawn between pages move the others: each page begins with the last item of the page before, and
    when it does not, or when the first page is another one at the end, all pages are read anew. Raises Unavailable when the list
    does not hold still for one whole reading in five, when the key is not taken, or when more than a few items cannot be had.
    """
    asking = _Asking(api, key, day, web)
    items = asking.all_items()
    lines = [_line(api.resource, None, item.get(api.id) if item else None, item) for item in items]
    named = [item[api.id] for item in items if item]
    for child in api.children:
        for done, of in enumerate(named, 1):
            lines += [_line(child.name, of, part.get("id") if part else None, part) for part in asking.children(child, of)]
            if done % 100 == 0:
                _log.info("%s of %d of %d items", child.name, done, len(named))
    lines.sort(key=_order)
    with tempfile.TemporaryFile() as stream:
        for *_, text in lines:
            # A service may repeat in its links what it was asked with; what is kept must not hold the key.
            stream.write(text.replace(key, "[key]").encode() + b"\n")
        stream.seek(0)
        yield Pulled(stream, len(named), asking.missing)


class _Garbage(Exception):
    pass


class _Moved(Exception):
    pass


class _Asking:
    def __init__(self, api: Api, key: str, day: date, web: Web) -> None:
        if not key.strip():
            raise Unavailable(f"{shown(api.url)}: the Airflow Connection `{api.connection}` has no password, which is the key.")
        name, _, value = api.header.partition(":")
        self.api = api
        self.web = web
        self.headers = {name.strip(): value.strip().replace("{key}", key.strip()), "Accept": "application/json"}
        self.parameters = dict(api.parameters)
        if api.after:
            self.parameters[api.after] = (day - timedelta(days=api.after_days)).isoformat()
        self.missing = 0
        self.trouble = ""

    def all_items(self) -> list[Item | None]:
        for attempt in range(PASSES):
            if attempt:
                _log.info("%s: the list moved while it was read; once more", shown(self.api.url))
            self.missing = 0
            try:
                return self._pass()
            except _Moved:
                continue
        raise Unavailable(f"{shown(self.api.url)} changed during each of {PASSES} readings; nothing was taken.")

    def _pass(self) -> list[Item | None]:
        """One reading of all pages. Raises _Moved when an item may have been skipped."""
        items: list[Item | None] = []
        while True:
            page = self._page(max(len(items) - 1, 0), self.api.most)
            if items:
                if not page or self._name(page[0]) != self._name(items[-1]):
                    raise _Moved
                page = page[1:]
            if not page:
                break
            items += page
        names = [self._name(item) for item in items if item]
        if len(set(names)) < len(names):
            raise _Moved
        if items and [self._name(item) for item in self._page(0, 1)] != [self._name(items[0])]:
            raise _Moved
        self.missing = sum(item is None for item in items)  # one at the edge of two pages was met twice
        return items

    def _page(self, skip: int, take: int) -> list[Item | None]:
        """Items from `skip` on, as many as the service gives; None for one that it cannot give."""
        query = urlencode({**self.parameters, self.api.take: take, self.api.skip: skip})
        try:
            return list(self._items(f"{self.api.url}?{query}"))
        except _Garbage:
            if take == 1:
                _log.warning("%s: the item at place %d could not be had", shown(self.api.url), skip)
                self.missing += 1
                self._bear()
                return [None]
        first = self._page(skip, take // 2)
        return first if len(first) < take // 2 else first + self._page(skip + take // 2, take - take // 2)

    def children(self, child: Child, of: Any) -> list[Item | None]:
        try:
            return list(self._items(child.url.replace("{id}", quote(str(of), safe=""))))
        except Answered as answer:
            if answer.status == 404:  # the item has none, or was withdrawn a moment ago
                return []
            raise
        except _Garbage:
            _log.warning("%s of %s could not be had", child.name, of)
        self.missing += 1
        self._bear()
        return [None]

    def _items(self, url: str) -> list[Item]:
        for attempt in range(GARBAGE_ATTEMPTS):
            if attempt:
                self.web.sleep(2.0 ** (attempt - 1))
            try:
                content, _ = self.web.read(url, self.headers)
            except Answered as answer:
                if answer.status in (401, 403):
                    raise Unavailable(
                        f"{shown(url)} answered {answer.status}: it does not take the key, which is the password of the Airflow "
                        f"Connection `{self.api.connection}`."
                    ) from None
                if answer.status < 500:
                    raise
                self.trouble = f"answered {answer.status}"
                raise _Garbage from None
            found = _parsed(content)
            if isinstance(found, list) and all(isinstance(item, dict) for item in found):
                return found
        self.trouble = "sent no list of items"
        raise _Garbage

    def _name(self, item: Item | None) -> Any:
        if item is not None and self.api.id not in item:
            raise Unavailable(f"{shown(self.api.url)} sent an item without “{self.api.id}”; the service may have changed.")
        return item and item[self.api.id]

    def _bear(self) -> None:
        if self.missing > MOST_MISSING:
            raise Unavailable(
                f"{shown(self.api.url)} could not give more than {MOST_MISSING} items: it {self.trouble}; nothing was taken."
            )


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


_Line = tuple[str, Any, Any, str]


def _line(resource: str, of: Any, identity: Any, item: Item | None) -> _Line:
    whole = {"resource": resource, "of": of, "id": identity, "item": item}
    return resource, of, identity, json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _order(line: _Line) -> tuple[Any, ...]:
    resource, of, identity, text = line
    return resource, *_rank(of), *_rank(identity), text


def _rank(identity: Any) -> tuple[int, int, str]:
    """Numbers by size, then texts, then what has no id."""
    if isinstance(identity, int):
        return 0, identity, ""
    return (2, 0, "") if identity is None else (1, 0, str(identity))
