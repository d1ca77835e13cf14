"""Real servers on loopback that behave as publishers' do, good and bad: web pages, a paged API, SFTP."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncssh


@dataclass
class Reply:
    """An answer. `drip` sends the body a byte at a time with so many seconds between; `cut` ends it after so many bytes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0
    drip_headers: float = 0
    cut: int | None = None


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    line: str


@dataclass
class Site:
    """A web server; `pages` maps a path (with its query, or without) to a reply, or to what makes one of a request."""

    address: str
    pages: dict[str, Reply | Callable[[Asked], Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


@contextmanager
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            asked = Asked(parts.path, query, {name.lower(): value for name, value in self.headers.items()}, self.path)
            known.asked.append(asked)
            page = known.pages.get(self.path, known.pages.get(parts.path, Reply(b"not here", 404)))
            with contextlib.suppress(ConnectionError):  # who asked may have seen enough
                self._send(page(asked) if callable(page) else page)

        def _send(self, reply: Reply) -> None:
            if reply.drip_headers:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                self._drip(b"a" * 10_000, reply.drip_headers)
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.drip:
                self._drip(reply.body, reply.drip)
            else:
                self.wfile.write(reply.body[: reply.cut])

        def _drip(self, content: bytes, seconds: float) -> None:
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(seconds)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        http.block_on_close = False
        known = Site(f"http://127.0.0.1:{http.server_port}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield known
        http.shutdown()
        thread.join()


@dataclass
class Stories:
    """A paged API as Care Opinion's is: `take` and `skip`, a hundred a page at most, a key in a header, responses by story.

    `spoilt` stories, and pages that they are on, answer with a sentence. `then` is called after each page, to change the list.
    """

    key: str
    items: list[dict[str, Any]]
    most: int = 100
    responses: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    spoilt: set[int] = field(default_factory=set)
    then: Callable[["Stories", int], None] = lambda *_: None
    pages: int = 0

    def page(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"SUBSCRIPTION_KEY {self.key}":
            return Reply(b'{"message": "no"}', 401)
        take, skip = min(int(asked.query["take"]), self.most), int(asked.query["skip"])
        found = self.items[skip : skip + take]
        self.pages += 1
        self.then(self, self.pages)
        return self._spoilt() if any(item["id"] in self.spoilt for item in found) else self._json(found)

    def of_story(self, asked: Asked) -> Reply:
        number = int(asked.path.split("/")[-2])
        return self._json(self.responses[number]) if number in self.responses else self._json([])

    def _json(self, content: Any) -> Reply:
        return Reply(json.dumps(content).encode(), headers={"Content-Type": "application/json"})

    def _spoilt(self) -> Reply:
        return Reply(b'"Sorry! Something went wrong."')

    def serve_on(self, known: Site) -> None:
        known.pages["/api/v2/opinions"] = self.page
        for number in {item["id"] for item in self.items} | self.responses.keys():
            known.pages[f"/api/v2/opinions/{number}/responses"] = self.of_story


@dataclass(frozen=True)
class SftpSite:
    """An SFTP server whose root is `folder`; `host_key` and `client_key` as OpenSSH writes them."""

    port: int
    folder: Path
    host_key: str
    client_key: str
    user: str = "ics"
    password: str = "a pass phrase"  # noqa: S105


@contextmanager
def sftp_site(folder: Path) -> Iterator[SftpSite]:
    host, client = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    authorised = folder.with_name(f"{folder.name}.authorised")
    authorised.write_bytes(client.export_public_key())

    class Server(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (SftpSite.user, SftpSite.password)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=str(folder).encode())

    async def listen() -> Any:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Server, server_host_keys=[host], authorized_client_keys=str(authorised),
            sftp_factory=Files,
        )  # fmt: skip

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(timeout=30)
    try:
        yield SftpSite(
            server.get_port(), folder, host.export_public_key().decode().strip(), client.export_private_key("pkcs1-pem").decode()
        )
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(server.wait_closed(), loop).result(timeout=30)
        asyncio.run_coroutine_threadsafe(_end_the_rest(), loop).result(timeout=30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_the_rest() -> None:
    """What still listens to who has gone."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
