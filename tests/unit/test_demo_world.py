"""The world of the fictional system: who there is, what is planted, and the bytes that its files are made of."""

import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from ics_insight.demo import ae, files_of, months, people, plan, providers, rtt, system
from ics_insight.demo.chance import Chance
from ics_insight.demo.files import Formula, gzip_bytes, xlsx_bytes
from ics_insight.demo.span import Span
from ics_insight.sources import registry

# --- who there is ---


def test_the_home_system_has_the_size_that_it_is_said_to_have() -> None:
    home = [practice for practice in system.practices() if practice.icb is system.HOME]
    assert len(home) == 120
    assert len(system.HOME.places) == 4
    assert len({practice.town for practice in home}) == 24
    assert Counter(trust.kind for trust in providers.all_trusts() if trust.icb is system.HOME) == {
        "acute": 3, "mental health and community": 1, "ambulance": 1,
    }  # fmt: skip
    for day in (date(2023, 10, 1), date(2025, 6, 30), date(2025, 7, 1), date(2026, 9, 30)):
        open_at_home = [practice for practice in system.practices_on(day) if practice.icb is system.HOME]
        assert sum(practice.people_on(day) for practice in open_at_home) == 1_200_000
        assert len(open_at_home) == (121 if day < date(2025, 7, 1) else 120)


def test_acute_trusts_at_home_have_sites_and_wards() -> None:
    for trust in providers.TRUSTS[:3]:
        assert 2 <= len(trust.sites) <= 3
        assert all(8 <= len(site.wards) <= 13 for site in trust.sites)
        wards = {ward.name for site in trust.sites for ward in site.wards}
        assert {"Stroke Unit", "Frailty Unit", "Birth Suite"} <= wards
        assert all(len({ward.name for ward in site.wards}) == len(site.wards) for site in trust.sites)


def test_codes_are_unique_and_of_the_shapes_that_are_issued() -> None:
    practices = [practice.code for practice in (*system.practices(10), *system.closed_practices())]
    trusts = [trust.code for trust in (*providers.all_trusts(10), providers.INDEPENDENT)]
    sites = [site.code for trust in (*providers.all_trusts(10), providers.INDEPENDENT) for site in trust.sites]
    boards = [icb.code for icb in (*system.icbs(10), *system.FORMER_ICBS)]
    locations = [location.code for icb in system.icbs(10) for location in icb.sub_locations]
    every = [*practices, *trusts, *sites, *boards, *locations, *(body.code for body in system.BODIES)]
    assert len(set(every)) == len(every)
    assert all(re.fullmatch(r"T\d{5}", code) for code in practices)
    assert all(re.fullmatch(r"[A-Z]\d[A-Z]\d[A-Z]|QZ\d|NQZ91?", code) for code in set(every) - set(practices))


def test_boards_on_a_day_and_their_successions() -> None:
    assert {icb.code for icb in system.boards_on(date(2026, 3, 31))} - {icb.code for icb in system.boards_on(date(2026, 4, 1))} == {
        "QZ6", "QZ7", "QZ8",
    }  # fmt: skip
    weights: dict[str, float] = {}
    for succession in system.successions():
        weights[succession.predecessor] = weights.get(succession.predecessor, 0.0) + succession.weight
    assert weights == pytest.approx(dict.fromkeys(weights, 1.0))
    split = plan.planted("icb_split")
    into = {s.successor: round(s.weight, 4) for s in system.successions() if s.predecessor == split["split"]}
    assert into == split["into"]
    assert {(s.predecessor, s.successor) for s in system.successions() if s.kind == "practice"} == {
        (plan.planted("merged_practice")["predecessor"], plan.planted("merged_practice")["successor"])
    }


# --- ten times as large ---


@pytest.mark.parametrize("writer", [ae, rtt])
def test_scale_multiplies_rows_and_leaves_those_at_home(writer: Any) -> None:
    def rows(scale: int) -> list[str]:
        [(_, content)] = writer.files(Span(months=1, scale=scale))
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = archive.read(archive.namelist()[0])
        return str(content.decode()).splitlines()

    usual, large = rows(1), rows(3)
    fixed = 3 if writer is ae else 1  # header, total and the urgent treatment centre; header
    assert len(large) - fixed == 3 * (len(usual) - fixed)
    assert {row for row in usual if ",TOTAL," not in row} <= set(large)


@pytest.mark.parametrize("scale", [0, 11])
def test_a_scale_without_codes_is_refused(scale: int) -> None:
    with pytest.raises(ValueError, match=f"scale: expected 1 to 10, found {scale}"):
        Span(scale=scale)


