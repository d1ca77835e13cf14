"""The Friends and Family Test: the publisher's own templates, refusals, the gate, and what staging makes of fictional months."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from conftest import clear, stage
from deliveries import checked, deliver, query
from ics_insight.demo import Span, fft, plan
from ics_insight.demo.files import ExcelCell, Formula, csv_bytes, xlsx_bytes
from ics_insight.errors import Refused
from ics_insight.sources import registry
from ics_insight.sources.fft import reader
from readers import Refuser, Taker
from tiny_files import cqc_ods

Sheets = dict[str, list[list[ExcelCell]]]
TEMPLATES = {
    "FFT_AE_template_2026-03-03.xlsx": ("ae", date(2025, 7, 1), ["ICB", "Trusts", "Sites"]),
    "FFT_Amb_template_2026-03-04.xlsx": ("ambulance", date(2025, 6, 1), ["PTS ICB", "PTS Org", "Mode Org"]),
    "FFT_IP_template_2026-03-03.xlsx": ("inpatient", date(2025, 7, 1), ["ICB", "Trusts", "Sites", "Wards"]),
    "FFT_OP_template_2025-12-05.xlsx": ("outpatient", date(2025, 7, 1), ["ICB", "Orgs"]),
}
NAME = "fft-ae-jun-26.xlsm"


def sheets_of(content: Path) -> Sheets:
    book = CalamineWorkbook.from_path(content)
    return {
        title: [list(row) for row in book.get_sheet_by_name(title).to_python(skip_empty_area=False)] for title in book.sheet_names
    }


def small(answers: list[list[ExcelCell]] | None = None) -> Sheets:
    """A small A&E workbook: a board with two trusts of a site each, 10 of 20 answering at the one and 30 of 60 at the other."""
    one: list[ExcelCell] = [10, 20, 0.9, 0.1, 8, 1, 0, 1, 0, 0]
    two: list[ExcelCell] = [30, 60, 0.8, 0.1, 20, 4, 2, 2, 1, 1]
    both: list[ExcelCell] = [40, 80, 0.825, 0.1, 28, 5, 2, 3, 1, 1]
    upper = ["Total Responses", "Total Eligible", "Percentage Positive", "Percentage Negative", "Breakdown of Responses"]
    modes = ["SMS", "Electronic Discharge", "Paper Discharge", "Paper Home", "Telephone", "Online", "Other"]

    def sheet(names: list[str], england: int, rows: list[list[ExcelCell]], trusts: bool = False) -> list[list[ExcelCell]]:
        more = [*[None] * 5, "Mode of Collection"] if trusts else []
        low: list[ExcelCell] = [*[None] * (len(names) + 4), *fft.ANSWERS, *(f"Mode {mode}" for mode in modes if trusts)]
        ways = [[40, 0, 0, 0, 0, 0, 0]] if trusts else [[]]
        first: list[ExcelCell] = [*[None] * england, "England", *both, *ways[0]]
        selection: list[ExcelCell] = [*[None] * england, "Selection (excluding suppressed data)"]
        return [[], ["Filter data by -"], [*names, *upper, *more], low, first, selection, *rows]

    return {
        "Notes": [[], ["", "A&E Friends and Family Test (FFT) data - June 2026"]],
        "ICB": sheet(["ICB Code", "ICB Name"], 1, [["QZZ", "A BOARD", *both]]),
        "Trusts": sheet(["ICB Code", "Trust Code", "Trust Name"], 2, [
            ["QZZ", "X1", "ONE", *one, 10, 0, 0, 0, 0, 0, 0], ["QZZ", "X2", "TWO", *two, 30, 0, 0, 0, 0, 0, 0],
        ], trusts=True),
        "Sites": sheet(["ICB Code", "Trust Code", "Trust Name", "Site Code", "Site Name"], 4, [
            ["QZZ", "X1", "ONE", "X1A", "First", *one], ["QZZ", "X2", "TWO", "X2A", "Second", *two],
        ]),
    }  # fmt: skip


def changed(sheet: str, row: int, column: int, value: ExcelCell) -> Sheets:
    """The small workbook with one cell changed; rows and columns counted from 0, the first organisation's row is 6."""
    found = small()
    found[sheet][row][column] = value
    return found


