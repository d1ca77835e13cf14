"""The five readers: every published row as it was sent, or one sentence that its sender can act on, and nothing else."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ics_insight.demo.files import csv_bytes, ods_bytes, zip_bytes
from ics_insight.sources.reading import BLOCK
from readers import Read, Refuser, Taker, changed, changes, read_all, rows_or_refused, rows_or_sentence
from tiny_files import (
    AE_HEADER,
    AE_NAME,
    CQC_NAME,
    GPPS_HEADER,
    GPPS_NAME,
    MARK,
    ODS_NAME,
    RTT_HEADER,
    RTT_NAME,
    Rows,
    ae_csv,
    ae_rows,
    cqc_ods,
    cqc_sheets,
    gpps_rows,
    organisation,
    packed,
    rtt_rows,
)

LINEAGE = ["file", "sheet", "row_number"]
SOURCES = ["ae", "cqc_inpatient", "gpps", "organisations", "rtt"]


# ---- the published files


@dataclass(frozen=True)
class Published:
    """What is known of a published file (README of the files)."""

    source: str
    file: str
    rows: int
    columns: int
    part: str
    period: tuple[date, date]
    sheet: str = ""


YEAR_2025 = (date(2025, 1, 1), date(2025, 3, 31))
GPPS_REAL = "gpps/GPPS_2025_{}_data_(weighted)_(csv)_PUBLIC{}.csv"
RTT_REAL = "operational/20260430-RTT-April-2026-full-extract.csv.zip"
PUBLISHED = [
    Published("gpps", GPPS_REAL.format("National", ""), 1, 1_235, "national", YEAR_2025),
    Published("gpps", GPPS_REAL.format("ICS", ".25of42"), 25, 1_239, "ics", YEAR_2025),
    Published("gpps", GPPS_REAL.format("Practice", ".25of6215"), 25, 1_105, "practice", YEAR_2025),
    Published("ae", "operational/Monthly-AE-June-2024.csv", 198, 22, "provider", (date(2024, 6, 1), date(2024, 6, 30))),
    Published("ae", "operational/Monthly-AE-December-2024.csv", 199, 22, "provider", (date(2024, 12, 1), date(2024, 12, 31))),
    Published("ae", "operational/Monthly-AE-February-2025-revised.csv", 199, 22, "provider", (date(2025, 2, 1), date(2025, 2, 28))),
    Published("rtt", RTT_REAL, 180_781, 121, "pathways", (date(2026, 4, 1), date(2026, 4, 30)), RTT_NAME),
]  # fmt: skip
REGISTERS = [("ods/epraccur_2025-11_legacy.csv", 16_685, "practices"), ("ods/etr_2025-07.csv", 210, "trusts")]


@pytest.fixture(scope="module")
def as_read(published_files: Path) -> Callable[[str, str], Read]:
    """A published file as its reader gives it, read once for this module."""
    known: dict[str, Read] = {}

    def get(source: str, file: str) -> Read:
        if file not in known:
            path = published_files / file
            known[file] = read_all(source, path, path.name)
        return known[file]

    return get


@pytest.mark.parametrize("known", PUBLISHED, ids=lambda known: Path(known.file).name)
def test_every_row_and_column_of_a_published_file_is_read(known: Published, as_read: Callable[[str, str], Read]) -> None:
    found = as_read(known.source, known.file)
    assert found.table.num_rows == known.rows
    assert found.row_numbers == list(range(2, known.rows + 2))
    assert {sheet: len(header) for sheet, header in found.headers.items()} == {known.sheet: known.columns}
    assert (found.part, found.period) == (known.part, known.period)
    assert set(found.column("file")) == {Path(known.file).name}
    assert set(found.column("sheet")) == {known.sheet}


@pytest.mark.parametrize(("file", "rows", "part"), REGISTERS)
def test_registers_without_a_header_are_numbered_from_their_first_row(
    file: str, rows: int, part: str, as_read: Callable[[str, str], Read]
) -> None:
    found = as_read("organisations", file)
    assert found.table.num_rows == rows
    assert found.row_numbers == list(range(1, rows + 1))
    assert (found.part, found.headers) == (part, {})


def test_the_period_of_a_register_is_the_newest_day_in_it(as_read: Callable[[str, str], Read], published_files: Path) -> None:
    with (published_files / REGISTERS[0][0]).open(newline="") as file:
        newest = max(max(row[10], row[15]) for row in csv.reader(file))
    day = date(int(newest[:4]), int(newest[4:6]), int(newest[6:]))
    assert as_read("organisations", REGISTERS[0][0]).period == (day, day)


@pytest.mark.parametrize(("opened", "joined"), [("20250131", "20200401"), ("20200401", "20250131"), ("20250131", "")])
def test_the_period_of_a_register_is_its_newest_opening_or_joining(rows_of: Taker, opened: str, joined: str) -> None:
    rows = [organisation("X1X1X"), organisation("X2X2X", opened=opened, joined=joined), organisation("X3X3X")]
    assert rows_of("organisations", csv_bytes(rows), ODS_NAME).period == (date(2025, 1, 31), date(2025, 1, 31))


def test_every_published_month_of_a_and_e_has_its_own_period(published_files: Path) -> None:
    paths = sorted(published_files.glob("operational/Monthly-AE-*.csv"))
    read_here = [read_all("ae", path, path.name) for path in paths]
    for path, found in zip(paths, read_here, strict=True):
        with path.open(newline="") as file:
            assert found.table.num_rows == sum(1 for _ in csv.reader(file)) - 1, path.name
    assert len(paths) == len({found.period for found in read_here}) == 12


def test_all_cells_of_a_published_survey_are_as_sent(as_read: Callable[[str, str], Read], published_files: Path) -> None:
    for known in PUBLISHED[:3]:
        with (published_files / known.file).open(newline="", encoding="utf-8") as file:
            header, *body = csv.reader(file)
        found = as_read("gpps", known.file)
        assert found.headers[""] == header
        assert found.column("cells") == body


def test_sentinels_of_the_survey_are_text_as_sent(as_read: Callable[[str, str], Read]) -> None:
    cells = [cell for row in as_read("gpps", PUBLISHED[2].file).column("cells") for cell in row]
    assert {sentinel: cells.count(sentinel) for sentinel in ("-97", "-98", "-99")} == {"-97": 196, "-98": 34, "-99": 2}


@pytest.mark.parametrize("known", PUBLISHED[3:6], ids=lambda known: Path(known.file).name)
def test_counts_of_a_and_e_are_whole_numbers_and_all_else_is_text(
    known: Published, as_read: Callable[[str, str], Read], published_files: Path
) -> None:
    found = as_read("ae", known.file)
    kinds = [field.type for field in found.table.schema]
    assert kinds == [pa.string(), pa.string(), pa.int32(), *[pa.string()] * 4, *[pa.int64()] * 18]
    with (published_files / known.file).open(newline="", encoding="utf-8") as file:
        _, *body = csv.reader(file)
    named = [name for name in found.table.column_names if name not in LINEAGE]
    assert [[str(row[name]) for name in named] for row in found.table.to_pylist()] == body


def test_the_waiting_list_is_the_published_one_and_blank_totals_are_null(as_read: Callable[[str, str], Read]) -> None:
    found = as_read("rtt", RTT_REAL)
    kinds = {field.name: field.type for field in found.table.schema}
    assert sum(kind == pa.int64() for kind in kinds.values()) == 108
    assert sum(kind == pa.string() for kind in kinds.values()) == 13 + 2
    listed = [
        total
        for part, function, total in zip(
            found.column("rtt_part_type"), found.column("treatment_function_code"), found.column("total_all"), strict=True
        )
        if part == "Part_2" and function == "C_999"
    ]
    assert sum(listed) == 7_123_980
    assert found.table.column("total").null_count == 130_720


def test_rows_of_a_published_zip_are_as_sent_wherever_they_stand(
    as_read: Callable[[str, str], Read], published_files: Path
) -> None:
    table = as_read("rtt", RTT_REAL).table.drop_columns(LINEAGE)
    with zipfile.ZipFile(published_files / RTT_REAL) as archive, archive.open(RTT_NAME) as file:
        for at, row in enumerate(csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline="")), -1):
            if at >= 0 and (at % 5_000 == 0 or at == 180_780):
                assert ["" if value is None else str(value) for value in table.slice(at, 1).to_pylist()[0].values()] == row, at


@pytest.mark.parametrize(("file", "rows", "part"), REGISTERS)
def test_registers_are_text_as_sent(
    file: str, rows: int, part: str, as_read: Callable[[str, str], Read], published_files: Path
) -> None:
    found = as_read("organisations", file)
    with (published_files / file).open(newline="", encoding="utf-8") as opened:
        body = list(csv.reader(opened))
    columns = [found.column(name) for name in found.table.column_names if name not in LINEAGE]
    assert [list(row) for row in zip(*columns, strict=True)] == body


def test_the_trust_workbook_has_its_trusts_on_two_sheets_and_england_on_one(as_read: Callable[[str, str], Read]) -> None:
    found = as_read("cqc_inpatient", "cqc_inpatient/Adult-Inpatient-Survey-2022.ods")
    sheets = found.column("sheet")
    assert {name: sheets.count(name) for name in sheets} == {
        "Trust_Scores": 133,
        "Trust_Respondents": 133,
        "National_Respondents": 1,
        "National_Max&Min": 1,
        "Historical_Comparisonsto2021": 132,
        "Historical_Comparisonsto2020": 130,
    }
    assert found.row_numbers == [*range(2, 135), *range(2, 135), 2, 2, *range(2, 134), *range(2, 132)]
    assert {name: len(header) for name, header in found.headers.items()} == {
        "Trust_Scores": 507,
        "Trust_Respondents": 83,
        "National_Respondents": 81,
        "National_Max&Min": 112,
        "Historical_Comparisonsto2021": 133,
        "Historical_Comparisonsto2020": 121,
    }
    assert (found.part, found.period) == ("trust", (date(2022, 11, 1), date(2022, 11, 30)))
    scores = _trust_scores(found)
    assert sum(int(row["n_tpat"]) for row in scores) == 63_224
    assert all(row["meanQ46"] == row["meanS10"] for row in scores)


def test_numbers_of_the_trust_workbook_are_those_of_its_cells(as_read: Callable[[str, str], Read], published_files: Path) -> None:
    file = "cqc_inpatient/Adult-Inpatient-Survey-2022.ods"
    sent = _first_and_last_trust(published_files / file)
    scores = [list(row.values()) for row in _trust_scores(as_read("cqc_inpatient", file))]
    for row, cells in zip((scores[0], scores[-1]), sent, strict=True):
        assert sum(kind == "float" for kind, _ in cells) > 400
        assert [float(cell) if kind == "float" else cell for kind, cell in cells] == [
            float(cell) if kind == "float" else cell for cell, (kind, _) in zip(row, cells, strict=True)
        ]


def _trust_scores(found: Read) -> list[dict[str, str]]:
    listed = zip(found.column("sheet"), found.column("cells"), strict=True)
    return [dict(zip(found.headers[sheet], cells, strict=True)) for sheet, cells in listed if sheet == "Trust_Scores"]


def _first_and_last_trust(path: Path) -> list[list[tuple[str, str]]]:
    """Kind and value of each of the 507 cells of the first and the last trust, from the workbook's own XML."""
    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        body = ElementTree.parse(content).getroot()  # noqa: S314 (the publisher's own file)
    [sheet] = [each for each in body.iter(f"{table}table") if each.get(f"{table}name") == "Trust_Scores"]
    trusts = [row for row in sheet.iter(f"{table}table-row") if "".join(row[0].itertext())][1:]
    found = []
    for row in (trusts[0], trusts[-1]):
        cells: list[tuple[str, str]] = []
        for cell in row:
            value = cell.get(f"{office}value") or "".join(cell.itertext())
            cells += [(cell.get(f"{office}value-type", ""), value)] * int(cell.get(f"{table}number-columns-repeated", 1))
        found.append(cells[:507])
    return found


