"""What is heard along pathways as files arrive: a month makes its own quarter and year anew, and leaves what one build gives."""

import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conftest import empty
from deliveries import checked, deliver, execute, query
from ics_insight import assurance, demo
from ics_insight.demo.providers import TRUSTS
from ics_insight.orchestration import building, collecting
from ics_insight.sources import registry
from ics_insight.warehouse import refresh_statistics
from pulls import pull, story

MARTS = ("measure_in_period", "pathway_experience", "interface_experience")
MADE_OF = ("int_measures_made_of", "int_experience_made_of")


def take(folder: Path, *sources: str) -> None:
    for name in sources:
        source = registry()[name]
        for delivery in collecting.discover(source, {"inbox": str(folder)}):
            extract_id = collecting.land(source, delivery, "test")
            assert extract_id
            collecting.load_extract(source, extract_id, "test")
            assurance.check(source, extract_id, "test")


def send_pull(folder: Path, day: str, *lines: dict[str, Any], again: int = 0) -> None:
    checked("care_opinion", deliver(folder, "care_opinion", pull(*lines), f"care_opinion_{day}.jsonl", day=again))


def build(*, whole: bool = False) -> dict[str, list[str]]:
    """Build along the pathways, and everything before it where it is not there yet; every row of it."""
    [(there,)] = query("select to_regclass('marts.pathway_experience') is not null")
    if not there:
        building.invoke(["seed"])
    layers = ("intermediate", "marts")
    what = [f"+{mart},path:models/{layer}" for mart in MARTS for layer in layers] if there else [f"+{mart}" for mart in MARTS]
    building.invoke(["run", *(["--full-refresh"] if whole else []), "--select", *what, "--exclude", "path:seeds"])
    return rows()


def build_these(*, whole: bool = False) -> dict[str, list[str]]:
    """Build what is heard along the pathways alone, of what the marts before it hold."""
    building.invoke(["run", *(["--full-refresh"] if whole else []), "--select", *MADE_OF, *MARTS])
    return rows()


def rows() -> dict[str, list[str]]:
    return {mart: [row for (row,) in query(f"select t::text from marts.{mart} as t order by 1")] for mart in MARTS}


def written(mart: str, period: str) -> list[tuple[str]]:
    return query(f"select ctid::text || xmin::text from marts.{mart} where period_code = %s order by 1", period)


@pytest.mark.usefixtures("empty_warehouse")
def test_a_month_makes_its_own_quarter_and_year_anew_and_leaves_what_one_build_gives(tmp_path: Path) -> None:
    inbox, later = tmp_path / "inbox", tmp_path / "later"
    demo.write(inbox, months=6, only=("organisations", "fft"))
    for path in (inbox / "fft").iterdir():
        if not re.search("(?i)-inpatient-|[_-]ip[_-]", path.name):  # one setting is enough
            path.unlink()
    for path in [p for p in inbox.rglob("*") if p.is_file() and re.search("(?i)sep", p.name)]:
        target = later / path.relative_to(inbox)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    assert {path.name for path in later.iterdir()} == {"fft"}

    take(inbox, "organisations", "fft")
    build()
    periods = {period for (period,) in query("select distinct period_code from marts.measure_in_period")}
    assert periods == {"2026-27", "2026-27 Q1", "2026-27 Q2"}
    before = {mart: written(mart, "2026-27 Q1") for mart in MARTS}
    assert all(before.values())

    take(later, "fft")
    found = build()
    for mart, rows in before.items():
        assert written(mart, "2026-27 Q1") == rows, f"{mart}: rows of the quarter before were written again"
    assert found == build(whole=True)
    empty()


