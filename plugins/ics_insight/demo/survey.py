"""What the people of the fictional system answered in the GP Patient Survey.

Respondents are drawn one by one for each practice, each with a weight, and added up: boards are the sums of their practices
and England is the sum of boards, as in a survey whose weights belong to persons. Weights are whole numbers (of 10⁻⁸ persons),
so that adding them is exact.
"""

from dataclasses import dataclass, field
from datetime import date

from ics_insight.demo.chance import Chance, within
from ics_insight.demo.people import GROUP_OF, Person, speaker
from ics_insight.demo.plan import planted
from ics_insight.demo.system import HOME, ICBS, Practice

FIRST_YEAR = 2023  # of the survey that ended then, whose questions had numbers
YEARS = (2024, 2025, 2026)
PERSON = 10**8  # weights are counted in this fraction of a person
USUAL = 112  # questionnaires that come back from a practice


@dataclass(frozen=True)
class Question:
    """A survey question.

    `kinds` has a letter per answer: g good, b bad, n neither, u outside the evaluative base ("I haven't tried", "don't know");
    `shares` are those of the answers within their kind (for u and n: of everybody). A practice where `phone` is the share who
    find the phone easy has `least + slope × phone` good answers. `answered` is the share of respondents who come to the question.
    """

    stem: str
    kinds: str
    shares: tuple[float, ...]
    least: float
    slope: float
    answered: float

    @property
    def good(self) -> list[int]:
        return [k for k, kind in enumerate(self.kinds) if kind == "g"]

    @property
    def evaluative(self) -> list[int]:
        return [k for k, kind in enumerate(self.kinds) if kind != "u"]


QUESTIONS = (
    Question("localgpservicesphone", "uggnbb", (0.07, 0.39, 0.61, 0.12, 0.38, 0.62), 0.0, 1.0, 0.997),
    Question("localgpserviceswebsite", "uggnbb", (0.41, 0.44, 0.56, 0.16, 0.6, 0.4), 0.37, 0.24, 0.993),
    Question("localgpservicesreception", "ggbbu", (0.51, 0.49, 0.54, 0.46, 0.048), 0.70, 0.24, 0.997),
    Question("gpcontactoverall", "ggnbb", (0.56, 0.44, 0.13, 0.52, 0.48), 0.44, 0.46, 0.976),
    Question("lastgpapptlisten", "ggnbbu", (0.72, 0.28, 0.06, 0.52, 0.48, 0.018), 0.79, 0.13, 0.971),
    Question("lastgpapptcare", "ggnbbu", (0.71, 0.29, 0.07, 0.51, 0.49, 0.019), 0.78, 0.13, 0.971),
    Question("lastgpapptinfo", "ggbu", (0.62, 0.38, 1.0, 0.048), 0.86, 0.10, 0.970),
    Question("lastgpapptneeds", "ggbu", (0.64, 0.36, 1.0, 0.025), 0.83, 0.12, 0.969),
    Question("overallexp", "ggnbb", (0.58, 0.42, 0.12, 0.58, 0.42), 0.53, 0.40, 0.995),
)


# what respondents are asked about themselves, and how many answers there are
PROFILE = {"aboutyougender": 5, "aboutyoucarer": 6, "dv_ethnicityband": 6, "aboutyouagemerged": 9}
_BANDS = ("White", "Mixed", "Asian", "Black", "Other")


@dataclass
class Tally:
    """How many gave each answer: persons and weights."""

    persons: list[int]
    weights: list[int]

    def add(self, other: "Tally") -> None:
        self.persons = [a + b for a, b in zip(self.persons, other.persons, strict=True)]
        self.weights = [a + b for a, b in zip(self.weights, other.weights, strict=True)]


@dataclass
class Answers:
    """What one practice, or all of a board or country, answered in one year; `people` are registered patients."""

    distributed: int = 0
    received: int = 0
    people: int = 0
    tallies: list[Tally] = field(default_factory=lambda: [Tally([0] * len(q.kinds), [0] * len(q.kinds)) for q in QUESTIONS])

    profile: list[Tally] = field(default_factory=lambda: [Tally([0] * answers, [0] * answers) for answers in PROFILE.values()])

    def add(self, other: "Answers") -> None:
        self.distributed += other.distributed
        self.received += other.received
        self.people += other.people
        for mine, more in zip(self.tallies, other.tallies, strict=True):
            mine.add(more)
        for mine, more in zip(self.profile, other.profile, strict=True):
            mine.add(more)


