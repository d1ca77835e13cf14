"""Picking up from SFTP servers. Nothing is deleted or moved there: what was taken is known by its size and date."""

import base64
import io
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

import paramiko

from ics_insight.errors import Unavailable
from ics_insight.landing.web import GRACE_SECONDS, LARGEST_BYTES, SLOWEST

SETTLE_SECONDS = 2.0
TIMEOUT_SECONDS = 30.0
READ = 32 << 10
_UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", ".swp")
_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


@dataclass(frozen=True)
class SftpLogin:
    """How to come in; `name` is what messages call it. `host_key` as in known_hosts, without the host: `ssh-ed25519 AAAA…`; without
    one, the known_hosts of this user must have the server."""

    name: str
    host: str
    port: int
    user: str
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    host_key: str = ""


@dataclass(frozen=True)
class SftpFile:
    """A file as listed; `version` changes when the file does."""

    path: str
    size: int
    changed: int

    @property
    def version(self) -> str:
        return f"{self.size} bytes, {self.changed}"

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


@contextmanager
def sftp(login: SftpLogin) -> Iterator[paramiko.SFTPClient]:
    """A session on the server. Raises Unavailable, saying what to set, when it does not let us in or is not who it should be."""
    client = paramiko.SSHClient()
    try:
        yield _enter(client, login)
    finally:
        client.close()


def _enter(client: paramiko.SSHClient, login: SftpLogin) -> paramiko.SFTPClient:
    client.set_missing_host_key_policy(_Unknown(login))
    if login.host_key:
        key = _host_key(login)
        client.get_host_keys().add(_known_as(login), key.get_name(), key)
    else:
        client.load_system_host_keys()
    try:
        client.connect(
            login.host, login.port, login.user, password=login.password or None, pkey=_private_key(login),
            allow_agent=False, look_for_keys=False,
            timeout=TIMEOUT_SECONDS, banner_timeout=TIMEOUT_SECONDS, auth_timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
        session = client.open_sftp()
    except paramiko.BadHostKeyException:
        raise Unavailable(
            f"SFTP {login.name}: the server's host key is not the one that is known. Ask its keeper whether it changed; "
            f"if so, set the new one as `host_key` in the connection's extra fields."
        ) from None
    except paramiko.AuthenticationException:
        raise Unavailable(
            f"SFTP {login.name}: the server does not let {login.user} in; check user, password or private key."
        ) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise Unavailable(f"SFTP {login.name} could not be reached ({type(error).__name__}).") from None
    session.get_channel().settimeout(TIMEOUT_SECONDS)
    return session


def folder_files(session: paramiko.SFTPClient, login: SftpLogin, folder: str, deep: bool) -> list[SftpFile]:
    """The whole files in a folder and, when `deep`, in its sub-folders, by date. Those that look unfinished by their name are not
    listed. Raises Unavailable for a folder that is not there."""
    try:
        entries = session.listdir_attr(folder)
        files = _whole(folder, entries)
        for entry in entries if deep else []:
            if stat.S_ISDIR(entry.st_mode or 0) and not entry.filename.startswith("."):
                below = f"{folder.rstrip('/')}/{entry.filename}"
                files += _whole(below, session.listdir_attr(below))
    except (OSError, paramiko.SSHException, EOFError) as error:
        raise Unavailable(f"SFTP {login.name}: folder {folder} could not be listed ({type(error).__name__}).") from None
    return sorted(files, key=lambda file: (file.changed, file.path))


def settled_files(
    session: paramiko.SFTPClient, login: SftpLogin, folder: str, deep: bool, sleep: Callable[[float], None] = time.sleep
) -> list[SftpFile]:
    """The same, without those that grow while they are looked at."""
    before = folder_files(session, login, folder, deep)
    if not before:
        return []
    sleep(SETTLE_SECONDS)
    return [file for file in folder_files(session, login, folder, deep) if file in before]


@contextmanager
def fetch_file(session: paramiko.SFTPClient, login: SftpLogin, file: SftpFile) -> Iterator[IO[bytes] | None]:
    """The file's bytes; None when it is not, or no longer, as it was listed: it is being written. Raises Unavailable when it is
    gone or breaks off."""
    with tempfile.TemporaryFile() as spool:
        try:
            whole = _is_still(session, file) and _copy(session, file, spool) and _is_still(session, file)
        except FileNotFoundError:
            raise Unavailable(f"SFTP {login.name}: {file.path} was taken away before it could be fetched.") from None
        except (OSError, paramiko.SSHException, EOFError) as error:
            raise Unavailable(f"SFTP {login.name}: {file.path} could not be fetched ({type(error).__name__}).") from None
        spool.seek(0)
        yield spool if whole else None


def _whole(folder: str, entries: list[paramiko.SFTPAttributes]) -> list[SftpFile]:
    return [
        SftpFile(f"{folder.rstrip('/')}/{entry.filename}", entry.st_size or 0, int(entry.st_mtime or 0))
        for entry in entries
        if stat.S_ISREG(entry.st_mode or 0)
        and not entry.filename.startswith((".", "~"))
        and not entry.filename.lower().endswith(_UNFINISHED)
    ]


def _is_still(session: paramiko.SFTPClient, file: SftpFile) -> bool:
    found = session.stat(file.path)
    return (found.st_size or 0, int(found.st_mtime or 0)) == (file.size, file.changed)


def _copy(session: paramiko.SFTPClient, file: SftpFile, spool: IO[bytes]) -> bool:
    """Whether as many bytes came as the file was listed with."""
    if file.size > LARGEST_BYTES:
        raise Unavailable(f"{file.path} has more than {LARGEST_BYTES >> 30} GiB; nothing was taken.")
    began = time.monotonic()
    with session.open(file.path, "rb") as remote:
        remote.prefetch(file.size)
        while block := remote.read(READ):
            spool.write(block)
            counted = time.monotonic() - began - GRACE_SECONDS
            if counted > 0 and spool.tell() < counted * SLOWEST:
                raise Unavailable(f"{file.path} comes at less than {SLOWEST >> 10} KiB a second; nothing was taken.")
    return spool.tell() == file.size


class _Unknown(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    """A server that nobody vouched for is not talked to: it would be told the password."""

    def __init__(self, login: SftpLogin) -> None:
        self.login = login

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        raise Unavailable(
            f"SFTP {self.login.name}: the server's host key is not known. It shows {key.get_name()} with fingerprint "
            f"{key.fingerprint}. If its keeper confirms that, set `host_key` in the connection's extra fields to "
            f"“{key.get_name()} {key.get_base64()}”."
        )


def _known_as(login: SftpLogin) -> str:
    return login.host if login.port == 22 else f"[{login.host}]:{login.port}"


def _host_key(login: SftpLogin) -> paramiko.PKey:
    try:
        encoded = next(word for word in login.host_key.split() if word.startswith("AAAA"))
        content = base64.b64decode(encoded, validate=True)
        return paramiko.PKey.from_type_string(paramiko.Message(content).get_text(), content)
    except Exception:  # whatever a text can be instead
        raise Unavailable(
            f"SFTP {login.name}: `host_key` in the connection's extra fields is not a public key such as “ssh-ed25519 AAAA…”."
        ) from None


def _private_key(login: SftpLogin) -> paramiko.PKey | None:
    if not login.private_key:
        return None
    for kind in _KEYS:
        try:
            return kind.from_private_key(io.StringIO(login.private_key), password=login.passphrase or None)
        except (paramiko.SSHException, ValueError):
            continue
    raise Unavailable(f"SFTP {login.name}: the private key cannot be read; check it and its passphrase.")