# ---- the publisher's own templates


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_header_of_the_publishers_templates_is_found_and_no_row_of_theirs_is_an_organisations(
    template: str, published_files: Path, rows_of: Taker, refusal: Refuser
) -> None:
    part, month, titles = TEMPLATES[template]
    path = published_files / "fft" / template
    assert refusal("fft", path.read_bytes(), template).endswith(f"sheet {titles[0]}: a header but no rows.")
    filled = sheets_of(path)
    widths = {title: organisation_below(filled[title]) for title in titles}
    found = rows_of("fft", xlsx_bytes({title: rows for title, rows in filled.items() if title != "BS"}), template)
    assert (found.part, found.period[0]) == (part, month)
    assert {title: len(header) for title, header in found.headers.items()} == widths
    named = [cells for cells in found.column("cells") if not re.match(r"England|Selection|-$", next(c for c in cells if c))]
    assert [cells[0] for cells in named] == ["X1"] * len(titles)
    assert all("" not in cells for cells in named)


def organisation_below(rows: list[list[ExcelCell]]) -> int:
    """Write one organisation below a template's selection row; how wide its header is."""
    selection = next(i for i, row in enumerate(rows) if "Selection (excluding suppressed data)" in row)
    header = next(row for row in rows if "Total Responses" in row)
    lower = rows[rows.index(header) + 1]
    width = 1 + max(i for i in range(len(header)) if header[i] or lower[i])
    texts = header.index("Total Responses")
    rows[selection + 1 :] = [["X1" if i < texts else 0 for i in range(width)]]
    return width


# ---- setting and month


@pytest.mark.parametrize(
    ("name", "setting", "month"),
    [
        ("fft-gp-feb-23-v2.xlsm", "gp", "2023-02"),
        ("FFT_GP_MacroWebfile_Dec-25.xlsm", "gp", "2025-12"),
        ("ftt-gp-apr-26.xlsm", "gp", "2026-04"),
        ("friends-and-family-test-accident-and-emergency-data-july-2025.xlsm", "ae", "2025-07"),
        ("friends-and-family-test-mental-health-data-september-2025.xlsm", "mental_health", "2025-09"),
        ("FFT_IP_template_2026-03-03.xlsx", "inpatient", None),
        ("results.xlsx", None, None),
        ("inpatient-and-outpatient-may-25-june-25.xlsx", None, None),
    ],
)
def test_names_that_were_seen_say_setting_and_month(name: str, setting: str | None, month: str | None) -> None:
    assert (reader._setting(name), reader._month(name)) == (setting, month)


def test_a_workbook_says_what_it_is_in_its_title_or_by_its_name(rows_of: Taker) -> None:
    for sheets, name in ((small(), "download.xlsx"), ({**small(), "Notes": [["Notes"]]}, NAME), (small(), NAME)):
        found = rows_of("fft", xlsx_bytes(sheets), name)
        assert (found.layout, found.part, found.period) == ("ae-2020", "ae", (date(2026, 6, 1), date(2026, 6, 30)))


def test_the_hidden_lists_and_what_stands_above_the_header_are_left_alone(rows_of: Taker) -> None:
    sheets = {**small(), "BS": [["", "ICB", "ICB"], ["", "QZZ", "Z LAST"]]}
    for rows in sheets.values():
        rows.insert(0, ["−", "Show data for:"])
    found = rows_of("fft", xlsx_bytes(sheets, hidden=["BS"]), NAME)
    assert list(found.headers) == ["ICB", "Trusts", "Sites"]
    assert found.row_numbers[:3] == [6, 7, 8]


