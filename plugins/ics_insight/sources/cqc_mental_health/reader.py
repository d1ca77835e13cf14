"""CQC community mental health survey: the trust benchmark workbook."""

from pathlib import Path

from ics_insight.sources.reading import Reading, Survey, open_benchmarks
from ics_insight.sources.registry import Source

SURVEY = Survey("Community Mental Health Survey", "mental health", "cmh", (4, 5))


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is April and May, when people were in contact with services (knowledge, facts.md section 3)."""
    return open_benchmarks(source, path, name, SURVEY).reading()
