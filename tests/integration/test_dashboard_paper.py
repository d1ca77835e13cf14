"""Pages as PDF, read back by an independent reader (poppler): whole, tagged, described, and made without asking anybody."""

import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from ics_insight.dashboard import app, paper
from published_fixture import PAGES, published  # noqa: F401
from serving import here

pytestmark = pytest.mark.usefixtures("published")

DAY = datetime(2026, 6, 11, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _poppler() -> None:
    if not shutil.which("pdftotext"):
        said = "no pdftotext: install the package `poppler-utils`"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> TestClient:
    request.getfixturevalue("published")
    return here(follow_redirects=False)


def read(tool: str, *arguments: str, pdf: bytes) -> str:
    """What one of poppler's tools says of a PDF."""
    said = subprocess.run(
        [tool, *arguments, "-", *(["-"] if tool == "pdftotext" else [])], input=pdf, capture_output=True, check=True
    )
    return said.stdout.decode()


def plain(pdf: bytes) -> str:
    """Everything that is in a PDF, where it is no glyph."""
    found = pdf
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found += zlib.decompress(stream)
        except zlib.error:
            continue
    return found.decode("latin-1")


def described(pdf: bytes) -> list[str]:
    """The text alternatives of a PDF's figures."""
    found = re.findall(r"/Alt ?(?:\(((?:\\.|[^\\)])*)\)|<([0-9a-f]+)>)", plain(pdf))
    return [bytes.fromhex(coded).decode("utf-16") if coded else re.sub(r"\\(.)", r"\1", text) for text, coded in found]


OF_A_BOARD = [path for path in app.PAGES if not set(re.findall("{(.*?)}", path)) - {"code"}]


@pytest.mark.parametrize("path", OF_A_BOARD)
def test_every_page_is_a_tagged_pdf_with_a_title_and_the_day_of_publication_on_each_sheet(client: TestClient, path: str) -> None:
    answer = client.get(path.format(code="qza") + ".pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith('.pdf"')
    known = dict(re.findall(r"^(.*?): +(.*)$", read("pdfinfo", pdf=answer.content), re.MULTILINE))
    title = re.search("<title>(.*?)</title>", client.get(path.format(code="QZA")).text)
    assert title
    assert known["Title"] == title[1].replace("&amp;", "&")
    assert (known["Tagged"], known["JavaScript"], known["Metadata Stream"]) == ("yes", "no", "yes")
    assert not {"Author", "Creator", "Subject", "Keywords", "CreationDate", "ModDate"} & set(known)
    assert 'pdfuaid:part="1"' in read("pdfinfo", "-meta", pdf=answer.content)
    assert "/Lang (en-GB)" in plain(answer.content)
    sheets = read("pdftotext", "-layout", pdf=answer.content).split("\f")[:-1]
    for number, sheet in enumerate(sheets, 1):
        assert re.search(rf"Published 11 June 2026 +Page {number} of {len(sheets)}\s*$", sheet)


def test_what_is_folded_on_the_page_is_open_on_paper_and_what_is_clicked_is_left_out(client: TestClient) -> None:
    text = " ".join(read("pdftotext", pdf=client.get("/icb/QZA/services.pdf").content).split())
    assert "Ash Lane Practice (Z00002)" in text  # in a <details>
    assert "Every month in the charts (24)" in text
    assert "&lt;script" not in text
    for clicked in ("Figures (CSV)", "Picture (PNG)", "On this page", "Skip to the figures", "This page on paper", "Measures"):
        assert clicked not in text, clicked


def test_a_picture_is_described_in_full_and_a_table_has_headers(client: TestClient) -> None:
    page, pdf = client.get("/icb/QZA/heard").text, client.get("/icb/QZA/heard.pdf").content
    alternatives = described(pdf)
    assert len(alternatives) == page.count('<svg role="img"') > 2
    assert "Ethnicity: Black: 0.22 (0.14 to 0.34)" in alternatives[0]
    assert alternatives[0].startswith("Seldom heard in Complaints: Ethnicity: Black. ")
    tree = [line.strip() for line in read("pdfinfo", "-struct-text", pdf=pdf).splitlines()]
    for tag in ("H1 (block)", "H2 (block)", "THead", "Caption", "TH"):
        assert any(line.startswith(tag) for line in tree), tag
    assert tree.count("TR") > 5
    assert re.search(r"/Headers \[", plain(pdf))


def test_text_in_a_chart_is_drawn(client: TestClient) -> None:
    drawn = re.search(r'<svg role="img".*?</svg>', client.get("/icb/QZA/heard").text, re.DOTALL)
    assert drawn
    names = "".join(re.findall("<text.*?</text>", drawn[0], re.DOTALL))  # and no line or mark
    pdf = paper.pdf(
        f'<!doctype html><html lang="en-GB"><title>A chart</title><svg viewBox="0 0 250 200"><g fill="none">{names}', DAY
    )
    command = [str(shutil.which("pdftoppm")), "-gray", "-r", "50", "-H", "300", "-"]
    shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    assert sum(dot < 128 for dot in shown[20:]) > 50


def test_a_table_keeps_its_header_on_every_sheet_and_nothing_is_cut(client: TestClient) -> None:
    pdf = client.get("/icb/QZC/services.pdf").content
    sheets = read("pdftotext", "-layout", pdf=pdf).split("\f")
    of_practices = [sheet for sheet in sheets if "The Long Street Medical Centre" in sheet]
    assert len(of_practices) > 10
    assert all(re.search(r"^ *Practice +(Easy by phone|Good at listening)", sheet, re.MULTILINE) for sheet in of_practices)
    shown = re.findall(r"The Long Street Medical Centre (\d+)", " ".join(read("pdftotext", pdf=pdf).split()))
    assert sorted(map(int, shown)) == sorted([*range(1, 531)] * 2)
    words = read("pdftotext", "-bbox", pdf=pdf)
    margin = 14 / 25.4 * 72  # 14 mm in points
    for sheet in words.split("<page ")[1:]:
        size = re.match(r'width="([\d.]+)"', sheet)
        assert size
        assert max(map(float, re.findall(r'xMax="([\d.]+)"', sheet))) <= float(size[1]) - margin + 1


def test_making_it_asks_nobody_and_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for paper")
    with listening() as (host, asked):
        html = f"""<!doctype html><html lang="en-GB"><head><title>A page</title>
            <link rel="stylesheet" href="/static/style.css"><link rel="stylesheet" href="http://{host}/a.css">
            <link rel="attachment" href="{secret.as_uri()}"><style>@import "http://{host}/b.css";
            body {{ background: url(http://{host}/c.png) }}</style></head>
            <body><h1>Said</h1><img alt="none" src="http://{host}/d.png"><img alt="none" src="/static/../paper.py">
            <img alt="none" src="//{host}/static/icon.svg"><object data="{secret.as_uri()}">none</object></body></html>"""
        made = paper.pdf(html, DAY)
    assert asked == []
    assert "Said" in read("pdftotext", pdf=made)
    everything = plain(made)
    assert "not for paper" not in everything
    assert "secret" not in everything
    assert "paper.py" not in everything


class listening:  # noqa: N801
    """A server that notes what it is asked for."""

    def __enter__(self) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Noting(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()
        return f"127.0.0.1:{self.server.server_port}", asked

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_the_same_page_gives_the_same_bytes(client: TestClient) -> None:
    html = client.get("/icb/QZA/heard").text
    assert paper.pdf(html, DAY) == paper.pdf(html, DAY) == client.get("/icb/QZA/heard.pdf").content


@pytest.mark.parametrize("path", ["/icb/NONE/heard.pdf", "/icb/QZA/nothing.pdf", "/nothing.pdf"])
def test_there_is_no_paper_of_what_is_not_known(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


WITHOUT = """
from starlette.testclient import TestClient
from ics_insight.dashboard import application
client = TestClient(application(), base_url="http://127.0.0.1", client=("127.0.0.1", 50_000))
answer = client.get("/icb/QZA/heard.pdf")
print(answer.status_code, answer.text, client.get("/icb/QZA/heard").status_code)
"""


@pytest.fixture
def without_pango(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which the system's loader finds a Pango that is none."""
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"")
    return dict(os.environ) | {"LD_LIBRARY_PATH": str(tmp_path)}


def test_without_pango_a_reader_is_told_what_to_do_and_all_else_works(without_pango: dict[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT], env=without_pango, capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("501 <!doctype html>")
    assert ran.stdout.endswith(" 200\n")
    said = re.search("<p>(A PDF is .*?)</p>", ran.stdout)
    assert said
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert package in said[1]
    assert "print this page from your browser" in said[1]
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "WeasyPrint could not import" not in ran.stdout


@pytest.mark.parametrize("path", PAGES)
def test_the_link_to_paper_leads_there(client: TestClient, path: str) -> None:
    """And to the page of what was looked for, where that is one."""
    links = re.findall(r'<a href="([^"]+)">This page on paper', client.get(path).text)
    for link in links:
        address = unquote(unescape(link))
        assert address.partition("?")[0] == f"{path.partition('?')[0]}.pdf"
        assert address.partition("?")[2] in (path.partition("?")[2], "year=2026-27")  # the newest year, where none was asked for
