"""The page of what was checked: what each gate asked, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ics_insight.dashboard import charts, words
from ics_insight.dashboard.drawing import rows_of
from ics_insight.dashboard.queries import Expectation
from ics_insight.dashboard.rendering import Page, render

MOST_NAMED = 3  # in a title


@dataclass(frozen=True)
class Subject:
    """A source or a mart and what was asked of it."""

    key: str
    name: str
    asked: tuple[Expectation, ...]

    @property
    def found(self) -> tuple[int, int, int]:
        """How many expectations hold throughout, how many do not somewhere, and of how many there is nothing to tell."""
        broken = sum(each.broken > 0 for each in self.asked)
        holding = sum(each.broken == 0 and each.status == "pass" for each in self.asked)
        return holding, broken, len(self.asked) - holding - broken


def checks_page(published_at: datetime, asked: Sequence[Expectation]) -> Page:
    """What was asked of every file and mart."""
    sources, marts = _subjects(asked, "raw"), _subjects(asked, "marts")
    drawn = [
        (key, title, subjects, charts.bars(key, _finding(subjects, of, kind), [_row(subject) for subject in subjects], words.FOUND))
        for key, title, of, kind, subjects in (
            ("files", "What was asked of each source’s files", "files", "source", sources),
            ("whole", "What was asked of the whole before it was published", "the whole", "table", marts),
        )
        if subjects
    ]
    broken = sum(subject.found[1] for subject in (*sources, *marts))
    html = render("checks.html", published_at=published_at, expected=len(asked), broken=broken, drawn=drawn, at="/checks")
    return Page(html, [drawing for *_, drawing in drawn], {"all": rows_of(asked)})


def _finding(subjects: Sequence[Subject], of: str, kind: str) -> str:
    """How many checks do not hold somewhere, and of which, as a sentence."""
    asked, broken = (sum(each) for each in zip(*((len(subject.asked), subject.found[1]) for subject in subjects), strict=True))
    if not broken:
        return f"None of {words.some(asked, 'check')} of {of} was found not to hold"
    names = [subject.name for subject in subjects if subject.found[1]]
    where = f": {', '.join(names)}" if len(names) <= MOST_NAMED else f", in {len(names)} {kind}s"
    return f"{broken} of {words.some(asked, 'check')} of {of} {'does' if broken == 1 else 'do'} not hold somewhere{where}"


def _row(subject: Subject) -> tuple[str, tuple[int, int, int], str]:
    broken = subject.found[1]
    return subject.name, subject.found, f"{broken} of {len(subject.asked)}" if broken else ""


def _subjects(asked: Sequence[Expectation], gate: str) -> list[Subject]:
    of_gate = [each for each in asked if each.gate == gate]
    return [
        Subject(target.replace(".", "-"), name or target.partition(".")[2], tuple(each))
        for (name, target), each in groupby(of_gate, key=lambda each: (each.source_title, each.target))
    ]