# ---- what is taken although it is not quite as published


def test_small_files_of_every_layout_are_read(rows_of: Taker) -> None:
    practices = csv_bytes(gpps_rows())
    national = csv_bytes([["national", *GPPS_HEADER[9:]], ["England", *gpps_rows(["X"])[1][9:]]])
    assert rows_of("ae", ae_csv(), AE_NAME).part == "provider"
    assert rows_of("rtt", csv_bytes(rtt_rows()), RTT_NAME).part == "pathways"
    assert rows_of("gpps", practices, GPPS_NAME).part == "practice"
    assert rows_of("gpps", national, GPPS_NAME).part == "national"
    assert rows_of("cqc_inpatient", cqc_ods(), CQC_NAME).part == "trust"


@pytest.mark.parametrize(
    ("status", "setting", "layout", "part"),
    [
        ("A", "4", "epraccur-legacy", "practices"),
        ("ACTIVE", "RO76|RO87", "epraccur-dse", "practices"),
        ("", "", "etr-legacy", "trusts"),
        ("ACTIVE", "", "etr-dse", "trusts"),
    ],
)
def test_all_dialects_of_the_organisation_register_are_recognised(
    rows_of: Taker, status: str, setting: str, layout: str, part: str
) -> None:
    name = f"{layout.partition('-')[0]}.csv"
    found = rows_of("organisations", csv_bytes([organisation("X1X1X", status, setting)] * 2), name)
    assert (found.layout, found.part, found.table.num_rows) == (layout, part, 2)
    assert found.column("status_code") == [status] * 2


