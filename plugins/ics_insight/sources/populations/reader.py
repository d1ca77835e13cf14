"""Who lives where and who is registered with whom: one layout for each kind of list, told by its header."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ics_insight.errors import Refused
from ics_insight.sources.reading import (
    CsvFile,
    Reading,
    csv_header,
    kind,
    open_csv,
    open_csvs,
    open_tables,
    peek,
    recognise,
    typed_batches,
)  # fmt: skip
from ics_insight.sources.registry import Layout, Source

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
CENSUS = (date(2021, 3, 21),) * 2
# What has no date in it: Census day, the year of an index, the day from which the areas of a lookup held.
PERIODS = {
    "census_ethnicity": CENSUS, "census_disability": CENSUS, "census_age": CENSUS, "census_english": CENSUS, "census_carer": CENSUS,
    "lsoa_bridge": CENSUS,
    "imd_2019": (date(2019, 1, 1), date(2019, 12, 31)), "imd_2025": (date(2025, 1, 1), date(2025, 12, 31)),
    "lsoa_icb": (date(2024, 4, 1),) * 2, "trust_icb": (date(2022, 7, 1),) * 2,
}  # fmt: skip
LAST_OF_2011 = "E01033768"  # the highest code of a 2011 area in England; those made in 2021 go on from there (ONS bridge)


def read(source: Source, path: Path, name: str) -> Reading:
    """Lists of patients are of the day in `EXTRACT_DATE`. A list by single years is of one sex, one by area of one vintage of
    areas and one sex: both are told by what is in it, since the header does not say, and are parts of their own.

    Raises Refused for anything else, and for a day that cannot be read.
    """
    if kind(path, name) in ("xlsx", "ods"):
        tables = open_tables(source, path, name)
        return tables.reading(PERIODS[tables.layout.part])
    sent = _open(path, name)
    header = csv_header(sent)
    layout = recognise(source, header, sent.where)
    if layout.sheets:
        return open_tables(source, path, name, layout.part).reading(PERIODS[layout.part])
    first, batches = peek(typed_batches(sent, layout), sent.where)
    period = PERIODS.get(layout.part) or (_day(first.column("extract_date")[0].as_py(), sent.where),) * 2
    return Reading(layout.version, _part(sent, layout, first), period, {sent.sheet: header}, batches)


def _open(path: Path, name: str) -> CsvFile:
    """The list by area comes as a zip of three files: all, female and male, of which the first says it all; a table of Nomis as a
    zip of one for each kind of area, of which that of LSOAs is meant."""
    if kind(path, name) != "zip":
        return open_csv(path, name)
    every = [sent for sent in open_csvs(path, name) if re.search(r"-(all|lsoa)\.csv$", sent.sheet, flags=re.IGNORECASE)]
    return every[0] if len(every) == 1 else open_csv(path, name)


def _part(sent: CsvFile, layout: Layout, first: pa.RecordBatch) -> str:
    if layout.part not in ("single_age", "lsoa"):
        return layout.part
    sex = str(first.column("sex")[0].as_py()).strip().casefold()
    of_sex = "" if sex == "all" else "_female" if sex == "female" else "_male"
    return f"{layout.part}{_vintage(typed_batches(sent, layout)) if layout.part == 'lsoa' else ''}{of_sex}"


def _vintage(batches: Iterator[pa.RecordBatch]) -> str:
    newest = max((pc.max(batch.column("lsoa_code").filter(_english(batch))).as_py() or "" for batch in batches), default="")
    return "_2021" if newest > LAST_OF_2011 else "_2011"


def _english(batch: pa.RecordBatch) -> pa.BooleanArray:
    return pc.match_substring_regex(batch.column("lsoa_code"), "^E01[0-9]{6}$")


def _day(text: str | None, where: str) -> date:
    """`01JAN2021`, `01Jan2022`, `01-Sep-20`, `1st Apr 2022` or `2026-04-01`: the publisher has written all of them."""
    written = (text or "").strip().casefold()
    try:
        if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", written):
            return date.fromisoformat(written)
        found = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?[- ]?([a-z]{3})[a-z]*[- ]?((?:20)?[0-9]{2})", written)
        if found:
            return date(2000 + int(found[3]) % 100, MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        pass
    raise Refused(
        f"{where}: row 2, column EXTRACT_DATE: expected a day such as 01JAN2021, found something else.",
        row=2, column="EXTRACT_DATE", expected="a day such as 01JAN2021",
    )  # fmt: skip
