"""Landing keeps bytes once and whole; picking up asks politely, asks again, and never says what an address hides."""

import contextlib
import hashlib
import io
import logging
import os
import stat
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest

from ics_insight.errors import Unavailable
from ics_insight.landing import Kept, Landing, Web, inbox_files

CONTENT = b"Period,Org Code\r\n" + bytes(range(256)) * 9_000  # more than two blocks
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def landing(request: pytest.FixtureRequest, tmp_path: Path) -> Landing:
    """A landing area that was never used: a folder that is not there yet, or an object store."""
    return Landing(str(tmp_path / "new" / "landing") if request.param == "folder" else f"memory://{uuid.uuid4().hex}")


@pytest.fixture
def folder(tmp_path: Path) -> Landing:
    return Landing(str(tmp_path / "landing"))


def stored(landing: Landing) -> list[str]:
    """All files in a landing area, with their paths in it."""
    return sorted(path.removeprefix(landing.root).lstrip("/") for path in landing.fs.find(landing.root))


def overwrite(landing: Landing, content: bytes) -> None:
    """Something that should not happen to what is kept."""
    key = f"{landing.root}/{SHA[:2]}/{SHA}"
    landing.fs.makedirs(landing.fs._parent(key), exist_ok=True)
    if landing.is_local and Path(key).exists():
        Path(key).chmod(0o600)
    with landing.fs.open(key, "wb") as file:
        file.write(content)


# ---- keeping


def test_bytes_are_kept_under_their_sha_256(landing: Landing) -> None:
    assert landing.keep(io.BytesIO(CONTENT)) == Kept(SHA, len(CONTENT), new=True)
    assert stored(landing) == [f"{SHA[:2]}/{SHA}"]
    with landing.local(SHA) as path:
        assert path.read_bytes() == CONTENT


def test_a_second_delivery_of_the_same_bytes_changes_nothing(landing: Landing) -> None:
    landing.keep(io.BytesIO(CONTENT))
    changed_at = landing.fs.modified(f"{landing.root}/{SHA[:2]}/{SHA}")
    assert landing.keep(io.BytesIO(CONTENT)) == Kept(SHA, len(CONTENT), new=False)
    assert landing.fs.modified(f"{landing.root}/{SHA[:2]}/{SHA}") == changed_at
    assert len(stored(landing)) == 1


def test_other_bytes_are_kept_beside_them(landing: Landing) -> None:
    landing.keep(io.BytesIO(CONTENT))
    other = landing.keep(io.BytesIO(CONTENT + b"\n"))
    assert other.new
    assert len(stored(landing)) == 2


def test_no_bytes_at_all_are_kept_as_well(landing: Landing) -> None:
    kept = landing.keep(io.BytesIO(b""))
    assert kept == Kept(hashlib.sha256(b"").hexdigest(), 0, new=True)
    with landing.local(kept.sha256) as path:
        assert path.read_bytes() == b""


def test_a_half_written_file_under_the_key_is_replaced(landing: Landing) -> None:
    overwrite(landing, CONTENT[:1_000])
    assert landing.keep(io.BytesIO(CONTENT)).new
    with landing.local(SHA) as path:
        assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b[:-1] + b"?", lambda b: b + b"?", lambda b: b""])
def test_bytes_that_changed_after_they_were_kept_are_not_given_out(landing: Landing, change: Callable[[bytes], bytes]) -> None:
    landing.keep(io.BytesIO(CONTENT))
    overwrite(landing, change(CONTENT))
    with (
        pytest.raises(Unavailable, match=f"no longer holds the bytes {SHA[:16]}… as they were sent: restore .*{SHA} from backup"),
        landing.local(SHA),
    ):
        pass


def test_bytes_that_are_gone_are_unavailable(landing: Landing) -> None:
    with pytest.raises(Unavailable, match="no longer holds"), landing.local(SHA):
        pass


def test_kept_files_can_be_read_by_owner_and_group_and_written_by_nobody(folder: Landing) -> None:
    folder.keep(io.BytesIO(CONTENT))
    assert stat.S_IMODE(Path(folder.root, SHA[:2], SHA).stat().st_mode) == 0o440


def test_a_delivery_that_breaks_off_leaves_nothing(landing: Landing) -> None:
    class BreaksOff(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        landing.keep(BreaksOff(CONTENT))
    assert not landing.fs.exists(landing.root) or stored(landing) == []


def test_two_deliveries_of_the_same_bytes_at_once_are_kept_once(landing: Landing) -> None:
    together = threading.Barrier(4)
    kept: list[Kept] = []

    def deliver() -> None:
        together.wait()
        kept.append(landing.keep(io.BytesIO(CONTENT)))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(each.sha256, each.size_bytes) for each in kept] == [(SHA, len(CONTENT))] * 4
    assert stored(landing) == [f"{SHA[:2]}/{SHA}"]
    with landing.local(SHA) as path:
        assert path.read_bytes() == CONTENT