OLD = ["Area Team Code", "Code", "Name", "Total Responses", "Extremely Likely", "Likely"]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (xlsx_bytes(small()), "fft-ae-may-26.xlsm", "the title on sheet Notes says month 2026-06, the file's name 2026-05"),
        (xlsx_bytes(small()), "fft-ip-jun-26.xlsm", "the title on sheet Notes says setting ae, the file's name inpatient"),
        (xlsx_bytes({**small(), "Notes": [["Notes"]]}), "x.xlsx", "the setting and month could not be found; expected a title"),
        (xlsx_bytes({**small(), "Notes": [["Notes"]]}), "ae.xlsx", "the month could not be found"),
        (xlsx_bytes({**small(), "Notes": [["Notes"]]}), "fft-ae-feb-20.xlsx", "a month before April 2020"),
        (csv_bytes([OLD, ["Q1", "X1", "ONE", 9, 5, 4]]), "fft-ae-may-15.csv", "asked for until March 2020: another question"),
        (xlsx_bytes({"Trusts": [["A&E"], OLD]}), "fft-ae-may-15.xlsx", "sheet Trusts: answers from “extremely likely”"),
        (csv_bytes([["ICB Code"], ["QZZ"]]), NAME, "expected a spreadsheet (.ods or .xlsx); found plain text (CSV)"),
        (xlsx_bytes({k: v for k, v in small().items() if k != "Sites"}), NAME, "expected a sheet Sites, found Notes, ICB, Trusts"),
        (xlsx_bytes(changed("Sites", 2, 3, "Place")), NAME, "Nearest is ae-2020: in row 3"),
        (xlsx_bytes(changed("Sites", 6, 5, Formula("SUM(J7:O7)", 10))), NAME, "sheet Sites: row 7 holds a formula"),
        (xlsx_bytes({**small(), "ICB": small()["ICB"][:6]}), NAME, "sheet ICB: a header but no rows"),
        (b"<html><body>Page not found</body></html>", NAME, "a web page (HTML)"),
    ],
)
def test_refuses_with_a_sentence(content: bytes, name: str, sentence: str, refusal: Refuser) -> None:
    assert sentence in refusal("fft", content, name)


def test_a_file_of_another_source_is_told_apart(refusal: Refuser) -> None:
    assert "found a file of `cqc_inpatient`" in refusal("fft", cqc_ods(), "download.ods")


# ---- the gate


@pytest.mark.usefixtures("cleared_warehouse")
def test_a_whole_month_is_accepted_without_a_warning_but_for_whom_ods_does_not_know(tmp_path: Path) -> None:
    accepted = checked("fft", deliver(tmp_path, "fft", xlsx_bytes(small()), NAME))
    assert (accepted.state, accepted.part, accepted.row_count) == ("accepted", "ae", 3 + 4 + 4)
    assert query("select expectation from assurance.result where status in ('warn', 'fail')") == []


