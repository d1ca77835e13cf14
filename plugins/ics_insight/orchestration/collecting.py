"""The steps of collecting one source, as its DAG strings them together: discover → take, which lands, loads and checks.

Loading comes before checking: the checks read raw in Postgres, where their cost does not grow into memory, and nothing downstream
sees an extract before it is accepted.
"""

import logging
import math
import traceback
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from ics_insight.errors import Refused, Unavailable
from ics_insight.landing import Landing
from ics_insight.orchestration.discovery import Delivery, discover, polite
from ics_insight.settings import settings
from ics_insight.sources import Source
from ics_insight.warehouse import Extract, Ledger, connect, load

__all__ = ["Delivery", "batches", "discover", "land", "load_extract", "name_of", "outcome", "take"]

BATCHES = 24
progress = logging.getLogger("ics_insight.progress")
progress.setLevel(logging.INFO)


def batches(deliveries: list[Delivery]) -> list[list[Delivery]]:
    """At most so many batches as Airflow may run tasks for: a task costs more than most files do, and up to 24 have one each."""
    size = math.ceil(len(deliveries) / BATCHES) or 1
    return [deliveries[start : start + size] for start in range(0, len(deliveries), size)]


def name_of(delivery: Delivery) -> str:
    """What a person calls it: the last part of where it is, without what may hold a key."""
    path = unquote(urlsplit(delivery["at"]).path) if delivery.get("via") in ("web", "api") else delivery["at"]
    return PurePosixPath(path).name


def take(source: Source, batch: list[Delivery], dag_run: str) -> None:
    """Land, load and check each delivery in turn. None stops the others; afterwards raises Refused with all sentences, a line each,
    or Unavailable when another try may mend one of them. Such a try of the same run does not do again what is done."""
    sentences: list[str] = []
    may_mend = False
    for delivery in batch:
        try:
            _take(source, delivery, dag_run)
            said = "taken"
        except Refused as reason:
            sentences.append(str(reason))
            said = "refused"
        except Unavailable as reason:
            sentences.append(str(reason))
            may_mend, said = may_mend or "unavailable" not in delivery, "not to be had"
        except Exception as error:
            # Not its message: that of a database may quote the row, and with it what somebody wrote.
            where = "".join(traceback.format_tb(error.__traceback__))
            logging.getLogger(__name__).error("%s failed: %s\n%s", name_of(delivery), type(error).__name__, where)
            sentences.append(f"{name_of(delivery)}: failed ({type(error).__name__}); the log of this task says where.")
            may_mend, said = True, "failed"
        progress.info("%s: %s", name_of(delivery), said)
    if sentences:
        raise (Unavailable if may_mend else Refused)("\n".join(dict.fromkeys(sentences)))


def _take(source: Source, delivery: Delivery, dag_run: str) -> None:
    from ics_insight import assurance

    if "refused" in delivery:
        raise Refused(delivery["refused"])
    if "unavailable" in delivery:
        raise Unavailable(delivery["unavailable"])
    with connect("loader") as connection:
        ledger = Ledger(connection)
        known = delivery.get("extract_id") or ledger.received_in(dag_run, source.name, delivery["at"])
        if known and (reason := ledger.standing_refused(known, dag_run)):
            raise Refused(reason)
    extract_id = known or land(source, delivery, dag_run)
    if extract_id is None:
        return
    try:
        if load_extract(source, extract_id, dag_run).state == "loaded":
            assurance.check(source, extract_id, dag_run)
    except Refused:
        assurance.write_report(extract_id)
        raise


def land(source: Source, delivery: Delivery, dag_run: str) -> str | None:
    """Keep the bytes and enter them in the ledger; the extract's id, also when the origin says that they are those of last time.
    None when a file is still being written: it is left for the next run."""
    match delivery.get("via", "file"):
        case "web":
            return _land_web(source, delivery, dag_run)
        case "sftp":
            return _land_sftp(source, delivery, dag_run)
        case "api":
            return _land_api(source, delivery, dag_run)
        case _:
            with _opened(delivery["at"]) as file:
                return _receive(source, file, Path(delivery["at"]).name, delivery, dag_run)


def _opened(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise Unavailable(f"{path} was taken away before it could be read.") from None
    except PermissionError:
        raise Unavailable(f"{path} may not be read by this user; change its permissions.") from None


def _land_web(source: Source, delivery: Delivery, dag_run: str) -> str | None:
    last, etag, last_modified = _last_receipt(source, delivery)
    with polite(source.per_second).fetch(delivery["at"], etag, last_modified) as fetched:
        if fetched is None:
            return last  # whatever became of it: a run may have been cut off between landing and loading
        return _receive(
            source, fetched.stream, fetched.name, delivery, dag_run, etag=fetched.etag, last_modified=fetched.last_modified
        )


def _land_sftp(source: Source, delivery: Delivery, dag_run: str) -> str | None:
    from ics_insight.landing.sftp import SftpFile, fetch_file, sftp
    from ics_insight.orchestration.connections import sftp_login

    file = SftpFile(**delivery["file"])
    last, version, _ = _last_receipt(source, delivery)
    if version == file.version:
        return last
    login = sftp_login(delivery["connection"])
    with sftp(login) as session, fetch_file(session, login, file) as stream:
        if stream is None:
            logging.getLogger(__name__).info("%s is still being written; it is left for the next run", file.path)
            return None
        return _receive(source, stream, file.name, delivery, dag_run, etag=file.version)


def _land_api(source: Source, delivery: Delivery, dag_run: str) -> str:
    from ics_insight.landing.api import pull
    from ics_insight.orchestration.connections import api_key

    if source.api is None:
        raise Unavailable(f"`{source.name}` has no API any more; nothing was taken.")
    day = datetime.fromisoformat(delivery["seen_at"]).date()
    web = polite(source.api.per_second, redirects=False)
    with pull(source.api, api_key(source.api.connection), day, web) as pulled:
        return _receive(source, pulled.stream, f"{source.name}_{day}.jsonl", delivery, dag_run)


def _last_receipt(source: Source, delivery: Delivery) -> tuple[str | None, str | None, str | None]:
    with connect("loader") as connection:
        return Ledger(connection).last_receipt(source.name, delivery["at"]) or (None, None, None)


def _receive(source: Source, stream: IO[bytes], name: str, delivery: Delivery, dag_run: str, **validators: str | None) -> str:
    kept = Landing(settings().landing_url).keep(stream)
    with connect("loader") as connection:
        extract = Ledger(connection).receive(
            source=source.name,
            sender=delivery.get("sender", ""),
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            file_name=name,
            received_from=delivery["at"],
            received_at=datetime.fromisoformat(delivery["seen_at"]),
            revised=source.is_revised(name),
            dag_run=dag_run,
            etag=validators.get("etag"),
            last_modified=validators.get("last_modified"),
        )
    return extract.extract_id


def load_extract(source: Source, extract_id: str, dag_run: str) -> Extract:
    """Bring a landed extract into raw (`warehouse.load`)."""
    return load(source, extract_id, Landing(settings().landing_url), dag_run)


def outcome(source: Source, dag_run: str) -> dict[str, Any]:
    """What a run did: files `delivered`, extracts `accepted` and `refused` (file name and sentence), how many were `known`."""
    with connect("loader") as connection:
        return Ledger(connection).run_outcome(source.name, dag_run)
