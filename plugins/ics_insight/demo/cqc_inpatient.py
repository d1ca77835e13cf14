"""CQC's adult inpatient survey of 2025: the trust benchmark workbook (formats.md section 3a).

`ll` and `ul` are the expected range of a trust's score, average ± z standard deviations with z of 1.645, 1.96 and 3.09 (the
column that is called 99 holds 99.8 %), and the band says where the score falls in them. A question answered by fewer than 30
at a trust has no score, band 0, and still its number of respondents.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import Cell, ods_bytes
from ics_insight.demo.plan import planted
from ics_insight.demo.providers import Trust, trusts
from ics_insight.demo.span import Span

YEAR = 2025
MAILED = 1_250
FEWEST = 30
LIMITS = ((90, 1.645), (95, 1.96), (99, 3.09))
# question, average score, share of respondents who answer it
QUESTIONS = (
    ("Q2", 7.1, 0.33), ("Q7", 6.3, 0.19), ("Q9", 8.6, 0.69), ("Q17", 8.8, 0.98), ("Q21", 8.5, 0.97), ("Q28", 7.2, 0.81),
    ("Q36", 6.9, 0.92), ("Q40", 6.5, 0.76), ("Q45", 9.1, 0.98), ("Q46", 8.1, 0.97),
)  # fmt: skip
SECTIONS = {"S09": "Q45", "S10": "Q46"}  # sections of one question, so that their scores are the same
# the groups of a characteristic: what to call them and which share of respondents each has, the last one taking the rest
PROFILE = {
    "sexatbirth": (0.47, 0.527, 0.001), "gender": (0.989, 0.006), "age": (0.05, 0.085, 0.235),
    "eth": (0.90, 0.012, 0.034, 0.019, 0.004), "religion": (0.215, 0.006, 0.70, 0.009, 0.005, 0.02, 0.005, 0.015),
    "sexuality": (0.944, 0.011, 0.007, 0.005), "disabled": (0.62, 0.36),
}  # fmt: skip


@dataclass(frozen=True)
class Returned:
    """What came back from one trust, in persons."""

    trust: Trust
    persons: int
    answered: dict[str, int]
    groups: dict[str, int]


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """The workbook: name and bytes."""
    returned = [_returned(trust) for trust in sorted(trusts(span.scale), key=lambda t: t.code)]
    sheets: dict[str, list[Sequence[Cell]]] = {
        "Guidance": [[f"NHS Adult Inpatient Survey {YEAR}"], *_GUIDANCE],
        "Key": [["Sheet", "Variable name", "Description and comments"], *_KEY],
        "Trust_Respondents": _trust_respondents(returned),
        "Trust_Scores": _trust_scores(returned),
        "National_Respondents": _national_respondents(returned),
    }
    yield f"Adult-Inpatient-Survey-{YEAR}.ods", ods_bytes(sheets)


def _returned(trust: Trust) -> Returned:
    chance = Chance("cqc_inpatient", YEAR, trust.code)
    persons = chance.count(MAILED * 0.39, 0.08)
    answered = {question: min(persons, chance.count(persons * share, 0.03)) for question, _, share in QUESTIONS}
    few = planted("too_few_answers")
    if trust.code == few["organisation"]:
        answered[few["question"]] = few["answered"]
    groups: dict[str, int] = {}
    for characteristic, shares in PROFILE.items():
        counts = [chance.count(persons * share, 0.06 if share < 0.5 else 0.01) for share in shares]
        counts.append(max(0, persons - sum(counts)))
        counts[counts.index(max(counts))] += persons - sum(counts)
        groups |= {f"{characteristic}{k}": count for k, count in enumerate(counts, 1)}
    return Returned(trust, persons, answered, groups)


def _trust_respondents(returned: list[Returned]) -> list[Sequence[Cell]]:
    groups = list(returned[0].groups)
    header = ["TrustCode", "trustname", *(f"{q}_tres" for q, *_ in QUESTIONS), "n_tpat", "tr_rate", *(f"{g}_tpc" for g in groups)]
    rows = [[r.trust.code, r.trust.name, *_counts([r], groups)] for r in returned]
    return [[*header], *rows]


def _national_respondents(returned: list[Returned]) -> list[Sequence[Cell]]:
    groups = list(returned[0].groups)
    header = [*(f"{q}_res" for q, *_ in QUESTIONS), "n_pat", "r_rate", *(f"{g}_pc" for g in groups)]
    return [[*header], _counts(returned, groups)]


def _counts(returned: list[Returned], groups: list[str]) -> list[Cell]:
    """Respondents to each question, all respondents, the response rate in percent, the percentage in each group."""
    persons = sum(r.persons for r in returned)
    answered = [sum(r.answered[question] for r in returned) for question, *_ in QUESTIONS]
    shares = [100 * sum(r.groups[group] for r in returned) / persons for group in groups]
    return [*answered, persons, 100 * persons / (MAILED * len(returned)), *shares]


def _trust_scores(returned: list[Returned]) -> list[Sequence[Cell]]:
    names = [*(q for q, *_ in QUESTIONS), *SECTIONS]
    header: list[Cell] = ["TrustCode", "trustname", "n_tpat", *(column for name in names for column in _score_columns(name))]
    rows: list[Sequence[Cell]] = []
    for r in returned:
        scores = {question: _score(r, question, average) for question, average, _ in QUESTIONS}
        scores |= {section: scores[question] for section, question in SECTIONS.items()}
        rows.append([r.trust.code, r.trust.name, r.persons, *(cell for name in names for cell in scores[name])])
    return [header, *rows]


def _score_columns(name: str) -> list[str]:
    return [
        f"mean{name}",
        *(f"{side}{limit}{name}" for limit, _ in LIMITS for side in ("ll", "ul")),
        f"band{name}",
        f"{name}_Zfinal",
    ]


def _score(returned: Returned, question: str, average: float) -> list[Cell]:
    """Mean, the three expected ranges, band and z of one trust's question; blank with band 0 where too few answered."""
    answered = returned.answered[question]
    if answered < FEWEST:
        return [*[None] * 7, 0, None]
    chance = Chance("cqc_inpatient", YEAR, returned.trust.code, question)
    spread = sqrt(0.15**2 + 2.6**2 / answered)  # trusts differ, and samples of them do
    z = within(-3.6, chance.near(returned.trust.experience, 0.6), 3.6)
    failing = planted("stroke_interface")
    if returned.trust.code == failing["from"]["organisation"] and question == failing["cqc_inpatient"]["question"]:
        z = failing["cqc_inpatient"]["standard_deviations"]
    mean = within(0.0, average + z * spread, 10.0)
    z = (mean - average) / spread
    limits = [max(0.0, min(10.0, average + side * width * spread)) for _, width in LIMITS for side in (-1, 1)]
    return [mean, *limits, band(z), z]