def survey(practice: Practice, year: int) -> Answers:
    """One practice's answers in one year. About 112 questionnaires come back from each, few from the smallest."""
    chance = Chance("gpps", year, practice.code)
    few, people = planted("smallest_practice"), practice.people_on(fieldwork_ends(year))
    received = few["returned"] if practice.code == few["practice"] else chance.count(USUAL, 0.14)
    distributed = round(received / within(0.18, chance.near(0.27 + practice.phone * 0.16, 0.03), 0.5))
    phone = _phone(practice, year)
    # weights spread round the practice's share of all people, so that a large list counts for more than a small one
    fair = people * _FAIR * PERSON / received
    weights = [int(fair * chance.between(0.35, 1.65)) for _ in range(received)]
    answers = [_answer(question, phone, weights, chance) for question in QUESTIONS]
    return Answers(distributed, received, people, answers, _profile(practice, year, weights))


def _profile(practice: Practice, year: int, weights: list[int]) -> list[Tally]:
    """Who the respondents are: `truth.yml` says which groups answer less often. People elsewhere are as those of the home board."""
    chance = Chance("gpps profile", year, practice.code)
    place = practice.place.name if practice.icb is HOME else ""
    tallies = [Tally([0] * answers, [0] * answers) for answers in PROFILE.values()]
    for weight in weights:
        person = speaker(chance, "gpps", place=place, youngest=16)
        for tally, answer in zip(tallies, _about(person, chance), strict=True):
            tally.persons[answer] += 1
            tally.weights[answer] += weight
    return tallies


def _about(person: Person, chance: Chance) -> tuple[int, int, int, int]:
    """The answer, from 0, to each question of PROFILE; some prefer not to say how old they are."""
    carer = 0 if not person.carer else 1 + int(chance.draw() * 5)
    age = 8 if chance.draw() < 0.008 else max(0, min(7, (person.age - 15) // 10))
    return int(person.sex == "male"), carer, _BANDS.index(GROUP_OF[person.ethnicity]), age


def fieldwork_ends(year: int) -> date:
    return date(year, 3, 31)


def _phone(practice: Practice, year: int) -> float:
    """The share who find the practice easy to reach by phone."""
    collapse = planted("phone_collapse")
    if practice.code == collapse["practice"]:
        return float(collapse["phone"].get(year, collapse["phone"][2024]))
    return within(0.25, practice.phone + {FIRST_YEAR: -0.02, 2024: -0.01, 2025: 0.0, 2026: practice.gain}[year], 0.85)


_FAIR = sum(icb.practices for icb in ICBS) * USUAL / sum(icb.people for icb in ICBS)  # respondents per registered patient


def _answer(question: Question, phone: float, weights: list[int], chance: Chance) -> Tally:
    drift = 0.0 if question.slope == 1 else chance.near(0, 0.025)
    chances = _chances(question, within(0.05, question.least + question.slope * phone + drift, 0.97))
    tally = Tally([0] * len(chances), [0] * len(chances))
    for weight in weights:
        if chance.draw() >= question.answered:
            continue
        at, answer = chance.draw(), 0
        while answer < len(chances) - 1 and at >= chances[answer]:
            at -= chances[answer]
            answer += 1
        tally.persons[answer] += 1
        tally.weights[answer] += weight
    return tally


def _chances(question: Question, good: float) -> list[float]:
    """The chance of each answer where `good` is the share of good answers among the evaluative ones."""
    apart = sum(share for kind, share in zip(question.kinds, question.shares, strict=True) if kind == "u")
    neither = sum(share for kind, share in zip(question.kinds, question.shares, strict=True) if kind == "n")
    neither *= min(1.0, (1 - good) / 0.4)
    of_kind = {"u": 1.0, "g": (1 - apart) * good, "n": 0.0, "b": (1 - apart) * (1 - good - neither)}
    return [
        (1 - apart) * neither if kind == "n" else of_kind[kind] * share
        for kind, share in zip(question.kinds, question.shares, strict=True)
    ]  # fmt: skip
