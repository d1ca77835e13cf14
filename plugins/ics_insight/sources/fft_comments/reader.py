"""A trust's upload of what single people answered: one row a person, with a column for each question."""

from datetime import date
from pathlib import Path

from ics_insight.errors import Problem, Refused
from ics_insight.sources.reading import Reading, open_tables, whole_month
from ics_insight.sources.reading.dates import written_day
from ics_insight.sources.registry import Source, normalise

LONGEST = 24  # months: a longer upload holds a mistyped year, or should come in parts
NAMED = 50  # rows that a refusal lists


def read(source: Source, path: Path, name: str) -> Reading:
    """The period is the whole months that the dates lie in. Raises Refused for a row without a date, a day that does not exist,
    dates more than two years apart, or a question that stands twice."""
    tables = open_tables(source, path, name)
    [table] = tables.tables
    questions = [normalise(field)[:10] for field in table.fields if normalise(field).startswith("question_")]
    if len(set(questions)) < len(questions):
        raise Refused(f"{name}: a question stands in two columns; give each question a number of its own.", sheet=table.sheet)
    days: list[date] = []
    wrong: list[int] = []
    for row, text in table.values("date"):
        day = written_day(text)
        if day is None:
            wrong.append(row)
        else:
            days.append(day)
    if wrong:
        raise _undated(name, table.sheet, wrong)
    first, last = min(days), max(days)
    if (last.year - first.year) * 12 + last.month - first.month >= LONGEST:
        raise Refused(
            f"{name}: the dates run from {first:%B %Y} to {last:%B %Y}, which is more than {LONGEST} months; look for a mistyped "
            f"year, or send a year at a time.",
            sheet=table.sheet, column="date",
        )  # fmt: skip
    return tables.reading((whole_month(first)[0], whole_month(last)[1]))


def _undated(name: str, sheet: str, rows: list[int]) -> Refused:
    listed = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
    expected = "a date, or text such as 30/09/2026, 2026-09-30 or 30 September 2026"
    return Refused(
        f"{name}: row {listed}: no date that can be read in column date; expected {expected}.",
        problems=tuple(Problem("No date that can be read.", sheet, row, "date", expected) for row in rows[:NAMED]),
    )
