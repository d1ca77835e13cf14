"""Small pulls of Care Opinion: lines as landing keeps them."""

import json
from typing import Any

from tiny_files import MARK

STORY = {
    "id": 7, "title": MARK, "body": f"{MARK} said so", "author": f"{MARK} Person", "authorRole": "the patient", "criticality": None,
    "dateOfSubmission": "2026-09-01T10:00:00.1234567", "dateOfPublication": "2026-09-03T10:00:00", "progress": "Story heard",
    "source": "nhsc", "readBy": [], "links": [{"rel": "self", "href": "https://example.org/opinions?take=1&key=s3cret&skip=0"}],
}  # fmt: skip


def line(resource: str = "opinion", of: Any = None, identity: Any = 7, item: Any = STORY) -> dict[str, Any]:
    return {"resource": resource, "of": of, "id": identity, "item": item}


def pull(*lines: Any) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in lines).encode()


def story(identity: int, day: str, *tags: str, about: str = "X1X1X", body: str | None = None) -> list[dict[str, Any]]:
    """A story that was told and published on that day, with the service that it is about and what moderators called bad in it."""
    item = {**STORY, "id": identity, "dateOfSubmission": f"{day}T10:00:00", "dateOfPublication": f"{day}T11:00:00"}
    return [
        line(identity=identity, item=item if body is None else {**item, "body": body}),
        line("healthservices", identity, None, {"nacs": about}),
        *(line("tags", identity, None, {"name": tag, "group": "What went wrong", "polarity": -1}) for tag in tags),
    ]
