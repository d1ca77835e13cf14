"""CQC's urgent and emergency care survey of two waves, a workbook for A&E departments and one for urgent treatment centres.

Questions have numbers from 900 on, which no published wave has, so that what the seed says of them is said of nothing else.
"""

from collections.abc import Iterator

from ics_insight.demo.benchmarks import Wave, workbook
from ics_insight.demo.providers import trusts
from ics_insight.demo.span import Span

# wave and type: number of each question, its average score, and the share who answer it
QUESTIONS = {
    (2022, 1): (("Q904", 6.4, 0.95), ("Q921", 7.7, 0.9), ("Q938", 5.9, 0.5), ("Q940", 7.2, 0.8), ("Q947", 7.6, 0.97)),
    (2022, 3): (("t903", 6.9, 0.95), ("t918", 8.3, 0.9), ("t936", 7.6, 0.8), ("t939", 8.5, 0.97)),
    (2024, 1): (("Q905", 6.1, 0.95), ("Q923", 7.6, 0.9), ("Q936", 5.7, 0.5), ("Q939", 7.1, 0.8), ("Q945", 7.4, 0.97)),
    (2024, 3): (("t902", 6.8, 0.95), ("t920", 8.2, 0.9), ("t933", 7.5, 0.8), ("t937", 8.4, 0.97)),
}
PUBLISHED = {2022: "20230725", 2024: "20250729"}


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """Both types of each wave: names and bytes. A centre's trust is one that also has minor injuries to see."""
    seen = {1: trusts(span.scale), 3: [trust for trust in trusts(span.scale) if trust.minor > 3_000]}
    for (year, kind), questions in QUESTIONS.items():
        wave = Wave(
            "cqc_uec" if kind == 1 else "cqc_uec_type3", f"Urgent and Emergency Care Survey, Type {kind} services,", year,
            950 if kind == 1 else 580, 0.24, questions, {"S01": questions[0][0], "S05": questions[-1][0]},
            (
                "A fictional survey of fictional trusts, in the layout of the published workbook.",
                f"People aged 16 or over who came to a Type {kind} service in September {year} were asked.",
            ),
            prefix=f"UEC{year % 100}_",
        )  # fmt: skip
        yield f"{PUBLISHED[year]}_uec{year % 100}_type{kind}_benchmark-data.ods", workbook(wave, seen[kind])
