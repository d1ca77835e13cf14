"""CQC's community mental health survey of two waves.

Questions have numbers from 900 on, which no published wave has, so that what the seed says of them is said of nothing else.
"""

from collections.abc import Iterator
from dataclasses import replace

from ics_insight.demo.benchmarks import Wave, workbook
from ics_insight.demo.providers import all_trusts
from ics_insight.demo.span import Span

FIRST = (
    ("Q905", 6.3, 0.9), ("Q911", 7.0, 0.85), ("Q914", 5.6, 0.8), ("Q920", 6.4, 0.75), ("Q926", 5.1, 0.6), ("Q928", 4.4, 0.5),
    ("Q936", 6.6, 0.97),
)  # fmt: skip
# the number of each question a year later, with the one that it had
MOVED = {
    "Q906": "Q905", "Q911": "Q911", "Q917": "Q914", "Q919": "Q920", "Q927": "Q926", "Q930": "Q928", "Q938": "Q936",
}  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The workbook of each wave, of the trusts with community services: names and bytes."""
    seen = [trust for trust in all_trusts(span.scale) if trust.kind in ("mental health and community", "community")]
    first = Wave(
        "cqc_mental_health", "Community Mental Health Survey", 2024, 1_250, 0.2, FIRST, {"S03": "Q911", "S11": "Q936"},
        _guidance(2024), prefix="CMH24_",
    )  # fmt: skip
    known = {question: (average, share) for question, average, share in FIRST}
    second = replace(
        first, year=2025, guidance=_guidance(2025), before=first, same=MOVED, prefix="CMH25_",
        questions=tuple((now, *known[before]) for now, before in MOVED.items()), sections={"S03": "Q911", "S11": "Q938"},
    )  # fmt: skip
    yield "20250403_cmh24_trustresults.ods", workbook(first, seen)
    yield "20260402_cmh25_trustresults.ods", workbook(second, seen)


def _guidance(year: int) -> tuple[str, ...]:
    return (
        "A fictional survey of fictional trusts, in the layout of the published workbook.",
        f"People aged 16 or over who were in contact with services in April and May {year} were asked.",
    )
