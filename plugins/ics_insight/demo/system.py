"""The fictional care system: who there is, how large, and what was planted in their figures.

No place, organisation or code here is in any of the publishers' files that the tests hold them against. Codes have the shapes
of the Organisation Data Service (letters and digits by turns for boards and trusts, a letter and five digits for practices).
Telephone numbers are from the range that Ofcom keeps for drama, postcodes from an area (QX) that Royal Mail does not have.

Planted, to be found again: Vennmarch's A&E improves; one practice in the home system is too small to be reported on; the
practices of Dunnockby's network become much easier to reach by phone between the two surveys.
"""

from dataclasses import dataclass
from functools import cache
from math import fsum

from ics_insight.demo.chance import Chance


@dataclass(frozen=True)
class Region:
    """An NHS England region; `office` is the letter of the old government office region that `etr` still carries."""

    code: str
    name: str
    office: str


@dataclass(frozen=True)
class Icb:
    """An Integrated Care Board. `people` are registered patients; `places` each have a primary care network."""

    code: str
    area: str
    ons_code: str
    region: Region
    people: int
    places: tuple[str, ...]
    practices: int
    sub_locations: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"NHS {self.area} Integrated Care Board"


@dataclass(frozen=True)
class Trust:
    """An NHS trust. Levels are shares (0 to 1) in October 2024; `experience` is in standard deviations from the average trust.

    `major`, `eye` and `minor` are attendances a month at A&E departments of type 1, type 2 and other; `waiting` is the number
    of incomplete pathways.
    """

    code: str
    name: str
    icb: Icb
    major: int
    eye: int
    minor: int
    four_hour: float
    four_hour_gain: float
    waiting: int
    within_18: float
    experience: float


