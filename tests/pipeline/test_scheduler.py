"""The asset chain under Airflow's real scheduler, by `ics up`: nothing here is run by hand."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil
import pytest

from commands import ICS, at, connect, environment
from ics_insight import demo
from ics_insight.warehouse import embedded

START_SECONDS = 300
CHAIN_SECONDS = 900


def test_a_delivery_travels_to_publication_by_itself_and_nothing_stays_behind(migrated: Path, tmp_path: Path) -> None:
    home, inbox = migrated, tmp_path / "delivered"
    demo.write(inbox, months=1, only=("ae",))
    port = _free_port()
    log = (tmp_path / "up.log").open("w+")
    up = subprocess.Popen(
        [ICS, "up", "--port", str(port)],
        env=environment(home, ICS_INBOX=str(inbox)),
        stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(lambda: "Airflow is at" in _said(log), START_SECONDS, lambda: _said(log))
        with embedded.running(at(home)) as found:
            _wait(lambda: "success" in _states(found, "publish"), CHAIN_SECONDS, lambda: f"{_states(found)} {_said(log)}")
            assert _states(found, "collect__ae") == _states(found, "transform") == _states(found, "publish") == ["success"]
            with connect(found) as connection:
                held = connection.execute("select count(*) from published.operational where measure_code = 'ae_4h'").fetchone()
        assert held is not None
        assert held[0] == 12  # eleven providers and England
        started = [up, *psutil.Process(up.pid).children(recursive=True)]
        _only_loopback(started)
    finally:
        up.send_signal(signal.SIGINT)
        status = up.wait(timeout=90)
    assert status == 0, _said(log)
    assert _alive(started) == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def _states(found: dict[str, str], dag_id: str = "%") -> list[str]:
    with connect(found, "airflow") as connection:
        runs = connection.execute("select state from dag_run where dag_id like %s order by id", [dag_id]).fetchall()
    return [str(state) for (state,) in runs]


def _wait(true: Callable[[], bool], seconds: int, told: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {told()}")
        time.sleep(0.5)


def _only_loopback(processes: list[psutil.Process | subprocess.Popen[bytes]]) -> None:
    """No component listens where another machine could reach it."""
    ports = [
        connection.laddr
        for process in processes
        for connection in psutil.Process(process.pid).net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert ports
    assert {address.ip for address in ports} <= {"127.0.0.1", "::1"}, ports


def _alive(processes: list[psutil.Process | subprocess.Popen[bytes]]) -> list[str]:
    return [str(process) for process in processes if isinstance(process, psutil.Process) and process.is_running()]


def _said(log: IO[str]) -> str:
    return Path(log.name).read_text()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
