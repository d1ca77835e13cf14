"""Populations: every list from its publisher's layout to staging, to the last person."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import clear, stage
from deliveries import assert_as_planted, checked, deliver, deliver_file, execute, load, query
from ics_insight import demo
from ics_insight.demo import people, plan, system
from ics_insight.demo.chance import Chance
from ics_insight.demo.files import Cell, Formula, csv_bytes, gzip_bytes, xlsx_bytes, zip_bytes
from ics_insight.errors import Refused
from ics_insight.sources import registry
from readers import Refuser, Taker

Rows = list[list[Cell]]
SINGLE: list[Cell] = [
    "EXTRACT_DATE", "SUB_ICB_LOCATION_CODE", "ONS_SUB_ICB_LOCATION_CODE", "ORG_CODE", "POSTCODE", "SEX", "AGE",
    "NUMBER_OF_PATIENTS",
]  # fmt: skip
FIVE: list[Cell] = [
    "PUBLICATION", "EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "ONS_CODE", "POSTCODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS",
]  # fmt: skip
LSOA: list[Cell] = ["PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME", "LSOA_CODE", "SEX", "NUMBER_OF_PATIENTS"]
CENSUS: list[Cell] = ["lsoa21_code", "total_residents", "ethnic_group", "n", "prop"]
BRIDGE: list[Cell] = ["lsoa11_name", "lsoa11_code", "change_code", "lsoa21_name", "lsoa21_code", "ltla22_name", "ltla22_code"]
# Two areas of London and one of Cardiff, as the Office for National Statistics published them through Nomis.
OTHER = "Proficiency in English language: Main language is not English (English or Welsh in Wales)"
TS029: Rows = [
    [
        "date", "geography", "geography code", "Proficiency in English language: Total: All usual residents aged 3 years and over",
        "Proficiency in English language: Main language is English (English or Welsh in Wales)", OTHER,
        f"{OTHER}: Can speak English very well", f"{OTHER}: Can speak English well", f"{OTHER}: Cannot speak English well",
        f"{OTHER}: Cannot speak English",
    ],
    [2021, "City of London 001A", "E01000001", 1449, 1246, 203, 166, 32, 4, 1],
    [2021, "City of London 001E", "E01000005", 1071, 756, 315, 132, 111, 60, 12],
    [2021, "Cardiff 032H", "W01002019", 2584, 1585, 999, 442, 434, 115, 8],
]  # fmt: skip
TS039: Rows = [
    [
        "date", "geography", "geography code", "Provision of unpaid care: Total: All usual residents aged 5 and over",
        "Provision of unpaid care: Provides no unpaid care",
        "Provision of unpaid care: Provides 19 hours or less unpaid care a week",
        "Provision of unpaid care: Provides 9 hours or less unpaid care a week",
        "Provision of unpaid care: Provides 10 to 19 hours unpaid care a week",
        "Provision of unpaid care: Provides 20 to 49 hours unpaid care a week",
        "Provision of unpaid care: Provides 20 to 34 hours unpaid care a week",
        "Provision of unpaid care: Provides 35 to 49 hours unpaid care a week",
        "Provision of unpaid care: Provides 50 or more hours unpaid care a week",
    ],
    [2021, "City of London 001A", "E01000001", 1422, 1322, 67, 52, 15, 18, 9, 9, 15],
    [2021, "City of London 001E", "E01000005", 1051, 972, 38, 26, 12, 19, 10, 9, 22],
    [2021, "Cardiff 032H", "W01002019", 2549, 2476, 46, 38, 8, 17, 9, 8, 10],
]  # fmt: skip
IMD: list[Cell] = [
    "LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2019)", "Local Authority District name (2019)",
    "Index of Multiple Deprivation (IMD) Rank", "Index of Multiple Deprivation (IMD) Decile",
]  # fmt: skip


def single(sex: str = "MALE", day: str = "01APR2026") -> Rows:
    """One practice with three patients of one sex."""
    return [[*SINGLE], *([day, "00Z", "E38", "X10001", "ZZ1", sex, age, n] for age, n in (("ALL", 3), ("0", 1), ("95+", 2)))]


def five_year() -> Rows:
    rows = [
        ("ALL", "ALL", 10),
        ("MALE", "ALL", 4),
        ("FEMALE", "ALL", 6),
        ("MALE", "0_4", 4),
        ("FEMALE", "5_9", 1),
        ("FEMALE", "95+", 5),
    ]
    return [[*FIVE], *(["GP_PRAC", "01OCT2017", "GP", "X10001", "E38", "ZZ1", *row] for row in rows)]


def by_area(area: str = "E01000001", sex: str = "ALL") -> Rows:
    return [
        [*LSOA],
        ["GP", "01JAN2026", "X10001", "A surgery", area, sex, 5],
        ["GP", "01JAN2026", "X10001", "A surgery", "NO2011", sex, 1],
    ]


def census() -> Rows:
    return [[*CENSUS], *(["E01000001", "10.0", group, n, "0.5"] for group, n in (("White", "6.0"), ("Other ethnic group", "4.0")))]


def imd() -> Rows:
    return [[*IMD], *([f"E0100000{n}", "Somewhere", "E07", "District", n, decile] for n, decile in ((1, 1), (2, 5), (3, 10)))]


# ---- which list it is


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("01JAN2021", date(2021, 1, 1)), ("01Jan2022", date(2022, 1, 1)), ("01-Sep-20", date(2020, 9, 1)),
        ("1st Apr 2022", date(2022, 4, 1)), ("2026-07-01", date(2026, 7, 1)),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: str, day: date, rows_of: Taker) -> None:
    assert rows_of("populations", csv_bytes(single(day=written)), "a.csv").period == (day, day)


@pytest.mark.parametrize("written", ["", "31FEB2021", "April 2022", "01/04/2022", "2026-13-01"])
def test_what_is_no_day_is_refused(written: str, refusal: Refuser) -> None:
    assert "row 2, column EXTRACT_DATE: expected a day such as 01JAN2021" in refusal(
        "populations", csv_bytes(single(day=written)), "a.csv"
    )


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        (single("MALE"), "single_age_male"), (single("FEMALE"), "single_age_female"), (five_year(), "five_year"),
        # the highest code of 2011, and the first that was made in 2021
        (by_area("E01033768"), "lsoa_2011"), (by_area("E01033769"), "lsoa_2021"), (by_area("E01033769", "MALE"), "lsoa_2021_male"),
    ],
)  # fmt: skip
def test_lists_that_differ_only_in_what_they_hold_are_parts_of_their_own(rows: Rows, part: str, rows_of: Taker) -> None:
    assert rows_of("populations", csv_bytes(rows), "a.csv").part == part


def test_of_the_three_lists_in_a_zip_the_one_of_all_is_taken(rows_of: Taker) -> None:
    members = {f"gp-reg-pat-prac-lsoa-{sex}.csv": csv_bytes(by_area(sex=sex.upper())) for sex in ("all", "female", "male")}
    found = rows_of("populations", zip_bytes(members), "lsoa.zip")
    assert (found.part, set(found.column("sex")), set(found.column("sheet"))) == (
        "lsoa_2011",
        {"ALL"},
        {"gp-reg-pat-prac-lsoa-all.csv"},
    )


@pytest.mark.parametrize(("table", "rows", "part"), [("ts029", TS029, "census_english"), ("ts039", TS039, "census_carer")])
def test_a_table_of_nomis_is_read_alone_or_from_its_zip(table: str, rows: Rows, part: str, rows_of: Taker) -> None:
    country: Rows = [rows[0], [2021, "England", "E92000001", *rows[1][3:]]]
    members = {f"census2021-{table}-ctry.csv": csv_bytes(country), f"census2021-{table}-lsoa.csv": csv_bytes(rows)}
    alone = rows_of("populations", csv_bytes(rows), f"census2021-{table}-lsoa.csv")
    zipped = rows_of("populations", zip_bytes(members), f"census2021-{table}.zip")
    assert alone.column("cells") == zipped.column("cells") == [[str(cell) for cell in row] for row in rows[1:]]
    for found in (alone, zipped):
        assert (found.layout, found.part, found.period) == (f"census-2021-{table}", part, (date(2021, 3, 21),) * 2)


def test_a_list_in_another_spelling_of_its_last_column_is_the_same(rows_of: Taker) -> None:
    rows = by_area()
    rows[0][-1] = "Number of Patients"
    found = rows_of("populations", csv_bytes(rows), "a.csv")
    assert (found.layout, found.column("number_of_patients")) == ("lsoa-spaced", [5, 1])


def test_columns_of_one_name_have_one_type() -> None:
    types: dict[str, str] = {}
    for layout in registry()["populations"].layouts:
        for name, kind in layout.raw_columns.items():
            assert types.setdefault(name, kind) == kind, (layout.version, name)


def test_a_workbook_with_a_formula_for_a_rank_is_refused(refusal: Refuser) -> None:
    rows: list[list[Any]] = imd()
    rows[2][4] = Formula("1+1", 2)
    assert "row 3 holds a formula where a value belongs" in refusal("populations", xlsx_bytes({"IMD2019": rows}), "imd.xlsx")


# ---- the gate


def put(row: int, column: int, value: Cell) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row - 1][column] = value

    return change


def again(row: int) -> Callable[[Rows], None]:
    return lambda rows: rows.append([*rows[row - 1]])


@pytest.mark.parametrize(
    ("expectation", "rows", "change", "at"),
    [
        ("one row per organisation or area and group", by_area(), again(2), 4),
        ("one row per organisation or area and group", imd(), again(3), 5),
        ("one day in a list of patients", by_area(), put(3, 1, "01FEB2026"), 2),
        ("patients are counted", by_area(), put(3, 6, ""), 3),
        ("patients are counted", by_area(), put(2, 6, -5), 2),
        ("sexes are known words", by_area(), put(2, 5, "M"), 2),
        ("ages are years or bands of years", single(), put(3, 6, "infant"), 3),
        ("one sex in a list by single years or by area", by_area(), put(3, 5, "MALE"), 3),
        ("ages and sexes add up to the total rows", five_year(), put(5, 8, 3), 7),
        ("ages and sexes add up to the total rows", five_year(), put(2, 8, 11), 7),
        ("groups of an area add up to its residents", census(), put(3, 3, "3.0"), 3),
        ("groups of an area add up to its residents", census(), put(2, 3, "many"), 3),
        ("one row per organisation or area and group", TS029, again(2), 5),
        ("groups of an area add up to its residents", TS029, put(2, 4, 1247), 2),
        ("groups of an area add up to its residents", TS029, put(3, 9, 13), 3),
        ("groups of an area add up to its residents", TS029, put(3, 3, ""), 3),
        ("groups of an area add up to its residents", TS039, put(2, 11, 16), 2),
        ("groups of an area add up to its residents", TS039, put(3, 7, 13), 3),
        ("groups of an area add up to its residents", TS039, put(4, 9, "9.5"), 4),
        ("a table of small areas holds no others", TS039, put(3, 2, "E02000001"), 3),
        ("ranks count the areas and deciles follow them", imd(), put(3, 4, 7), 3),
        ("ranks count the areas and deciles follow them", imd(), put(3, 5, 11), 3),
        ("ranks count the areas and deciles follow them", imd(), put(4, 5, 4), 4),
        ("changes of areas are known", [[*BRIDGE], ["a", "E01000001", "U", "a", "E01000001", "d", "E07"]], put(2, 2, "?"), 2),
    ],
)
@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_refuses_and_names_the_row(
    expectation: str, rows: Rows, change: Callable[[Rows], None], at: int, tmp_path: Path
) -> None:
    sent = [[*row] for row in rows]
    change(sent)
    content, name = (xlsx_bytes({"IMD2019": sent}), "a.xlsx") if rows[0] == IMD else (csv_bytes(sent), "a.csv")
    with pytest.raises(Refused) as refused:
        checked("populations", deliver(tmp_path, "populations", content, name))
    sentence = str(refused.value)
    assert f"Not so: {expectation}" in sentence
    assert str(at) in sentence.partition(f"Not so: {expectation} (row ")[2].partition(")")[0].split(", ")


# ---- staging, on the real files


@pytest.fixture(scope="module")
def real(database: None, published_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    clear()
    folder = tmp_path_factory.mktemp("nomis")
    for name, rows in (("census2021-ts029-lsoa.csv", TS029), ("census2021-ts039-lsoa.csv", TS039)):
        found = checked("populations", deliver(folder, "populations", csv_bytes(rows), name))
        assert (found.state, found.reason) == ("accepted", None), name
    for path in sorted((published_files / "populations").iterdir()):
        found = checked("populations", deliver_file("populations", path))
        assert (found.state, found.reason) == ("accepted", None), path.name
    stage()
    yield
    clear()


def test_lists_of_patients_add_up(real: None, published_files: Path) -> None:
    folder = published_files / "populations"
    with (folder / "gp-reg-pat-prac-all_Jan2021.csv").open(newline="") as file:
        total = sum(int(row["NUMBER_OF_PATIENTS"]) for row in csv.DictReader(file))
    with (folder / "Apr_22_five_year_age_sussex.csv").open(newline="") as file:  # practices of two networks stand twice
        once = {(row["ODS_Code"], row["Sex"], row["Age_group"]): int(row["Patients"]) for row in csv.DictReader(file)}
    found = query("select part, as_at, count(*), sum(people) from staging.stg_populations__registered group by 1, 2 order by 2")
    assert found == [
        ("totals", date(2021, 1, 1), 6_658, total), ("five_year_tidied", date(2022, 4, 1), len(once), sum(once.values())),
    ]  # fmt: skip
    bands = query(
        """select age_from, age_to from staging.stg_populations__registered where part = 'five_year_tidied'
           group by 1, 2 order by 1"""
    )
    assert bands == [*((low, low + 4) for low in range(0, 95, 5)), (95, None)]


def test_the_map_has_every_practice_and_board(real: None) -> None:
    found = query(
        """select count(*), count(distinct icb_code), count(*) filter (where pcn_code is null)
           from staging.stg_populations__practice_map"""
    )
    assert found == [(6_527, 42, 68)]


def test_residents_of_england_are_all_there_and_welsh_rows_are_counted(real: None, published_files: Path) -> None:
    people: dict[str, float] = {"E": 0, "W": 0}
    with gzip.open(published_files / "populations/ethnicity21_lsoa21.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            people[row["lsoa21_code"][0]] += float(row["n"])
    found = query(
        """select characteristic, count(*), count(distinct lsoa), sum(people) from staging.stg_populations__residents
           where characteristic in ('disability', 'ethnicity') group by 1 order by 1"""
    )
    # 33,755 areas, and the England total of the Census to the person: the two tables were perturbed apart
    assert found[1] == ("ethnicity", 168_775, 33_755, int(people["E"]))
    assert found[0][:3] == ("disability", 67_510, 33_755)
    left = query("select part, reason, left_out_rows, people from staging.stg_populations__left_out order by part")
    assert left[0] == ("census_carer", "Wales", 1, 2_549)
    assert left[1][:3] == ("census_disability", "Wales", 3_834)
    assert left[2] == ("census_english", "Wales", 1, 2_584)
    assert left[3] == ("census_ethnicity", "Wales", 9_585, int(people["W"]))
    assert left[4] == ("lsoa_bridge", "Wales", 1_940, None)


def test_main_language_and_unpaid_care_are_of_those_who_were_asked(real: None) -> None:
    found = query(
        """select lsoa, group_code, people, age_from, age_to, as_at, denominator from staging.stg_populations__residents
           where characteristic in ('carer', 'english') order by 1, 2"""
    )
    day, kind = date(2021, 3, 21), "residents"
    assert found == [
        ("E01000001", "carer:no", 1_322, 5, None, day, kind), ("E01000001", "carer:yes", 67 + 18 + 15, 5, None, day, kind),
        ("E01000001", "english:no", 203, 3, None, day, kind), ("E01000001", "english:yes", 1_246, 3, None, day, kind),
        ("E01000005", "carer:no", 972, 5, None, day, kind), ("E01000005", "carer:yes", 38 + 19 + 22, 5, None, day, kind),
        ("E01000005", "english:no", 315, 3, None, day, kind), ("E01000005", "english:yes", 756, 3, None, day, kind),
    ]  # fmt: skip


def test_both_editions_of_deprivation_keep_their_areas_apart(real: None) -> None:
    found = query(
        """select edition, vintage, count(*), min(rank), max(rank), count(*) filter (where quintile = 1)
           from staging.stg_populations__deprivation group by 1, 2 order by 1"""
    )
    assert [row[:5] for row in found] == [(2019, 2011, 32_844, 1, 32_844), (2025, 2021, 33_755, 1, 33_755)]
    first = query(
        "select edition, rank, decile, quintile from staging.stg_populations__deprivation where lsoa = 'E01000001' order by 1"
    )
    assert first == [(2019, 29_199, 9, 5), (2025, 26_525, 8, 4)]


def test_bridges_say_what_changed(real: None) -> None:
    changes = dict(query("select change_code, count(*) from raw.populations where change_code is not null group by 1"))
    assert changes == {"U": 33_647, "S": 1_900, "M": 239, "X": 9}
    assert query("select count(*), count(distinct lsoa21) from staging.stg_populations__lsoa_bridge") == [(33_855, 33_755)]
    assert query("select count(*), count(distinct icb_code) from staging.stg_populations__lsoa_icb") == [(33_755, 42)]
    [(rows, trusts, shares)] = query(
        "select count(*), count(distinct organisation_code), sum(share) from staging.stg_populations__trust_catchment"
    )
    assert (rows, trusts, float(shares)) == (1_321, 138, pytest.approx(138))


# ---- staging, on the fictional system


@pytest.fixture(scope="module")
def fictional(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    clear()
    folder = tmp_path_factory.mktemp("delivered")
    for name, content in demo.files_of("populations", demo.Span(1)):
        load("populations", deliver(folder, "populations", content, name))
    execute("update ledger.extract set state = 'accepted'")
    stage()
    yield
    clear()


def test_the_demo_is_what_truth_says(fictional: None) -> None:
    assert_as_planted("populations")


def test_every_list_of_a_day_has_the_same_people_and_there_are_more_of_them_than_residents(fictional: None) -> None:
    home = "where organisation_code in (select organisation_code from staging.stg_populations__practice_map where icb_code = %s)"
    lists = query(
        f"""select replace(replace(part, '_female', ''), '_male', ''), sum(people) from staging.stg_populations__registered
            {home} and as_at = '2026-04-01' group by 1 order by 1""",
        demo.ICB,
    )
    assert lists == [("single_age", 1_200_000), ("totals", 1_200_000)]
    [(registered,)] = query("select sum(people) from staging.stg_populations__lsoa_registered where vintage = 2021")
    by_group = dict(query("select characteristic, sum(people) from staging.stg_populations__residents group by 1"))
    assert by_group["age"] == by_group["disability"] == by_group["ethnicity"]
    assert float(registered) / float(by_group["age"]) == pytest.approx(people.INFLATION, rel=0.001)
    assert query("select part, reason, left_out_rows from staging.stg_populations__left_out where part like 'lsoa%%'") == [
        ("lsoa_2021", "no known area", 1)
    ]


def test_main_language_and_unpaid_care_are_of_the_ages_that_they_are_asked_of(fictional: None) -> None:
    """Everybody but the youngest children."""
    asked = query(
        """select characteristic, sum(people) from staging.stg_populations__residents
           where characteristic in ('carer', 'english') group by 1 order by 1"""
    )
    of_age = Counter[int]()
    for area in (area for icb in system.icbs() for area in people.areas(icb)):
        for (_, age), number in people.ages(area.residents, round(area.old, 2)).items():
            of_age[age] += number
    everybody = of_age.total()
    assert asked == [("carer", everybody - sum(of_age[age] for age in range(5))),
                     ("english", everybody - sum(of_age[age] for age in range(3)))]  # fmt: skip


def test_a_fair_sample_of_speakers_has_the_shares_of_the_census(fictional: None) -> None:
    """Who speaks where everybody is heard alike, of the ages that were asked, within three standard deviations."""
    shares = query(
        """select characteristic, (sum(people) filter (where group_code like '%%:yes') / sum(people))::float8, min(age_from)
           from staging.stg_populations__residents
           inner join staging.stg_populations__lsoa_icb using (lsoa)
           where characteristic in ('carer', 'english') and icb_code = %s group by 1""",
        demo.ICB,
    )
    chance = Chance("a fair sample")
    speakers = [people.speaker(chance, "a source that hears everybody") for _ in range(4_000)]
    assert {characteristic for characteristic, *_ in shares} == {"carer", "english"}
    for characteristic, share, youngest in shares:
        asked = [speaker for speaker in speakers if speaker.age >= youngest]
        said_yes = sum(speaker.belongs(characteristic, "yes") for speaker in asked) / len(asked)
        assert said_yes == pytest.approx(share, abs=3 * (share * (1 - share) / len(asked)) ** 0.5), characteristic


def test_a_split_board_is_weighed_by_its_patients(fictional: None) -> None:
    """Before and after by the maps of two days, weights by the totals: as planted."""
    split = plan.planted("icb_split")
    found = query(
        """select after.icb_code, sum(people.people) / sum(sum(people.people)) over ()
           from staging.stg_populations__practice_map as before
           inner join staging.stg_populations__practice_map as after using (organisation_code)
           inner join staging.stg_populations__registered as people using (organisation_code)
           where before.as_at = '2025-10-01' and before.icb_code = %s and after.as_at = '2026-04-01'
               and people.as_at = '2026-04-01' and people.part = 'totals'
           group by 1""",
        split["split"],
    )
    assert {code: float(weight) for code, weight in found} == pytest.approx(split["into"], abs=0.00005)


def test_a_merged_practice_takes_its_people_along(fictional: None) -> None:
    merger = plan.planted("merged_practice")
    found = query(
        """select as_at, organisation_code, people from staging.stg_populations__registered
           where part = 'totals' and organisation_code in (%s, %s) and as_at in ('2025-04-01', '2025-10-01') order by 1, 2""",
        merger["successor"], merger["predecessor"],
    )  # fmt: skip
    (_, _, before), (_, _, people), (_, kept, after) = found
    assert (people, kept, after) == (merger["people"], merger["successor"], before + merger["people"])


def test_a_gzip_that_was_cut_off_is_refused(refusal: Refuser) -> None:
    content = gzip_bytes(csv_bytes(census()))
    assert "the gzip is damaged or was cut off" in refusal("populations", content[:-20], "ethnicity21_lsoa21.csv.gz")