# --- people ---


@pytest.mark.parametrize("source", sorted(set(registry()) - {"gpps", "populations"}))  # which are large as it is
def test_every_writer_writes_ten_englands(source: str) -> None:
    """At that size there are locations without a practice that was open on the day."""
    assert all(content for _, content in files_of(source, Span(12, 10)))


def test_areas_lists_and_places_add_up() -> None:
    areas = people.areas()
    assert 700 <= len(areas) <= 800
    lists: Counter[str] = Counter()
    for area in areas:
        lists.update(area.registered)
    day = system.BOARDS_CHANGED
    assert lists == {p.code: p.people_on(day) for p in system.practices_on(day) if p.icb is system.HOME}
    for place in system.HOME.places:
        assert sum(area.patients for area in areas if area.place is place) == place.people
    assert sum(area.residents for area in areas) == pytest.approx(1_200_000 / 1.04, rel=0.001)
    assert {area.decile for area in areas} == set(range(1, 11))
    assert {area.change for area in areas} == {"U", "S", "M"}


def test_deprivation_of_2019_and_2025_agree_for_four_areas_in_five() -> None:
    deciles = people.deciles_2019()
    same = [deciles[code] == area.decile for area in people.areas() for code in area.bridge]
    assert sum(same) / len(same) == pytest.approx(0.82, abs=0.05)  # facts.md section 8.1; a share of 754 has a deviation of 0.014
    assert all(abs(deciles[code] - area.decile) <= 1 for area in people.areas() for code in area.bridge if area.change != "S")


@pytest.mark.parametrize(("old", "mixed"), [(0.0, 0.0), (0.5, 0.3), (1.0, 1.0)])
def test_groups_add_up_to_everybody(old: float, mixed: float) -> None:
    assert sum(people.ages(12_345, old).values()) == 12_345
    assert min(people.ages(12_345, old).values()) >= 0
    assert len(people.ethnicities(12_345, mixed)) == 19
    assert sum(people.ethnicities(12_345, mixed).values()) == 12_345


def test_largest_remainders() -> None:
    # 10 by 1 : 1 : 1 is 3⅓ each, and the first takes what is over; 7 by 5 : 3 : 2 is 3.5, 2.1, 1.4
    assert people.apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert people.apportion(7, [5, 3, 2]) == [4, 2, 1]


def speakers(source: str) -> Iterator[people.Person]:
    chance = Chance("test", source)
    return (people.speaker(chance, source) for _ in range(4_000))


@pytest.mark.parametrize("rule", plan.seldom_heard(), ids=lambda rule: f"{rule['source']}-{rule['characteristic']}-{rule['group']}")
def test_who_is_seldom_heard_speaks_as_seldom_as_planted(rule: dict[str, Any]) -> None:
    """Odds of the group among those who speak, against its odds among all, within the same other groups: the planted rate."""
    others = [o for o in plan.seldom_heard() if o["source"] == rule["source"] and o is not rule]

    def odds(source: str) -> tuple[float, int]:
        alike = [p for p in speakers(source) if not any(p.belongs(o["characteristic"], str(o["group"])) for o in others)]
        heard = sum(p.belongs(rule["characteristic"], str(rule["group"])) for p in alike)
        return heard / (len(alike) - heard), heard

    (those, heard), (everybody, among) = odds(rule["source"]), odds("a source that hears everybody")
    spread = 3 * (1 / heard + 1 / among) ** 0.5  # three standard deviations of the logarithm of the ratio, nearly
    assert rule["relative_rate"] * (1 - spread) < those / everybody < rule["relative_rate"] * (1 + 1.3 * spread)