@pytest.mark.parametrize(
    ("source", "rows", "name"),
    [("ae", ae_rows(), AE_NAME), ("gpps", gpps_rows(), GPPS_NAME), ("organisations", [organisation("X1X1X")], ODS_NAME)],
)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace(b"\r\n", b"\n"), id="LF"),
        pytest.param(lambda text: text.replace(b"\r\n", b"\r"), id="CR"),
        pytest.param(lambda text: text.removesuffix(b"\r\n"), id="no line end at the end"),
        pytest.param(lambda text: packed({"a.csv": text, "__MACOSX/._a.csv": b"\0\5\x16\7"}), id="zip with a stray entry"),
    ],
)
def test_ways_of_writing_a_text_file_make_no_difference(
    rows_of: Taker, source: str, rows: Rows, name: str, change: Callable[[bytes], bytes]
) -> None:
    plain = rows_of(source, csv_bytes(rows), name)
    changed = rows_of(source, change(csv_bytes(rows)), name)
    assert changed.table.drop_columns(["sheet"]).equals(plain.table.drop_columns(["sheet"]))
    assert list(changed.headers.values()) == list(plain.headers.values())
    assert changed.period == plain.period


def test_windows_1252_is_read_as_such(rows_of: Taker) -> None:
    rows = ae_rows()
    rows[2][3] = "St Zoë – Café Hospital’s"
    found = rows_of("ae", csv_bytes(rows).decode().encode("cp1252"), AE_NAME)
    assert found.column("org_name")[1] == "St Zoë – Café Hospital’s"


def test_utf_8_is_not_mistaken_for_windows_1252_wherever_its_letters_stand(rows_of: Taker) -> None:
    rows = ae_rows([f"X{n:06}" for n in range(70_000)])
    rows[-2][3] = "St Zoë – Café Hospital’s"
    text = csv_bytes(rows)
    assert len(text) > 4 << 20
    assert rows_of("ae", text, AE_NAME).column("org_name")[-2] == "St Zoë – Café Hospital’s"


@pytest.mark.parametrize(("source", "rows", "name"), [("ae", ae_rows(), AE_NAME), ("gpps", gpps_rows(), GPPS_NAME)])
def test_empty_lines_are_no_rows_and_the_others_keep_their_numbers(rows_of: Taker, source: str, rows: Rows, name: str) -> None:
    header, first, second, *others = csv_bytes(rows).split(b"\r\n")
    text = b"\r\n".join([header, first, b"", b"", second, *others, b"", b""])
    kept = len(rows) - 1
    assert rows_of(source, text, name).row_numbers == [2, *range(5, 5 + kept - 1)]


