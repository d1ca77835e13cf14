"""National Cancer Patient Experience Survey of 2023 to 2025: a workbook a year, and which sub-ICB belongs to which alliance.

The layout is the one that is assumed for 2021 on (`sources/cancer_survey/README.md`): a sheet per level, unadjusted score with its
interval and case-mix adjusted score with its expected range side by side. Boards and alliances are the sums of their trusts,
England of all. The home board lies in two alliances, which is why none may be taken for a board.

Groups of fewer than 10 are starred, and where one group of a characteristic is, so is the next smallest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import sqrt

from ics_insight.demo.chance import Chance, within
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes
from ics_insight.demo.providers import Trust, trusts
from ics_insight.demo.span import Span
from ics_insight.demo.system import EAST, HOME, NEIGHBOUR, THRUSHAVEN, WEST, Icb, icbs

YEARS = (2023, 2024, 2025)
FEWEST = 10
Z = 1.96
MEAN = "Q59"  # a rating from 0 to 10, with a standard deviation of 1.6
SPREAD_OF_RATINGS = 1.6
# number, wording (ours), England's share of favourable answers (or mean), share of respondents who answer it
QUESTIONS = (
    ("Q16", "Told that a family member or friend could be there at diagnosis", 0.82, 0.93),
    ("Q17", "Had a main contact person in the care team", 0.91, 0.97),
    ("Q21", "Was involved in treatment decisions as much as wanted", 0.80, 0.98),
    ("Q27", "Staff gave relevant information about support", 0.91, 0.80),
    ("Q51", "Got the right amount of support from the GP practice during treatment", 0.45, 0.72),
    ("Q53", "Could get enough emotional support at home after treatment", 0.32, 0.30),
    ("Q56", "The whole care team worked well together", 0.91, 0.95),
    ("Q57", "Administration of care was good", 0.87, 0.98),
    ("Q58", "Research opportunities were discussed", 0.45, 0.90),
    (MEAN, "Average rating of care from 0 to 10", 8.9, 0.97),
)
BROKEN_DOWN = ("Q56", MEAN)
GROUPS = {
    "Sex": (("Female", 0.52), ("Male", 0.48)),
    "Deprivation": (("1 (most deprived)", 0.15), ("2", 0.18), ("3", 0.21), ("4", 0.23), ("5 (least deprived)", 0.23)),
    "Cancer type": (("Breast", 0.25), ("Colorectal", 0.14), ("Haematological", 0.18), ("Lung", 0.09), ("Prostate", 0.12),
                    ("Other", 0.20), ("Brain", 0.012), ("Sarcoma", 0.008)),
}  # fmt: skip
ALLIANCES = {"E56000901": "Marchlands Cancer Alliance", "E56000902": "Outer Shires and Vennmarch Cancer Alliance"}
HEADER = ("Organisation code", "Organisation name", "Question number", "Question text", "Breakdown", "Group", "Number of responses",
          "Unadjusted score", "Lower 95% confidence interval", "Upper 95% confidence interval", "Case-mix adjusted score",
          "Lower expected range", "Upper expected range", "Performance rating")  # fmt: skip
NATIONAL_HEADER = HEADER[:-4]  # England is not adjusted to itself


@dataclass(frozen=True)
class Answers:
    """How many answered a question, and how many of them favourably (or the sum of their ratings)."""

    people: int
    good: int

    def __add__(self, other: "Answers") -> "Answers":
        return Answers(self.people + other.people, self.good + other.good)


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """A workbook a year, and the list of the newest: names and bytes."""
    for year in YEARS:
        yield f"NCPES {year} data tables.xlsx", xlsx_bytes(workbook(year, span.scale))
    rows: list[list[Cell]] = [["Sub ICB Code", "Sub ICB Name", "ICB Code", "Cancer Alliance Code", "Cancer Alliance Name"]]
    for icb in icbs(span.scale):
        for sub in icb.sub_locations:
            code = alliance_of(icb, sub.code)
            rows.append([sub.code, f"NHS {icb.area} ICB - {sub.code}", icb.code, code, ALLIANCES[code]])
    yield f"Sub-ICB-to-Alliance-mapping-{YEARS[-1]}_v1.0.csv", csv_bytes(rows)


def workbook(year: int, scale: int = 1) -> dict[str, list[Sequence[Cell]]]:
    """Sheets of one year."""
    every = answered(year, scale)
    england = _sum(list(every.values()))
    boards: dict[str, list[str]] = {}
    alliances: dict[str, list[str]] = {}
    names = dict(ALLIANCES)
    for trust in trusts(scale):
        icb = trust.icb_on(date(year + 1, 7, 1))  # the day of publication
        names[icb.code], names[trust.code] = icb.name, trust.name
        boards.setdefault(icb.code, []).append(trust.code)
        alliances.setdefault(alliance_of_trust(trust), []).append(trust.code)
    sheets: dict[str, list[Sequence[Cell]]] = {
        "Notes": [
            [f"National Cancer Patient Experience Survey {year}, of fictional trusts"],
            ["* stands for fewer than 10 people"],
        ],
        "National": [NATIONAL_HEADER, *(row[: len(NATIONAL_HEADER)] for row in _rows(year, "ENG", "England", england, england))],
    }
    for sheet, members in (("Cancer Alliance", alliances), ("ICB", boards), ("Trust", {code: [code] for code in every})):
        title = [f"Results by {sheet}, {year}"]
        rows = [row for code in sorted(members)
                for row in _rows(year, code, names[code], _sum([every[trust] for trust in members[code]]), england)]  # fmt: skip
        sheets[sheet] = [title, [], HEADER, *rows]
    home = {trust.code for trust in trusts(scale) if trust.icb is HOME}
    sheets["Trust"] += [row for code in sorted(home) for row in _broken_down(year, code, names[code], every[code])]
    sheets["National"] += [row[: len(NATIONAL_HEADER)] for row in _broken_down(year, "ENG", "England", england)]
    return sheets


def alliance_of(icb: Icb, sub_location: str) -> str:
    west = icb in (NEIGHBOUR, THRUSHAVEN) or sub_location == WEST.code
    return "E56000901" if west else "E56000902"


def alliance_of_trust(trust: Trust) -> str:
    """That of the sub-ICB where it stands."""
    sub_location = EAST.code if trust.town.startswith("Vennmarch") else WEST.code
    return alliance_of(trust.icb, sub_location if trust.icb is HOME else "")


@cache
def answered(year: int, scale: int = 1) -> dict[str, dict[str, Answers]]:
    """What each trust's respondents answered, by question."""
    return {trust.code: {question: _answers(trust, year, question, level, share) for question, _, level, share in QUESTIONS}
            for trust in trusts(scale)}  # fmt: skip


