"""Where delivered bytes are kept: once, under their SHA-256, read-only, on any file system that fsspec knows."""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fsspec

from ics_insight.errors import Unavailable

BLOCK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """What was put away: `sha256` in hexadecimal, `size_bytes`, and whether these bytes were `new`."""

    sha256: str
    size_bytes: int
    new: bool


class Landing:
    """A landing area at an fsspec URL: a folder, `s3://bucket/prefix`, `abfs://container/prefix`, …"""

    def __init__(self, url: str) -> None:
        self.fs, self.root = fsspec.url_to_fs(url)
        self.is_local = "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))

    def keep(self, incoming: IO[bytes]) -> Kept:
        """Take in a stream of bytes. Whole or not at all: a reader never sees half of it, and a second delivery changes nothing.

        Raises Unavailable when there is no room for it.
        """
        try:
            return self._keep(incoming)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Unavailable(f"No room left in landing ({self.root}) or for temporary files; nothing was taken.") from None

    def _keep(self, incoming: IO[bytes]) -> Kept:
        with tempfile.NamedTemporaryFile() as spool:
            digest = hashlib.sha256()
            size = 0
            while block := incoming.read(BLOCK):
                digest.update(block)
                size += len(block)
                spool.write(block)
            spool.flush()
            sha256 = digest.hexdigest()
            new = not self._is_whole(sha256, size)
            if new:
                self._put(spool.name, self._key(sha256))
        return Kept(sha256, size, new)

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """The bytes as a local file for the length of the block. Raises Unavailable when they are gone or no longer the same."""
        key = self._key(sha256)
        if self.is_local:
            self._verify(Path(key), sha256)
            yield Path(key)
            return
        with tempfile.NamedTemporaryFile() as copy:
            with contextlib.suppress(FileNotFoundError), self.fs.open(key, "rb") as remote:
                shutil.copyfileobj(remote, copy, BLOCK)
            copy.flush()
            self._verify(Path(copy.name), sha256)
            yield Path(copy.name)

    def _key(self, sha256: str) -> str:
        return f"{self.root}/{sha256[:2]}/{sha256}"

    def _is_whole(self, sha256: str, size: int) -> bool:
        return bool(self.fs.exists(self._key(sha256))) and self.fs.size(self._key(sha256)) == size

    def _put(self, spool: str, key: str) -> None:
        self.fs.makedirs(self.fs._parent(key), exist_ok=True)
        if not self.is_local:
            self.fs.put_file(spool, key)  # object stores show an object only once it is whole
            return
        part = f"{key}.{uuid.uuid4().hex}.part"
        try:
            with Path(spool).open("rb") as source, Path(part).open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
                target.flush()
                os.fsync(target.fileno())
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
        Path(part).chmod(stat.S_IRUSR | stat.S_IRGRP)
        Path(part).replace(key)

    def _verify(self, path: Path, sha256: str) -> None:
        found: Any = None
        if path.exists():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise Unavailable(
                f"Landing no longer holds the bytes {sha256[:16]}… as they were sent: restore {self._key(sha256)} from backup."
            )
