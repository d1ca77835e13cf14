"""The fictional care system: its boards, places and practices, and how they changed. Trusts are in `providers`.

No place, organisation or code here is in any of the publishers' files that the tests hold them against. Codes have the shapes
of the Organisation Data Service (letters and digits by turns for boards, trusts and sites, a letter and five digits for
practices and networks). Telephone numbers are from the range that Ofcom keeps for drama, postcodes from an area (QX) that
Royal Mail does not have.

The home board has 1.2 million registered patients in 4 places, 24 networks and 120 practices. Five small boards beside it make
up the rest of England. `scale` adds as many Englands again, under codes of their own, and leaves what is at home as it is: ten
times the rows, the same truths.

On 1 April 2026 boards changed: Quillmere's, and that part of "Vennmarch and Orlestow" whose practices lie west, became the home
board; the rest of the latter went to its neighbour. Such a split can be told by practice only (facts.md section 7).
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import fsum

from ics_insight.demo import plan
from ics_insight.demo.chance import Chance

BOARDS_CHANGED: date = plan.planted("icb_split")["day"]
BOARDS_BEGAN = date(2022, 7, 1)
LARGEST_SCALE = 10  # beyond it there are no codes
_FIRST_TWIN = 10  # the number of the first board that `scale` adds


@dataclass(frozen=True)
class Region:
    """An NHS England region; `office` is the letter of the old government office region that `etr` still carries."""

    code: str
    name: str
    office: str
    ons_code: str


@dataclass(frozen=True)
class Place:
    """A place of a board, which is also a local authority district. Each of its `towns` has a primary care network.

    Levels from 0 to 1: how `old` its people are, how `poor`, and how `mixed` in ethnicity.
    """

    name: str
    ons_code: str
    people: int
    towns: tuple[str, ...]
    practices_a_town: int
    old: float
    poor: float
    mixed: float

    @property
    def practices(self) -> int:
        return len(self.towns) * self.practices_a_town


@dataclass(frozen=True)
class SubLocation:
    """A sub-ICB location: what the codes of clinical commissioning groups became. `former` is the board that it was in before
    boards changed, where that was another one."""

    code: str
    ons_code: str
    former: str = ""


@dataclass(frozen=True)
class Icb:
    """An Integrated Care Board. `number` is its own among all boards; closed boards have no places any more.

    `beside` is the code of the board next door, where some of its people go to hospital.
    """

    code: str
    area: str
    ons_code: str
    region: Region
    number: int
    places: tuple[Place, ...] = ()
    sub_locations: tuple[SubLocation, ...] = ()
    opened: date = BOARDS_BEGAN
    closed: date | None = None
    beside: str = ""

    @property
    def name(self) -> str:
        return f"NHS {self.area} Integrated Care Board"

    @property
    def people(self) -> int:
        """Registered patients."""
        return sum(place.people for place in self.places)

    @property
    def practices(self) -> int:
        """How many practices there are, without one that closed meanwhile."""
        return sum(place.practices for place in self.places)


@dataclass(frozen=True)
class Practice:
    """A GP practice. `phone` is the share of patients who find it easy to reach by phone in 2025; `gain` is added for 2026.

    `people` are registered patients, before those of a merged practice joined; a practice that closed names its `successor`.
    A few practices belong to no network: code and name of theirs are one space, as the publisher writes it.
    """

    code: str
    name: str
    icb: Icb
    former: Icb
    place: Place
    town: str
    sub_location: str
    pcn_code: str
    pcn_name: str
    people: int
    phone: float
    gain: float
    closed: date | None = None
    successor: str = ""

    def icb_on(self, day: date) -> Icb:
        return self.icb if day >= BOARDS_CHANGED else self.former

    def is_open(self, day: date) -> bool:
        return self.closed is None or day < self.closed

    def people_on(self, day: date) -> int:
        """Registered patients, with those of a practice that merged into this one."""
        joined = sum(p.people for p in closed_practices() if p.successor == self.code and not p.is_open(day))
        return self.people + joined if self.is_open(day) else 0


@dataclass(frozen=True)
class Body:
    """Whoever else has a part in the system. `kind`: healthwatch, local authority, voluntary, panel."""

    code: str
    name: str
    kind: str
    ons_code: str = ""


@dataclass(frozen=True)
class Succession:
    """One organisation became another, or `weight` of its registered patients did (weights of a predecessor add up to 1)."""

    predecessor: str
    successor: str
    on: date
    weight: float
    kind: str


MARCHLANDS = Region("Y78", "Marchlands", "F", "E40000901")
OUTER_SHIRES = Region("Y79", "Outer Shires", "J", "E40000902")

_QUILLMERE = Place(
    "Quillmere", "E07000901", 450_000,
    ("Quillmere", "Harrowquill", "Merrowgate", "Sedgequay", "Finchemere", "Mossequay", "Gorsewick", "Kestholm"),
    5, old=0.25, poor=0.70, mixed=0.75,
)  # fmt: skip
_VENNMARCH = Place(
    "Vennmarch", "E07000902", 340_000,
    ("Vennmarch", "Hexcombe", "Skerrowby", "Wexelford", "Yaffleton", "Brackenhythe", "Jessamoor"),
    5, old=0.45, poor=0.50, mixed=0.30,
)  # fmt: skip
_SALTWHISTLE = Place(
    "Saltwhistle", "E07000903", 230_000,
    ("Saltwhistle", "Dunnockby", "Puffinstow", "Lapwinghoe", "Ivelstrand"), 5, old=0.85, poor=0.60, mixed=0.10,
)  # fmt: skip
_TARROWBY = Place(
    "Tarrowby", "E07000904", 180_000, ("Tarrowby", "Thornwhistle", "Kittlewick", "Quernholm"), 5, old=0.65, poor=0.25, mixed=0.08,
)  # fmt: skip
WEST, EAST = SubLocation("Q5M2W", "E38000901", "QZ7"), SubLocation("Z8D1K", "E38000902", "QZ8")
_ORLESTOW, _HYTHES = SubLocation("V6J4T", "E38000903", "QZ8"), SubLocation("L4T8W", "E38000908", "QZ6")
HOME = Icb(
    "X4V7Q", "Quillmere and Vennmarch", "E54000901", MARCHLANDS, 0,
    (_QUILLMERE, _VENNMARCH, _SALTWHISTLE, _TARROWBY), (WEST, EAST), BOARDS_CHANGED, beside="W8R2H",
)  # fmt: skip


def _beside(number: int, towns: tuple[str, ...], people: int, practices_a_town: int) -> tuple[Place, ...]:
    each = people // len(towns)
    return tuple(
        Place(town, f"E07000{910 + 10 * number + i}", each, (town,), practices_a_town, 0.5, 0.45, 0.2)
        for i, town in enumerate(towns)
    )


NEIGHBOUR = Icb("W8R2H", "Orlestow and the Hythes", "E54000902", MARCHLANDS, 1,
                _beside(1, ("Orlestow", "Brindlehythe"), 520_000, 5), (_ORLESTOW, _HYTHES), BOARDS_CHANGED,
                beside=HOME.code)  # fmt: skip
THRUSHAVEN = Icb("J3X9F", "Thrushaven", "E54000903", MARCHLANDS, 2,
                 _beside(2, ("Thrushaven",), 410_000, 4), (SubLocation("P7W1N", "E38000904"),))  # fmt: skip
CORVENHAM = Icb("H6Z2L", "Corvenham and Harthwick", "E54000904", OUTER_SHIRES, 3,
                _beside(3, ("Corvenham",), 460_000, 4), (SubLocation("G8X5D", "E38000905"),))  # fmt: skip
AMBERMOOR = Icb("L9V3C", "Ambermoor", "E54000905", OUTER_SHIRES, 4,
                _beside(4, ("Ambermoor",), 350_000, 4), (SubLocation("N1Q6Y", "E38000906"),))  # fmt: skip
PELLHAVEN = Icb("K2W8G", "Pellhaven and Larkmoor", "E54000906", OUTER_SHIRES, 5,
                _beside(5, ("Pellhaven",), 430_000, 4), (SubLocation("D4V9R", "E38000907"),))  # fmt: skip
ICBS = (HOME, NEIGHBOUR, THRUSHAVEN, CORVENHAM, AMBERMOOR, PELLHAVEN)

OLD_QUILLMERE = Icb("QZ7", "Quillmere", "E54000911", MARCHLANDS, 6, closed=BOARDS_CHANGED)
OLD_VENNMARCH = Icb("QZ8", "Vennmarch and Orlestow", "E54000912", MARCHLANDS, 7, closed=BOARDS_CHANGED)  # this one split
OLD_HYTHES = Icb("QZ6", "The Hythes", "E54000913", MARCHLANDS, 8, closed=BOARDS_CHANGED)
FORMER_ICBS = (OLD_QUILLMERE, OLD_VENNMARCH, OLD_HYTHES)
_FORMER_OF_PLACE = {
    "Quillmere": OLD_QUILLMERE, "Saltwhistle": OLD_QUILLMERE, "Tarrowby": OLD_QUILLMERE, "Vennmarch": OLD_VENNMARCH,
    "Orlestow": OLD_VENNMARCH, "Brindlehythe": OLD_HYTHES,
}  # fmt: skip
# so many practices of this town, in a western place, belonged to the board that split
_EASTERN = ("Quernholm", len(plan.planted("icb_split")["practices_across_places"]))


def issued(letters: str, number: int) -> str:
    """The code number `number` (0 to 999) of those that begin with two letters by turns with digits."""
    return f"{letters[0]}{number // 100}{letters[1]}{number // 10 % 10}{'ABCDEFGHJK'[number % 10]}"


HEALTHWATCH = Body("T6D4P", "Healthwatch Quillmere and Vennmarch", "healthwatch")
COUNCIL = Body("D9K4R", "Quillmere and Vennmarch County Council", "local authority", "E10000901")
STROKE_GROUP = Body("J8K2V", "Quillmere Stroke Friends", "voluntary")
CARERS_GROUP = Body("R7W3C", "Saltwhistle Carers' Circle", "voluntary")
PANEL = Body("G5N9T", "Quillmere and Vennmarch People's Panel", "panel")
BODIES = (HEALTHWATCH, COUNCIL, STROKE_GROUP, CARERS_GROUP, PANEL)

SMALLEST = 1_420  # people registered with the home system's smallest practice
_MERGING = ("Kittlewick", "Kittlewick Old Forge Surgery")
_KINDS = ("Medical Centre", "Surgery", "Health Centre", "Family Practice", "Riverside Practice")
_PHONE_LOW, _PHONE_HIGH = 0.31, 0.79


@cache
def icbs(scale: int = 1) -> tuple[Icb, ...]:
    """All boards since April 2026; each step of `scale` beyond 1 adds another England with boards of the same sizes.

    Raises ValueError for a scale that there are no codes for.
    """
    if not 1 <= scale <= LARGEST_SCALE:
        raise ValueError(f"scale: expected 1 to {LARGEST_SCALE}, found {scale}.")
    return (*ICBS, *(_twin(icb, step) for step in range(1, scale) for icb in ICBS))


def step_of(icb: Icb) -> int:
    """0 for the boards that are always there, 1 for those that a scale of 2 adds, and so on."""
    return 0 if icb.number < _FIRST_TWIN else 1 + (icb.number - _FIRST_TWIN) // len(ICBS)


def _twin(icb: Icb, step: int) -> Icb:
    """Another board like `icb`, which never changed."""
    number = _FIRST_TWIN + len(ICBS) * (step - 1) + icb.number
    beside = next((_FIRST_TWIN + len(ICBS) * (step - 1) + other.number for other in ICBS if other.code == icb.beside), None)
    places = tuple(
        replace(place, name=f"{place.name} {step}", ons_code=f"E080{10 * number + i:05d}",
                towns=tuple(f"{town} {step}" for town in place.towns))
        for i, place in enumerate(icb.places)
    )  # fmt: skip
    locations = tuple(
        SubLocation(issued("ZY", 2 * number + i), f"E380{10_000 + 10 * number + i}") for i in range(len(icb.sub_locations))
    )
    return Icb(
        issued("ZX", number), f"{icb.area} {step}", f"E5400{1000 + number}", icb.region, number, places, locations,
        beside=issued("ZX", beside) if beside else "",
    )  # fmt: skip


@cache
def practices(scale: int = 1) -> tuple[Practice, ...]:
    """All GP practices that are open to the end, 120 of them at home. Those of a board add up to its people."""
    return tuple(practice for icb in icbs(scale) for practice in _practices_of(icb))


@cache
def closed_practices() -> tuple[Practice, ...]:
    """The practice that merged into its neighbour in the network; its people are counted at the neighbour's afterwards."""
    town, name = _MERGING
    merger = plan.planted("merged_practice")
    survivor = next(practice for practice in practices() if practice.town == town)
    return (replace(
        survivor, code=merger["predecessor"], name=name, people=merger["people"], closed=merger["day"], successor=survivor.code,
        phone=0.55, gain=0.0,
    ),)  # fmt: skip


