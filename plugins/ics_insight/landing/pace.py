"""Asking a host no more often than is polite, however many workers of this machine ask it."""

import fcntl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FARTHEST_SECONDS = 600.0


@dataclass(frozen=True)
class Pace:
    """Turns at each host, kept as files in `folder` so that tasks in different processes take theirs one after another."""

    folder: Path
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    def wait(self, host: str, per_second: float) -> None:
        """Wait for the next turn at this host."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / host.replace("/", "_")).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go of when the file is closed, also by a process that dies
            file.seek(0)
            now = self.now()
            turn = max(now, float(file.read() or 0))
            if turn - now > FARTHEST_SECONDS:  # the clock was set back
                turn = now
            file.seek(0)
            file.truncate()
            file.write(repr(turn + 1 / per_second))
        if turn > now:
            self.sleep(turn - now)
