"""Care Opinion stories (API v2): a pull as landing keeps it, or a JSON array of stories as it was exported.

Both become the same documents, one for each item with what it belongs to: `{"of": …, "id": …, "item": …}`, where `item` is null for
what the service could not give (formats.md section 10, `landing/api.py`). Names of people are dropped at the door, and so is a key
that the service repeated in its links.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ics_insight.errors import Refused
from ics_insight.sources.reading import Reading, day_in_name, document_batches, kind, parse
from ics_insight.sources.reading.documents import Document
from ics_insight.sources.reading.opening import ARTICLE
from ics_insight.sources.registry import Source

STORY = "opinion"
CHILDREN = ("responses", "tags", "healthservices", "ratings")
PERSONAL = {"author", "signature"}  # a writer's nickname, and who signed a response
LARGEST_BYTES = 512 << 20  # a pull of ten years of one system is a tenth of it
_KEY = re.compile(r"""((?:[?&]|\\u0026)(?:key|apikey|subscription_?key)=)[^&#\s"\\]*""", re.IGNORECASE)
_ENVELOPE = {"resource", "of", "id", "item"}


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the day of the pull, which the file's name says: what a pull holds is how the stories stood that day.

    Raises Refused for a name without a day, and for what is neither form.
    """
    day = day_in_name(name, "care_opinion_2026-09-30.jsonl")
    text = _text(source, path, name)
    exported = text.lstrip().startswith("[")
    documents = list(_exported(text, name) if exported else _pulled(text, name))
    if not any(resource == STORY for _, resource, _, _ in documents):
        raise Refused(f"{name}: no story in it.")
    layout = source.layouts[1 if exported else 0]
    return Reading(layout.version, layout.part, (day, day), {}, document_batches(documents, name))


def _text(source: Source, path: Path, name: str) -> str:
    if (found := kind(path, name)) != "json":
        raise Refused(f"{name}: expected JSON from `{source.name}` ({source.title}); found {ARTICLE[found]}.")
    if path.stat().st_size > LARGEST_BYTES:
        raise Refused(f"{name}: larger than {LARGEST_BYTES >> 20} MiB, which no pull of stories is; not opened.")
    try:
        return _KEY.sub(r"\1[key]", path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused(f"{name}: expected text in UTF-8; byte {error.start + 1} is not.") from None


def _pulled(text: str, name: str) -> Iterator[Document]:
    """A pull: one line for each item."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        sent = parse(line, name, f", line {number}")
        if not isinstance(sent, dict) or set(sent) != _ENVELOPE or not isinstance(sent["item"], dict | None):
            raise Refused(
                f"{name}, line {number}: expected an object with resource, of, id and item, as a pull writes it; found another.",
                row=number,
            )
        if sent["resource"] not in (STORY, *CHILDREN):
            known = ", ".join((STORY, *CHILDREN))
            raise Refused(f"{name}, line {number}: expected one of {known}; found another resource.", row=number)
        yield _document(number, sent["resource"], sent["of"], sent["id"], sent["item"])


def _exported(text: str, name: str) -> Iterator[Document]:
    """A JSON array of stories. What it does not give of a story (responses, tags, …) is unknown, which is not the same as none."""
    stories = parse(text, name)
    for number, story in enumerate(stories, 1):
        if isinstance(story, str):  # the service's own apology in the place of a story
            yield _document(number, STORY, None, None, None)
            continue
        if not isinstance(story, dict) or story.get("id") is None:
            raise Refused(f"{name}: expected an array of stories, each with an id; number {number} is none.", row=number)
        known = {key: value for key, value in story.items() if key.casefold() not in CHILDREN}
        given = {key.casefold(): value for key, value in story.items() if key.casefold() in CHILDREN}
        yield _document(number, STORY, None, story["id"], known)
        for child in CHILDREN:
            parts = given.get(child)
            if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
                parts = [None]
            for part in parts:
                yield _document(number, child, story["id"], part and part.get("id"), part)


def _document(number: int, resource: str, of: Any, identity: Any, item: dict[str, Any] | None) -> Document:
    impersonal = item and {key: value for key, value in item.items() if key.casefold() not in PERSONAL}
    story, own = _id(of), _id(identity)
    return number, resource, story or own or "", {"of": story, "id": own, "item": impersonal}


def _id(identity: Any) -> str | None:
    """Ids are numbers in some pulls and texts in others."""
    return None if identity is None or isinstance(identity, dict | list) else str(identity).strip()[:100]
