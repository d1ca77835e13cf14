"""Voices in the marts as files arrive: records that are exported again, withdrawn or replaced leave what one clean build gives."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import empty
from deliveries import checked, deliver, execute, query
from ics_insight import assurance, demo
from ics_insight.demo.files import csv_bytes
from ics_insight.orchestration import building, collecting
from ics_insight.sources import registry
from ics_insight.warehouse import connect
from log_files import AFTER_THE_LAST, log_rows
from pulls import line, pull, story
from tiny_files import MARK

VOICES = ("fft_comments", "complaints", "pals", "care_opinion", "healthwatch", "engagement")
MARTS = (
    "fct_voice", "bridge_voice_organisation", "bridge_voice_code", "bridge_voice_theme", "bridge_voice_touchpoint",
    "bridge_voice_interface", "bridge_voice_pathway", "bridge_voice_continued", "voice_once", "journey_step", "journey",
)  # fmt: skip
# what is kept as a table, or stands on one: of organisations, everything between staging and the dimension
KEPT = (
    "+dim_organisation,path:models/intermediate", "dim_organisation", "int_voice_organisations_named", "int_voice_links_named",
    "int_voice_code", *MARTS,
)  # fmt: skip
FIRST_QUARTER = {"ODD/2026/1": "2026-04-09", "ODD/2026/2": "2026-05-10", "ODD/2026/3": "2026-06-03"}


def take(folder: Path, *sources: str) -> None:
    for name in sources:
        source = registry()[name]
        for delivery in collecting.discover(source, {"inbox": str(folder)}):
            extract_id = collecting.land(source, delivery, "test")
            assert extract_id
            collecting.load_extract(source, extract_id, "test")
            assurance.check(source, extract_id, "test")


def build(*, whole: bool = False) -> dict[str, list[str]]:
    """Build what holds voices, and everything before it where it is not there yet; every row of it."""
    [(there,)] = query("select to_regclass('marts.fct_voice') is not null")
    if not there:
        building.invoke(["seed"])
        building.invoke(["run", "--select", *(f"+{mart}" for mart in MARTS), "--exclude", "path:seeds"])
    else:
        building.invoke(["run", *(["--full-refresh"] if whole else []), "--select", *KEPT])
    return {mart: [row for (row,) in query(f"select t::text from marts.{mart} as t order by 1")] for mart in MARTS}


def a_month_passes() -> None:
    """What was there when the marts were built is no news any more."""
    execute("delete from ledger.built_extract")
    execute("insert into ledger.built_extract select 'marts', extract_id, changed_at from ledger.extract")


def send(folder: Path, name: str, statuses: dict[str, tuple[str, str]], day: int, services: Sequence[str] = ()) -> None:
    """A log of complaints of somebody who sends no other: their references, when they came, what became of them, and where."""
    came, became = zip(*statuses.values(), strict=True)
    where = {"specialty": services} if services else {}
    rows = log_rows("complaints", {"received": came, "status": became, **where}, rows=len(statuses))
    sent = [[reference, *row[1:]] for row, reference in zip(rows[1:], statuses, strict=True)]
    extract_id = deliver(folder, "complaints", csv_bytes([rows[0], *sent]), name, day=AFTER_THE_LAST + day)
    with connect() as connection:
        connection.execute("update ledger.extract set sender = 'T90094' where extract_id = %s", [extract_id])
    checked("complaints", extract_id)


def states() -> dict[str, str]:
    return dict(
        query(
            """select source_attributes ->> 'reference', source_attributes ->> 'status' from marts.fct_voice
               where source = 'complaints' and starts_with(source_attributes ->> 'reference', 'ODD/')"""
        )
    )


@pytest.mark.usefixtures("empty_warehouse")
def test_whatever_comes_in_whatever_order_gives_what_one_build_gives(tmp_path: Path) -> None:
    inbox, later = tmp_path / "inbox", tmp_path / "later"
    demo.write(inbox, months=6, only=(*VOICES, "organisations"))
    for path in [p for p in inbox.rglob("*") if p.is_file() and "organisations" not in p.parts]:
        if any(word in path.name for word in ("Q2", "Q3", "2026-09", "September")) and "2026-06" not in path.name:
            if "fft_comments" in path.parts and "Q2" in path.name:  # calendar quarters there
                continue
            target = later / path.relative_to(inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)

    take(inbox, *VOICES)
    send(tmp_path, "complaints_2026-27_Q1.csv", {n: (day, "Received") for n, day in FIRST_QUARTER.items()}, 1)
    build()
    assert states() == {"ODD/2026/1": "open", "ODD/2026/2": "open", "ODD/2026/3": "open"}
    assert query("select distinct icb_code from marts.fct_voice") == [("UNK",)]  # no register has come yet

    take(inbox, "organisations")
    build()
    assert query("select distinct icb_code from marts.fct_voice where source in ('complaints', 'fft_comments')") == [(demo.ICB,)]
    written = "select ctid::text || xmin::text from marts.{} where source = 'fft_comments' order by 1"
    before = {mart: query(written.format(mart)) for mart in ("fct_voice", "bridge_voice_code")}

    a_month_passes()
    take(later, *VOICES)
    # one goes on, one was opened in error after all, one is no longer sent, and a new one came
    again = {"ODD/2026/1": ("2026-04-09", "Closed"), "ODD/2026/2": ("2026-05-10", "Opened in error")}
    send(tmp_path, "complaints_2026-27_Q2.csv", again | {"ODD/2026/4": ("2026-08-03", "Received")}, 2)
    found = build()
    assert states() == {"ODD/2026/1": "closed", "ODD/2026/3": "open", "ODD/2026/4": "open"}
    for mart, rows in before.items():
        assert set(rows) <= set(query(written.format(mart))), f"{mart}: rows of the quarter before were written again"
    assert found == build(whole=True)

    # replaced by a file that has only the first and the last: the second stands again as the quarter before had it
    once_more = {"ODD/2026/1": ("2026-04-09", "Closed"), "ODD/2026/4": ("2026-08-03", "Closed")}
    send(tmp_path, "complaints_2026-27_Q2_revised.csv", once_more, 3)
    found = build()
    assert states() == {"ODD/2026/1": "closed", "ODD/2026/2": "open", "ODD/2026/3": "open", "ODD/2026/4": "closed"}
    assert found == build(whole=True)
    empty()


@pytest.mark.usefixtures("empty_warehouse")
def test_what_a_newer_file_left_out_is_there_again_once_that_file_is_replaced(tmp_path: Path) -> None:
    first = {name: (day, "Received") for name, day in FIRST_QUARTER.items()}
    pathways = """select source_attributes ->> 'reference', pathway_code from marts.bridge_voice_pathway
                  inner join marts.fct_voice using (voice_id) order by 1, 2"""
    every = [(reference, "stroke") for reference in FIRST_QUARTER]
    send(tmp_path, "complaints_2026-27_Q1.csv", first, 1, services=["Stroke unit"] * 3)
    build()
    assert query(pathways) == every

    a_month_passes()
    newest = {"ODD/2026/4": ("2026-08-03", "Received")}
    again = {"ODD/2026/1": first["ODD/2026/1"], **newest}
    send(tmp_path, "complaints_2026-27_Q2.csv", again, 2, services=["", ""])  # it is no longer said where it was
    found = build()
    assert query(pathways) == every[1:]
    assert found == build(whole=True)

    a_month_passes()
    another = {"ODD/2026/5": ("2026-04-20", "Received"), **newest}  # of the same months, so that it replaces the file
    send(tmp_path, "complaints_2026-27_Q2_revised.csv", another, 3, services=["", ""])
    found = build()
    assert query(pathways) == every
    assert found == build(whole=True)

    send(tmp_path, "complaints_2026-27_Q2_revised_again.csv", {**again, **another}, 4, services=["", "", ""])
    build()
    assert query(pathways) == every[1:]
    a_month_passes()
    execute(
        """update ledger.extract set state = 'refused', reason = 'It was not theirs.', changed_at = now()
           where file_name = 'complaints_2026-27_Q2_revised_again.csv'"""
    )
    found = build()
    assert query(pathways) == every
    assert found == build(whole=True)
    empty()


@pytest.mark.usefixtures("empty_warehouse")
def test_a_pull_says_something_of_the_stories_of_pulls_before(tmp_path: Path) -> None:
    def send_pull(*lines: dict[str, Any], day: str, again: int = 0) -> None:
        a_month_passes()
        checked("care_opinion", deliver(tmp_path, "care_opinion", pull(*lines), f"care_opinion_{day}.jsonl", day=again))

    kept, gone = story(7, "2026-05-01", "discharge", body="As it was told."), story(8, "2026-05-02", "waiting")
    send_pull(*kept, *gone, day="2026-06-30")
    build()

    failed = story(7, "2026-05-01", body="Sorry! Something went wrong.")
    send_pull(*failed, line("tags", 7, None, None), *story(9, "2026-08-01", "food"), day="2026-09-30", again=1)
    found = build()
    said = "select source_attributes ->> 'not_seen_since', text_length from marts.fct_voice order by voice_id"
    assert query(said)[:2] == [(None, len("As it was told.")), ("2026-09-30", len(f"{MARK} said so"))]
    assert found == build(whole=True)

    # the first day was pulled anew: what the newer pull could not give is as that one has it
    otherwise = story(7, "2026-05-01", "food", body="As it was told, and more.")
    send_pull(*otherwise, day="2026-06-30", again=2)
    found = build()
    assert query(said)[0] == (None, len("As it was told, and more."))
    assert query("select code from marts.bridge_voice_code where voice_id = 'care_opinion:7' and scheme = 'care_opinion_tag'") == [
        ("food",)
    ]
    assert found == build(whole=True)
    empty()