def test_empty_lines_in_a_register_are_no_rows(rows_of: Taker) -> None:
    first, second, _ = csv_bytes([organisation("X1X1X"), organisation("X2X2X")]).split(b"\r\n")
    assert rows_of("organisations", b"\n".join([first, b"", second, b"", b""]), ODS_NAME).row_numbers == [1, 3]


def test_empty_lines_that_fill_the_last_block_are_no_batch(rows_of: Taker) -> None:
    rows = ae_rows([f"X{n:04}" for n in range(3_800)])
    for row in rows[1:]:
        row[3] = "x" * 950
    text = csv_bytes(rows)
    assert 0 < BLOCK - len(text) < 200_000
    found = rows_of("ae", text + b"\n" * (BLOCK - len(text) + 10), AE_NAME)
    assert found.row_numbers == list(range(2, 3_803))


def test_empty_rows_of_a_workbook_are_no_rows(rows_of: Taker) -> None:
    sheets = cqc_sheets()
    blank: list[Any] = [None] * 12
    sheets["Trust_Scores"].insert(2, blank)
    found = rows_of("cqc_inpatient", ods_bytes(sheets), CQC_NAME)
    assert found.row_numbers[:2] == [2, 4]
    assert found.table.num_rows == 5


def test_a_blank_number_is_null_and_a_blank_text_stays_blank(rows_of: Taker) -> None:
    rows = ae_rows()
    rows[1][2], rows[1][4] = "", None
    found = rows_of("ae", csv_bytes(rows), AE_NAME)
    assert found.column("parent_org")[0] == ""
    assert found.column("a_e_attendances_type_1") == [None, 20, 30, 60]


def test_a_line_break_within_a_cell_is_not_a_row(rows_of: Taker) -> None:
    rows = ae_rows()
    rows[1][3] = 'two\r\nlines and a "word", quoted'
    found = rows_of("ae", csv_bytes(rows), AE_NAME)
    assert found.column("org_name")[0] == 'two\r\nlines and a "word", quoted'
    assert found.row_numbers == [2, 3, 4, 5]


def test_a_line_break_within_the_header_is_not_a_row(rows_of: Taker) -> None:
    rows = gpps_rows()
    rows[0] = ["\nad_practicecode", *GPPS_HEADER[1:]]
    found = rows_of("gpps", csv_bytes(rows), GPPS_NAME)
    assert found.column("cells") == rows[1:]
    assert found.row_numbers == [2, 3, 4]


def test_an_inch_mark_in_a_cell_is_no_open_quotation_mark(rows_of: Taker) -> None:
    text = ae_csv().replace(f"{MARK} hospital".encode(), f'{MARK} 5" hospital'.encode(), 1)
    assert rows_of("ae", text, AE_NAME).column("org_name")[0] == f'{MARK} 5" hospital'


def test_cells_of_a_workbook_are_written_in_their_shortest_form(rows_of: Taker) -> None:
    sheets = cqc_sheets(["X1X"])
    sheets["Trust_Scores"][1][3:6] = [0.1 + 0.2, 1e-7, 8.0]
    found = rows_of("cqc_inpatient", ods_bytes(sheets), CQC_NAME)
    assert found.column("cells")[0][2:6] == ["40", "0.30000000000000004", "1e-07", "8"]


# ---- whose file it is, and which layout


def test_an_unknown_layout_is_refused_with_the_first_column_that_differs(refusal: Refuser) -> None:
    rows = ae_rows()
    rows[0] = [*AE_HEADER[:5], "A&E attendances Type Two", *AE_HEADER[6:]]
    sentence = refusal("ae", csv_bytes(rows), AE_NAME)
    assert "not a known layout of `ae`" in sentence
    assert (
        "in row 1 after “A&E attendances Type 1”, expected “A&E attendances Type 2”, found “A&E attendances Type Two”" in sentence
    )


def test_a_column_too_many_and_one_too_few_are_refused_by_name(refusal: Refuser) -> None:
    more = refusal("ae", csv_bytes([[*row, 0] if at else [*row, "New"] for at, row in enumerate(ae_rows())]), AE_NAME)
    assert "after “Other emergency admissions”, expected no further column, found “New”" in more
    fewer = refusal("ae", csv_bytes([row[:-1] for row in ae_rows()]), AE_NAME)
    assert (
        "after “Emergency admissions via A&E - Other A&E department”, expected “Other emergency admissions”, found nothing" in fewer
    )


def test_a_survey_column_of_another_grammar_is_refused_by_name(refusal: Refuser) -> None:
    rows = gpps_rows()
    rows[0] = [*GPPS_HEADER[:14], "q3_12pct", *GPPS_HEADER[15:]]
    sentence = refusal("gpps", csv_bytes(rows), GPPS_NAME)
    assert "Nearest is 2024-practice" in sentence
    assert "found “q3_12pct”" in sentence


OTHERS = {
    "ae": (ae_csv(), AE_NAME, "A&E attendances and emergency admissions"),
    "rtt": (csv_bytes(rtt_rows()), RTT_NAME, "Referral to treatment waiting times"),
    "gpps": (csv_bytes(gpps_rows()), GPPS_NAME, "GP Patient Survey"),
}


