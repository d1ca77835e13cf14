"""CQC urgent and emergency care survey: a benchmark workbook for A&E departments (type 1), and one for urgent treatment centres."""

import re
from pathlib import Path

from ics_insight.sources.reading import Reading, Survey, open_benchmarks
from ics_insight.sources.registry import Source

SURVEY = Survey("Urgent and Emergency Care Survey", "urgent|emergency", "uec", (9, 9))


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is September, which was sampled in 2020 and 2022 (knowledge, facts.md section 3).

    Type 3 is told by its question numbers (`t39`), by the title or by the file's name (formats.md section 3b).
    """
    found = open_benchmarks(source, path, name, SURVEY)
    by_number = any(re.match(r"mean[tT]\d", column) for column in found.columns)
    by_name = any(re.search(r"type[ _-]?3", said, flags=re.IGNORECASE) for said in (found.title, name))
    return found.reading("type3" if by_number or by_name else "type1")