def test_an_object_store_gives_out_a_copy_that_is_gone_afterwards() -> None:
    landing = Landing(f"memory://{uuid.uuid4().hex}")
    landing.keep(io.BytesIO(CONTENT))
    with landing.local(SHA) as path:
        copy = path
    assert not copy.exists()
    assert fsspec.filesystem("memory").exists(f"{landing.root}/{SHA[:2]}/{SHA}")


# ---- the drop folder


def test_files_of_an_inbox_come_in_the_order_in_which_they_were_put_there(tmp_path: Path) -> None:
    folder = tmp_path / "ae"
    (folder / "a folder").mkdir(parents=True)
    for name, seconds in (("b.csv", 300), ("c.csv", 100), ("a.csv", 200), ("e.csv", 100), (".hidden", 50)):
        (folder / name).write_bytes(b"")
        os.utime(folder / name, (seconds, seconds))
    assert [path.name for path in inbox_files(tmp_path / "ae")] == ["c.csv", "e.csv", "a.csv", "b.csv"]


def test_a_source_without_a_folder_has_no_files(tmp_path: Path) -> None:
    assert inbox_files(tmp_path / "ae") == []


# ---- over HTTP


@dataclass
class Answer:
    """What the server says once."""

    status: int = 200
    body: bytes = CONTENT
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A server on this machine that gives its answers in their order, the last one again and again."""

    address: str
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            known.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = known.answers.pop(0) if len(known.answers) > 1 else known.answers[0]
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), "Connection": "close", **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked may have seen enough
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        known = Server(f"http://127.0.0.1:{http.server_port}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield known
        http.shutdown()
        thread.join()


@pytest.fixture
def slept() -> list[float]:
    """The seconds that were waited for, which nobody waits."""
    return []


def test_what_a_server_sends_comes_with_what_to_ask_next_time(server: Server, slept: list[float]) -> None:
    server.answers = [Answer(headers={"ETag": '"7"', "Last-Modified": "Thu, 11 Jul 2024 08:30:00 GMT"})]
    with Web(sleep=slept.append).fetch(f"{server.address}/files/June.csv") as fetched:
        assert fetched is not None
        assert fetched.stream.read() == CONTENT
        assert (fetched.name, fetched.etag, fetched.last_modified) == ("June.csv", '"7"', "Thu, 11 Jul 2024 08:30:00 GMT")
    [(path, headers)] = server.asked
    assert path == "/files/June.csv"
    assert {"if-none-match", "if-modified-since"}.isdisjoint(headers)
    assert slept == []


def test_nothing_is_taken_when_the_server_says_that_nothing_changed(server: Server) -> None:
    server.answers = [Answer(304, b"")]
    with Web().fetch(f"{server.address}/June.csv", '"7"', "Thu, 11 Jul 2024 08:30:00 GMT") as fetched:
        assert fetched is None
    [(_, headers)] = server.asked
    assert headers["if-none-match"] == '"7"'
    assert headers["if-modified-since"] == "Thu, 11 Jul 2024 08:30:00 GMT"


def test_a_server_in_trouble_is_asked_again_with_growing_waits(server: Server, slept: list[float]) -> None:
    server.answers = [Answer(500, b"trouble"), Answer(503, b"trouble"), Answer()]
    with Web(sleep=slept.append).fetch(f"{server.address}/June.csv") as fetched:
        assert fetched is not None
        assert fetched.stream.read() == CONTENT
    assert slept == [1, 2]


def test_a_server_in_lasting_trouble_is_unavailable_after_five_attempts(server: Server, slept: list[float]) -> None:
    server.answers = [Answer(502)]
    with (
        pytest.raises(Unavailable, match=r"/June\.csv answered 502 \(5 attempts\); nothing was taken\."),
        Web(sleep=slept.append).fetch(f"{server.address}/June.csv"),
    ):
        pass
    assert len(server.asked) == 5
    assert slept == [1, 2, 4, 8]


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("0", 0), ("3600", 60), ("Thu, 11 Jul 2024 08:30:00 GMT", 1), ("", 1)])
def test_a_server_that_asks_for_patience_gets_it_within_a_minute(
    server: Server, slept: list[float], asked: str, waited: float
) -> None:
    server.answers = [Answer(429, headers={"Retry-After": asked}), Answer()]
    with Web(sleep=slept.append).fetch(f"{server.address}/June.csv") as fetched:
        assert fetched is not None
    assert slept == [waited]


def test_a_body_that_ends_early_is_asked_for_again_and_never_taken_in_part(server: Server, slept: list[float]) -> None:
    cut = Answer(body=CONTENT[:5_000], headers={"Content-Length": str(len(CONTENT))})
    server.answers = [cut, Answer()]
    with Web(sleep=slept.append).fetch(f"{server.address}/June.csv") as fetched:
        assert fetched is not None
        assert fetched.stream.read() == CONTENT
    assert slept == [1]

    server.answers = [cut]
    with (
        pytest.raises(Unavailable, match=r"could not be read \(RemoteProtocolError\) \(5 attempts\); nothing was taken"),
        Web(sleep=slept.append).fetch(f"{server.address}/June.csv"),
    ):
        pass


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_an_answer_that_asking_again_cannot_mend_is_not_asked_again(server: Server, slept: list[float], status: int) -> None:
    server.answers = [Answer(status, b"no")]
    with (
        pytest.raises(Unavailable, match=rf"/June\.csv answered {status}; check the address in source\.yml"),
        Web(sleep=slept.append).fetch(f"{server.address}/June.csv"),
    ):
        pass
    assert len(server.asked) == 1
    assert slept == []


def test_a_server_that_is_not_there_is_unavailable(server: Server, slept: list[float]) -> None:
    with (
        pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:1/June\.csv could not be read \(ConnectError\)"),
        Web(sleep=slept.append).fetch("http://127.0.0.1:1/June.csv"),
    ):
        pass
    assert len(slept) == 4


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404),
        Answer(500),
        Answer(body=b"", headers={"Content-Length": "9"}),
        Answer(302, b"", {"Location": "/June.csv?key=s3cret"}),
        Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["404", "500", "cut off", "a circle of redirects", "not packed as it says"],
)
def test_a_key_in_an_address_is_in_no_message_and_in_no_log(
    server: Server, slept: list[float], answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.answers = [answer]
    address = server.address.replace("http://", "http://someone:s3cret@")
    with pytest.raises(Unavailable) as unavailable, Web(sleep=slept.append).fetch(f"{address}/June.csv?key=s3cret"):
        pass
    assert "s3cret" not in str(unavailable.value)
    assert "s3cret" not in caplog.text
    assert f"{server.address}/June.csv" in str(unavailable.value)
    assert server.asked[0][0] == "/June.csv?key=s3cret"
    assert unavailable.value.__cause__ is None
    assert unavailable.value.__suppress_context__ or unavailable.value.__context__ is None


@pytest.mark.parametrize(
    ("disposition", "path", "name"),
    [
        ('attachment; filename="epraccur.csv"', "/api/getReport?report=epraccur", "epraccur.csv"),
        ("attachment; filename*=UTF-8''A%26E%20June%202024.csv", "/x", "A&E June 2024.csv"),
        ('attachment; filename="../../etc/passwd"', "/x", "passwd"),
        ("", "/files/Monthly%20AE.csv", "Monthly AE.csv"),
        ("", "/files/June.csv?key=s3cret", "June.csv"),
        ("", "/files/June.csv?key=s3/cret", "June.csv"),
        ("", "/files/June.csv#top", "June.csv"),
        (
            "",
            "/FileDownload/Download?fileRedirect=2025%2Fsurvey-results%2Fics-results%2FGPPS_2025_ICS_data_%28weighted%29_%28csv%29_PUBLIC.csv",
            "GPPS_2025_ICS_data_(weighted)_(csv)_PUBLIC.csv",
        ),
        ("", "/Download?fileRedirect=2025/practice-data-csv/GPPS_2025_Practice.csv&key=s3/cret", "GPPS_2025_Practice.csv"),
        ("", "/api/getReport?report=epraccur", "getReport"),
    ],
)
def test_a_file_is_named_as_the_server_says_or_else_as_its_address_does(
    server: Server, disposition: str, path: str, name: str
) -> None:
    server.answers = [Answer(headers={"Content-Disposition": disposition} if disposition else {})]
    with Web().fetch(server.address + path) as fetched:
        assert fetched is not None
        assert fetched.name == name


def test_a_redirect_is_followed(server: Server) -> None:
    server.answers = [Answer(302, b"", {"Location": "/moved/to/elsewhere.csv"}), Answer(headers={"ETag": '"8"'})]
    with Web().fetch(f"{server.address}/June.csv") as fetched:
        assert fetched is not None
        assert fetched.stream.read() == CONTENT
        assert fetched.etag == '"8"'
        assert fetched.name == "June.csv"
    assert [path for path, _ in server.asked] == ["/June.csv", "/moved/to/elsewhere.csv"]


def test_what_was_fetched_can_be_kept(server: Server, landing: Landing) -> None:
    server.answers = [Answer(500, b"an error page"), Answer()]
    with Web(sleep=lambda _: None).fetch(f"{server.address}/June.csv") as fetched:
        assert fetched is not None
        assert landing.keep(fetched.stream) == Kept(SHA, len(CONTENT), new=True)
