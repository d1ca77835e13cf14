"""The steps of collecting one source, as its DAG strings them together: discover → land → load → check.

Loading comes before checking: the checks read raw in Postgres, where their cost does not grow into memory, and nothing downstream
sees an extract before it is accepted.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

from ics_insight.errors import Unavailable
from ics_insight.landing import Kept, Landing, fetch, inbox_files
from ics_insight.settings import settings
from ics_insight.sources import Source
from ics_insight.warehouse import Extract, Ledger, connect, load, prepare


class Delivery(TypedDict):
    """Something that waits to be picked up: where it is, and when it was seen (ISO 8601, in the order of delivery)."""

    at: str
    seen_at: str


def discover(source: Source, conf: dict[str, Any]) -> list[Delivery]:
    """What there is to pick up. A run's `conf` may name one `file`, or an `inbox` to look at alone; otherwise the configured inbox
    and, unless ICS_ONLINE is off, the addresses in source.yml. Raises Unavailable for a file or inbox that is not there."""
    prepare()
    current = settings()
    if conf.get("file"):
        places = [_existing(conf["file"])]
    else:
        inbox = _existing(conf["inbox"]) if conf.get("inbox") else current.inbox_folder
        files = inbox_files(Path(inbox), source.name)
        # A publisher's revised file counts as newer than the first one, whatever the copying did to their dates.
        places = [str(path) for path in sorted(files, key=lambda path: source.is_revised(path.name))]
        if current.online and not conf.get("inbox"):
            places += source.urls
    now = datetime.now(UTC)
    return [{"at": place, "seen_at": (now + timedelta(microseconds=i)).isoformat()} for i, place in enumerate(places)]


def _existing(place: str) -> str:
    if not Path(place).exists():
        raise Unavailable(f"{place} is not there.")
    return str(Path(place).resolve())


def land(source: Source, delivery: Delivery, dag_run: str) -> str | None:
    """Keep the bytes and enter them in the ledger; the extract's id. None when the server says that nothing changed."""
    landing = Landing(settings().landing_url)
    at = delivery["at"]
    if "://" not in at:
        with Path(at).open("rb") as file:
            kept = landing.keep(file)
        return _receive(source, kept, Path(at).name, delivery, dag_run)
    with connect() as connection:
        _, etag, last_modified = Ledger(connection).last_receipt(at) or (None, None, None)
    with fetch(at, etag, last_modified) as fetched:
        if fetched is None:
            return None
        kept = landing.keep(fetched.stream)
        return _receive(source, kept, fetched.name, delivery, dag_run, etag=fetched.etag, last_modified=fetched.last_modified)


def _receive(source: Source, kept: Kept, name: str, delivery: Delivery, dag_run: str, **validators: str | None) -> str:
    with connect() as connection:
        extract = Ledger(connection).receive(
            source=source.name,
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            file_name=name,
            received_from=delivery["at"],
            received_at=datetime.fromisoformat(delivery["seen_at"]),
            revised=source.is_revised(name),
            dag_run=dag_run,
            **validators,
        )
    return extract.extract_id


def load_extract(source: Source, extract_id: str, dag_run: str) -> Extract:
    """Bring a landed extract into raw (`warehouse.load`)."""
    return load(source, extract_id, Landing(settings().landing_url), dag_run)


def outcome(source: Source, dag_run: str) -> dict[str, Any]:
    """What a run did: files `delivered`, extracts `accepted` and `refused` (file name and sentence), how many were `known`."""
    with connect() as connection:
        return Ledger(connection).run_outcome(source.name, dag_run)