CRITICAL = [
    ("every row has its codes", changed("Trusts", 6, 1, None), "7"),
    ("one row per organisation and sheet", changed("Trusts", 7, 1, "x1 "), "8"),
    ("cells are numbers or known marks", changed("Sites", 6, 9, "8 or so"), "7"),
    ("cells are numbers or known marks", changed("Trusts", 6, 12, -1), "7"),
    ("percentages within 0 and 1", changed("Sites", 6, 7, 90), "7"),
    ("six answers add up to the total", changed("Sites", 7, 14, 2), "8"),
    ("six answers are suppressed together", changed("ICB", 6, 9, "*"), "7"),
    ("percentages are those of the answers", changed("Sites", 6, 7, 0.8), "7"),
]
WARNING = [
    ("percentages to four decimals", changed("Sites", 6, 7, 0.902)),
    ("ways of answering within the total", changed("Trusts", 6, 14, 1)),
    ("responses within those eligible", changed("Sites", 6, 6, 9)),
    ("parts within their whole", {**small(), "ICB": [*small()["ICB"][:6],
        ["QZZ", "A BOARD", 39, 80, 32 / 39, 4 / 39, 27, 5, 2, 3, 1, 1]]}),
    ("one to four responses are suppressed", {**small(), "Sites": [*small()["Sites"],
        ["QZZ", "X2", "TWO", "X2B", "Third", 3, 4, 1, 0, 3, 0, 0, 0, 0, 0]]}),
    ("suppressed rows show no percentage", {**small(), "Sites": [*small()["Sites"],
        ["QZZ", "X2", "TWO", "X2B", "Third", 3, 4, 1, 0, "*", "*", "*", "*", "*", "*"]]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sheets", "row"), CRITICAL)
def test_refused_at_the_gate(name: str, sheets: Sheets, row: str, cleared_warehouse: None, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=re.escape(f"Not so: {name} (row {row})")):
        checked("fft", deliver(tmp_path, "fft", xlsx_bytes(sheets), NAME))


def test_told_at_the_gate_and_accepted(cleared_warehouse: None, tmp_path: Path) -> None:
    for name, sheets in WARNING:
        extract_id = deliver(tmp_path, "fft", xlsx_bytes(sheets), NAME)
        assert checked("fft", extract_id).state == "accepted", name
        found = query("select expectation from assurance.result where extract_id = %s and status in ('warn', 'fail')", extract_id)
        assert (name,) in found


# ---- staging, on the fictional months

MONTHS = {"2025-03": ["inpatient"], "2025-04": ["inpatient"], "2025-06": ["gp"], "2025-08": ["inpatient"]}
LAST = "2026-09"


@pytest.fixture(scope="module")
def delivered(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], bytes]]:
    """Workbooks of the fictional system, accepted and staged; their bytes by month and setting."""
    clear()
    folder = tmp_path_factory.mktemp("fft")
    every = [(f"{month:%Y-%m}", setting.part) for month in Span(19).every for setting in fft.SETTINGS]
    chosen = {
        key: (name, content)
        for key, (name, content) in zip(every, fft.files(Span(19)), strict=True)
        if key[0] == LAST or key[1] in MONTHS.get(key[0], [])
    }
    for name, content in chosen.values():
        assert checked("fft", deliver(folder, "fft", content, name)).state == "accepted"
    stage()
    yield {key: content for key, (_, content) in chosen.items()}
    clear()


def share(where: str) -> float:
    [(found,)] = query(
        "select sum(very_good + good)::numeric / sum(total) from staging.stg_fft__responses "
        f"where very_good is not null and {where}"
    )
    return float(found)


def test_the_fictional_months_break_no_expectation(delivered: Any) -> None:
    told = query("select distinct expectation from assurance.result where status in ('warn', 'fail')")
    assert told in ([], [("rows within the release's own history",)])


def test_levels_and_settings_are_all_there(delivered: Any) -> None:
    found = query(
        f"select distinct setting, stage, organisation_level from staging.stg_fft__responses where period_start = '{LAST}-01'"
    )
    assert {setting for setting, _, _ in found} == set(reader.SETTINGS)
    assert {stage for _, stage, _ in found} == {"", "antenatal", "birth", "postnatal_ward", "postnatal_community"}
    assert ("maternity", "postnatal_community", "site") not in found
    assert ("inpatient", "", "ward") in found
    assert ("gp", "", "practice") in found


def test_england_and_the_selection_are_in_raw_and_not_in_staging(delivered: Any) -> None:
    [(aside,)] = query("select count(*) from raw.fft where btrim((array_remove(cells, ''))[1]) ~ '^(England|Selection)'")
    assert aside > 0
    [(raw,)] = query("select count(*) from raw.fft")
    assert query("select count(*) from staging.stg_fft__rows") == [(raw - aside,)]


def test_practices_percentages_are_fractions_whether_the_month_gave_them_to_1_or_to_100(delivered: Any) -> None:
    """June's workbook runs to 100, as does September's."""
    raw = query("select max(c.v::numeric) from raw.fft join ledger.extract using (extract_id), lateral (select cells[6]) c (v) "
                "where part = 'gp' and sheet = 'GP Practices' and c.v ~ '^[0-9.]+$'")  # fmt: skip
    assert raw[0][0] > 1
    found = query("select positive, (very_good + good)::numeric / total from staging.stg_fft__responses "
                  "where setting = 'gp' and total > 0 and very_good is not null")  # fmt: skip
    assert len(found) > 150
    assert all(abs(published - counted) < 1e-9 for published, counted in found)


def test_what_is_planted_is_what_comes_out(delivered: Any) -> None:
    changed, perfect, phone = (plan.planted(each) for each in ("collection_mode", "too_perfect", "phone_collapse"))
    trust = f"organisation_level = 'provider' and setting = 'inpatient' and organisation_code = '{changed['organisation']}'"
    for month, when in (("2025-03", "before"), ("2025-04", "after")):
        assert abs(share(f"{trust} and period_start = '{month}-01'") - changed["fft_positive"][when]) < 0.02
        [(mode,)] = query(
            f"select mode from staging.stg_fft__modes where {trust} and period_start = '{month}-01' order by responses desc limit 1"
        )
        assert mode == changed["mode"][when].lower().replace(" ", "_")
    [(before,), (after,)] = query(
        f"select total from staging.stg_fft__responses where {trust} and period_start < '2025-05-01' order by period_start"
    )
    assert abs(after / before - changed["responses_times"]) < 0.3
    found = query(
        "select distinct total = eligible, positive from staging.stg_fft__responses "
        f"where provider_code = '{perfect['organisation']}' and setting = 'inpatient'"
    )
    assert found == [(True, 1)]
    practice = f"organisation_code = '{phone['practice']}'"
    assert share(f"{practice} and period_start = '2025-06-01'") < 0.8 < share(f"{practice} and period_start = '{LAST}-01'")


def test_who_sent_nothing_is_absent_and_neither_zero_nor_suppressed(delivered: Any) -> None:
    absent = plan.planted("non_submitter")
    found = query(f"select period_start::text from staging.stg_fft__responses where organisation_code = '{absent['organisation']}' "
                  "and organisation_level = 'provider' and setting = 'inpatient' order by 1")  # fmt: skip
    assert found == [("2025-03-01",), ("2025-04-01",), (f"{LAST}-01",)]


def test_the_independent_sectors_pseudo_board_is_no_board(delivered: Any) -> None:
    named = query(
        "select distinct organisation_level, icb_code from staging.stg_fft__organisations where organisation_code = 'IS1'"
    )
    assert named == [("independent_sector", None)]
    found = query(
        "select distinct organisation_level, publisher_icb_code from staging.stg_fft__measures "
        "where organisation_code in ('IS1', 'NQZ9')"
    )
    assert set(found) == {("independent_sector", "UNK"), ("provider", "UNK")}


def test_measures_have_an_interval_exactly_where_they_have_a_value(delivered: Any) -> None:
    found = query("select value, lower, upper, base, null_reason, organisation_level from staging.stg_fft__measures")
    assert "ward" not in {level for *_, level in found}
    assert {reason for _, _, _, _, reason, _ in found} >= {None, "suppressed"}
    for value, lower, upper, base, reason, _ in found:
        assert (value is None) == (lower is None) == (base is None) == (reason is not None)
        assert value is None or lower <= value <= upper


# ---- suppression in the fictional files


def unit(total: int, *children: fft.Unit) -> fft.Unit:
    found = fft.Unit([], [total, 0, 0, 0, 0, 0], children=list(children))
    return found.sums() if children else found


def test_suppression_is_the_publishers() -> None:
    """formats.md section 2b: 1 to 4 responses, not none; the next smallest where one stands alone; two below what is suppressed."""
    alone = unit(0, unit(3), unit(7), unit(9), unit(0))
    fft.hide(alone)
    assert [child.hidden for child in alone.children] == [True, True, False, False]
    pair = unit(0, unit(3), unit(2), unit(9))
    fft.hide(pair)
    assert [child.hidden for child in pair.children] == [True, True, False]
    below = unit(0, unit(0, unit(8), unit(6), unit(20)), unit(2), unit(0, unit(60), unit(30)))
    fft.hide(below)
    assert [child.hidden for child in below.children] == [True, True, False]
    assert [child.hidden for child in below.children[0].children] == [True, True, False]
    assert [child.hidden for child in below.children[2].children] == [False, False]


def test_links_are_taken_by_what_they_are_about_and_the_national_series_is_left() -> None:
    """Names as they were published (formats.md section 2a)."""
    [page] = registry()["fft"].pages
    at = "https://www.england.nhs.uk/wp-content/uploads/2026/06/"
    taken = ["fft-gp-feb-23-v2.xlsm", "FFT_GP_MacroWebfile_Dec-25.xlsm", "ftt-gp-apr-26.xlsm",
             "friends-and-family-test-inpatient-data-july-2025.xlsm"]  # fmt: skip
    assert all(re.search(page.links, at + name) for name in taken)
    assert not any(
        re.search(page.links, at + name) for name in ("ftt-summary-apr-26.xlsx", "fft-guidance.pdf", "rtt-april-2026.xlsx")
    )