@pytest.mark.parametrize(("source", "whose"), [(s, w) for s in ("ae", "rtt", "gpps", "organisations") for w in OTHERS if s != w])
def test_a_file_of_another_source_is_refused_with_whose_it_is(refusal: Refuser, source: str, whose: str) -> None:
    content, name, title = OTHERS[whose]
    sentence = refusal(source, content, name)
    assert f"expected a file of `{source}`" in sentence
    assert f"found a file of `{whose}` ({title}). Deliver it there." in sentence


@pytest.mark.parametrize("source", ["ae", "rtt", "gpps"])
def test_a_register_without_header_is_not_taken_for_another_source(refusal: Refuser, source: str) -> None:
    assert f"not a known layout of `{source}`" in refusal(source, csv_bytes([organisation("X1X1X")]), ODS_NAME)


def test_another_kind_of_file_is_refused_with_what_it_is(refusal: Refuser) -> None:
    assert "expected a CSV file, or a zip with one in it; found an OpenDocument spreadsheet" in refusal("ae", cqc_ods(), "a.csv")
    assert "found an Excel workbook" in refusal("gpps", zip_bytes({"[Content_Types].xml": b"<a/>"}), "a.xlsx")
    assert "found a PDF" in refusal("rtt", b"%PDF-1.7 ...", "a.pdf")
    assert "bytes that are neither text nor a known kind of file" in refusal("organisations", b"\x89\0\1", "a.csv")
    assert "expected a spreadsheet (.ods or .xlsx); found plain text (CSV)" in refusal("cqc_inpatient", ae_csv(), "a.ods")
    assert "expected a spreadsheet (.ods or .xlsx); found a zip archive" in refusal(
        "cqc_inpatient", packed({"a.csv": ae_csv()}), "a.ods"
    )


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>Sign in</html>", b"\xef\xbb\xbf \r\n<html><body>" + b"404 " * 3_000 + b"</body></html>"]
)
def test_a_web_page_saved_as_a_file_is_refused_as_such(refusal: Refuser, source: str, page: bytes) -> None:
    assert "found a web page (HTML), probably an error page saved under this name" in refusal(source, page, "data.csv")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("content", [b"", b"\r\n  \n"])
def test_an_empty_file_is_refused_as_such(refusal: Refuser, source: str, content: bytes) -> None:
    assert refusal(source, content, "data.csv") == "data.csv: the file is empty."


@pytest.mark.parametrize(
    ("source", "header", "name"), [("ae", AE_HEADER, AE_NAME), ("rtt", RTT_HEADER, RTT_NAME), ("gpps", GPPS_HEADER, GPPS_NAME)]
)
@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n\r\n\r\n"])
def test_a_header_alone_is_refused_as_such(refusal: Refuser, source: str, header: list[Any], name: str, end: bytes) -> None:
    content = csv_bytes([header]).removesuffix(b"\r\n") + end
    assert refusal(source, content, name) == f"{name}: a header but no rows."


# ---- damaged on the way, or edited by hand


@pytest.mark.parametrize(("source", "name"), [("ae", AE_NAME), ("rtt", RTT_NAME), ("gpps", GPPS_NAME), ("organisations", ODS_NAME)])
def test_a_file_cut_off_within_a_row_is_refused_with_that_row(refusal: Refuser, source: str, name: str) -> None:
    rows = {"ae": ae_rows(), "rtt": rtt_rows(), "gpps": gpps_rows(), "organisations": [organisation("X1X1X")] * 3}[source]
    whole = csv_bytes(rows)
    last = whole.removesuffix(b"\r\n").rfind(b"\r\n")
    sentence = refusal(source, whole[: last + 20], name)
    assert f"row {len(rows)} has " in sentence
    assert f" cells where the header has {len(rows[0])}; the file may have been cut off" in sentence


@pytest.mark.parametrize("extra", [",7", ",,,,"])
def test_a_row_with_more_cells_than_the_header_is_refused_with_its_number(refusal: Refuser, extra: str) -> None:
    lines = ae_csv().split(b"\r\n")
    lines[2] += extra.encode()
    cells = 22 + extra.count(",")
    assert f"{AE_NAME}: row 3 has {cells} cells where the header has 22" in refusal("ae", b"\r\n".join(lines), AE_NAME)


@pytest.mark.parametrize("at", [1, 4, 69_999])
def test_a_row_with_another_number_of_cells_is_named_rightly_in_a_large_file(refusal: Refuser, at: int) -> None:
    lines = ae_csv([f"X{n:06}" for n in range(70_000)]).split(b"\r\n")
    lines[at] += b",7"
    lines[1] += b"" if at == 1 else b"\r\n"  # an empty line shifts what follows by one, and is counted
    row = at + 1 if at == 1 else at + 2
    assert f"row {row} has 23 cells" in refusal("ae", b"\r\n".join(lines), AE_NAME)


@pytest.mark.parametrize(
    ("value", "column", "title"), [("n/a", 4, "A&E attendances Type 1"), ("7.5", 21, "Other emergency admissions")]
)
def test_text_in_place_of_a_whole_number_is_refused_with_its_row_and_column(
    refusal: Refuser, value: str, column: int, title: str
) -> None:
    rows = ae_rows()
    rows[2][column] = value
    sentence = refusal("ae", csv_bytes(rows), AE_NAME)
    assert sentence == f"{AE_NAME}: row 3, column {column + 1} (“{title}”): expected a whole number, found something else."


