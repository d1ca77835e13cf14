"""CQC's trust benchmark workbooks of the fictional surveys (formats.md section 3a).

`ll` and `ul` are the expected range of a trust's score, average ± z standard deviations with z of 1.645, 1.96 and 3.09 (the
column that is called 99 holds 99.8 %), and the band says where the score falls in them. A question answered by fewer than 30
at a trust has no score, band 0, and still its number of respondents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import Cell, ods_bytes
from ics_insight.demo.providers import Trust

FEWEST = 30
LIMITS = ((90, 1.645), (95, 1.96), (99, 3.09))
# the groups of a characteristic: what to call them and which share of respondents each has, the last one taking the rest
PROFILE = {
    "sexatbirth": (0.47, 0.527, 0.001), "gender": (0.989, 0.006), "age": (0.05, 0.085, 0.235),
    "eth": (0.90, 0.012, 0.034, 0.019, 0.004), "religion": (0.215, 0.006, 0.70, 0.009, 0.005, 0.02, 0.005, 0.015),
    "sexuality": (0.944, 0.011, 0.007, 0.005), "disabled": (0.62, 0.36),
}  # fmt: skip


@dataclass(frozen=True)
class Wave:
    """One wave of a survey.

    `questions` are number, average score and the share of respondents who answer; `sections` have a question each, so that their
    scores are the same. `few` is how many answered a question at a trust, and `shifted` how many standard deviations its score lies
    off, where that is planted. `prefix` stands before the names of sheets, and `before` is the wave that scores are compared with.
    """

    source: str
    title: str
    year: int
    mailed: int
    rate: float
    questions: tuple[tuple[str, float, float], ...]
    sections: Mapping[str, str]
    guidance: tuple[str, ...]
    few: Mapping[tuple[str, str], int] = field(default_factory=dict)
    shifted: Mapping[tuple[str, str], float] = field(default_factory=dict)
    prefix: str = ""
    extremes: bool = True
    before: "Wave | None" = None
    same: Mapping[str, str] = field(default_factory=dict)  # a question's number here, and the one that it had before


@dataclass(frozen=True)
class Returned:
    """What came back from one trust, in persons."""

    wave: Wave
    trust: Trust
    persons: int
    answered: dict[str, int]
    groups: dict[str, int]


def workbook(wave: Wave, trusts: Sequence[Trust]) -> bytes:
    """The workbook of a wave, as .ods."""
    returned = [_returned(wave, trust) for trust in sorted(trusts, key=lambda t: t.code)]
    sheets: dict[str, list[Sequence[Cell]]] = {
        "Guidance": [[f"NHS {wave.title} {wave.year}"], *([line] for line in wave.guidance)],
        "Key": [["Sheet", "Variable name", "Description and comments"], *_KEY],
        f"{wave.prefix}Trust_Respondents": _trust_respondents(returned),
        f"{wave.prefix}Trust_Scores": _trust_scores(returned),
        f"{wave.prefix}National_Respondents": _national_respondents(returned),
    }
    if wave.extremes:
        sheets[f"{wave.prefix}National_Max&Min"] = _extremes(returned)
    if wave.before:
        sheets[f"{wave.prefix}Historical_Comparisonsto{wave.before.year}"] = _historical(returned, wave.before)
    return ods_bytes(sheets)


def _returned(wave: Wave, trust: Trust) -> Returned:
    chance = Chance(wave.source, wave.year, trust.code)
    persons = chance.count(wave.mailed * wave.rate, 0.08)
    answered = {question: min(persons, chance.count(persons * share, 0.03)) for question, _, share in wave.questions}
    answered |= {question: few for (code, question), few in wave.few.items() if code == trust.code}
    groups: dict[str, int] = {}
    for characteristic, shares in PROFILE.items():
        counts = [chance.count(persons * share, 0.06 if share < 0.5 else 0.01) for share in shares]
        counts.append(max(0, persons - sum(counts)))
        counts[counts.index(max(counts))] += persons - sum(counts)
        groups |= {f"{characteristic}{k}": count for k, count in enumerate(counts, 1)}
    return Returned(wave, trust, persons, answered, groups)


def _trust_respondents(returned: list[Returned]) -> list[Sequence[Cell]]:
    groups, questions = list(returned[0].groups), returned[0].wave.questions
    header = ["TrustCode", "trustname", *(f"{q}_tres" for q, *_ in questions), "n_tpat", "tr_rate", *(f"{g}_tpc" for g in groups)]
    rows = [[r.trust.code, r.trust.name, *_counts([r], groups)] for r in returned]
    return [[*header], *rows]


def _national_respondents(returned: list[Returned]) -> list[Sequence[Cell]]:
    groups, questions = list(returned[0].groups), returned[0].wave.questions
    header = [*(f"{q}_res" for q, *_ in questions), "n_pat", "r_rate", *(f"{g}_pc" for g in groups)]
    return [[*header], _counts(returned, groups)]


def _counts(returned: list[Returned], groups: list[str]) -> list[Cell]:
    """Respondents to each question, all respondents, the response rate in percent, the percentage in each group."""
    wave, persons = returned[0].wave, sum(r.persons for r in returned)
    answered = [sum(r.answered[question] for r in returned) for question, *_ in wave.questions]
    shares = [100 * sum(r.groups[group] for r in returned) / persons for group in groups]
    return [*answered, persons, 100 * persons / (wave.mailed * len(returned)), *shares]


def _trust_scores(returned: list[Returned]) -> list[Sequence[Cell]]:
    wave = returned[0].wave
    names = [*(q for q, *_ in wave.questions), *wave.sections]
    header: list[Cell] = ["TrustCode", "trustname", "n_tpat", *(column for name in names for column in _score_columns(name))]
    rows: list[Sequence[Cell]] = []
    for r in returned:
        scores = _scores(r)
        rows.append([r.trust.code, r.trust.name, r.persons, *(cell for name in names for cell in scores[name])])
    return [header, *rows]


def _scores(returned: Returned) -> dict[str, list[Cell]]:
    """The cells of each question and section at one trust."""
    wave = returned.wave
    scores = {question: _score(returned, question, average) for question, average, _ in wave.questions}
    return scores | {section: scores[question] for section, question in wave.sections.items()}


def _score_columns(name: str) -> list[str]:
    return [
        f"mean{name}",
        *(f"{side}{limit}{name}" for limit, _ in LIMITS for side in ("ll", "ul")),
        f"band{name}",
        f"{name}_Zfinal",
    ]


def _score(returned: Returned, question: str, average: float) -> list[Cell]:
    """Mean, the three expected ranges, band and z of one trust's question; blank with band 0 where too few answered."""
    answered, wave, trust = returned.answered[question], returned.wave, returned.trust
    if answered < FEWEST:
        return [*[None] * 7, 0, None]
    chance = Chance(wave.source, wave.year, trust.code, question)
    spread = sqrt(0.15**2 + 2.6**2 / answered)  # trusts differ, and samples of them do
    z = within(-3.6, chance.near(trust.experience, 0.6), 3.6)
    z = wave.shifted.get((trust.code, question), z)
    mean = within(0.0, average + z * spread, 10.0)
    z = (mean - average) / spread
    limits = [max(0.0, min(10.0, average + side * width * spread)) for _, width in LIMITS for side in (-1, 1)]
    return [mean, *limits, band(z), z]


