"""Airflow's own components on one machine: started together, stopped together, all on loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

import httpx

from ics_insight.errors import Unavailable
from ics_insight.settings import settings

START_SECONDS = 120
STOP_SECONDS = 15


def serve_airflow(port: int, say: Callable[[str], None]) -> None:
    """Run API server, scheduler and DAG processor until SIGINT or SIGTERM, or until one of them ends; then end them all.

    The log servers, which would listen on every interface, are left out: on one machine the API server reads the log files.
    Raises Unavailable when a component ends by itself or the web page does not come up.
    """
    os.environ["AIRFLOW__API__PORT"] = str(port)
    os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] = f"http://127.0.0.1:{port}/execution/"
    stopping = _Stop()
    components: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for command in (
            ["api-server", "--host", "127.0.0.1", "--port", str(port)],
            ["scheduler", "--skip-serve-logs"],
            ["dag-processor"],
        ):
            components[command[0]] = _start(command)
        say("Starting Airflow …")
        _wait_until_healthy(port, components, stopping)
        if not stopping.asked:
            say(f"Airflow is at http://127.0.0.1:{port}/ (Ctrl-C stops it and all it started).")
        while not stopping.asked:
            _raise_for_ended(components)
            time.sleep(0.5)
    finally:
        for component in components.values():
            _end(component)
        say("Airflow is stopped.")


class _Stop:
    """Whether somebody asked to stop. A second signal while stopping changes nothing, so that nothing is left behind."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A component in a process group of its own, since Airflow's children outlive their parent otherwise."""
    path = settings().home / "logs" / f"{command[0]}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "airflow", *command], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )


def _wait_until_healthy(port: int, components: dict[str, subprocess.Popen[bytes]], stopping: _Stop) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not stopping.asked:
        _raise_for_ended(components)
        try:
            health = httpx.get(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5).json()
            if all((health.get(part) or {}).get("status") == "healthy" for part in ("metadatabase", "scheduler", "dag_processor")):
                return
        except (httpx.HTTPError, ValueError):
            pass
        if time.monotonic() > deadline:
            raise Unavailable(f"Airflow did not come up within {START_SECONDS} seconds; see {settings().home / 'logs'}.")
        time.sleep(0.5)


def _raise_for_ended(components: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, component in components.items():
        if component.poll() is not None:
            raise Unavailable(
                f"Airflow's {name} ended with status {component.returncode}; see {settings().home / 'logs' / name}.log."
            )


def _end(component: subprocess.Popen[bytes]) -> None:
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        try:
            os.killpg(component.pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            component.poll()  # reaps the leader, so that the group can be seen to be gone
            try:
                os.killpg(component.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)
