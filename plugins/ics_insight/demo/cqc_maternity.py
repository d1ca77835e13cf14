"""CQC's maternity survey of two waves: care before birth (questions B), at birth (C), after it in hospital (D) and at home (F).

Questions have numbers from 900 on, which no published wave has, so that what the seed says of them is said of nothing else.
"""

from collections.abc import Iterator
from dataclasses import replace

from ics_insight.demo.benchmarks import Wave, workbook
from ics_insight.demo.providers import trusts
from ics_insight.demo.span import Span

FIRST = (
    ("B908", 5.2, 0.9), ("B912", 8.6, 0.97), ("C915", 8.3, 0.96), ("D907", 7.4, 0.93), ("F902", 7.9, 0.95), ("F911", 4.9, 0.9),
    ("F917", 7.1, 0.7),
)  # fmt: skip
# the number of each question a year later, with the one that it had; the last of them is new
MOVED = {"B909": "B908", "B914": "B912", "C913": "C915", "D907": "D907", "F903": "F902", "F912": "F911", "F919": "F917"}
NEW = ("F920", 6.2, 0.6)


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The workbook of each wave: names and bytes."""
    first = Wave(
        "cqc_maternity", "Maternity Survey", 2024, 480, 0.42, FIRST, {"S01": "B912", "S03": "C915", "S06": "F902"}, _guidance(2024)
    )
    known = {question: (average, share) for question, average, share in FIRST}
    second = replace(
        first, year=2025, guidance=_guidance(2025), before=first, same=MOVED,
        questions=(*((now, *known[before]) for now, before in MOVED.items()), NEW),
        sections={"S01": "B914", "S03": "C913", "S06": "F903"},
    )  # fmt: skip
    yield "20241128_mat24_trust-benchmark-data.ods", workbook(first, trusts(span.scale))
    yield "20251204_mat25_trust-benchmark-data.ods", workbook(second, trusts(span.scale))


def _guidance(year: int) -> tuple[str, ...]:
    return (
        "A fictional survey of fictional trusts, in the layout of the published workbook.",
        f"Women and other people aged 16 or over who gave birth in February {year} were asked.",
        "Section 1 is about care before birth, section 3 about labour and birth, section 6 about care at home after birth.",
    )
