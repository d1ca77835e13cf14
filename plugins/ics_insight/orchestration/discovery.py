"""What there is to pick up for a source: in its drop folder, on web pages and SFTP servers, at an API, and from runs cut off.

A place that cannot be looked at does not stop the others: it becomes a delivery that has nothing but its sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NotRequired, TypedDict

from ics_insight.errors import Unavailable
from ics_insight.landing import Pace, Web, find_files, inbox_files, inbox_folders
from ics_insight.origins import ODS_CODE, SftpPlace
from ics_insight.settings import settings
from ics_insight.sources import Source
from ics_insight.warehouse import Ledger, connect

Via = Literal["file", "web", "sftp", "api", "landing"]


class RemoteFile(TypedDict):
    """A file on an SFTP server as it was listed."""

    path: str
    size: int
    changed: int


class Delivery(TypedDict):
    """Something that waits to be picked up: where it is, and when it was seen (ISO 8601, in the order of delivery)."""

    at: str
    seen_at: str
    via: NotRequired[Via]  # a file on this machine when absent
    sender: NotRequired[str]
    connection: NotRequired[str]  # the Airflow Connection of an SFTP server
    file: NotRequired[RemoteFile]
    extract_id: NotRequired[str]  # what is in landing already
    refused: NotRequired[str]  # why it is not taken
    unavailable: NotRequired[str]  # why it, or the place, could not be looked at


def discover(source: Source, conf: dict[str, Any]) -> list[Delivery]:
    """What there is to pick up. A run's `conf` may name one `file` (and its `sender`), or an `inbox` to look at alone; otherwise
    the configured inbox and, unless ICS_ONLINE is off, the places in source.yml. Raises Unavailable for a file or inbox that is
    not there, and for a sender that is missing."""
    current = settings()
    if conf.get("file"):
        found = [_given(source, conf["file"], conf.get("sender") or "")]
    else:
        inbox = _existing(conf["inbox"]) if conf.get("inbox") else current.inbox_folder
        found = [*_left_behind(source), *_dropped(source, Path(inbox) / source.name)]
        if current.online and not conf.get("inbox"):
            found += _online(source)
    once = {delivery["at"]: delivery for delivery in reversed(found)}
    now = datetime.now(UTC)
    found = list(reversed(once.values()))
    with connect("loader") as connection:
        for i, delivery in enumerate(found):
            seen = now + timedelta(microseconds=i)
            delivery["seen_at"] = _first_seen(Ledger(connection), delivery, seen).isoformat()
    return found


def _first_seen(ledger: Ledger, delivery: Delivery, now: datetime) -> datetime:
    if delivery.get("via") != "file" or "refused" in delivery:
        return now
    try:
        known = Path(delivery["at"]).stat()
    except OSError:  # taken away meanwhile: landing says so
        return now
    return ledger.sighted(delivery["at"], f"{known.st_mtime_ns}:{known.st_size}", now)


def polite(per_second: float, redirects: bool = True) -> Web:
    """How this installation asks servers: all its workers on this machine take turns."""
    return Web(Pace(settings().home / "pace"), per_second, redirects=redirects)


def _existing(place: str) -> str:
    if not Path(place).exists():
        raise Unavailable(f"{place} is not there.")
    return str(Path(place).resolve())


def _delivery(at: str, via: Via, **more: Any) -> Delivery:
    return {"at": at, "seen_at": "", "via": via, **more}  # type: ignore[typeddict-item]  # dated when all are there


def _given(source: Source, file: str, sender: str) -> Delivery:
    if source.senders and not sender:
        raise Unavailable(f"`{source.name}` comes from several organisations: say whose this is, by its ODS code (--sender CODE).")
    if sender and not source.senders:
        raise Unavailable(f"`{source.name}` comes from its publisher alone: there is no sender to name.")
    if sender and not ODS_CODE.fullmatch(sender):
        raise Unavailable(f"“{sender}” is not an ODS code: capital letters and digits, as in RXX.")
    return _delivery(_existing(file), "file", sender=sender)


def _left_behind(source: Source) -> list[Delivery]:
    """What an earlier run landed and did not bring to its end, and its origin may never offer again."""
    with connect("loader") as connection:
        waiting = Ledger(connection).waiting(source.name)
    return [_delivery(f"landing:{extract_id}/{name}", "landing", extract_id=extract_id) for extract_id, name in waiting]


def _dropped(source: Source, folder: Path) -> list[Delivery]:
    if not source.senders:
        # A publisher's revised file counts as newer than the first one, whatever the copying did to their dates.
        files = sorted(inbox_files(folder), key=lambda path: source.is_revised(path.name))
        return [_delivery(str(path), "file") for path in files]
    misplaced = [
        _delivery(str(path), "file", refused=f"{path.name}: put it into {folder}/<ODS code of its sender>/, as in {folder}/RXX/.")
        for path in inbox_files(folder)
    ]
    found = []
    for below in inbox_folders(folder):
        if ODS_CODE.fullmatch(below.name):
            files = sorted(inbox_files(below), key=lambda path: source.is_revised(path.name))
            found += [_delivery(str(path), "file", sender=below.name) for path in files]
        elif inbox_files(below):
            sentence = f"{below}: such a folder is named by the ODS code of the sender, in capitals; “{below.name}” is none."
            misplaced.append(_delivery(str(below), "file", refused=sentence))
    return misplaced + found


def _online(source: Source) -> list[Delivery]:
    web = polite(source.per_second)
    found = [_delivery(url, "web") for url in source.urls]
    for page in source.pages:
        found += _looked(page.url, lambda page=page: (_delivery(url, "web") for url in find_files(page, web)))  # type: ignore[misc]
    for place in source.sftp:
        at = f"sftp://{place.connection}/{place.folder.lstrip('/')}"
        found += _looked(at, lambda place=place: _on_server(source, place))  # type: ignore[misc]
    if source.api:
        found.append(_delivery(source.api.url, "api"))
    return found


def _looked(at: str, look: Callable[[], Iterator[Delivery]]) -> list[Delivery]:
    try:
        return list(look())
    except Unavailable as reason:
        return [_delivery(at, "web", unavailable=str(reason))]


def _on_server(source: Source, place: SftpPlace) -> Iterator[Delivery]:
    from ics_insight.landing.sftp import settled_files, sftp
    from ics_insight.orchestration.connections import sftp_login

    login = sftp_login(place.connection)
    deep = source.senders and not place.sender
    with sftp(login) as session:
        files = settled_files(session, login, place.folder, deep)
    for file in files:
        at = f"sftp://{place.connection}/{file.path.lstrip('/')}"
        above = PurePosixPath(file.path).parent
        below = "" if above == PurePosixPath(place.folder) else above.name
        sender = place.sender or below
        if deep and not below:
            where = f"sftp://{place.connection}/{place.folder.strip('/')}/<ODS code of its sender>/"
            yield _delivery(at, "sftp", refused=f"{file.name}: put it into {where}.")
        elif not sender or ODS_CODE.fullmatch(sender):  # other folders are the server's own affair, as an archive
            yield _delivery(at, "sftp", sender=sender, connection=place.connection, file=asdict(file))