def band(z: float) -> int:
    """1 much worse than expected … 4 about the same … 7 much better, from where z falls in the three ranges."""
    beyond = sum(abs(z) > width for _, width in LIMITS)
    return 4 + beyond if z > 0 else 4 - beyond


def _extremes(returned: list[Returned]) -> list[Sequence[Cell]]:
    """The least and the greatest score of each question."""
    every = [_scores(r) for r in returned]
    header: list[Cell] = []
    cells: list[Cell] = []
    for name in every[0]:
        means = [mean for scores in every if isinstance(mean := scores[name][0], float)]
        header += [f"{name}_min", f"{name}_max"]
        cells += [min(means), max(means)] if means else [None, None]
    return [header, cells]


def _historical(returned: list[Returned], before: Wave) -> list[Sequence[Cell]]:
    """Each trust's scores of the wave before, under the numbers of this one, and whether they differ by more than 1.96 errors."""
    wave = returned[0].wave
    kept = [question for question, *_ in wave.questions if question in wave.same]
    columns = [f"{question}_{what}" for question in kept for what in ("mean_H", "Base_unw", "sig")]
    rows: list[Sequence[Cell]] = [["SurveyYear", "TrustCode", "trustname", "n_tpat_H", *columns]]
    for now in returned:
        then = _returned(before, now.trust)
        old, new = _scores(then), _scores(now)
        cells: list[Cell] = []
        for question in kept:
            was, answered = old[wave.same[question]][0], then.answered[wave.same[question]]
            cells += [was, answered, _significance(was, answered, new[question][0], now.answered[question])]
        rows.append([before.year, now.trust.code, now.trust.name, then.persons, *cells])
    return rows


def _significance(was: Cell, answered_then: int, now: Cell, answered: int) -> int | None:
    if not isinstance(was, float) or not isinstance(now, float):
        return None
    error = 2.6 * sqrt(1 / answered_then + 1 / answered)
    return 0 if abs(now - was) <= 1.96 * error else 1 if now > was else -1


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
