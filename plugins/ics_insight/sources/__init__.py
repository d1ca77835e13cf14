"""The front door of the sources: what is known of each, and reading one delivered file.

Adding a source is adding a folder with `source.yml` and `reader.py` (docs/for-engineers.md, "Adding a source").
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ics_insight.sources.registry import Layout, Source, registry

if TYPE_CHECKING:
    from ics_insight.sources.reading import Reading

__all__ = ["Layout", "Source", "read", "registry"]


def read(source: Source, path: Path, name: str) -> "Reading":
    """Read the file at `path`, delivered as `name`, as a release of `source`. Raises Refused with a sentence for its sender.

    Rows are read while `Reading.batches` is walked, so that Refused can come from there as well.
    """
    reading: Reading = import_module(f"ics_insight.sources.{source.name}.reader").read(source, path, name)
    return reading