@pytest.mark.usefixtures("empty_warehouse")
def test_a_practice_that_leaves_its_place_makes_the_periods_after_that_anew(tmp_path: Path) -> None:
    demo.write(tmp_path, months=6, only=("organisations", "fft", "healthwatch"))
    for path in (tmp_path / "fft").iterdir():
        if not re.search("(?i)gp-data-april", path.name):  # a quarter of both figures and voices, and one of voices alone
            path.unlink()
    take(tmp_path, "organisations", "fft", "healthwatch")
    first = build()
    assert {period for (period,) in query("select distinct period_code from marts.measure_in_period")} == {"2026-27", "2026-27 Q1"}
    before = {mart: written(mart, "2026-27 Q1") for mart in MARTS}
    assert all(before.values())

    [(practice, place)] = query(
        """select organisation_code, area_code from marts.bridge_organisation_area
           inner join marts.voice_once using (organisation_code)
           where area_level = 'place' and received_on >= '2026-07-01' order by 1 limit 1"""
    )
    left = "update marts.bridge_organisation_area set valid_to = %s where organisation_code = %s and area_code = %s"
    execute(left, "2026-08-01", practice, place)
    found = build_these()
    for mart, unchanged in before.items():
        assert written(mart, "2026-27 Q1") == unchanged, f"{mart}: rows of the quarter before were written again"
        assert found[mart] != first[mart], mart
    assert found == build_these(whole=True)
    empty()


@pytest.mark.usefixtures("empty_warehouse")
def test_a_story_that_is_pulled_again_makes_nothing_anew(tmp_path: Path) -> None:
    demo.write(tmp_path, months=1, only=("organisations",))
    take(tmp_path, "organisations")
    spring = partial(story, 7, "2026-05-01", about=TRUSTS[0].code)
    summer = story(8, "2026-08-01", "discharge", about=TRUSTS[0].code)
    send_pull(tmp_path, "2026-06-30", *spring("discharge"))
    build()
    before = {mart: written(mart, "2026-27 Q1") for mart in MARTS}
    assert before["pathway_experience"]

    send_pull(tmp_path, "2026-09-30", *spring("discharge"), *summer)
    found = build()
    assert query("select count(distinct period_code) from marts.pathway_experience") == [(3,)]
    for mart, unchanged in before.items():
        assert written(mart, "2026-27 Q1") == unchanged, f"{mart}: rows of the quarter before were written again"
    assert found == build(whole=True)

    send_pull(tmp_path, "2026-09-30", *spring("food"), *summer, again=1)  # moderators found that it was about something else
    said_otherwise = build()
    assert said_otherwise["pathway_experience"] != found["pathway_experience"]
    assert said_otherwise == build(whole=True)
    empty()


@pytest.mark.usefixtures("empty_warehouse")
def test_people_of_a_later_list_are_counted_once(tmp_path: Path) -> None:
    """Women first and men later are the same people as both at once, and none of them twice."""
    demo.write(tmp_path / "first", months=1, only=("organisations", "populations"))
    later = tmp_path / "later" / "populations"
    later.mkdir(parents=True)
    for path in (tmp_path / "first" / "populations").glob("*sing-age-male*"):
        shutil.move(path, later)
    people = ["+fct_population", "--exclude", "path:seeds"]
    counted = "select t::text from marts.fct_population as t order by 1"

    take(tmp_path / "first", "organisations", "populations")
    refresh_statistics()  # as every build does; else people are counted row by row
    building.invoke(["seed"])
    building.invoke(["run", "--select", *people])
    assert query("select distinct group_code from marts.fct_population where characteristic = 'sex'") == [("sex:female",)]
    take(tmp_path / "later", "populations")
    building.invoke(["run", "--select", "fct_population"])
    found = query(counted)
    totals = """select 'sex:' || lower(sex), sum(number_of_patients) from raw.populations
                where age = 'ALL' and sex in ('FEMALE', 'MALE') group by 1 order by 1"""  # the publisher's own, beside the years
    counts = """select group_code, sum(people) from marts.fct_population
                where characteristic = 'sex' and area_level = 'england' and youngest = 0 group by 1 order by 1"""
    assert query(counts) == query(totals)
    building.invoke(["run", "--full-refresh", "--select", *people])
    assert found == query(counted)
    empty()
