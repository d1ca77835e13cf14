"""Who lives in the fictional system: small areas, groups, and single people who speak.

Lower-layer super output areas (LSOAs) have codes from E01090001 on, above all that the Office for National Statistics issued.
In each place they lie on a ring, with the place's practices at even distances on it: an area's people are registered with the
nearest practices, so that lists, areas and places add up to the last person. Registered patients exceed residents by 4 %
(facts.md section 8.1).
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from ics_insight.demo import plan
from ics_insight.demo.chance import Chance, within
from ics_insight.demo.system import HOME, Icb, Place, Practice, closed_practices, practices, step_of

REGISTERED_AN_AREA = 1_600
INFLATION = 1.04  # registered patients per resident
OLDEST = 95  # ages are 0 to 94, and 95 and over
YOUNGEST_CARER = 16
SEXES = ("female", "male")

# Census 2021: group, its high-level group, NHS code of 2001 (none exists for some), share of the minority or of the white people
ETHNICITIES = (
    ("Bangladeshi", "Asian", "K", 0.08), ("Chinese", "Asian", "R", 0.05), ("Indian", "Asian", "H", 0.15),
    ("Pakistani", "Asian", "J", 0.17), ("Other Asian", "Asian", "L", 0.08),
    ("African", "Black", "N", 0.12), ("Caribbean", "Black", "M", 0.07), ("Other Black", "Black", "P", 0.03),
    ("White and Asian", "Mixed", "F", 0.045), ("White and Black African", "Mixed", "E", 0.025),
    ("White and Black Caribbean", "Mixed", "D", 0.045), ("Other Mixed or Multiple ethnic groups", "Mixed", "G", 0.035),
    ("English, Welsh, Scottish, Northern Irish or British", "White", "A", 0.905), ("Irish", "White", "B", 0.012),
    ("Gypsy or Irish Traveller", "White", "", 0.002), ("Roma", "White", "", 0.003), ("Other White", "White", "C", 0.078),
    ("Arab", "Other", "", 0.04), ("Any other ethnic group", "Other", "S", 0.06),
)  # fmt: skip
GROUP_OF = {name: group for name, group, _, _ in ETHNICITIES}
NHS_CODE_OF = {name: code for name, _, code, _ in ETHNICITIES}
GROUPS = ("Asian", "Black", "Mixed", "White", "Other")


@dataclass(frozen=True)
class Area:
    """An LSOA of 2021. `registered` are patients by practice code; `bridge` are the LSOAs of 2011 that it was.

    `change` is U (unchanged), S (one of 2011 split) or M (two of 2011 merged). Levels from 0 to 1 as those of a place.
    Deciles of deprivation of 2025 are its own, those of 2019 belong to the areas of 2011; 1 is the most deprived.
    """

    code: str
    name: str
    icb: Icb
    place: Place
    old: float
    poor: float
    mixed: float
    decile: int
    change: str
    bridge: tuple[str, ...]
    registered: dict[str, int] = field(hash=False, repr=False)

    @property
    def patients(self) -> int:
        return sum(self.registered.values())

    @property
    def residents(self) -> int:
        return round(self.patients / INFLATION)

    @property
    def quintile(self) -> int:
        return (self.decile + 1) // 2


@dataclass(frozen=True)
class Person:
    """Somebody who speaks. `ethnicity` is one of the 19 groups of Census 2021; nobody has a name."""

    age: int
    sex: str
    ethnicity: str
    disabled: bool
    carer: bool
    english: bool
    area: Area
    practice: Practice

    def belongs(self, characteristic: str, group: str) -> bool:
        """Whether the person is in a group, as `truth.yml` names them: `age: 16-34`, `ethnicity: Asian`, `carer: yes`, …"""
        if characteristic == "age":
            low, _, high = group.replace("+", "-").partition("-")
            return int(low) <= self.age <= int(high or OLDEST + 15)
        found = {
            "sex": self.sex, "ethnicity": GROUP_OF[self.ethnicity], "ethnicity_19": self.ethnicity,
            "disability": _yes(self.disabled), "carer": _yes(self.carer), "english": _yes(self.english),
            "deprivation": str(self.area.quintile), "place": self.area.place.name,
        }  # fmt: skip
        return found[characteristic] == group


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to `weights` that add up to `total` (largest remainders; the first of equal ones)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    found = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (found[i] - exact[i], i))
    for i in order[: total - sum(found)]:
        found[i] += 1
    return found


# --- small areas ---


@cache
def areas(icb: Icb = HOME) -> tuple[Area, ...]:
    """The small areas of a board since April 2026; their patients are the lists of its practices on the day boards changed."""
    return tuple(area for place in icb.places for area in _areas_of(icb, place))


@cache
def deciles_2019(icb: Icb = HOME) -> dict[str, int]:
    """Deprivation of 2019 by LSOA of 2011: the decile of 2025 for four areas in five, else one up or down."""
    found = {}
    for area in areas(icb):
        for code in area.bridge:
            chance = Chance("imd2019", code)
            moved = 0 if chance.draw() < 0.82 else 1 if chance.draw() < 0.5 else -1  # facts.md section 8.1: 82 % unchanged
            found[code] = int(within(1, area.decile + moved, 10))
    return found


def _areas_of(icb: Icb, place: Place) -> list[Area]:
    merged = {p.successor: p.people for p in closed_practices()}
    everywhere = practices(1 + step_of(icb))
    lists = [(p.code, p.people + merged.get(p.code, 0)) for p in everywhere if p.place == place]
    count = max(1, round(place.people / REGISTERED_AN_AREA))
    registered: list[dict[str, int]] = [{} for _ in range(count)]
    for i, (code, people) in enumerate(lists):
        for at, number in _spread(people, i * count / len(lists), count, 1.5 * count / len(lists)):
            registered[at][code] = number
    first = _first_number(icb, place)
    return [_area(icb, place, at, first + at, registered[at]) for at in range(count)]


def _first_number(icb: Icb, place: Place) -> int:
    before = icb.places[: icb.places.index(place)]
    return 1 + 1_000 * icb.number + sum(max(1, round(p.people / REGISTERED_AN_AREA)) for p in before)


def _spread(people: int, centre: float, count: int, reach: float) -> list[tuple[int, int]]:
    """A list's people over the ring's areas nearest to its practice, thinning out with distance."""
    distance = [min(abs(at - centre), count - abs(at - centre)) for at in range(count)]
    near = [(at, 1.1 - d / reach) for at, d in enumerate(distance) if d <= reach] or [(int(centre), 1.0)]
    return list(zip([at for at, _ in near], apportion(people, [weight for _, weight in near]), strict=True))


def _area(icb: Icb, place: Place, at: int, number: int, registered: dict[str, int]) -> Area:
    def level(kind: str, middle: float, spread: float) -> float:
        # a neighbourhood of eight areas is alike, and its areas differ a little
        return within(0, Chance(kind, place.name, at // 8).near(middle, spread) + Chance(kind, number).near(0, spread / 4), 1)

    poor = level("poor", place.poor, 0.24)
    change, bridge = _of_2011(number)
    return Area(
        f"E0{1_090_000 + number}", f"{place.name} {at // 5 + 1:03d}{'ABCDE'[at % 5]}", icb, place,
        level("old", place.old, 0.15), poor, level("mixed", place.mixed, 0.2),
        1 + int(within(0, 10 * (1 - poor), 9.99)), change, bridge, registered,
    )  # fmt: skip


def _of_2011(number: int) -> tuple[str, tuple[str, ...]]:
    """Change and codes of 2011: of 40 areas two come from one that split, and of 150 one from two that merged."""
    if number % 40 in (11, 12):
        return "S", (f"E0{1_240_000 + number - number % 40}",)
    if number % 150 == 75:
        return "M", (f"E0{1_240_000 + number}", f"E0{1_240_000 + number + 1}")
    return "U", (f"E0{1_090_000 + number}",)


# --- groups ---


def ages(people: int, old: float) -> dict[tuple[str, int], int]:
    """People by sex and year of age (95 is 95 and over), in a population as `old` as that."""
    keys = [(sex, age) for sex in SEXES for age in range(OLDEST + 1)]
    return dict(zip(keys, apportion(people, [_age_weight(sex, age, old) for sex, age in keys]), strict=True))


def _age_weight(sex: str, age: int, old: float) -> float:
    longer = 1.0 + (0.012 * (age - 65) if sex == "female" and age > 65 else 0.0)
    if age < 18:
        return 1.05 - 0.25 * old
    if age < 30:
        return 1.75 - 1.0 * old
    if age < 65:
        return 1.30
    return max(0.02, (1.25 - 0.042 * (age - 65)) * (0.45 + 0.95 * old)) * longer


def ethnicity_shares(mixed: float) -> list[float]:
    """Shares of the 19 groups, in the order of ETHNICITIES."""
    minority = 0.03 + 0.45 * mixed
    return [share * (1 - minority if group == "White" else minority) for _, group, _, share in ETHNICITIES]


def ethnicities(people: int, mixed: float) -> dict[str, int]:
    """People by ethnic group of Census 2021."""
    return dict(zip((name for name, *_ in ETHNICITIES), apportion(people, ethnicity_shares(mixed)), strict=True))


def disabled_share(area: Area) -> float:
    """Share disabled under the Equality Act."""
    return 0.10 + 0.10 * area.old + 0.08 * area.poor


def disabled(area: Area) -> int:
    """Residents disabled under the Equality Act."""
    return round(area.residents * disabled_share(area))


def not_english_share(ethnicity: str) -> float:
    """Share of an ethnic group of Census 2021 whose main language is not English; it is the same at every age."""
    return 0.015 if GROUP_OF[ethnicity] == "White" else 0.18


def not_english(area: Area, people: int) -> int:
    """How many of so many people of the area have another main language than English."""
    names = (name for name, *_ in ETHNICITIES)
    shares = zip(names, ethnicity_shares(area.mixed), strict=True)
    return round(people * sum(share * not_english_share(name) for name, share in shares))


def carer_share(age: int) -> float:
    """Share of people of an age who give unpaid care."""
    if age < YOUNGEST_CARER:
        return 0.0
    return 0.14 if 45 <= age < 80 else 0.06


# --- people who speak ---


def speaker(
    chance: Chance, source: str, *, practice: Practice | None = None, place: str = "", youngest: int = 0, sex: str = ""
) -> Person:
    """Somebody of the home board who speaks in a source: anybody registered there, but for groups that it seldom hears.

    `truth.yml` says in `seldom_heard` how much less likely a group is to speak there than everybody else. Limited to a
    practice's patients, to a place, to an age from `youngest` on or to one sex where these are given.
    """
    rules = [rule for rule in plan.seldom_heard() if rule["source"] == source]
    while True:
        person = _anybody(chance, practice, place)
        if person.age < youngest or (sex and person.sex != sex):
            continue
        heard = 1.0
        for rule in rules:
            if person.belongs(rule["characteristic"], str(rule["group"])):
                heard *= rule["relative_rate"]
        if chance.draw() < heard:
            return person


def _anybody(chance: Chance, practice: Practice | None, place: str) -> Person:
    choices, totals = _pairs(practice.code if practice else "", place)
    area, code = choices[bisect(totals, chance.draw() * totals[-1])]
    ages_and_sexes, age_totals = _age_choices(round(area.old, 1))
    sex, age = ages_and_sexes[bisect(age_totals, chance.draw() * age_totals[-1])]
    shares = list(accumulate(ethnicity_shares(area.mixed)))
    ethnicity = ETHNICITIES[min(bisect(shares, chance.draw() * shares[-1]), len(ETHNICITIES) - 1)]
    is_disabled = chance.draw() < disabled_share(area) * (0.45 if age < 45 else 1.0 if age < 65 else 1.9)
    carer = age >= YOUNGEST_CARER and chance.draw() < carer_share(age)
    english = chance.draw() >= not_english_share(ethnicity[0])
    return Person(age, sex, ethnicity[0], is_disabled, carer, english, area, _practice(code))


@cache
def _practice(code: str) -> Practice:
    return next(p for p in practices() if p.code == code)


@cache
def _pairs(practice: str, place: str) -> tuple[list[tuple[Area, str]], list[int]]:
    """Area and practice of registered patients, and their running total."""
    found = [
        (area, code, number)
        for area in areas() if not place or area.place.name == place
        for code, number in area.registered.items() if not practice or code == practice
    ]  # fmt: skip
    return [(area, code) for area, code, _ in found], list(accumulate(number for *_, number in found))


@cache
def _age_choices(old: float) -> tuple[list[tuple[str, int]], list[float]]:
    keys = [(sex, age) for sex in SEXES for age in range(OLDEST + 1)]
    return keys, list(accumulate(_age_weight(sex, age, old) for sex, age in keys))


# --- what identifies a person: only to try out that it is taken out of texts ---

_FORENAMES = ("Zelphie", "Orrick", "Mavenna", "Tobrin", "Ysolda", "Quenby", "Fenwina", "Jorvan")
_SURNAMES = ("Quillhame", "Varnstock", "Ottermoor", "Threlwick", "Ganderby", "Issenholt", "Marlwhist", "Pennycrake")


def invented_name(chance: Chance) -> str:
    """A name that nobody bears."""
    return f"{_FORENAMES[int(chance.draw() * len(_FORENAMES))]} {_SURNAMES[int(chance.draw() * len(_SURNAMES))]}"


def nhs_number(number: int) -> str:
    """A valid NHS number of the range that is kept for tests (999): check digit by modulus 11; `number` is at least 0."""
    while True:
        digits = f"999{number % 1_000_000:06d}"
        check = 11 - sum(int(digit) * (10 - i) for i, digit in enumerate(digits)) % 11
        if check != 10:
            return f"{digits}{check % 11}"
        number += 1
