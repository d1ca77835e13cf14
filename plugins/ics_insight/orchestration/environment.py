"""The environment in which Airflow runs on one machine: its home under ICS_HOME, its metadata in the embedded Postgres.

Airflow reads its configuration when it is first imported, so that this comes before any `import airflow`. In compose the same
variables stand in docker-compose.yml.
"""

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ics_insight.settings import PROJECT, Settings, settings
from ics_insight.warehouse import embedded, prepare

MIGRATED = "migrated"


@contextlib.contextmanager
def database(current: Settings | None = None) -> Iterator[None]:
    """A reachable warehouse for the length of the block: the one that is configured, or else the embedded one, made ready."""
    current = current or settings()
    if current.db_host:
        yield
        return
    with embedded.running(current) as found, _environment(found):
        prepare()
        yield


@contextlib.contextmanager
def airflow(current: Settings | None = None) -> Iterator[None]:
    """The same, made ready in either case, with Airflow configured and its metadata database migrated. Takes some seconds the first
    time."""
    current = current or settings()
    with database(current), _environment(_airflow_variables(settings())):
        if current.db_host:
            prepare()
        _migrate(current.home / "airflow")
        yield


@contextlib.contextmanager
def _environment(found: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in found}
    os.environ.update(found)
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()


def _airflow_variables(current: Settings) -> dict[str, str]:
    home = current.home / "airflow"
    home.mkdir(parents=True, exist_ok=True)
    return {
        "AIRFLOW_HOME": str(home),
        # The address names the user only; libpq and asyncpg take the password from PGPASSWORD.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://ics_owner@{current.db_host}:{current.db_port}/airflow",
        "PGPASSWORD": current.db_password.get_secret_value(),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",  # one person on one machine, on loopback
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API_AUTH__JWT_SECRET": _kept_secret(home / "jwt_secret"),
        "AIRFLOW__API__SECRET_KEY": _kept_secret(home / "api_secret"),
        "AIRFLOW__SCHEDULER__MIN_FILE_PROCESS_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "ICS_HOME": str(current.home),
    }


def _kept_secret(path: Path) -> str:
    """Drawn once for this home, readable by this user only, at least 64 bytes as Airflow's tokens want."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def _migrate(home: Path) -> None:
    """Create or upgrade Airflow's tables, once per installed version."""
    from importlib.metadata import version

    marker = home / MIGRATED
    if marker.exists() and marker.read_text() == version("apache-airflow"):
        return
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"Airflow could not prepare its database: {(done.stdout + done.stderr)[-1500:]}")
    marker.write_text(version("apache-airflow"))
