"""The pages, served as readers get them: in this process, over HTTP, and by the real command."""

import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient

import commands
from ics_insight.dashboard import application
from ics_insight.settings import settings

ABOUT_ACCESS = ("ICS_ACCESS", "ICS_OIDC_", "ICS_PROXY_", "ICS_PUBLIC_", "ICS_SESSION_")

CLIENT_SECRET, SESSION_SECRET = "a-client-secret-nobody-may-see", "a-session-secret-nobody-may-see!"


def here(**options: Any) -> TestClient:
    """A reader on this machine: nobody else may read while nothing is configured."""
    return TestClient(application(), base_url="http://127.0.0.1", client=("127.0.0.1", 50_000), **options)


@contextmanager
def served(**variables: str) -> Iterator[str]:
    """The pages over HTTP on loopback, with these settings of access and no others; ADDRESS in one is where they are served."""
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.MonkeyPatch.context() as patch:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for name in [name for name in os.environ if name.startswith(ABOUT_ACCESS)]:
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value.replace("ADDRESS", address))
        settings.cache_clear()
        server = uvicorn.Server(uvicorn.Config(application(), log_level="warning", proxy_headers=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                time.sleep(0.05)
            yield address
        finally:
            server.should_exit = True
            thread.join()
    settings.cache_clear()


def signing(issuer: str, **more: str) -> dict[str, str]:
    """The settings of an installation whose readers sign in."""
    return {
        "ICS_ACCESS": "oidc",
        "ICS_PUBLIC_URL": "ADDRESS",
        "ICS_OIDC_ISSUER": issuer,
        "ICS_OIDC_CLIENT_ID": "insight",
        "ICS_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "ICS_SESSION_SECRET": SESSION_SECRET,
        **more,
    }


def closed() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://localhost:{free.getsockname()[1]}"


@contextmanager
def ics_serve(home: Path, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The real command on a free port, with the database of this module."""
    address = closed().replace("localhost", "127.0.0.1")
    known = {name: getattr(settings(), f"db_{name}") for name in ("host", "port", "name")}
    found = {f"ICS_DB_{name}".upper(): str(value) for name, value in known.items()}
    found["ICS_DASHBOARD_PASSWORD"] = settings().dashboard_password.get_secret_value()
    given = commands.environment(home, **found, ICS_PORT=str(urlsplit(address).port), **variables)
    given = {name: value.replace("ADDRESS", address) for name, value in given.items()}
    with subprocess.Popen([commands.ICS, "serve"], env=given, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            _wait_for(f"{address}/health", process)
            yield address, process
        finally:
            process.terminate()


def _wait_for(url: str, process: "subprocess.Popen[str]") -> None:
    while True:
        assert process.poll() is None, process.communicate()
        with contextlib.suppress(httpx.TransportError):
            assert httpx.get(url).text == "ok"
            return
        time.sleep(0.1)
