"""Every kind of page on the whole demo: what a board’s pages link to is there, small enough, and shows nothing that is hidden."""

import csv
import io
import re
import zipfile
from collections import Counter

import pytest
from starlette.testclient import TestClient

from deliveries import query
from serving import here

pytestmark = pytest.mark.usefixtures("demo_marts")
HOME = "X4V7Q"
# Of each kind of page so many are opened: a board has a page for each of its practices.
MOST = 4
HEAVIEST = 300_000
PNG = {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("demo_marts")
    return here(follow_redirects=True)


@pytest.fixture(scope="module")
def opened(client: TestClient) -> dict[str, bytes]:
    """By address, what a reader finds who follows links from the page of the home board."""
    found: dict[str, bytes] = {}
    kinds: Counter[str] = Counter()
    waiting = [f"/icb/{HOME}"]
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"(?<=/(?:measure|organis|pathway)).*?(?=\.|$)", "", re.sub(r"/[^/.]*(?=\.(?:csv|png)$)", "/", address))
        kind = re.sub(r"\?.*", "?", kind)
        if address in found or kinds[kind] >= MOST or address.endswith(".pdf"):
            continue
        kinds[kind] += 1
        answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = answer.content
        if answer.headers["content-type"].startswith("text/html"):
            waiting += [link.replace("&amp;", "&") for link in re.findall(r'<a href="(/[^"#]+)', answer.text)]
    return found


def test_all_kinds_of_pages_are_linked(opened: dict[str, bytes]) -> None:
    for kind in (
        "", "/services", "/pathways", "/heard", "/places", "/known", "/measures", "/data", "/pack",
    ):  # fmt: skip
        assert f"/icb/{HOME}{kind}" in opened, kind
    assert "/checks" in opened
    for part in (f"/icb/{HOME}/pathway/", f"/icb/{HOME}/measure/", f"/icb/{HOME}/organisation/", ".csv", ".png", ".pptx"):
        assert any(part in address for address in opened), part


def test_no_page_is_too_heavy(opened: dict[str, bytes]) -> None:
    pages = {address: len(content) for address, content in opened.items() if content.startswith(b"<!doctype html>")}
    assert len(pages) > 20
    assert {address: size for address, size in pages.items() if size > HEAVIEST} == {}


def test_where_a_number_is_hidden_there_is_none(opened: dict[str, bytes]) -> None:
    """In no file is there a number beside the reason why there is none."""
    hidden = 0
    for address, content in opened.items():
        if ".csv" not in address:
            continue
        for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
            for name, reason in row.items():
                of = name.removesuffix("_null_reason")
                if of in row and of != name and reason in ("small_number", "suppressed", "too_few"):
                    assert row[of] == "", (address, name, row)
                    hidden += 1
    assert hidden > 20


def test_a_picture_holds_nothing_but_itself(opened: dict[str, bytes]) -> None:
    pictures = [content for address, content in opened.items() if ".png" in address]
    slides = [content for address, content in opened.items() if ".pptx" in address]
    for each in slides:
        with zipfile.ZipFile(io.BytesIO(each)) as parts:
            pictures += [parts.read(name) for name in parts.namelist() if name.endswith(".png")]
    assert len(pictures) > 10
    for picture in pictures:
        chunks, at = set(), 8
        while at < len(picture):
            chunks.add(picture[at + 4 : at + 8])
            at += 12 + int.from_bytes(picture[at : at + 4])
        assert chunks <= PNG


def test_a_hidden_group_of_the_demo_is_told_as_one_on_its_page(client: TestClient) -> None:
    """And its true number, which the marts know, is not in its row."""
    rows = list(csv.DictReader(io.StringIO(client.get(f"/icb/{HOME}/heard/all.csv").text, newline="")))
    true = {
        (source, group): int(voices)
        for source, group, voices in query(
            """select titles.title, fact.group_code, fact.voices from marts.representation as fact
               inner join marts.dim_source as titles using (source)
               inner join published.heard as shown using (icb_code, source, period_start, period_end, characteristic, group_code)
               where fact.icb_code = %s and fact.organisation_level = 'icb' and shown.voices_null_reason = 'small_number'""",
            HOME,
        )
    }
    hidden = [row for row in rows if row["voices_null_reason"] == "small_number"]
    assert len(hidden) == len(true) > 0
    for row in hidden:
        voices = true[row["source_title"], row["group_code"]]
        assert row["voices"] == row["ratio"] == ""
        assert int(row["at_least"]) < voices or int(row["at_most"] or voices + 1) > voices