@pytest.mark.parametrize("at", [69_000, 69_999])
@pytest.mark.parametrize("packing", [bytes, lambda text: packed({"a.csv": text})], ids=["plain", "zip"])
def test_text_in_place_of_a_number_is_named_rightly_beyond_the_first_block(
    refusal: Refuser, at: int, packing: Callable[[bytes], bytes]
) -> None:
    rows = ae_rows([f"X{n:06}" for n in range(70_000)])
    rows[at][9], rows[7][3] = f"{MARK}", "a cell\r\nof two lines, which is one row"
    text = csv_bytes(rows)
    assert text.find(f",{MARK},".encode()) > 4 << 20
    assert f"row {at + 1}, column 10 (“A&E attendances Booked Appointments Other Department”)" in refusal(
        "ae", packing(text), AE_NAME
    )


def test_a_number_that_no_column_holds_is_refused(refusal: Refuser) -> None:
    rows = ae_rows()
    rows[1][4] = "9" * 20
    assert "row 2, column 5 (“A&E attendances Type 1”): expected a whole number" in refusal("ae", csv_bytes(rows), AE_NAME)


@pytest.mark.parametrize(
    ("source", "rows", "name", "at", "row"),
    [
        pytest.param("ae", ae_rows(), AE_NAME, 3, 4, id="ae"),
        pytest.param("gpps", gpps_rows(), GPPS_NAME, 3, 4, id="gpps"),
        pytest.param("organisations", [organisation("X1X1X"), organisation("X2X2X")], ODS_NAME, 1, 2, id="organisations"),
        pytest.param("ae", ae_rows([f"X{n:06}" for n in range(70_000)]), AE_NAME, 5, 6, id="ae, large"),
    ],
)
def test_a_quotation_mark_that_nothing_closes_is_refused_with_its_row(
    refusal: Refuser, source: str, rows: Rows, name: str, at: int, row: int
) -> None:
    lines = csv_bytes(rows).split(b"\r\n")
    lines[at] = lines[at].replace(MARK.encode(), b'"' + MARK.encode(), 1)
    assert f"{name}: row {row} opens a quotation mark that nothing closes" in refusal(source, b"\r\n".join(lines), name)


@pytest.mark.parametrize(
    ("source", "rows", "name"), [("gpps", gpps_rows(), GPPS_NAME), ("organisations", [organisation("X1X1X")] * 2, ODS_NAME)]
)
def test_a_file_cut_off_within_its_very_last_cell_is_refused_when_that_is_quoted(
    refusal: Refuser, source: str, rows: Rows, name: str
) -> None:
    rows = [*rows[:-1], [*rows[-1][:-1], "something"]]
    whole = csv_bytes(rows, quote_all=True)
    assert f"row {len(rows)} opens a quotation mark that nothing closes" in refusal(source, whole.removesuffix(b'ng"\r\n'), name)


@pytest.mark.parametrize(
    ("line", "what"), [(0, b"Org\x81Code"), (2, b"X2\x9dX"), (3, b"X\0X"), (60_000, b"X\x8fX"), (60_000, b"X\0X")]
)
def test_bytes_that_are_no_text_are_refused_with_their_line(refusal: Refuser, line: int, what: bytes) -> None:
    lines = ae_csv([f"X{n:06}" for n in range(60_000)]).split(b"\r\n")
    before, after = lines[line].split(b",", 2)[::2]
    lines[line] = b",".join([before, what, after])
    sentence = refusal("ae", b"\r\n".join(lines), AE_NAME)
    if what == b"X\0X" and line == 3:  # so near the start, it is no text at all
        assert "bytes that are neither text nor a known kind of file" in sentence
    else:
        assert f"line {line + 1} holds a byte that stands for no character in UTF-8 or Windows-1252" in sentence


@pytest.mark.parametrize("period", ["MSitAE-JUNE", "JUNE-24", "MSitAE-JUNI-2024", "MSitAE-JUNE-0000", "DECEMBER-9999", "", MARK])
def test_a_month_that_cannot_be_read_is_refused(refusal: Refuser, period: str) -> None:
    rows = ae_rows()
    rows[1][0] = period
    assert "row 2, column 1: expected a period such as RTT-April-2026" in refusal("ae", csv_bytes(rows), AE_NAME)


# ---- zips


def test_a_zip_must_hold_exactly_one_csv(refusal: Refuser) -> None:
    two = packed({"a.csv": ae_csv(), "b.csv": ae_csv()})
    assert "expected a zip with exactly one CSV; found 2" in refusal("ae", two, "a.zip")
    assert "expected a zip with exactly one CSV; found 0" in refusal("ae", packed({"a.txt": ae_csv()}), "a.zip")


def test_what_is_wrong_in_a_zip_is_said_with_the_member(refusal: Refuser) -> None:
    rows = ae_rows()
    rows[3][4] = "x"
    assert refusal("ae", packed({"June.csv": csv_bytes(rows)}), "a.zip").startswith("a.zip, June.csv: row 4, column 5")


