"""Picking up what was delivered: from a drop folder, and over HTTP.

Being asked politely and being asked again are both normal: HTTP requests are conditional on what was last received, wait as
long as the server asks, and back off otherwise.
"""

import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import tenacity

from ics_insight.errors import Unavailable

ATTEMPTS = 5
WAIT_FIRST_SECONDS = 1.0
WAIT_MOST_SECONDS = 60.0
TIMEOUT = httpx.Timeout(30.0, read=120.0)
LARGEST_BYTES = 2 << 30
_RETRY_STATUS = {408, 425, 429, 500, 502, 503, 504}
_FILES = {".csv", ".zip", ".ods", ".xlsx"}
logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write every address into the log, with the key in its query


@dataclass(frozen=True)
class Fetched:
    """An answer with content: the stream of its bytes, the name it was sent under, and what to ask with next time."""

    stream: IO[bytes]
    name: str
    etag: str | None
    last_modified: str | None


def inbox_files(inbox: Path, source: str) -> list[Path]:
    """Files in `<inbox>/<source>/`, oldest first, so that of two with the same period the later one counts as the newer."""
    folder = inbox / source
    found = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")] if folder.is_dir() else []
    return sorted(found, key=lambda p: (p.stat().st_mtime_ns, p.name))


@contextmanager
def fetch(
    url: str, etag: str | None = None, last_modified: str | None = None, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Fetched | None]:
    """Ask for `url`; None when the server says that nothing changed since `etag` / `last_modified`.

    Tries up to five times, with waits from one second doubling to a minute or as the server asks. Raises Unavailable, naming the
    address without its query, when that did not help or the answer is one that a retry cannot mend.
    """
    headers = {"User-Agent": "ics-insight"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=_wait,
        retry=tenacity.retry_if_exception_type(_TryAgain),
        reraise=True,
        sleep=sleep,
    )
    with tempfile.TemporaryFile() as spool:
        try:
            yield retrying(_once, url, headers, spool)
        except _TryAgain as last:
            raise Unavailable(f"{_shown(url)} {last} ({ATTEMPTS} attempts); nothing was taken.") from None


class _TryAgain(Exception):
    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def _wait(state: tenacity.RetryCallState) -> float:
    asked = state.outcome.exception() if state.outcome else None
    wait = (
        asked.wait
        if isinstance(asked, _TryAgain) and asked.wait is not None
        else WAIT_FIRST_SECONDS * 2 ** (state.attempt_number - 1)
    )
    return min(wait, WAIT_MOST_SECONDS)


def _once(url: str, headers: dict[str, str], spool: IO[bytes]) -> Fetched | None:
    spool.seek(0)
    spool.truncate()
    try:
        with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT, follow_redirects=True) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if answer.status_code in _RETRY_STATUS:
                raise _TryAgain(f"answered {answer.status_code}", _retry_after(answer))
            if answer.status_code != httpx.codes.OK:
                raise Unavailable(f"{_shown(url)} answered {answer.status_code}; check the address in source.yml.")
            for block in answer.iter_bytes():
                if spool.tell() + len(block) > LARGEST_BYTES:
                    raise Unavailable(f"{_shown(url)} sent more than {LARGEST_BYTES >> 30} GiB; nothing was taken.")
                spool.write(block)
            spool.seek(0)
            return Fetched(spool, _name(url, answer), answer.headers.get("etag"), answer.headers.get("last-modified"))
    except httpx.RequestError as error:  # includes a body that ended before its announced length
        raise _TryAgain(f"could not be read ({type(error).__name__})") from None


def _retry_after(answer: httpx.Response) -> float | None:
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isdigit() else None


def _name(url: str, answer: httpx.Response) -> str:
    """The name that the server gives, else that of the address; from its query only what ends as a file does, since some
    publishers pass the path there, and others pass a key."""
    message = Message()
    message["content-disposition"] = answer.headers.get("content-disposition", "")
    parts = urlsplit(url)
    named = [PurePosixPath(path).name for path in (unquote(parts.path), *(value for _, value in parse_qsl(parts.query)))]
    file = next((name for name in named if PurePosixPath(name).suffix.lower() in _FILES), named[0])
    return Path(message.get_filename() or file).name


def _shown(url: str) -> str:
    """The address without what may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
