"""The demo: a fictional care system, written as its publishers would publish it.

`write(folder)` leaves `<folder>/<source>/…` for every source that the registry knows and this package has a writer for, each in
its publisher's own layout, so that the demo runs through the same landing, readers and checks as the real files do. The same
bytes come out on every machine. `Span` says how a writer is added; `truth.yml` says what is planted.
"""

import os
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from ics_insight.demo.months import LAST, TOLD
from ics_insight.demo.span import Span
from ics_insight.demo.system import HOME
from ics_insight.sources import registry

__all__ = ["DELIVERED_ON", "ICB", "ICB_NAME", "LAST_MONTH", "Span", "files_of", "write"]

ICB = HOME.code
ICB_NAME = HOME.name
LAST_MONTH = LAST
_DELIVERED = 1_795_000_000  # when the first file arrives, in seconds since 1970: 18 November 2026
DELIVERED_ON = datetime.fromtimestamp(_DELIVERED, UTC).date()


def write(
    folder: Path,
    *,
    months: int = TOLD,
    scale: int = 1,
    only: Collection[str] = (),
    progress: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write every file of the fictional system below `folder`, over what has the same name, and return them in order.

    `months` is how many months of monthly sources to write, ending in September 2026; a month's file is the same however many
    there are. `scale` is how many times as large as usual the system is. Of all sources, or of those in `only`.
    `progress` hears the name of each file (`ae/Monthly-AE-May-2026.csv`) once it is written. Files bear times a second apart in
    the order in which they were sent, which the drop folder goes by. Raises ValueError for fewer than one month or a scale that
    there are no codes for.
    """
    written: list[Path] = []
    for source, name, content in _files(Span(months, scale), only or registry()):
        path = folder / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (_DELIVERED + len(written),) * 2)
        written.append(path)
        if progress:
            progress(f"{source}/{name}")
    return written


def files_of(source: str, span: Span) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of one source, oldest period first; none where this package has no writer for it."""
    module = f"{__name__}.{source}"
    if find_spec(module):
        yield from import_module(module).files(span)


def _files(span: Span, sources: Collection[str]) -> Iterator[tuple[str, str, bytes]]:
    """Source, name and bytes: reference first, then what looks things up in it."""
    for source in (name for name in registry() if name in sources):
        for name, content in files_of(source, span):
            yield source, name, content