def practices_on(day: date, scale: int = 1) -> list[Practice]:
    """GP practices that are open on a day: the board's people are the sum of `people_on(day)`."""
    return [practice for practice in (*practices(scale), *closed_practices()) if practice.is_open(day)]


def practice_code(board: int, number: int) -> str:
    """`T90001` to `T99999` for the first boards; those that `scale` adds begin at `T11`."""
    return f"T{_digits(board)}{number:03d}"


def _digits(board: int) -> int:
    return 90 + board if board < _FIRST_TWIN else 1 + board


def parent_of(location: SubLocation, icb: Icb, day: date) -> Icb:
    """The board that a sub-ICB location of `icb` belonged to on a day."""
    former = next((old for old in FORMER_ICBS if old.code == location.former), icb)
    return icb if day >= BOARDS_CHANGED else former


def boards_on(day: date, scale: int = 1) -> list[Icb]:
    """The boards that there were on a day, in the order of `icbs`, those that closed first."""
    every = (*FORMER_ICBS, *icbs(scale))
    return [icb for icb in every if icb.opened <= day and not (icb.closed and day >= icb.closed)]


@cache
def successions() -> tuple[Succession, ...]:
    """Who became whom: boards by the registered patients of their practices, and the practice that merged."""
    moved: dict[tuple[str, str], int] = {}
    for practice in practices_on(BOARDS_CHANGED):
        if practice.former is not practice.icb:
            pair = practice.former.code, practice.icb.code
            moved[pair] = moved.get(pair, 0) + practice.people_on(BOARDS_CHANGED)
    of_old = {old: sum(people for (code, _), people in moved.items() if code == old) for old, _ in moved}
    boards = [Succession(old, new, BOARDS_CHANGED, people / of_old[old], "icb") for (old, new), people in sorted(moved.items())]
    return (*boards, *(Succession(p.code, p.successor, p.closed, 1.0, "practice") for p in closed_practices() if p.closed))


