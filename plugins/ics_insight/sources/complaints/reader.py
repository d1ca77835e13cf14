"""A trust's log of complaints: as Radar or Odoo export it, or in the template of this folder."""

from pathlib import Path

from ics_insight.sources.reading import Reading, read_log
from ics_insight.sources.registry import Source


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the months from the first to the last receipt. Raises Refused for another layout or a log without dates."""
    return read_log(source, path, name)
