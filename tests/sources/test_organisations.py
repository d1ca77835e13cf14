"""The register of organisations: which report a file is, and what staging makes of it."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from conftest import clear, stage
from deliveries import checked, deliver, deliver_file, execute, load, query
from ics_insight import demo
from ics_insight.demo import plan
from ics_insight.demo.files import Cell, csv_bytes, xlsx_bytes
from ics_insight.demo.system import practices_on
from ics_insight.errors import Refused
from ics_insight.sources.reading import open_workbook
from readers import Refuser, Taker
from tiny_files import organisation

ICB_LIST, TRUST_LIST = "icb_list_2026-08_with_predecessors.csv", "trust_list_2026-08_with_predecessors.csv"
APRIL = date(2026, 4, 1)


def attached(status: str, kind: str, parent: str, code: str = "X1X1X") -> list[Cell]:
    """A row of 27 columns with its parent in column 15."""
    row = organisation(code, status, "")
    row[13], row[14] = kind, parent
    return row


def member(code: str = "X10001", parent: str = "00Z", joined: str = "20220701", left: str = "") -> list[Cell]:
    return [code, parent, "W", joined, left, "0"]


# ---- which report it is


@pytest.mark.parametrize(
    ("row", "name", "layout", "part"),
    [
        (attached("", "", "X1X"), "ets.csv", "ets-legacy", "sites"),
        (attached("ACTIVE", "RO198|RO340", "X1X"), "ets.csv", "ets-dse", "sites"),
        (attached("", "", "X10001"), "ebranchs.csv", "ebranchs-legacy", "branches"),
        (attached("", "", "X10001"), "download.csv", "ebranchs-legacy", "branches"),  # no other has a practice for a parent
        (attached("INACTIVE", "RO96", "X10001"), "ebranchs_2026-10.csv", "ebranchs-dse", "branches"),
        (attached("", "C", ""), "eccg.csv", "eccg-legacy", "sub_icbs"),
        (attached("ACTIVE", "RO98|RO319", ""), "eccg.csv", "eccg-dse", "sub_icbs"),
        (attached("", "", "00Z"), "eccgsite.csv", "eccgsite-legacy", "sub_icb_sites"),
        (attached("ACTIVE", "RO218", "00Z"), "eccgsite.csv", "eccgsite-dse", "sub_icb_sites"),
        (attached("ACTIVE", "RO318|RO261", ""), "eother.csv", "eother-dse", "others"),
        (attached("", "O", ""), "eother.csv", "eother-legacy", "others"),
        (attached("ACTIVE", "", "00Z", "U99999"), "epcn.csv", "epcn-dse", "networks"),
        (member(), "epcmem.csv", "epcmem", "commissioner_members"),
        (member("X10001", "X10002"), "epracmem.csv", "epracmem", "practice_members"),
        (["X10001", "X10002", "A", "20250701"], "succ.csv", "succ", "successions"),
        (["X10001", "X10002", "A", "20250701", "P"], "succarc.csv", "succarc-with-indicator", "successions_archive"),
    ],
)
def test_every_report_is_recognised(row: list[Cell], name: str, layout: str, part: str, rows_of: Taker) -> None:
    found = rows_of("organisations", csv_bytes([row]), name)
    assert (found.layout, found.part, found.table.num_rows) == (layout, part, 1)


def test_rows_that_could_be_of_several_reports_are_refused_unless_the_name_says_which(refusal: Refuser, rows_of: Taker) -> None:
    content = csv_bytes([attached("ACTIVE", "RO198", "X1X")])
    sentence = refusal("organisations", content, "download.csv")
    assert "could be any of ebranchs, eccg, eccgsite, eother, ets; name the file after its report" in sentence
    assert rows_of("organisations", content, "2026-10 ets.csv").part == "sites"


def test_a_file_named_as_a_report_that_it_is_not_is_refused(refusal: Refuser) -> None:
    sentence = refusal("organisations", csv_bytes([attached("", "", "X1X")]), "etr.csv")
    assert "row 1: not a known dialect" in sentence
    assert "etr-legacy" in sentence
    assert "epraccur" not in sentence


@pytest.mark.parametrize(("code", "name"), [("G9999999", "download.csv"), ("X1X1X", "egpcur.csv")])
def test_a_list_of_doctors_is_refused(code: str, name: str, refusal: Refuser) -> None:
    assert "single doctors (egpcur)" in refusal("organisations", csv_bytes([attached("A", "", "X10001", code)]), name)


def test_a_list_whose_name_says_no_month_is_refused(refusal: Refuser, published_files: Path) -> None:
    content = (published_files / "ods" / ICB_LIST).read_bytes()
    assert "the list's month is only in the file's name" in refusal("organisations", content, "icb_list.csv")


def test_a_lookup_whose_sheet_says_no_month_is_refused(refusal: Refuser, published_files: Path) -> None:
    book = open_workbook(published_files / "ods/subicb_to_icb_lookup.xlsx", "lookup.xlsx")
    content = xlsx_bytes({"subicbfoo22": book.rows("subicbjuly22")})
    assert "expected a sheet named by its month, such as subicbjuly22" in refusal("organisations", content, "lookup.xlsx")


# ---- the gate


@pytest.mark.parametrize(
    ("expectation", "rows", "name", "at"),
    [
        ("one row per membership and succession", [member(), member("X10002"), member()], "epcmem.csv", 3),
        ("one row per membership and succession", [["X1", "X22", "A", "20250701"]] * 2, "succ.csv", 2),
        ("days of joining, leaving and succession are dates", [member(), member("X10002", left="20211345")], "epcmem.csv", 2),
        ("days of joining, leaving and succession are dates", [organisation("X10001", joined="20200230")], "epraccur.csv", 1),
        (
            "one row per organisation of a list",
            [
                ["ods_code", "name", "alt_names", "predecessor_codes", "region", "cluster_id", "notes"],
                *[["QZZ", "Z", *[""] * 5]] * 2,
            ],
            ICB_LIST,
            3,
        ),
    ],
)
@pytest.mark.usefixtures("cleared_warehouse")
def test_the_gate_names_the_row(expectation: str, rows: list[list[Cell]], name: str, at: int, tmp_path: Path) -> None:
    rows = [["X99" if cell == "X1" else cell for cell in row] for row in rows]
    with pytest.raises(Refused) as refused:
        checked("organisations", deliver(tmp_path, "organisations", csv_bytes(rows), name))
    assert f"Not so: {expectation} (row {at})" in str(refused.value)


# ---- staging, on the real files


@pytest.fixture(scope="module")
def real(database: None, published_files: Path) -> Iterator[None]:
    clear()
    for day, path in enumerate(sorted(path for path in (published_files / "ods").iterdir() if path.suffix != ".pdf")):
        found = checked("organisations", deliver_file("organisations", path, day))
        assert (found.state, found.reason) == ("accepted", None), path.name
    stage()
    yield
    clear()


# formats.md section 6: twelve boards became six on 1 April 2026
SUCCESSORS = {
    "S1Y5D": {"QHG", "QUE", "QM7"}, "D7T5G": {"QH8", "QJG"}, "T6Y0W": {"QMM", "QJG"}, "Z9B2Z": {"QMJ", "QRV"},
    "S0E4D": {"QU9", "QNQ"}, "S9B9J": {"QXU", "QNX", "QNQ"},
}  # fmt: skip


def test_boards_changed_on_the_first_of_april_2026(real: None) -> None:
    pairs = query(
        """select predecessor, successor, succeeded_on, weight, weight_basis, weight_null_reason
           from staging.stg_organisations__successions where kind = 'icb'"""
    )
    found: dict[str, set[str]] = {}
    for predecessor, successor, *_ in pairs:
        found.setdefault(successor, set()).add(predecessor)
    assert found == SUCCESSORS
    assert {on for _, _, on, *_ in pairs} == {APRIL}
    # no practice is listed after the day, so that the two splits cannot be weighed
    split = {predecessor for predecessor, *_, reason in pairs if reason}
    assert split == {"QJG", "QNQ"}
    assert {(weight, basis) for predecessor, _, _, weight, basis, _ in pairs if predecessor not in split} == {(1, "whole")}
    assert {(weight, reason) for predecessor, _, _, weight, _, reason in pairs if predecessor in split} == {(None, "not_collected")}


def test_42_boards_became_36(real: None) -> None:
    boards = dict(
        query("select organisation_code, status from staging.stg_organisations__register where organisation_level = 'icb'")
    )
    before = {
        code for (code,) in query("select distinct icb_code from staging.stg_organisations__listed where part = 'sub_icb_lookup'")
    }
    gone = set().union(*SUCCESSORS.values())
    assert len(before) == 42
    assert {code for code, status in boards.items() if status == "closed"} == gone
    assert {code for code, status in boards.items() if status == "open"} == before - gone | set(SUCCESSORS)
    assert sum(status == "open" for status in boards.values()) == 36


def test_mergers_of_trusts_have_their_days(real: None) -> None:
    found = query("select predecessor, successor, succeeded_on from staging.stg_organisations__successions where kind = 'trust'")
    assert set(found) >= {
        ("RVJ", "RA7", date(2026, 7, 1)), ("RY2", "RWW", APRIL), ("RY9", "RAX", date(2024, 11, 1)),
        ("R1C", "RW1", date(2024, 10, 1)),
    }  # fmt: skip


def test_every_level_of_the_published_lists(real: None, published_files: Path) -> None:
    with (published_files / "ods/epraccur_2025-11_legacy.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    practices = sum(row[25] == "4" for row in rows)
    counted = dict(
        query(
            """select organisation_level, count(*) from staging.stg_organisations__listed
               where part not in ('trust_list', 'icb_list') group by 1"""
        )
    )
    assert counted == {
        "practice": practices, "other_prescriber": 16_685 - practices, "trust": 210, "pcn": 1_318, "sub_icb": 106, "icb": 42,
    }  # fmt: skip
    [(active,)] = query(
        "select count(*) from staging.stg_organisations__register where organisation_level = 'practice' and status = 'open'"
    )
    assert active == sum(row[12] == "A" and row[25] == "4" and not row[11] for row in rows)
    [(joined,)] = query("select count(*) from staging.stg_organisations__memberships where kind = 'pcn' and valid_to is null")
    [(left,)] = query("select count(*) from staging.stg_organisations__memberships where kind = 'pcn' and valid_to is not null")
    assert joined == 6_474
    assert left <= 885  # of which some ended on the day on which they began


# ---- staging, on two editions of the fictional register


@pytest.fixture(scope="module")
def fictional(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    clear()
    folder = tmp_path_factory.mktemp("delivered")
    for number, (name, content) in enumerate(demo.files_of("organisations", demo.Span(1))):
        day = -30 if "2025" in name else 290 + number  # the first edition came in December 2025
        load("organisations", deliver(folder, "organisations", content, name, day))
    execute("update ledger.extract set state = 'accepted'")
    stage()
    yield
    clear()


def test_a_split_is_weighed_by_practices_before_and_after(fictional: None) -> None:
    split = plan.planted("icb_split")
    moved = [p.icb.code for p in practices_on(APRIL) if p.former.code == split["split"]]
    expected = {code: moved.count(code) / len(moved) for code in split["into"]}
    found = dict(
        query(
            """select successor, weight::float8 from staging.stg_organisations__successions
               where predecessor = %s and weight_basis = 'practices'""",
            split["split"],
        )
    )
    assert found == pytest.approx(expected)
    whole = query(
        """select predecessor, successor, weight from staging.stg_organisations__successions
           where weight_basis = 'whole' and kind = 'icb'"""
    )
    assert {(one, other): float(weight) for one, other, weight in whole} == dict.fromkeys(split["whole"].items(), 1.0)


def test_with_a_list_of_patients_the_split_is_weighed_by_them(fictional: None, tmp_path: Path) -> None:
    """As planted: the practices of one side are fewer and larger."""
    split = plan.planted("icb_split")
    name, content = next(file for file in demo.files_of("populations", demo.Span(1)) if "prac-all_Apr2026" in file[0])
    extract_id = deliver(tmp_path, "populations", content, name)
    load("populations", extract_id)
    execute("update ledger.extract set state = 'accepted' where extract_id = %s", extract_id)
    weighed = "select successor, weight, weight_basis from staging.stg_organisations__successions where predecessor = %s"
    found = query(weighed, split["split"])
    assert {basis for *_, basis in found} == {"registered_patients"}
    assert {code: weight for code, weight, _ in found} == pytest.approx(split["into"], abs=0.00005)
    moved = next(p.code for p in practices_on(APRIL) if p.former.code == split["split"])
    execute("delete from raw.populations where code = %s", moved)
    assert {basis for *_, basis in query(weighed, split["split"])} == {"practices"}
    execute("delete from raw.populations")
    execute("update ledger.extract set state = 'landed' where extract_id = %s", extract_id)


def test_a_merged_practice_has_its_successor(fictional: None) -> None:
    merger = plan.planted("merged_practice")
    found = query(
        "select successor, succeeded_on, kind, weight from staging.stg_organisations__successions where predecessor = %s",
        merger["predecessor"],
    )
    assert found == [(merger["successor"], merger["day"], "practice", 1)]


def test_edges_that_the_register_no_longer_shows_are_kept(fictional: None) -> None:
    before_and_after = query(
        """select parent_code, valid_from, valid_to from staging.stg_organisations__memberships
           where organisation_code = 'T90001' and kind = 'icb' order by valid_from nulls first"""
    )
    assert before_and_after == [("QZ7", None, date(2026, 10, 1)), ("X4V7Q", date(2026, 10, 1), None)]
    # nothing in the list of locations is newer in the second edition: it is of the day on which it came
    locations = query(
        """select icb_code, valid_from is null as first, valid_to is null as last from staging.stg_organisations__history
           where organisation_code = 'Z8D1K' order by first desc"""
    )
    assert locations == [("QZ8", True, False), ("X4V7Q", False, True)]
    assert query("select count(*) from staging.stg_organisations__snapshots where part = 'sub_icbs'") == [(2,)]


def test_the_register_holds_every_level_once(fictional: None) -> None:
    counted = dict(query("select organisation_level, count(*) from staging.stg_organisations__register group by 1"))
    assert counted == {
        "practice": 150, "other_prescriber": 5, "trust": 14, "site": 20, "branch": 6, "pcn": 30, "sub_icb": 8, "icb": 9,
    }  # fmt: skip
    network = next(p.pcn_code for p in practices_on(APRIL) if p.code == "T90001")
    assert query(
        "select icb_code, sub_icb_code, status from staging.stg_organisations__register where organisation_code = %s", network
    ) == [("X4V7Q", "Q5M2W", "open")]
    closed = query(
        """select organisation_code, closed_on from staging.stg_organisations__register
           where organisation_level = 'icb' and status = 'closed'"""
    )
    assert set(closed) == {(code, date(2026, 3, 31)) for code in ("QZ6", "QZ7", "QZ8")}