@pytest.mark.parametrize("length", [4, 30, 0.5, 0.95, -1])
def test_a_zip_that_was_cut_off_is_refused(refusal: Refuser, length: float) -> None:
    whole = packed({"a.csv": csv_bytes(rtt_rows())})
    cut = whole[: int(len(whole) * length)] if 0 < length < 1 else whole[: int(length)]
    assert "the zip is damaged or was cut off on its way" in refusal("rtt", cut, "a.zip")


def test_a_zip_with_any_one_byte_changed_is_refused_or_gives_the_same_rows(rows_of: Taker) -> None:
    whole = packed({"a.csv": ae_csv()})
    right = rows_of("ae", whole, "a.zip").table.drop_columns(["sheet"])
    refused = 0
    for at in range(len(whole)):
        found, sentence = rows_or_sentence("ae", whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :], "a.zip", rows_of)
        assert found is None or found.table.drop_columns(["sheet"]).equals(right), at
        assert MARK not in sentence
        refused += found is None
    assert refused > len(whole) // 2  # only dates, attributes and the like can change without harm


def test_a_small_zip_that_unpacks_to_much_is_not_opened(refusal: Refuser) -> None:
    text = ae_csv() + b"," * (8 << 20)
    bomb = packed({"a.csv": text})
    sentence = refusal("ae", bomb, "a.zip")
    assert f"to {len(text):,} bytes, more than 250 times or 4 GiB: not opened" in sentence


def test_a_workbook_that_unpacks_to_much_is_not_opened(refusal: Refuser) -> None:
    sheets = cqc_sheets()
    sheets["Guidance"].append([" " * (4 << 20)])
    content = zipfile.ZipFile(io.BytesIO(ods_bytes(sheets)))
    bomb = packed({name: content.read(name) for name in content.namelist()})
    assert "content.xml: unpacks from" in refusal("cqc_inpatient", bomb, CQC_NAME)


def test_a_zip_that_lies_about_its_size_is_refused(refusal: Refuser) -> None:
    text = ae_csv() + b"," * (8 << 20)
    bomb = bytearray(packed({"a.csv": text}))
    for header, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        bomb[bomb.index(header) + at : bomb.index(header) + at + 4] = struct.pack("<L", 1000)
    assert "the zip is damaged or was cut off on its way" in refusal("ae", bytes(bomb), "a.zip")


def test_a_member_with_a_password_is_refused_as_such(refusal: Refuser) -> None:
    locked = bytearray(packed({"a.csv": ae_csv()}))
    for header, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.index(header) + at] |= 1
    assert "a.zip, a.csv: the file is protected by a password; send it without" in refusal("ae", bytes(locked), "a.zip")


def test_a_zip_packed_in_an_unknown_way_is_refused(refusal: Refuser) -> None:
    strange = bytearray(packed({"a.csv": ae_csv()}))
    for header, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        strange[strange.index(header) + at] = 97
    assert "the zip is damaged or was cut off on its way" in refusal("ae", bytes(strange), "a.zip")


# ---- workbooks


@pytest.mark.parametrize("length", [0.3, 0.9, 0.999])
def test_a_workbook_that_was_cut_off_is_refused(refusal: Refuser, length: float) -> None:
    whole = cqc_ods()
    assert "damaged or was cut off on its way" in refusal("cqc_inpatient", whole[: int(len(whole) * length)], CQC_NAME)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda text: text.replace(b"</table:table>", b"</table:table\n", 1), id="a tag that is not closed"),
        pytest.param(lambda text: text[: len(text) // 2], id="half"),
        pytest.param(lambda text: b"", id="nothing"),
        pytest.param(lambda text: text.replace(b"UTF-8", b"UTF-9"), id="unknown encoding"),
    ],
)
def test_a_workbook_with_broken_content_is_refused(refusal: Refuser, content: Callable[[bytes], bytes]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(cqc_ods()))
    members = {name: archive.read(name) for name in archive.namelist()}
    broken = zip_bytes({**members, "content.xml": content(members["content.xml"])})
    assert "content.xml: the workbook is damaged or protected" in refusal("cqc_inpatient", broken, CQC_NAME)


@pytest.mark.parametrize("sheet", ["Trust_Scores", "Trust_Respondents", "National_Respondents"])
def test_a_workbook_without_a_sheet_is_refused_with_the_sheets_it_has(refusal: Refuser, sheet: str) -> None:
    sheets = cqc_sheets()
    renamed = {f"{name}_2" if name == sheet else name: rows for name, rows in sheets.items()}
    sentence = refusal("cqc_inpatient", ods_bytes(renamed), CQC_NAME)
    assert f"expected a sheet {sheet}, found {', '.join(renamed)}" in sentence


def test_a_workbook_with_another_column_is_refused_with_sheet_and_column(refusal: Refuser) -> None:
    sheets = cqc_sheets()
    sheets["Trust_Scores"][0] = ["TrustCode", "trustname", "n_tpat", "mean_overall", *sheets["Trust_Scores"][0][4:]]
    sentence = refusal("cqc_inpatient", ods_bytes(sheets), CQC_NAME)
    assert f"{CQC_NAME}, sheet Trust_Scores: not a known layout" in sentence
    assert "after “n_tpat”" in sentence
    assert "found “mean_overall”" in sentence


def test_a_workbook_with_a_header_alone_is_refused_with_the_sheet(refusal: Refuser) -> None:
    sheets = cqc_sheets()
    del sheets["Trust_Respondents"][1:]
    sentence = refusal("cqc_inpatient", ods_bytes(sheets), CQC_NAME)
    assert sentence == f"{CQC_NAME}, sheet Trust_Respondents: a header but no rows."


