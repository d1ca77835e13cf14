"""What must hold for every source, on the files that the fictional care system writes for it: rows, or a sentence to its sender."""

import functools
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ics_insight import demo
from ics_insight.demo.files import zip_bytes
from ics_insight.sources import registry
from readers import Read, Refuser, Taker, changed, changes, rows_or_refused, rows_or_sentence
from tiny_files import packed

SOURCES = sorted(registry())
_examples = hypothesis_settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@functools.cache
def small_files(source: str) -> tuple[tuple[str, bytes], ...]:
    """For each layout that the demo writes of a source, its smallest file: name as delivered, and bytes."""
    smallest: dict[str, tuple[str, bytes]] = {}
    for name, content in demo.files_of(source, demo.Span(3)):
        plain = name.rpartition("/")[2]
        kind = f"{plain.rpartition('.')[2]} {len(plain.split('_'))} {plain[:12]}"
        if kind not in smallest or len(content) < len(smallest[kind][1]):
            smallest[kind] = (plain, content)
    return tuple(sorted(smallest.values(), key=lambda each: len(each[1]))[:8])


def smallest(source: str) -> tuple[str, bytes]:
    return small_files(source)[0]


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_of_every_source_gives_its_rows(source: str, rows_of: Taker) -> None:
    for name, content in small_files(source):
        found: Read = rows_of(source, content, name)
        assert found.table.num_rows > 0, name
        assert found.period[0] <= found.period[1]
        # so that every row can be found again in what was sent
        places = list(zip(found.column("file"), found.column("sheet"), found.row_numbers, strict=True))
        assert len(set(places)) == len(places)
        assert set(found.column("file")) == {name}


@pytest.mark.parametrize("source", SOURCES)
@_examples
@given(content=st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_refusal(source: str, content: bytes, rows_of: Taker) -> None:
    rows_or_refused(source, content, smallest(source)[0], rows_of)


@pytest.mark.parametrize("source", SOURCES)
@_examples
@given(which=st.integers(0, 7), changes=changes)
def test_a_file_with_some_bytes_changed_gives_rows_or_a_refusal(
    source: str, which: int, changes: list[tuple[str, float, bytes]], rows_of: Taker
) -> None:
    files = small_files(source)
    name, content = files[which % len(files)]
    rows_or_refused(source, _changed_within(content, changes), name, rows_of)


def _changed_within(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    """Of a zip (a workbook is one), the largest member is changed and packed again: changing the zip itself only damages it."""
    if not content.startswith(b"PK\3\4"):
        return changed(content, changes)
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = {name: archive.read(name) for name in archive.namelist()}
    largest = max((name for name in members if name.endswith((".csv", ".xml"))), key=lambda name: len(members[name]))
    return zip_bytes({**members, largest: changed(members[largest], changes)})


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_cut_off_anywhere_gives_rows_or_a_refusal(source: str, rows_of: Taker) -> None:
    for name, content in small_files(source):
        whole = rows_of(source, content, name)
        refused = 0
        for tenths in range(1, 10):
            found, sentence = rows_or_sentence(source, content[: len(content) * tenths // 10], name, rows_of)
            assert found is None or found.table.num_rows <= whole.table.num_rows
            assert found is not None or (sentence.startswith(name) and sentence.endswith(".")), sentence
            refused += found is None
        assert refused >= (9 if content[:2] in (b"PK", b"\x1f\x8b") else 0)


PAGE = b"<!DOCTYPE html><html><title>Not found</title><body>" + b"404 " * 300 + b"</body></html>"


@pytest.mark.parametrize("source", SOURCES)
def test_a_web_page_saved_under_a_files_name_is_refused_as_such(source: str, refusal: Refuser) -> None:
    assert "found a web page (HTML), probably an error page saved under this name" in refusal(source, PAGE, smallest(source)[0])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("content", [b"", b"\r\n  \n"])
def test_an_empty_file_is_refused_as_such(source: str, content: bytes, refusal: Refuser) -> None:
    name = smallest(source)[0]  # what the name should say is looked at first
    assert refusal(source, content, name) == f"{name}: the file is empty."


LOGS = {"complaints", "pals"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_of_any_other_source_is_refused(source: str, rows_of: Taker) -> None:
    """A zip that serves two sources is read by both, and so is an export that keeps complaints and contacts in one log."""
    mine = {content for _, content in small_files(source)}
    for other in SOURCES:
        name, content = smallest(other)
        if other == source or content in mine or {source, other} == LOGS:
            continue
        found, sentence = rows_or_sentence(source, content, name, rows_of)
        assert found is None, f"{name} of {other} was taken for {source}"
        assert sentence.startswith(name)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"a.csv": b"," * (8 << 20)}, id="zip"),
        pytest.param({"[Content_Types].xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (8 << 20)}, id="workbook"),
    ],
)
def test_a_small_file_that_unpacks_to_much_is_refused(source: str, members: dict[str, bytes], refusal: Refuser) -> None:
    sentence = refusal(source, packed(members), "data.zip")
    assert "not opened" in sentence or "expected" in sentence