@dataclass(frozen=True)
class Practice:
    """A GP practice. `phone` is the share of patients who find it easy to reach by phone in 2025; `gain` is added for 2026."""

    code: str
    name: str
    icb: Icb
    place: str
    pcn_code: str
    pcn_name: str
    people: int
    phone: float
    gain: float

    @property
    def sub_location(self) -> str:
        locations = self.icb.sub_locations
        return locations[self.icb.places.index(self.place) * len(locations) // len(self.icb.places)]


MARCHLANDS = Region("Y78", "Marchlands", "F")
OUTER_SHIRES = Region("Y79", "Outer Shires", "J")

HOME = Icb(
    "X4V7Q", "Quillmere and Vennmarch", "E54000901", MARCHLANDS, 1_200_000,
    ("Quillmere", "Vennmarch", "Saltwhistle", "Tarrowby", "Hexcombe", "Gorsewick", "Dunnockby", "Kestholm"),
    40, ("Q5M2W", "Z8D1K"),
)  # fmt: skip
NEIGHBOUR = Icb("W8R2H", "Orlestow and the Hythes", "E54000902", MARCHLANDS, 520_000, ("Orlestow", "Brindlehythe"), 10, ("V6J4T",))
THRUSHAVEN = Icb("J3X9F", "Thrushaven", "E54000903", MARCHLANDS, 410_000, ("Thrushaven",), 4, ("P7W1N",))
CORVENHAM = Icb("H6Z2L", "Corvenham and Harthwick", "E54000904", OUTER_SHIRES, 460_000, ("Corvenham",), 4, ("G8X5D",))
AMBERMOOR = Icb("L9V3C", "Ambermoor", "E54000905", OUTER_SHIRES, 350_000, ("Ambermoor",), 4, ("N1Q6Y",))
PELLHAVEN = Icb("K2W8G", "Pellhaven and Larkmoor", "E54000906", OUTER_SHIRES, 430_000, ("Pellhaven",), 4, ("D4V9R",))
ICBS = (HOME, NEIGHBOUR, THRUSHAVEN, CORVENHAM, AMBERMOOR, PELLHAVEN)

TRUSTS = (
    Trust("C7X2M", "Quillmere Teaching Hospitals NHS Foundation Trust", HOME,
          11_400, 1_350, 5_200, 0.742, 0.004, 68_000, 0.592, 0.6),
    Trust("E5Z8P", "Vennmarch Hospitals NHS Trust", HOME, 9_100, 0, 4_300, 0.722, 0.060, 49_000, 0.604, -1.3),
    Trust("M3W6J", "Saltwhistle Coast NHS Foundation Trust", HOME, 6_200, 0, 3_900, 0.768, -0.006, 31_000, 0.622, 0.1),
    Trust("B6Q4Z", "Orlestow University Hospitals NHS Trust", NEIGHBOUR, 10_300, 620, 4_800, 0.731, 0.010, 56_000, 0.588, -0.4),
    Trust("F2X7V", "Thrushaven General Hospitals NHS Trust", THRUSHAVEN, 8_000, 0, 3_700, 0.752, 0.008, 47_000, 0.611, 1.2),
    Trust("S8V1K", "Corvenham Infirmary NHS Foundation Trust", CORVENHAM, 6_900, 410, 2_800, 0.744, 0.012, 34_000, 0.597, -0.2),
    Trust("R4Z9H", "Harthwick District Hospitals NHS Trust", CORVENHAM, 4_100, 0, 2_600, 0.762, 0.005, 21_000, 0.619, 2.3),
    Trust("T7Q3W", "Ambermoor Hospitals NHS Foundation Trust", AMBERMOOR, 6_600, 0, 3_100, 0.738, 0.009, 40_000, 0.601, -2.2),
    Trust("N9X5B", "Pellhaven Royal NHS Foundation Trust", PELLHAVEN, 5_800, 360, 2_500, 0.749, 0.007, 29_000, 0.607, 0.4),
    Trust("P1Z6G", "Larkmoor Hospitals NHS Trust", PELLHAVEN, 3_700, 0, 2_200, 0.757, 0.006, 19_000, 0.614, -0.7),
)  # fmt: skip

SMALLEST = 1_420  # people registered with the home system's smallest practice
_KINDS = ("Medical Centre", "Surgery", "Health Centre", "Family Practice", "Riverside Practice")
_PHONE_LOW, _PHONE_HIGH = 0.31, 0.79


@cache
def practices() -> tuple[Practice, ...]:
    """All open GP practices, 40 of them in the home system. The people of a board's practices add up to the board's."""
    return tuple(practice for number, icb in enumerate(ICBS) for practice in _practices_of(icb, number))


def practice_code(board: int, number: int) -> str:
    return f"T95{board}{number:02d}"


def _practices_of(icb: Icb, board: int) -> list[Practice]:
    people = _people(icb)
    per_place = icb.practices // len(icb.places)
    found = []
    for i in range(icb.practices):
        place = icb.places[i // per_place]
        # 7 steps on at a time, so that phone access does not run along with the order of places
        rank = (i * 7 + 3) % icb.practices / (icb.practices - 1)
        loner = icb is HOME and i == icb.practices - 2  # a few practices belong to no network: their code and name are one space
        found.append(Practice(
            practice_code(board, i + 1), f"{place} {_KINDS[i % per_place]}", icb, place,
            " " if loner else f"U90{board}{i // per_place:02d}", " " if loner else f"{place.upper()} PCN",
            people[i], _PHONE_LOW + (_PHONE_HIGH - _PHONE_LOW) * rank, 0.16 if place == "Dunnockby" else 0.02,
        ))  # fmt: skip
    return found


def _people(icb: Icb) -> list[int]:
    """List sizes that add up to the board's people; the home system's last practice is the smallest."""
    small = [SMALLEST] if icb is HOME else []
    chance = Chance("people", icb.code)
    shares = [chance.between(0.35, 1.9) for _ in range(icb.practices - len(small))]
    to_share, total = icb.people - sum(small), fsum(shares)
    sizes = [int(to_share * share / total) for share in shares]
    sizes[0] += to_share - sum(sizes)
    return sizes + small
