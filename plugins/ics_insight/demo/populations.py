"""Who lives where, who is registered with whom and how deprived each area is, for the areas and practices of the fictional system.

Totals and the map of practices on several days, single years of age and lists by small area for one of them, the Census of 2021 by
small area, both editions of deprivation, and the bridges between areas (formats.md sections 7 to 9).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache

from ics_insight.demo.files import Cell, csv_bytes, gzip_bytes, xlsx_bytes, zip_bytes
from ics_insight.demo.months import NAMES
from ics_insight.demo.people import (
    GROUP_OF,
    OLDEST,
    SEXES,
    Area,
    ages,
    apportion,
    areas,
    carer_share,
    deciles_2019,
    disabled,
    ethnicities,
    not_english,
)  # fmt: skip
from ics_insight.demo.span import Span
from ics_insight.demo.system import BOARDS_CHANGED, Practice, icbs, practices_on

# the first of the month, as the publisher counts; the last is the newest that there is
DAYS = (date(2024, 4, 1), date(2025, 4, 1), date(2025, 10, 1), BOARDS_CHANGED, date(2026, 9, 1))
_LABELS = {
    "Asian": "Asian, Asian British or Asian Welsh", "Black": "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed": "Mixed or Multiple ethnic groups", "White": "White", "Other": "Other ethnic group",
}  # fmt: skip
_BANDS = ((0, 15), (16, 24), (25, 34), (35, 49), (50, 64), (65, 74), (75, OLDEST))
_WALES = "W01990001"  # the tables are of England and Wales
# how well others speak English, and for how long people care: in parts of 100, about as in England
_LEVELS = {
    "Can speak English very well": 43, "Can speak English well": 37, "Cannot speak English well": 17, "Cannot speak English": 3,
}  # fmt: skip
_HOURS = (
    "19 hours or less", "9 hours or less", "10 to 19 hours", "20 to 49 hours", "20 to 34 hours", "35 to 49 hours",
    "50 or more hours",
)  # fmt: skip
_CARERS = (36, 12, 10, 10, 32)  # up to 9 hours, to 19, to 34, to 49, and more
_MAP = (
    "PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME", "PRACTICE_POSTCODE", "PCN_CODE", "PCN_NAME",
    "ONS_SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "ONS_ICB_CODE", "ICB_CODE", "ICB_NAME",
    "ONS_COMM_REGION_CODE", "COMM_REGION_CODE", "COMM_REGION_NAME",
)  # fmt: skip
_TOTALS = (
    "PUBLICATION", "EXTRACT_DATE", "TYPE", "SUB_ICB_LOCATION_CODE", "ONS_SUB_ICB_LOCATION_CODE", "CODE", "POSTCODE", "SEX", "AGE",
    "NUMBER_OF_PATIENTS",
)  # fmt: skip
_SINGLE = (
    "EXTRACT_DATE", "SUB_ICB_LOCATION_CODE", "ONS_SUB_ICB_LOCATION_CODE", "ORG_CODE", "POSTCODE", "SEX", "AGE",
    "NUMBER_OF_PATIENTS",
)  # fmt: skip
_LSOA = ("PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME", "LSOA_CODE", "SEX", "NUMBER_OF_PATIENTS")


def files(span: Span) -> Iterator[tuple[str, bytes]]:
    """Names and bytes: what seldom changes first, then the lists of patients by day."""
    every = [area for icb in icbs(span.scale) for area in areas(icb)]
    yield "lookup_lsoa11_lsoa21_ltla22.csv.gz", _tidied(_bridge(every))
    yield "ethnicity21_lsoa21.csv.gz", _tidied(_ethnicity(every))
    yield "disability21_lsoa21_ew.csv.gz", _tidied(_disability(every))
    yield "age21_lsoa21.csv.gz", _tidied(_age(every))
    yield "census2021-ts029-lsoa.csv", csv_bytes(_english(every), line_end="\n")
    yield "census2021-ts039-lsoa.csv", csv_bytes(_care(every), line_end="\n")
    yield "lookup_lsoa21_icb24.csv.gz", _tidied(_boards(every))
    yield "File_1_-_IMD2019_Index_of_Multiple_Deprivation.xlsx", xlsx_bytes({"Notes": [], "IMD2019": _imd_2019(span.scale)})
    yield "File_1_IoD2025_Index_of_Multiple_Deprivation.xlsx", xlsx_bytes({"Notes": [], "IMD25": _imd_2025(every)})
    for day in DAYS:
        named = f"{NAMES[day.month - 1][:3]}{day.year}"
        there = sorted(practices_on(day, span.scale), key=lambda practice: practice.code)
        yield f"gp-reg-pat-prac-map_{named}.csv", csv_bytes([_MAP, *(_mapped(p, day) for p in there)])
        yield f"gp-reg-pat-prac-all_{named}.csv", csv_bytes([_TOTALS, *(_total(p, day) for p in there)])
        if day == BOARDS_CHANGED:
            for sex in SEXES:
                rows = [row for p in there for row in _single_years(p, day, sex)]
                yield f"gp-reg-pat-prac-sing-age-{sex}_{named}.csv", csv_bytes([_SINGLE, *rows])
            yield f"gp-reg-pat-prac-lsoa-2021-male-female_{named}.zip", _by_area(every, there, day)


def _written(day: date) -> str:
    return f"{day.day:02d}{NAMES[day.month - 1][:3].upper()}{day.year}"


def _tidied(rows: Iterator[list[Cell]]) -> bytes:
    return gzip_bytes(csv_bytes(rows, line_end="\n"))


# ---- patients


def _location(practice: Practice) -> tuple[str, str]:
    found = next(each for each in practice.icb.sub_locations if each.code == practice.sub_location)
    return found.code, found.ons_code


def _mapped(practice: Practice, day: date) -> list[Cell]:
    icb, (code, ons_code) = practice.icb_on(day), _location(practice)
    in_network = practice.pcn_code.strip()
    return [
        "GP_PRAC_PAT_LIST", _written(day), practice.code, practice.name.upper(), "QX1 1LN", in_network or "U",
        practice.pcn_name if in_network else "UNALLOCATED", ons_code, code, f"NHS {icb.area} ICB - {code}", icb.ons_code, icb.code,
        icb.name, icb.region.ons_code, icb.region.code, icb.region.name,
    ]  # fmt: skip


def _total(practice: Practice, day: date) -> list[Cell]:
    code, ons_code = _location(practice)
    people = practice.people_on(day)
    return ["GP_PRAC_PAT_LIST", _written(day), "GP", code, ons_code, practice.code, "QX1 1LN", "ALL", "ALL", people]


def _single_years(practice: Practice, day: date, sex: str) -> Iterator[list[Cell]]:
    code, ons_code = _location(practice)
    start: list[Cell] = [_written(day), code, ons_code, practice.code, "QX1 1LN", sex.upper()]
    counted = {age: n for (of, age), n in ages(practice.people_on(day), practice.place.old).items() if of == sex}
    yield [*start, "ALL", sum(counted.values())]
    for age, number in counted.items():
        yield [*start, f"{age}+" if age == OLDEST else str(age), number]


def _by_area(every: list[Area], there: list[Practice], day: date) -> bytes:
    """A zip of three lists, as it is published; those of one sex say half of what the first does."""
    name = {practice.code: practice.name.upper() for practice in there}
    rows = [(code, area.code, people) for area in every for code, people in sorted(area.registered.items()) if people]
    rows.append((there[0].code, "NO2011", 7))  # patients of no known area
    members: dict[str, bytes] = {}
    for sex in ("all", "female", "male"):
        listed = ((code, area, {"all": n, "female": n - n // 2, "male": n // 2}[sex]) for code, area, n in sorted(rows))
        body: list[list[Cell]] = [
            ["GP_PRAC_PAT_LIST", _written(day), code, name[code], area, sex.upper(), n] for code, area, n in listed if n
        ]
        members[f"gp-reg-pat-prac-lsoa-{sex}.csv"] = csv_bytes([[*_LSOA], *body])
    return zip_bytes(members)


# ---- residents: the tidied Census writes counts as decimals


def _ethnicity(every: list[Area]) -> Iterator[list[Cell]]:
    yield ["lsoa21_code", "total_residents", "ethnic_group", "n", "prop"]
    for area in every:
        found = dict.fromkeys(_LABELS, 0)
        for ethnicity, people in ethnicities(area.residents, area.mixed).items():
            found[GROUP_OF[ethnicity]] += people
        for group, label in _LABELS.items():
            yield [area.code, float(area.residents), label, float(found[group]), found[group] / area.residents]
    for label in _LABELS.values():
        yield [_WALES, 1500.0, label, 300.0, 0.2]


def _disability(every: list[Area]) -> Iterator[list[Cell]]:
    yield ["lsoa21_code", "disability", "n", "total_residents", "prop"]
    for code, people, yes in [*((area.code, area.residents, disabled(area)) for area in every), (_WALES, 1500, 300)]:
        yield [code, "Disabled under the Equality Act", float(yes), float(people), yes / people]
        yield [code, "Not disabled under the Equality Act", float(people - yes), float(people), (people - yes) / people]


def _age(every: list[Area]) -> Iterator[list[Cell]]:
    yield ["lsoa21_code", "age_group", "n", "total_residents", "prop"]
    for area in every:
        years = _years(area.residents, round(area.old, 2))
        for low, high in _BANDS:
            people = sum(years[low : high + 1])
            label = f"{low}+" if high == OLDEST else f"{low}-{high}"
            yield [area.code, label, float(people), float(area.residents), people / area.residents]


@cache
def _years(people: int, old: float) -> tuple[int, ...]:
    """Residents of both sexes by year of age."""
    counted = ages(people, old)
    return tuple(sum(counted[sex, age] for sex in SEXES) for age in range(OLDEST + 1))


# ---- residents: a table of Nomis has one row for each area


def _english(every: list[Area]) -> Iterator[list[Cell]]:
    named = "Proficiency in English language: "
    other = f"{named}Main language is not English (English or Welsh in Wales)"
    yield [
        "date", "geography", "geography code", f"{named}Total: All usual residents aged 3 years and over",
        f"{named}Main language is English (English or Welsh in Wales)", other, *(f"{other}: {level}" for level in _LEVELS),
    ]  # fmt: skip
    for area in every:
        people = sum(_years(area.residents, round(area.old, 2))[3:])
        yield _in_english(area.name, area.code, people, not_english(area, people))
    yield _in_english("Wales 001A", _WALES, 1_450, 50)


def _in_english(name: str, code: str, people: int, others: int) -> list[Cell]:
    return [2021, name, code, people, people - others, others, *apportion(others, [*_LEVELS.values()])]


def _care(every: list[Area]) -> Iterator[list[Cell]]:
    named = "Provision of unpaid care: "
    yield [
        "date", "geography", "geography code", f"{named}Total: All usual residents aged 5 and over",
        f"{named}Provides no unpaid care", *(f"{named}Provides {hours} unpaid care a week" for hours in _HOURS),
    ]  # fmt: skip
    for area in every:
        years = _years(area.residents, round(area.old, 2))
        yield _in_care(area.name, area.code, sum(years[5:]), round(sum(n * carer_share(age) for age, n in enumerate(years))))
    yield _in_care("Wales 001A", _WALES, 1_400, 150)


def _in_care(name: str, code: str, people: int, carers: int) -> list[Cell]:
    to_9, to_19, to_34, to_49, more = apportion(carers, _CARERS)
    return [2021, name, code, people, people - carers, to_9 + to_19, to_9, to_19, to_34 + to_49, to_34, to_49, more]


# ---- areas


def _bridge(every: list[Area]) -> Iterator[list[Cell]]:
    yield ["lsoa11_name", "lsoa11_code", "change_code", "lsoa21_name", "lsoa21_code", "ltla22_name", "ltla22_code"]
    for area in every:
        for before in area.bridge:
            yield [area.name, before, area.change, area.name, area.code, area.place.name, area.place.ons_code]


def _boards(every: list[Area]) -> Iterator[list[Cell]]:
    yield [
        "lsoa21_name",
        "lsoa21_code",
        "sicbl24_name",
        "sicbl24_code",
        "sicbl24_code_nhs",
        "icb24_name",
        "icb24_code",
        "icb24_code_nhs",
    ]
    for area in every:
        icb, location = area.icb, area.icb.sub_locations[-1 if area.place.name.startswith("Vennmarch") else 0]
        name = f"NHS {icb.area} ICB - {location.code}"
        yield [area.name, area.code, name, location.ons_code, location.code, icb.name, icb.ons_code, icb.code]


def _imd_2019(scale: int) -> list[list[Cell]]:
    places = {code: area for icb in icbs(scale) for area in areas(icb) for code in area.bridge}
    deciles = {code: decile for icb in icbs(scale) for code, decile in deciles_2019(icb).items()}
    header: list[Cell] = [
        "LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2019)", "Local Authority District name (2019)",
        "Index of Multiple Deprivation (IMD) Rank", "Index of Multiple Deprivation (IMD) Decile",
    ]  # fmt: skip
    return [header, *_ranked([(code, area, deciles[code]) for code, area in places.items()])]


def _imd_2025(every: list[Area]) -> list[list[Cell]]:
    header: list[Cell] = [
        "LSOA code (2021)", "LSOA name (2021)", "Local Authority District code (2024)", "Local Authority District name (2024)",
        "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOA",
    ]  # fmt: skip
    return [header, *_ranked([(area.code, area, area.decile) for area in every])]


def _ranked(deprived: list[tuple[str, Area, int]]) -> list[list[Cell]]:
    """Ranks within the fictional system, deciles as they are nationally, in the order of codes."""
    order = sorted(deprived, key=lambda each: (each[2], -each[1].poor, each[0]))
    rank = {code: number for number, (code, *_) in enumerate(order, 1)}
    return [
        [code, area.name, area.place.ons_code, area.place.name, rank[code], decile]
        for code, area, decile in sorted(deprived, key=lambda each: each[0])
    ]
