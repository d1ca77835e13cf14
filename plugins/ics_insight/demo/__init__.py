"""The demo: a fictional care system, written as its publishers would publish it.

`write(folder)` leaves `<folder>/<source>/<file>` for five sources, each in its publisher's own layout, so that the demo runs
through the same landing, readers and checks as the real files do. The same bytes come out on every machine.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from ics_insight.demo import ae, cqc_inpatient, gpps, organisations, rtt
from ics_insight.demo.months import LAST, last_months
from ics_insight.demo.system import HOME

__all__ = ["ICB", "ICB_NAME", "LAST_MONTH", "write"]

ICB = HOME.code
ICB_NAME = HOME.name
LAST_MONTH = LAST


def write(folder: Path, *, months: int = 24, progress: Callable[[str], None] | None = None) -> list[Path]:
    """Write every file of the fictional system below `folder`, over what has the same name, and return them in order.

    `months` is how many months of A&E and waiting times to write, ending in September 2026; a month's file is the same
    however many there are. `progress` hears the name of each file (`ae/Monthly-AE-May-2026.csv`) once it is written.
    Raises ValueError for fewer than one month.
    """
    if months < 1:
        raise ValueError(f"months: expected at least 1, found {months}.")
    written = []
    for source, name, content in _files(months):
        path = folder / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
        if progress:
            progress(f"{source}/{name}")
    return written


def _files(count: int) -> Iterator[tuple[str, str, bytes]]:
    """Source, name and bytes: reference first, then what looks things up in it."""
    every = last_months(count)
    streams = {
        "organisations": organisations.files(),
        "gpps": gpps.files(),
        "cqc_inpatient": cqc_inpatient.files(),
        "ae": ae.files(every),
        "rtt": rtt.files(every),
    }
    return chain.from_iterable(((source, name, content) for name, content in stream) for source, stream in streams.items())