def test_nhs_numbers_are_valid_and_of_the_test_range() -> None:
    for number in range(200):
        digits = people.nhs_number(number)
        assert re.fullmatch(r"999\d{7}", digits)
        # NHS data dictionary: the digits weighted 10 to 2 and the check digit add up to a multiple of 11
        assert sum(int(digit) * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0


# --- what is planted ---


def test_what_is_planted_names_sources_and_organisations_that_there_are() -> None:
    codes = {p.code for p in (*system.practices(), *system.closed_practices())} | {icb.code for icb in system.icbs()}
    codes |= {icb.code for icb in system.FORMER_ICBS} | {p.pcn_code for p in system.practices()}
    codes |= {trust.code for trust in (*providers.all_trusts(), providers.INDEPENDENT)} | {body.code for body in system.BODIES}
    sites = {site.code: trust for trust in providers.all_trusts() for site in trust.sites}
    text = plan.TRUTH.read_text()
    named = set(re.findall(r"\b(?:[A-Z]\d[A-Z]\d[A-Z]|T9\d{4}|U9\d{4}|QZ\d|NQZ9)\b", text))
    assert len(named) > 15
    assert named <= codes | set(sites)
    stroke = plan.planted("stroke_interface")
    for end in ("from", "to"):
        trust = sites[stroke[end]["site"]]
        [site] = [site for site in trust.sites if site.code == stroke[end]["site"]]
        assert trust.code == stroke[end]["organisation"]
        assert stroke[end]["ward"] in {ward.name for ward in site.wards}
    assert set(plan.truth()["sources"]) <= set(registry())


def test_the_savings_claim_is_wrong_in_the_way_that_is_said() -> None:
    claim = plan.planted("savings_claim")
    unit, cases, cost = sum(claim["unit_costs"].values()), claim["cases_averted"], claim["cost"]["amount"]
    amount, corrected = claim["claimed"]["amount"], claim["corrected"]["amount"]
    assert (unit, cases * unit) == (1_225, corrected)
    assert amount == 2 * cases * (unit - 1)
    assert (claim["claimed"]["period_months"], claim["cost"]["period_months"]) == (12, 24)
    for figure in (amount, corrected, cost, amount - cost, cost - corrected):
        assert f"£{figure:,}" in claim["what"]
    assert f"{amount / cost:.2f} to 1" in claim["what"]
    assert f"{2 * amount / cost:.2f} to 1" in claim["what"]


def test_calendar() -> None:
    every = months.last_months(36)
    assert (every[0], every[-1]) == (date(2023, 10, 1), date(2026, 9, 1))
    assert months.quarters(every)[0] == (date(2023, 10, 1), date(2023, 12, 31))
    assert len(months.quarters(every)) == 12
    assert months.quarters(every[1:])[0] == (date(2024, 1, 1), date(2024, 3, 31))
    assert months.financial_years() == ["2023-24", "2024-25", "2025-26"]
    assert months.as_sent(every[:4], every[1], every[3]) == [every[0], every[2], every[3], every[1]]
    assert months.as_sent(every[2:4], every[1], every[3]) == every[2:4]


# --- bytes ---


def test_a_workbook_reads_back_as_it_was_meant() -> None:
    first: list[list[Any]] = [
        ["Code", "", None, "A & <B>\n“é” "],
        [1, 2.5, date(2026, 9, 30), datetime(2026, 9, 30, 13, 5)],  # noqa: DTZ001 - a spreadsheet knows no time zones
        [Formula("SUM(A2:B2)", 3.5), Formula("HYPERLINK(A1)", "x"), *[None] * 25, "far"],
    ]
    content = xlsx_bytes({"Trusts": first, "BS": [["hidden"]]}, hidden={"BS"})
    assert content == xlsx_bytes({"Trusts": first, "BS": [["hidden"]]}, hidden={"BS"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert [(s.name, s.visible == SheetVisibleEnum.Hidden) for s in book.sheets_metadata] == [("Trusts", False), ("BS", True)]
    rows = book.get_sheet_by_name("Trusts").to_python()
    assert rows[0][:4] == ["Code", "", "", "A & <B>\n“é” "]
    assert rows[1][:4] == [1.0, 2.5, date(2026, 9, 30), datetime(2026, 9, 30, 13, 5)]  # noqa: DTZ001
    assert (rows[2][:2], rows[2][27]) == ([3.5, "x"], "far")


def test_a_workbook_with_macros_differs_in_what_it_declares() -> None:
    members = []
    for macros in (False, True):
        with zipfile.ZipFile(io.BytesIO(xlsx_bytes({"A": [["x"]]}, macros=macros))) as archive:
            members.append({name: archive.read(name) for name in archive.namelist()})
    plain, with_macros = members
    assert {name for name in plain if plain[name] != with_macros[name]} == {"[Content_Types].xml"}
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in with_macros["[Content_Types].xml"]


def test_a_sheet_name_that_excel_refuses() -> None:
    with pytest.raises(ValueError, match="has 32 characters; Excel takes 31"):
        xlsx_bytes({"x" * 32: []})


@pytest.mark.parametrize("size", [0, 1, 0xFFFF, 0xFFFF + 1, 200_000])
def test_gzip_unpacks_to_what_was_packed(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    assert gzip.decompress(gzip_bytes(content)) == content