def _practices_of(icb: Icb) -> list[Practice]:
    found: list[Practice] = []
    for place in icb.places:
        for town, people in zip(place.towns, _towns(icb, place), strict=True):
            for i, registered in enumerate(people):
                found.append(_practice(icb, place, town, i, len(found), registered))
    return found


def _practice(icb: Icb, place: Place, town: str, position: int, number: int, people: int) -> Practice:
    former = _FORMER_OF_PLACE.get(place.name, icb)
    if town == _EASTERN[0] and position < _EASTERN[1]:
        former = OLD_VENNMARCH
    location = next((sub for sub in icb.sub_locations if sub.former == former.code), icb.sub_locations[0])
    # 49 steps on at a time, so that phone access does not run along with the order of places
    rank = (number * 49 + 3) % icb.practices / (icb.practices - 1)
    gain = plan.planted("network_phone")
    loner = icb is HOME and number == icb.practices - 2
    network = 2 + 25 * (number // place.practices_a_town)  # codes in between were issued
    return Practice(
        practice_code(icb.number, number + 1), f"{town} {_KINDS[position % len(_KINDS)]}", icb, former, place, town,
        location.code, " " if loner else f"U{_digits(icb.number)}{network:03d}", " " if loner else f"{town.upper()} PCN",
        people, _PHONE_LOW + (_PHONE_HIGH - _PHONE_LOW) * rank, gain["gain"] if town == gain["town"] else 0.02,
    )  # fmt: skip


def _towns(icb: Icb, place: Place) -> list[list[int]]:
    """List sizes by town that add up to the place's people, with those of a merging practice; at home the last is the smallest."""
    last = icb is HOME and place is icb.places[-1]
    kept = SMALLEST + plan.planted("merged_practice")["people"] if last else 0
    chance = Chance("people", icb.code, place.name)
    shares = [chance.between(0.45, 1.75) for _ in range(place.practices - last)]
    sizes = [int((place.people - kept) * share / fsum(shares)) for share in shares]
    sizes[0] += place.people - kept - sum(sizes)
    sizes += [SMALLEST] * last
    return [sizes[i : i + place.practices_a_town] for i in range(0, len(sizes), place.practices_a_town)]
