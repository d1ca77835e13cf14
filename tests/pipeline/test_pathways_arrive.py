"""What is heard along pathways as files arrive: a month makes its own quarter and year anew, and leaves what one build gives."""

import re
import shutil
from pathlib import Path

import pytest

from conftest import empty
from deliveries import query
from ics_insight import assurance, demo
from ics_insight.orchestration import building, collecting
from ics_insight.sources import registry

MARTS = ("measure_in_period", "pathway_experience", "interface_experience")


def take(folder: Path, *sources: str) -> None:
    for name in sources:
        source = registry()[name]
        for delivery in collecting.discover(source, {"inbox": str(folder)}):
            extract_id = collecting.land(source, delivery, "test")
            assert extract_id
            collecting.load_extract(source, extract_id, "test")
            assurance.check(source, extract_id, "test")


def build(*, whole: bool = False) -> dict[str, list[str]]:
    """Build along the pathways, and everything before it where it is not there yet; every row of it."""
    [(there,)] = query("select to_regclass('marts.pathway_experience') is not null")
    if not there:
        building.invoke(["seed"])
    layers = ("intermediate", "marts")
    what = [f"+{mart},path:models/{layer}" for mart in MARTS for layer in layers] if there else [f"+{mart}" for mart in MARTS]
    building.invoke(["run", *(["--full-refresh"] if whole else []), "--select", *what, "--exclude", "path:seeds"])
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
