"""The trusts of the fictional system, their sites and wards."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from ics_insight.demo import plan
from ics_insight.demo.system import (
    AMBERMOOR,
    BOARDS_CHANGED,
    CORVENHAM,
    HOME,
    ICBS,
    NEIGHBOUR,
    OLD_QUILLMERE,
    OLD_VENNMARCH,
    PELLHAVEN,
    THRUSHAVEN,
    Icb,
    icbs,
    issued,
)


@dataclass(frozen=True)
class Ward:
    """A ward has a name and no code. Specialities as the Friends and Family Test lists them; the second may be empty."""

    name: str
    first: str
    second: str = ""


@dataclass(frozen=True)
class Site:
    """A place where a trust or company sees people. `kind`: hospital, community hospital, maternity, mental health, station."""

    code: str
    name: str
    kind: str
    wards: tuple[Ward, ...] = ()


@dataclass(frozen=True)
class Trust:
    """An NHS trust; TRUSTS has those with an A&E department. Levels are shares (0 to 1) in October 2024.

    `experience` is in standard deviations from the average trust. `major`, `eye` and `minor` are attendances a month at A&E
    departments of type 1, type 2 and other; `waiting` is the number of incomplete pathways. `former` is the board that it
    belonged to before boards changed. `kind`: acute, mental health and community, community, ambulance, independent.
    """

    code: str
    name: str
    icb: Icb
    major: int = 0
    eye: int = 0
    minor: int = 0
    four_hour: float = 0.75
    four_hour_gain: float = 0.0
    waiting: int = 0
    within_18: float = 0.6
    experience: float = 0.0
    kind: str = "acute"
    town: str = ""
    former: Icb | None = None
    sites: tuple[Site, ...] = field(default=(), repr=False)

    def icb_on(self, day: date) -> Icb:
        return self.former if self.former and day < BOARDS_CHANGED else self.icb


def _site(number: int, name: str, kind: str, *wards: str) -> Site:
    return Site(issued("XZ", number), name, kind, tuple(_WARDS[ward] for ward in wards))


_WARDS = {ward.name: ward for ward in (
    Ward("Acute Medical Unit", "300 - GENERAL MEDICINE"), Ward("Alder Ward", "300 - GENERAL MEDICINE", "430 - GERIATRIC MEDICINE"),
    Ward("Birch Ward", "340 - RESPIRATORY MEDICINE"), Ward("Bramble Ward", "301 - GASTROENTEROLOGY"),
    Ward("Cedar Ward", "100 - GENERAL SURGERY"), Ward("Clover Ward", "101 - UROLOGY", "100 - GENERAL SURGERY"),
    Ward("Coronary Care Unit", "320 - CARDIOLOGY"),
    Ward("Day Surgery Unit", "100 - GENERAL SURGERY", "110 - TRAUMA & ORTHOPAEDICS"),
    Ward("Elm Ward", "110 - TRAUMA & ORTHOPAEDICS"), Ward("Fern Ward", "302 - ENDOCRINOLOGY", "300 - GENERAL MEDICINE"),
    Ward("Frailty Unit", "430 - GERIATRIC MEDICINE"), Ward("Hazel Ward", "361 - NEPHROLOGY"),
    Ward("Heather Ward", "502 - GYNAECOLOGY"), Ward("Juniper Ward", "370 - MEDICAL ONCOLOGY", "303 - CLINICAL HAEMATOLOGY"),
    Ward("Eye Unit", "130 - OPHTHALMOLOGY"), Ward("Otter Ward", "420 - PAEDIATRICS"),
    Ward("Robin Ward", "420 - PAEDIATRICS", "171 - PAEDIATRIC SURGERY"),
    Ward("Stroke Unit", "328 - STROKE MEDICINE"), Ward("Willow Ward", "314 - REHABILITATION", "430 - GERIATRIC MEDICINE"),
    Ward("Antenatal Ward", "501 - OBSTETRICS"), Ward("Birth Suite", "501 - OBSTETRICS"), Ward("Postnatal Ward", "501 - OBSTETRICS"),
    Ward("Midwife-led Unit", "560 - MIDWIFERY SERVICE"), Ward("Sorrel Ward", "314 - REHABILITATION"),
    Ward("Heron Ward", "710 - ADULT MENTAL ILLNESS"), Ward("Kingfisher Ward", "710 - ADULT MENTAL ILLNESS"),
    Ward("Lapwing Ward", "715 - OLD AGE PSYCHIATRY"), Ward("Swift Ward", "711 - CHILD AND ADOLESCENT PSYCHIATRY"),
)}  # fmt: skip

_MEDICAL = ("Acute Medical Unit", "Alder Ward", "Birch Ward", "Coronary Care Unit", "Frailty Unit", "Stroke Unit")
_SURGICAL = ("Cedar Ward", "Clover Ward", "Day Surgery Unit", "Elm Ward")
_MATERNITY = ("Antenatal Ward", "Birth Suite", "Postnatal Ward", "Midwife-led Unit")

TRUSTS = (
    Trust("C7X2M", "Quillmere Teaching Hospitals NHS Foundation Trust", HOME,
          11_400, 1_350, 5_200, 0.742, 0.004, 68_000, 0.592, 0.6, town="Quillmere", former=OLD_QUILLMERE, sites=(
              _site(1, "Quillmere Infirmary", "hospital", *_MEDICAL, *_SURGICAL, "Hazel Ward", "Juniper Ward"),
              _site(2, "Quillmere Women's and Children's Hospital", "maternity",
                    *_MATERNITY, "Heather Ward", "Otter Ward", "Robin Ward", "Day Surgery Unit"),
              _site(3, "Sedgequay Hospital", "hospital", "Eye Unit", "Bramble Ward", "Fern Ward", "Cedar Ward", "Elm Ward",
                    "Alder Ward", "Day Surgery Unit", "Willow Ward"),
          )),
    Trust("E5Z8P", "Vennmarch Hospitals NHS Trust", HOME,
          9_100, 0, 4_300, 0.722, plan.planted("ae_improves")["gain"], 49_000, 0.604, -1.3,
          town="Vennmarch", former=OLD_VENNMARCH, sites=(
              _site(4, "Vennmarch General Hospital", "hospital", *_MEDICAL, *_SURGICAL, "Bramble Ward", "Otter Ward"),
              _site(5, "Skerrowby Hospital", "hospital", *_MATERNITY, "Heather Ward", "Fern Ward", "Willow Ward", "Elm Ward"),
          )),
    Trust("M3W6J", "Saltwhistle Coast NHS Foundation Trust", HOME, 6_200, 0, 3_900, 0.768, -0.006, 31_000, 0.622, 0.1,
          town="Saltwhistle", former=OLD_QUILLMERE, sites=(
              _site(6, "Saltwhistle Bay Hospital", "hospital", *_MEDICAL, *_SURGICAL, *_MATERNITY[:3]),
              _site(7, "Tarrowby Hospital", "hospital", "Alder Ward", "Fern Ward", "Willow Ward", "Elm Ward", "Cedar Ward",
                    "Day Surgery Unit", "Heather Ward", "Otter Ward"),
          )),
    Trust("B6Q4Z", "Orlestow University Hospitals NHS Trust", NEIGHBOUR, 10_300, 620, 4_800, 0.731, 0.010, 56_000, 0.588, -0.4,
          town="Orlestow", former=OLD_VENNMARCH,
          sites=(_site(8, "Orlestow University Hospital", "hospital", *_MEDICAL[:4], "Elm Ward"),)),
    Trust("F2X7V", "Thrushaven General Hospitals NHS Trust", THRUSHAVEN, 8_000, 0, 3_700, 0.752, 0.008, 47_000, 0.611, 1.2,
          town="Thrushaven", sites=(_site(9, "Thrushaven General Hospital", "hospital", *_MEDICAL[:4], "Elm Ward"),)),
    Trust("S8V1K", "Corvenham Infirmary NHS Foundation Trust", CORVENHAM, 6_900, 410, 2_800, 0.744, 0.012, 34_000, 0.597, -0.2,
          town="Corvenham", sites=(_site(10, "Corvenham Infirmary", "hospital", *_MEDICAL[:4], "Elm Ward"),)),
    Trust("R4Z9H", "Harthwick District Hospitals NHS Trust", CORVENHAM, 4_100, 0, 2_600, 0.762, 0.005, 21_000, 0.619, 2.3,
          town="Harthwick", sites=(_site(11, "Harthwick District Hospital", "hospital", *_MEDICAL[:3], "Elm Ward"),)),
    Trust("T7Q3W", "Ambermoor Hospitals NHS Foundation Trust", AMBERMOOR, 6_600, 0, 3_100, 0.738, 0.009, 40_000, 0.601, -2.2,
          town="Ambermoor", sites=(_site(12, "Ambermoor Hospital", "hospital", *_MEDICAL[:4], "Elm Ward"),)),
    Trust("N9X5B", "Pellhaven Royal NHS Foundation Trust", PELLHAVEN, 5_800, 360, 2_500, 0.749, 0.007, 29_000, 0.607, 0.4,
          town="Pellhaven", sites=(_site(13, "Pellhaven Royal Hospital", "hospital", *_MEDICAL[:4], "Elm Ward"),)),
    Trust("P1Z6G", "Larkmoor Hospitals NHS Trust", PELLHAVEN, 3_700, 0, 2_200, 0.757, 0.006, 19_000, 0.614, -0.7,
          town="Larkmoor", sites=(_site(14, "Larkmoor Hospital", "hospital", *_MEDICAL[:3], "Elm Ward"),)),
)  # fmt: skip

PARTNERSHIP = Trust(
    "V2X8N", "Quillmere and Vennmarch Partnership NHS Foundation Trust", HOME, kind="mental health and community",
    town="Quillmere", former=OLD_QUILLMERE, sites=(
        _site(20, "Merrowgate House", "mental health", "Heron Ward", "Kingfisher Ward", "Swift Ward"),
        _site(21, "Wexelford Centre", "mental health", "Lapwing Ward"),
        _site(22, "Kittlewick Community Hospital", "community hospital", "Sorrel Ward"),
        _site(23, "Puffinstow Community Hospital", "community hospital", "Willow Ward"),
    ),
)  # fmt: skip
AMBULANCE = Trust(
    "K6P2D", "Marchlands Ambulance Service NHS Trust", HOME, kind="ambulance", town="Quillmere", former=OLD_QUILLMERE,
    sites=(_site(24, "Gorsewick Ambulance Station", "station"), _site(25, "Hexcombe Ambulance Station", "station")),
)  # fmt: skip
ELSEWHERE = Trust("Z5Q1J", "Pellhaven Community Health NHS Trust", PELLHAVEN, kind="community", town="Pellhaven")
OTHER_TRUSTS = (PARTNERSHIP, AMBULANCE, ELSEWHERE)  # without an A&E department or a waiting list
INDEPENDENT = Trust(
    "NQZ9", "Hollinquay Healthcare Limited", HOME, kind="independent", town="Finchemere", former=OLD_QUILLMERE,
    sites=(Site("NQZ91", "Hollinquay Clinic", "hospital", (_WARDS["Day Surgery Unit"],)),),
)  # fmt: skip


@cache
def trusts(scale: int = 1) -> tuple[Trust, ...]:
    """All trusts with an A&E department."""
    return (*TRUSTS, *(_twin(i, step, scale) for step in range(1, scale) for i in range(len(TRUSTS))))


@cache
def all_trusts(scale: int = 1) -> tuple[Trust, ...]:
    """All NHS trusts, those without an A&E department last."""
    others = range(len(TRUSTS), len(TRUSTS) + len(OTHER_TRUSTS))
    return (*trusts(scale), *OTHER_TRUSTS, *(_twin(i, step, scale) for step in range(1, scale) for i in others))


def _twin(position: int, step: int, scale: int) -> Trust:
    """The counterpart of a trust at the board that `scale` added as the counterpart of its board; nothing is planted there."""
    every = (*TRUSTS, *OTHER_TRUSTS)
    trust, before = every[position], sum(len(other.sites) for other in every[:position])
    icb = icbs(scale)[step * len(ICBS) + trust.icb.number]
    sites = tuple(
        replace(site, code=issued("YZ", 30 * step + before + i), name=f"{site.name} {step}") for i, site in enumerate(trust.sites)
    )
    return replace(
        trust, code=issued("ZV", 20 * step + position), name=f"{trust.name} {step}", icb=icb, former=None,
        town=f"{trust.town} {step}", four_hour_gain=0.0, experience=0.0, sites=sites,
    )  # fmt: skip
