"""Tables found by the words of their headers: in workbooks, in CSV files, and in zips of them."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ics_insight.demo.files import Cell, Formula, csv_bytes, gzip_bytes, ods_bytes, xlsx_bytes, zip_bytes
from ics_insight.errors import Refused
from ics_insight.sources.reading import open_csv, open_tables, open_workbook
from ics_insight.sources.reading.tables import Tables
from ics_insight.sources.registry import Layout, SheetLayout, Source
from tiny_files import MARK

SITES = SheetLayout(
    sheet="Sites|Site Level.*",
    columns={"site_code": ["Site Code", "Site"], "answers": "Total Responses", "good": "Very Good"},  # type: ignore[dict-item]
    optional=["good"],
    header_within=10,
    header_rows=2,
    aside="England|Selection.*",
)
LOG = SheetLayout(
    columns={"reference": ["Reference", "Ref"], "received": ["First received"], "text": ["Description"]},
    optional=["text"],
    ordered=False,
    personal="Name|NHS number|.*phone.*",
)


def source(*sheets: SheetLayout, narrative: bool = False) -> Source:
    return Source(
        name="made_up", title="Made up", publisher="Nobody", licence="none", page="https://example.org/", schedule="@yearly",
        max_age_days=1, disclosure="none", narrative=narrative, layouts=[Layout(version="one", part="all", sheets=list(sheets))],
    )  # fmt: skip


def tables(tmp_path: Path, content: bytes, *sheets: SheetLayout, narrative: bool = False) -> Tables:
    path = tmp_path / "delivered"
    path.write_bytes(content)
    return open_tables(source(*sheets, narrative=narrative), path, "a file")


def refused(tmp_path: Path, content: bytes, *sheets: SheetLayout, narrative: bool = False) -> Refused:
    with pytest.raises(Refused) as reason:
        list(tables(tmp_path, content, *sheets, narrative=narrative).reading(None).batches)  # type: ignore[arg-type]
    assert MARK not in str(reason.value)
    return reason.value


def rows(found: Tables) -> list[tuple[int, list[str]]]:
    batches = list(found.tables[0].batches())
    return [(row["row_number"], row["cells"]) for batch in batches for row in batch.select(["row_number", "cells"]).to_pylist()]


UNDER_LABELS: list[list[Any]] = [
    ["Show data for:", None, None],
    [None, None, None],
    ["Site Code", "Total Responses", "Breakdown of Responses"],
    [None, None, "Very Good"],
    ["England", Formula("SUBTOTAL(9,B6:B9)", 30), 20],
    ["X1X01", 10, 8],
    [None, None, None],
    ["X1X02", 20, "*"],
]


@pytest.mark.parametrize("pack", [xlsx_bytes, lambda sheets: ods_bytes(_plain(sheets))])
def test_a_header_of_two_rows_is_found_by_its_words_and_rows_keep_their_numbers(tmp_path: Path, pack: Any) -> None:
    found = tables(tmp_path, pack({"Notes": [["About"]], "Sites": UNDER_LABELS}), SITES)
    [table] = found.tables
    assert table.names == ["Site Code", "Total Responses", "Very Good"]
    assert table.fields == ["site_code", "answers", "good"]
    assert rows(found) == [
        (5, ["England", "30", "20"]),
        (6, ["X1X01", "10", "8"]),
        (8, ["X1X02", "20", "*"]),
    ]
    assert found.beside("Notes") == [["About"]]


def _plain(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Cell]]]:
    return {name: [[c.value if isinstance(c, Formula) else c for c in row] for row in body] for name, body in sheets.items()}


def test_a_column_goes_by_any_of_its_names_and_may_be_absent_where_that_is_said(tmp_path: Path) -> None:
    sheet: list[list[Any]] = [["Site", "Total Responses"], ["", ""], ["X1X01", 10]]
    [table] = tables(tmp_path, xlsx_bytes({"Sites": sheet}), SITES).tables
    assert (table.names, table.fields) == (["Site", "Total Responses"], ["site_code", "answers"])


def test_columns_of_an_export_come_in_any_order_and_those_that_name_a_person_are_left_at_the_door(tmp_path: Path) -> None:
    sent: list[list[Cell]] = [
        ["Description", "Patient phone no", "Ref", "name", "First received"],
        ["words", "01632 960001", "A/1", "Somebody", "2026-01-02"],
    ]
    for content in (csv_bytes(sent), xlsx_bytes({"Any": sent})):
        found = tables(tmp_path, content, LOG)
        assert found.tables[0].fields == ["text", "reference", "received"]
        assert rows(found) == [(2, ["words", "A/1", "2026-01-02"])]
        assert list(found.tables[0].values("reference")) == [(2, "A/1")]
        assert list(found.tables[0].values("sex")) == []


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (["Reference"], "in row 1 after “Reference”, expected “First received”, found nothing"),
        (["Reference", "First received", "Ref"], "expected no further column, found “Reference”"),
        (["Reference", "First received", "Colour"], "expected no further column, found “Colour”"),
    ],
)
def test_a_column_that_is_missing_twice_there_or_unknown_is_refused_by_name(
    tmp_path: Path, header: list[Cell], sentence: str
) -> None:
    assert sentence in str(refused(tmp_path, csv_bytes([header, ["x"] * len(header)]), LOG))


def test_a_file_of_peoples_words_without_a_header_is_refused_without_quoting_them(tmp_path: Path) -> None:
    said: list[list[Cell]] = [["A/1", "2026-01-02", f"{MARK} was kind"], ["A/2", "2026-01-03", "so"]]
    for content in (csv_bytes(said), xlsx_bytes({"Sheet1": said})):
        assert "found another" in str(refused(tmp_path, content, LOG, narrative=True))


def test_a_header_that_is_nowhere_is_refused_with_the_row_that_is_nearest(tmp_path: Path) -> None:
    sheet = [*UNDER_LABELS[:2], ["Site Code", "All Responses", "Very Good"], [None] * 3, *UNDER_LABELS[5:]]
    reason = refused(tmp_path, xlsx_bytes({"Sites": sheet}), SITES)
    assert "a file, sheet Sites: not a known layout of `made_up`" in str(reason)
    assert "in row 3 after “Site Code”, expected “Total Responses”, found “All Responses”" in str(reason)


def test_a_formula_where_a_value_belongs_is_refused_with_its_row(tmp_path: Path) -> None:
    sheet = [*UNDER_LABELS, ["X1X03", Formula("B8*2", 40), 30]]
    reason = refused(tmp_path, xlsx_bytes({"Sites": sheet}), SITES)
    assert "sheet Sites: row 9 holds a formula where a value belongs" in str(reason)
    assert [(each.row, each.expected) for each in reason.problems] == [(9, "a value")]


def test_a_formula_of_an_opendocument_sheet_is_seen_below_repeated_rows(tmp_path: Path) -> None:
    plain = ods_bytes(_plain({"Sites": [*UNDER_LABELS, ["X1X03", 40, 30]]}))
    blank = b"<table:table-row><table:table-cell/><table:table-cell/><table:table-cell/></table:table-row>"
    cell = b'<table:table-cell office:value-type="float" office:value="40">'
    content = _content(plain)
    assert content.count(cell) == 1
    changed = content.replace(cell, cell.replace(b" office:value-type", b' table:formula="of:=[.B8]*2" office:value-type'))
    many = b'<table:table-row table:number-rows-repeated="7"><table:table-cell/></table:table-row>'
    reason = refused(tmp_path, _with_content(plain, changed.replace(blank, many, 1)), SITES)
    assert "row 15 holds a formula" in str(reason)  # 9, and 6 blank rows more


def _content(ods: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(ods)).read("content.xml")


def _with_content(ods: bytes, content: bytes) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(ods))
    return zip_bytes({name: content if name == "content.xml" else archive.read(name) for name in archive.namelist()})


def test_one_cell_in_the_last_corner_of_a_sheet_is_refused_before_it_takes_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "delivered"
    small = xlsx_bytes({"Sites": [["Site Code"]]})
    archive = zipfile.ZipFile(io.BytesIO(small))
    members = {name: archive.read(name) for name in archive.namelist()}
    far = b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(b"</row>", far, 1)
    path.write_bytes(zip_bytes(members))
    with pytest.raises(Refused, match="sheet Sites: 1,048,576 rows by 16,384 columns, more than any survey or export"):
        open_workbook(path, "a file")


def test_a_cell_that_is_repeated_without_end_is_refused(tmp_path: Path) -> None:
    plain = ods_bytes({"Sites": [["Site Code"]]})
    wide = _content(plain).replace(
        b"<table:table-cell office", b'<table:table-cell table:number-columns-repeated="99999999" office', 1
    )
    path = tmp_path / "delivered"
    path.write_bytes(_with_content(plain, wide))
    with pytest.raises(Refused, match="sheet Sites: 1 rows by 99,999,999 columns"):
        open_workbook(path, "a file")


def test_a_row_that_goes_on_beyond_the_header_is_refused_with_its_number(tmp_path: Path) -> None:
    sheet = [*UNDER_LABELS, ["X1X03", 40, 30, "more"]]
    assert "row 9 goes on beyond the last column" in str(refused(tmp_path, xlsx_bytes({"Sites": sheet}), SITES))


def test_a_zip_gives_the_tables_of_its_layout_and_leaves_other_files_alone(tmp_path: Path) -> None:
    sheet = [["Site Code", "Total Responses"], ["X1X01", "10"]]
    wanted = SITES.model_copy(update={"header_rows": 1})
    members = {"2025/Site Level 2025.csv": csv_bytes(sheet), "Practice Level.csv": b"a,b\r\n1,2\r\n", "Meta data.xlsx": b"PK"}
    found = tables(tmp_path, zip_bytes(members), wanted)
    assert [table.sheet for table in found.tables] == ["2025/Site Level 2025.csv"]
    assert rows(found) == [(2, ["X1X01", "10"])]
    two = {"Practice Level.csv": csv_bytes(sheet), "Ward Level.csv": csv_bytes(sheet)}
    assert "expected a file Sites|Site Level.*, found Practice Level.csv, Ward Level.csv" in str(
        refused(tmp_path, zip_bytes(two), wanted)
    )


def test_one_table_of_several_is_not_enough(tmp_path: Path) -> None:
    content = csv_bytes([["Reference", "First received"], ["A/1", "2026-01-02"]])
    assert "only one of the tables of one; send all of them" in str(refused(tmp_path, content, LOG, SITES))


def test_a_gzipped_file_is_read_and_one_that_unpacks_to_much_is_not(tmp_path: Path) -> None:
    content = csv_bytes([["Reference", "First received"], *[[f"A/{n}", "2026-01-02"] for n in range(5_000)]])
    assert len(rows(tables(tmp_path, gzip_bytes(content), LOG))) == 5_000
    assert "the gzip is damaged or was cut off" in str(refused(tmp_path, gzip.compress(content)[:-20], LOG))
    path = tmp_path / "delivered"
    path.write_bytes(gzip.compress(b"," * (64 << 20)))
    with pytest.raises(Refused, match="unpacks to more than 250 times its size"):
        open_csv(path, "a file")
