"""CQC adult inpatient survey: the trust benchmark workbook."""

from pathlib import Path

from ics_insight.sources.reading import Reading, Survey, open_benchmarks
from ics_insight.sources.registry import Source

SURVEY = Survey("Adult Inpatient Survey", "inpatient", "a?ip", (11, 11))


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the sampled month, November (workbook of 2022, sheet Guidance, "About the survey")."""
    return open_benchmarks(source, path, name, SURVEY).reading()
