"""CQC's adult inpatient survey of 2025: the trust benchmark workbook."""

from collections.abc import Iterator

from ics_insight.demo.benchmarks import FEWEST, Wave, workbook
from ics_insight.demo.plan import planted
from ics_insight.demo.providers import trusts
from ics_insight.demo.span import Span

YEAR = 2025
QUESTIONS = (
    ("Q2", 7.1, 0.33), ("Q7", 6.3, 0.19), ("Q9", 8.6, 0.69), ("Q17", 8.8, 0.98), ("Q21", 8.5, 0.97), ("Q28", 7.2, 0.81),
    ("Q36", 6.9, 0.92), ("Q40", 6.5, 0.76), ("Q45", 9.1, 0.98), ("Q46", 8.1, 0.97),
)  # fmt: skip


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The workbook: name and bytes."""
    few, failing = planted("too_few_answers"), planted("stroke_interface")
    fails = failing["cqc_inpatient"]
    wave = Wave(
        "cqc_inpatient", "Adult Inpatient Survey", YEAR, 1_250, 0.39, QUESTIONS, {"S09": "Q45", "S10": "Q46"}, _GUIDANCE,
        few={(few["organisation"], few["question"]): few["answered"]},
        shifted={(failing["from"]["organisation"], fails["question"]): fails["standard_deviations"]},
        extremes=False,
    )  # fmt: skip
    yield f"Adult-Inpatient-Survey-{YEAR}.ods", workbook(wave, trusts(span.scale))


_GUIDANCE = (
    "A fictional survey of fictional trusts, in the layout of the published workbook.",
    f"Patients aged 16 or over who left hospital during November {YEAR} after at least one night were asked.",
    "Scores run from 0 to 10 and are standardised by age, sex and route of admission.",
    f"A question that fewer than {FEWEST} people at a trust answered has no score there.",
)
