"""CQC maternity survey: the trust benchmark workbook."""

from pathlib import Path

from ics_insight.sources.reading import Reading, Survey, open_benchmarks
from ics_insight.sources.registry import Source

SURVEY = Survey("Maternity Survey", "maternity", "mat", (2, 2))


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is February: women who gave birth then were asked (knowledge, facts.md section 3)."""
    return open_benchmarks(source, path, name, SURVEY).reading()