@pytest.mark.parametrize("title", ["NHS Adult Inpatient Survey", "Inpatient Survey 0000", ""])
def test_a_workbook_that_does_not_say_its_year_is_refused(refusal: Refuser, title: str) -> None:
    sentence = refusal("cqc_inpatient", ods_bytes({**cqc_sheets(), "Guidance": [[title]]}), CQC_NAME)
    assert "sheet Guidance: expected a title such as “NHS Adult Inpatient Survey 2022” in row 1" in sentence


# ---- what only one source has


def test_a_survey_file_without_its_year_in_its_name_is_refused(refusal: Refuser) -> None:
    sentence = refusal("gpps", csv_bytes(gpps_rows()), "practices.csv")
    assert "the survey's year is only in the file's name; expected a name with GPPS_<year>_" in sentence


def test_survey_columns_of_2024_under_an_earlier_name_are_refused(refusal: Refuser) -> None:
    sentence = refusal("gpps", csv_bytes(gpps_rows()), GPPS_NAME.replace("2025", "2023"))
    assert "columns of 2024 or later under the name of a 2023 file" in sentence


def test_a_survey_file_that_names_a_column_twice_is_refused(refusal: Refuser) -> None:
    rows = gpps_rows()
    rows[0] = [*GPPS_HEADER[:13], GPPS_HEADER[12], *GPPS_HEADER[14:]]
    sentence = refusal("gpps", csv_bytes(rows), GPPS_NAME)
    assert "row 1 names column “localgpservicesphone.pcteval” twice" in sentence


def test_a_register_in_no_known_dialect_is_refused_with_the_known_ones(refusal: Refuser) -> None:
    sentence = refusal("organisations", csv_bytes([organisation("X1X1X", "LIVE")]), ODS_NAME)
    assert "row 1: not a known dialect of `organisations`" in sentence
    assert "epraccur-legacy" in sentence
    assert "epraccur-dse" in sentence


@pytest.mark.parametrize("at", [3, 40_001])
def test_a_register_row_in_another_dialect_than_the_first_is_refused_with_its_number(refusal: Refuser, at: int) -> None:
    rows = [organisation(f"X{n:05}") for n in range(50_000)]
    rows[at - 1] = organisation("X1X1X", "ACTIVE")
    sentence = refusal("organisations", csv_bytes(rows, quote_all=True), ODS_NAME)
    assert f"row {at}, column “Status Code”: not as in epraccur-legacy" in sentence


@pytest.mark.parametrize("opened", ["", "20259999", "01/04/2024"])
def test_a_register_without_a_day_is_refused(refusal: Refuser, opened: str) -> None:
    sentence = refusal("organisations", csv_bytes([organisation("X1X1X", opened=opened)]), ODS_NAME)
    assert "columns 11 and 16: expected dates as yyyymmdd" in sentence


# ---- whatever bytes there are


VALID: list[tuple[str, bytes, str]] = [
    ("ae", ae_csv(["X1X1X"]), AE_NAME),
    ("ae", packed({"a.csv": ae_csv()}), "a.zip"),
    ("rtt", csv_bytes(rtt_rows(["X1X1X"])), RTT_NAME),
    ("gpps", csv_bytes(gpps_rows(["X10001"])), GPPS_NAME),
    ("cqc_inpatient", cqc_ods(["X1X"]), CQC_NAME),
    ("organisations", csv_bytes([organisation("X1X1X"), organisation("X2X2X")], quote_all=True), ODS_NAME),
]
_examples = hypothesis_settings(
    max_examples=250,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("source", SOURCES)
@_examples
@given(content=st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_refusal(source: str, content: bytes, rows_of: Taker) -> None:
    rows_or_refused(source, content, "a.csv", rows_of)


@pytest.mark.parametrize(("source", "content", "name"), VALID, ids=[f"{source} {name[-4:]}" for source, _, name in VALID])
@_examples
@given(changes=changes)
def test_a_valid_file_with_some_bytes_changed_gives_rows_or_a_refusal(
    source: str, content: bytes, name: str, changes: list[tuple[str, float, bytes]], rows_of: Taker
) -> None:
    rows_or_refused(source, changed(content, changes), name, rows_of)


@_examples
@given(changes=changes)
def test_a_workbook_with_some_of_its_content_changed_gives_rows_or_a_refusal(
    changes: list[tuple[str, float, bytes]], rows_of: Taker
) -> None:
    archive = zipfile.ZipFile(io.BytesIO(cqc_ods(["X1X"])))
    members = {member: archive.read(member) for member in archive.namelist()}
    members["content.xml"] = changed(members["content.xml"], changes)
    rows_or_refused("cqc_inpatient", zip_bytes(members), CQC_NAME, rows_of)


def test_the_checksum_of_a_zip_is_held_against_its_bytes(refusal: Refuser) -> None:
    text = ae_csv()
    stored = bytearray(zip_bytes({"a.csv": text}))
    at = stored.index(b",10,") + 1
    stored[at : at + 2] = b"11"
    assert zlib.crc32(text) != zlib.crc32(bytes(stored[stored.index(b"Period") : stored.index(b"PK\1\2")]))
    assert "the zip is damaged or was cut off on its way (Bad CRC-32" in refusal("ae", bytes(stored), "a.zip")