def _answers(trust: Trust, year: int, question: str, level: float, share: float) -> Answers:
    returned = Chance("cancer_survey", year, trust.code).count(trust.major / 14, 0.06)
    chance = Chance("cancer_survey", year, trust.code, question)
    people = min(returned, chance.count(returned * share, 0.02))
    if question == MEAN:
        return Answers(people, round(people * within(7.5, level + 0.06 * trust.experience + chance.near(0, 0.06), 9.8)))
    return Answers(people, round(people * within(0.05, level + 0.012 * trust.experience + chance.near(0, 0.02), 0.99)))


def _sum(several: list[dict[str, Answers]]) -> dict[str, Answers]:
    total = dict.fromkeys(several[0], Answers(0, 0))
    for each in several:
        total = {question: total[question] + answers for question, answers in each.items()}
    return total


def _rows(year: int, code: str, name: str, answers: dict[str, Answers], england: dict[str, Answers]) -> list[list[Cell]]:
    """A row per question, for everybody."""
    rows: list[list[Cell]] = []
    for question, text, _, _ in QUESTIONS:
        mine, all_of_them = answers[question], england[question]
        shift = Chance("cancer_survey", year, code, question, "case mix").near(0, 0.006)
        score = _shown(question, mine.good / mine.people)
        adjusted = _shown(question, within(0.01, mine.good / mine.people * (1 + shift), 9.99 if question == MEAN else 0.995))
        middle = all_of_them.good / all_of_them.people
        spread = _spread(question, middle, mine.people)
        expected = [_shown(question, middle + side * Z * sqrt(spread**2 + (0.008 * middle) ** 2)) for side in (-1, 1)]
        rating = 1 if adjusted > expected[1] else 3 if adjusted < expected[0] else 2
        rows.append(
            [code, name, question, text, "All", "All", mine.people, score, *_interval(question, mine), adjusted, *expected, rating]
        )
    return rows


def _broken_down(year: int, code: str, name: str, answers: dict[str, Answers]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for question, text, _, _ in QUESTIONS:
        if question not in BROKEN_DOWN:
            continue
        for characteristic, groups in GROUPS.items():
            found = {group: _group(year, code, question, group, share, answers[question]) for group, share in groups}
            hidden = hide({group: each.people for group, each in found.items()})
            for group, each in found.items():
                shown: list[Cell] = [*["*"] * 3] if group in hidden else [
                    _shown(question, each.good / each.people), *_interval(question, each)
                ]  # fmt: skip
                people = None if group in hidden else each.people
                rows.append([code, name, question, text, characteristic, group, people, *shown, *[None] * 4])
    return rows


def _group(year: int, code: str, question: str, group: str, share: float, answers: Answers) -> Answers:
    chance = Chance("cancer_survey", year, code, question, group)
    people = max(1, chance.count(answers.people * share, 0.05))
    level = answers.good / answers.people - (0.02 * answers.good / answers.people if group.startswith("1 ") else 0)
    return Answers(people, min(round(people * level * chance.between(0.98, 1.02)), people * (10 if question == MEAN else 1)))


def hide(people: dict[str, int]) -> set[str]:
    """Groups of fewer than 10, and the next smallest where there is only one."""
    hidden = {group for group, count in people.items() if count < FEWEST}
    if len(hidden) == 1:
        hidden.add(min((group for group in people if group not in hidden), key=lambda group: (people[group], group)))
    return hidden


def _interval(question: str, answers: Answers) -> list[float]:
    """Normal for the mean; Wilson's for shares."""
    n, p = answers.people, answers.good / answers.people
    if question == MEAN:
        half = Z * SPREAD_OF_RATINGS / sqrt(n)
        return [_shown(question, max(0.0, p - half)), _shown(question, min(10.0, p + half))]
    half, middle = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)), p + Z * Z / (2 * n)
    return [_shown(question, (middle - half) / (1 + Z * Z / n)), _shown(question, (middle + half) / (1 + Z * Z / n))]


def _spread(question: str, level: float, people: int) -> float:
    return SPREAD_OF_RATINGS / sqrt(people) if question == MEAN else sqrt(level * (1 - level) / people)


def _shown(question: str, value: float) -> float:
    """Percent or rating with one decimal more than pages show, so that groups of different size differ."""
    return round(value, 2) if question == MEAN else round(within(0, 100 * value, 100), 1)