def band(z: float) -> int:
    """1 much worse than expected … 4 about the same … 7 much better, from where z falls in the three ranges."""
    beyond = sum(abs(z) > width for _, width in LIMITS)
    return 4 + beyond if z > 0 else 4 - beyond


_GUIDANCE = (
    ("A fictional survey of fictional trusts, in the layout of the published workbook.",),
    (f"Patients aged 16 or over who left hospital during November {YEAR} after at least one night were asked.",),
    ("Scores run from 0 to 10 and are standardised by age, sex and route of admission.",),
    (f"A question that fewer than {FEWEST} people at a trust answered has no score there.",),
)
_KEY = (
    ("Trust_Respondents", "Qx_tres", "How many at the trust answered question x"),
    ("", "n_tpat", "How many at the trust answered the survey"),
    ("", "tr_rate", "Response rate of the trust, in percent"),
    ("", "group_tpc", "Percentage of the trust's respondents in a group"),
    ("Trust_Scores", "meanQx", "The trust's score for question x, 0 to 10"),
    ("", "ll90Qx, ul90Qx", "Range in which 90 % of scores are expected; so for 95, and for 99, which is 99.8 %"),
    (
        "",
        "bandQx",
        "0 not applicable, 1 much worse, 2 worse, 3 somewhat worse, 4 about the same, 5 somewhat better, 6 better, 7 much better",
    ),
    ("", "Qx_Zfinal", "Distance of the score from the average, in standard deviations"),
    ("", "meanSx", "The trust's score for section x"),
    ("National_Respondents", "Qx_res, n_pat, r_rate, group_pc", "The same for all trusts together"),
)
