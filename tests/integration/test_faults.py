"""What goes wrong in the middle of collecting: killed, delivered twice at once, no room, Postgres gone.

Each time one more run leaves exactly what one clean run leaves (checksums of every table).
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from commands import at, checksums_of, connect, environment
from conftest import missing
from ics_insight.warehouse import embedded
from tiny_files import AE_NAME, ae_csv

SENT = ae_csv([f"X{n:05}" for n in range(2_000)])

# Works as a task does, in a process that can be killed: takes what is left behind or what is given, and says what went wrong.
WORKER = """
import sys
from ics_insight.errors import Refused, Unavailable
from ics_insight.orchestration import collecting
from ics_insight.sources import registry
source = registry()["ae"]
conf = {"file": sys.argv[1]} if len(sys.argv) > 1 else {"inbox": "/"}
try:
    collecting.take(source, collecting.discover(source, conf), "a test")
except (Refused, Unavailable) as reason:
    sys.exit(str(reason))
"""

PREPARE = "from ics_insight.warehouse import prepare; prepare()"


class Place:
    """A home with a running server, and work that is done there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.found: dict[str, str] = {}

    @property
    def data(self) -> Path:
        return (self.home / "postgres").resolve() / "data"

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", WORKER, *arguments]
        return subprocess.Popen(
            command, env=environment(self.home, **self.found, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def work(self, *arguments: str, **more: str) -> str:
        """Work to its end; the sentence that it ended with, if any."""
        worker = self.start(*arguments, **more)
        _, said = worker.communicate(timeout=300)
        assert "Traceback" not in said, said[-2000:]
        return said.strip()

    @contextmanager
    def server(self) -> Iterator[None]:
        with embedded.running(at(self.home)) as found:
            self.found = found
            subprocess.run([sys.executable, "-c", PREPARE], env=environment(self.home, **found), check=True)
            yield

    def checksums(self) -> dict[str, str]:
        with connect(self.found) as connection:
            return checksums_of(connection)

    def waits(self, table: str) -> Callable[[], bool]:
        """Whether somebody waits for a lock on this table."""
        query = "select count(*) from pg_locks join pg_class on relation = pg_class.oid where relname = %s and not granted"

        def waiting() -> bool:
            with connect(self.found) as connection:
                return connection.execute(query, [table]).fetchone() == (1,)

        return waiting

    def waiting(self) -> int:
        """How many wait for any lock."""
        with connect(self.found) as connection:
            [(count,)] = connection.execute("select count(*) from pg_locks where not granted").fetchall()
        return int(str(count))


def until(happens: Callable[[], bool], worker: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 300
    while not happens():
        assert worker.poll() is None, worker.communicate()[1][-2000:]
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.05)


def kill(worker: "subprocess.Popen[str]") -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("sent") / AE_NAME
    path.write_bytes(SENT)
    return str(path)


@pytest.fixture(scope="module")
def clean(file: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one clean run leaves."""
    place = Place(tmp_path_factory.mktemp("clean"))
    with place.server():
        assert place.work(file) == ""
        found = place.checksums()
    assert found["raw.ae"].startswith("2001 rows")
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "home")
    with made.server():
        yield made


def test_killed_during_landing(place: Place, file: str, clean: dict[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / AE_NAME
    os.mkfifo(pipe)
    worker = place.start(str(pipe))
    with pipe.open("wb", buffering=0) as slow:
        slow.write(SENT[: len(SENT) // 2])
        until(lambda: _waits_for_more(worker.pid), worker)
        kill(worker)
    landed = [path for path in (place.home / "landing").rglob("*") if path.is_file()]
    assert landed == []
    with connect(place.found) as connection:
        assert connection.execute("select count(*) from ledger.extract").fetchone() == (0,)
    assert place.work(file) == ""
    assert place.checksums() == clean


def _waits_for_more(pid: int) -> bool:
    return "pipe_read" in Path(f"/proc/{pid}/wchan").read_text() or "S (sleeping)" in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.parametrize(("table", "state"), [("header", "landed"), ("result", "loaded")], ids=["load", "check"])
def test_killed_during_load_and_during_the_check_and_never_offered_again(
    place: Place, file: str, clean: dict[str, str], table: str, state: str
) -> None:
    """The run after it is offered nothing: what stands in landing is taken to its end."""
    with connect(place.found) as lock:
        lock.execute(f"lock table {'raw' if table == 'header' else 'assurance'}.{table} in exclusive mode".encode())
        worker = place.start(file)
        until(place.waits(table), worker)
        kill(worker)
        lock.rollback()
        assert lock.execute("select state from ledger.extract").fetchall() == [(state,)]
    assert place.work() == ""
    assert place.checksums() == clean


def test_the_same_file_at_once_by_two_workers(place: Place, file: str, clean: dict[str, str], tmp_path: Path) -> None:
    again = tmp_path / "again" / AE_NAME
    again.parent.mkdir()
    again.write_bytes(SENT)
    with connect(place.found) as lock:
        lock.execute("lock table raw.header in exclusive mode")
        first = place.start(file)
        until(place.waits("header"), first)
        second = place.start(str(again))  # finds it landed, and waits for the first to have loaded it
        until(lambda: place.waiting() == 2, second)
    for worker in (first, second):
        assert worker.communicate(timeout=300)[1] == ""
    with connect(place.found) as connection:
        assert connection.execute("select count(*) from ledger.receipt").fetchone() == (2,)
    assert place.checksums() == clean


@contextmanager
def small_disk(kilobytes: int) -> Iterator[Path]:
    """A file system of this size."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0777", "tmpfs", folder]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            missing("a small file system can only be made as root")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)  # noqa: S607


def test_no_room_in_landing(place: Place, file: str, clean: dict[str, str]) -> None:
    with small_disk(64) as disk:
        said = place.work(file, ICS_LANDING=str(disk))
        assert said == f"No room left in landing ({disk}) or for temporary files; nothing was taken."
        assert [path for path in disk.rglob("*") if path.is_file()] == []
        subprocess.run(["mount", "-o", "remount,size=4096k", str(disk)], check=True)  # noqa: S607
        assert place.work(file, ICS_LANDING=str(disk)) == ""
        assert place.checksums() == clean


def as_administrator(place: Place) -> "psycopg.Connection[tuple[object, ...]]":
    """The role that made the cluster; none of ours may say where tables lie."""
    known = json.loads((place.data.parent / "server.json").read_text())
    return psycopg.connect(
        host="127.0.0.1", port=known["port"], dbname="ics", user="postgres", password=known["postgres"], autocommit=True
    )


def test_no_room_in_postgres(place: Place, file: str, clean: dict[str, str]) -> None:
    with small_disk(128) as disk:
        owner = place.data.stat()
        (disk / "space").mkdir()
        for folder in (disk, disk / "space"):
            os.chown(folder, owner.st_uid, owner.st_gid)
        with as_administrator(place) as connection:
            connection.execute(f"create tablespace small location '{disk / 'space'}'".encode())
            connection.execute("alter table raw.ae set tablespace small")
        said = place.work(file)
        assert "could not go on: could not extend file" in said
        assert said.endswith("nothing was changed.")
        with as_administrator(place) as connection:
            assert connection.execute("select state from ledger.extract").fetchall() == [("landed",)]
            connection.execute("alter table raw.ae set tablespace pg_default")
            connection.execute("drop tablespace small")
        assert place.work() == ""
        assert place.checksums() == clean


def test_postgres_gone_in_the_middle_of_a_load(file: str, clean: dict[str, str], tmp_path: Path) -> None:
    place = Place(tmp_path / "home")
    with place.server(), connect(place.found) as lock:
        lock.execute("lock table raw.header in exclusive mode")
        worker = place.start(file)
        until(place.waits("header"), worker)
        os.kill(int((place.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        _, said = worker.communicate(timeout=300)
        assert "Traceback" not in said
        assert "nothing was changed" in said or "does not let" in said
        lock.close()
    with place.server():
        assert place.work() == ""
        assert place.checksums() == clean
