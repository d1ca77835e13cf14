"""Picking up over HTTP.

Being asked politely and being asked again are both normal: requests are conditional on what was last received, take turns at each
host, wait as long as the server asks, and back off otherwise. A server that sends next to nothing cannot keep a worker for long.
"""

import contextlib
import logging
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import tenacity

from ics_insight.errors import Unavailable
from ics_insight.landing.pace import Pace

ATTEMPTS = 5
WAIT_FIRST_SECONDS = 1.0
WAIT_MOST_SECONDS = 60.0
TIMEOUT = httpx.Timeout(30.0, read=60.0)
GRACE_SECONDS = 120.0
SLOWEST = 16 << 10
LARGEST_BYTES = 2 << 30
_RETRY_STATUS = {408, 425, 429, 500, 502, 503, 504}
_FILES = {".csv", ".gz", ".json", ".jsonl", ".ods", ".xls", ".xlsm", ".xlsx", ".zip"}
logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write every address into the log, with the key in its query


class Answered(Unavailable):
    """A server answered with a status that brings no content; `status` is the last one."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Fetched:
    """An answer with content: the stream of its bytes, the name it was sent under, what to ask with next time, the address that it
    came from after redirects, and the text encoding that the server stated."""

    stream: IO[bytes]
    name: str
    etag: str | None
    last_modified: str | None
    address: str
    encoding: str


@dataclass(frozen=True)
class Web:
    """A way of asking servers: how often, how patiently. `slowest` is in bytes a second, counted after `grace_seconds`."""

    pace: Pace | None = None
    per_second: float = 1.0
    grace_seconds: float = GRACE_SECONDS
    slowest: int = SLOWEST
    redirects: bool = True
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    @contextmanager
    def fetch(
        self, url: str, etag: str | None = None, last_modified: str | None = None, headers: dict[str, str] | None = None
    ) -> Iterator[Fetched | None]:
        """Ask for `url`; None when the server says that nothing changed since `etag` / `last_modified`.

        Tries up to five times, with waits from one second doubling to a minute or as the server asks. Raises Unavailable, naming
        the address without its query, when that did not help or the answer is one that a retry cannot mend.
        """
        sent = {"User-Agent": "ics-insight", **(headers or {})}
        if etag:
            sent["If-None-Match"] = etag
        if last_modified:
            sent["If-Modified-Since"] = last_modified
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=_wait,
            retry=tenacity.retry_if_exception_type(_TryAgain),
            reraise=True,
            sleep=self.sleep,
        )
        with tempfile.TemporaryFile() as spool:
            try:
                fetched = retrying(self._once, url, sent, spool)
            except _TryAgain as last:
                message = f"{shown(url)} {last} ({ATTEMPTS} attempts); nothing was taken."
                raise (Answered(message, last.status) if last.status else Unavailable(message)) from None
            yield fetched

    def read(self, url: str, headers: dict[str, str] | None = None) -> tuple[bytes, Fetched]:
        """The whole content at `url`, for what is small: a page, an API's answer. Raises as `fetch` does."""
        with self.fetch(url, headers=headers) as fetched:
            if fetched is None:
                raise Unavailable(f"{shown(url)} says that nothing changed, which nobody asked.")
            return fetched.stream.read(), fetched

    def _once(self, url: str, headers: dict[str, str], spool: IO[bytes]) -> Fetched | None:
        spool.seek(0)
        spool.truncate()
        if self.pace:
            self.pace.wait(urlsplit(url).netloc.rpartition("@")[2], self.per_second)
        alarm = _Alarm(self.grace_seconds)
        try:
            with (
                alarm,
                httpx.Client(timeout=TIMEOUT, follow_redirects=self.redirects, verify=_certificates()) as client,
                client.stream("GET", url, headers=headers, extensions={"trace": alarm.traced}) as answer,
            ):
                alarm.off()
                if answer.status_code == httpx.codes.NOT_MODIFIED:
                    return None
                if answer.status_code in _RETRY_STATUS:
                    raise _TryAgain(f"answered {answer.status_code}", self._retry_after(answer), answer.status_code)
                if answer.status_code != httpx.codes.OK:
                    raise Answered(
                        f"{shown(url)} answered {answer.status_code}; check the address in source.yml.", answer.status_code
                    )
                self._spool(url, answer, spool)
                return _fetched(url, answer, spool)
        except (httpx.RequestError, httpx.InvalidURL) as error:  # includes a body that ended before its announced length
            if alarm.rang:
                raise _TryAgain(f"took longer than {self.grace_seconds:.0f} seconds to begin its answer") from None
            raise _TryAgain(f"could not be read ({type(error).__name__})") from None

    def _spool(self, url: str, answer: httpx.Response, spool: IO[bytes]) -> None:
        began = time.monotonic()
        for block in answer.iter_bytes():
            if spool.tell() + len(block) > LARGEST_BYTES:
                raise Unavailable(f"{shown(url)} sent more than {LARGEST_BYTES >> 30} GiB; nothing was taken.")
            spool.write(block)
            counted = time.monotonic() - began - self.grace_seconds
            if counted > 0 and spool.tell() < counted * self.slowest:
                raise Unavailable(f"{shown(url)} sends less than {self.slowest >> 10} KiB a second; nothing was taken.")

    def _retry_after(self, answer: httpx.Response) -> float | None:
        """Seconds, as the server states them or by the date that it states; None for what is neither, or a date gone by."""
        asked = answer.headers.get("retry-after", "")
        if asked.isdigit():
            return float(asked)
        with contextlib.suppress(ValueError):
            until = parsedate_to_datetime(asked)
            seconds = until.replace(tzinfo=until.tzinfo or UTC).timestamp() - self.now()
            return seconds if seconds > 0 else None
        return None


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to believe; reading them takes longer than most requests."""
    return httpx.create_ssl_context()


class _TryAgain(Exception):
    def __init__(self, message: str, wait: float | None = None, status: int = 0) -> None:
        super().__init__(message)
        self.wait = wait
        self.status = status


class _Alarm:
    """Breaks the connection off when an answer has not begun after so many seconds.

    The timeouts of an HTTP client begin again with every byte, so that a server which drips its headers would never meet them.
    """

    def __init__(self, seconds: float) -> None:
        self.rang = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *exception: object) -> None:
        self.off()

    def off(self) -> None:
        self._timer.cancel()

    def traced(self, event: str, about: dict[str, Any]) -> None:
        """What the HTTP client calls at each step; it makes a new stream for each connection, and for TLS on top of it."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = about["return_value"].get_extra_info("socket")

    def _ring(self) -> None:
        self.rang = True
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _wait(state: tenacity.RetryCallState) -> float:
    asked = state.outcome.exception() if state.outcome else None
    wait = (
        asked.wait
        if isinstance(asked, _TryAgain) and asked.wait is not None
        else WAIT_FIRST_SECONDS * 2 ** (state.attempt_number - 1)
    )
    return min(wait, WAIT_MOST_SECONDS)


def _fetched(url: str, answer: httpx.Response, spool: IO[bytes]) -> Fetched:
    spool.seek(0)
    return Fetched(
        spool,
        _name(url, answer),
        answer.headers.get("etag"),
        answer.headers.get("last-modified"),
        str(answer.url),
        answer.charset_encoding or "utf-8",
    )


def _name(url: str, answer: httpx.Response) -> str:
    """The name that the server gives, else that of the address; from its query only what ends as a file does, since some
    publishers pass the path there, and others pass a key."""
    message = Message()
    message["content-disposition"] = answer.headers.get("content-disposition", "")
    parts = urlsplit(url)
    named = [PurePosixPath(path).name for path in (unquote(parts.path), *(value for _, value in parse_qsl(parts.query)))]
    file = next((name for name in named if PurePosixPath(name).suffix.lower() in _FILES), named[0])
    return Path(message.get_filename() or file).name


def shown(url: str) -> str:
    """The address without what may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
