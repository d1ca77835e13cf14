"""The board pack on a real database: what it says, of what rows, nothing else, and that a past month stays as it was."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pptx import Presentation
from starlette.testclient import TestClient

import rows_pack
from ics_insight.dashboard import pack_content, words
from ics_insight.dashboard.board_pack import pack_files
from ics_insight.dashboard.kept import end_of
from ics_insight.dashboard.pack_sections import MEASURES, SERVICES
from ics_insight.errors import Unavailable
from ics_insight.warehouse.connect import connect
from published_fixture import HOSTILE, published  # noqa: F401
from rows_pack import BOARD, NEVER, publish
from serving import here

ROWS = (rows_pack,)


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("published")


@pytest.fixture
def client(kept: None) -> TestClient:
    return here(follow_redirects=False)


@pytest.fixture
def later(kept: None) -> Iterator[None]:
    """Afterwards everything is as at the first publication."""
    yield
    with connect() as connection:
        connection.execute("delete from kept.pack")
        connection.execute("update published.measure_now set value = 0.8 where icb_code = 'QZP' and period_start = '2026-05-01'")
    publish("2026-06-11")


def deck(client: TestClient, path: str = "/icb/QZP/pack") -> Any:
    answer = client.get(f"{path}.pptx")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith('pack.pptx"')
    return Presentation(io.BytesIO(answer.content))


def titles(of: Any) -> list[str]:
    return [slide.shapes.title.text for slide in of.slides]


def everything(pptx: bytes) -> str:
    """All text of a deck: every part, and every chunk of its pictures that is no picture."""
    found = ""
    with zipfile.ZipFile(io.BytesIO(pptx)) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            found += name + (_chunks(content) if name.endswith(".png") else content.decode("utf-8", "replace"))
    return found


def _chunks(png: bytes) -> str:
    at, found = 8, ""
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + size]
        if kind == b"zTXt":
            body = zlib.decompress(body.partition(b"\0")[2][1:])
        found += kind.decode() + ("" if kind == b"IDAT" else body.decode("latin-1"))
        at += size + 12
    return found


def test_what_people_said_stands_in_its_service_beside_the_wait_with_voices_and_doubts(client: TestClient) -> None:
    wait = "Seen within four hours in A&E: 80.0% of 1,000, May 2026"
    told = titles(deck(client))
    first = next(number for number, title in enumerate(told) if "A&E" in title)
    assert told[first : first + 5] == [
        "Experience in A&E good or very good: 80.0% of 240 who answered, May 2026. Better, by more than chance (of 14 points)",
        f"{wait}; Experience in A&E good or very good: 80.0% of 240 who answered",
        "Emergency department: most voices in one source: 35, A&E, PALS contacts, April 2026 to March 2027",
        "Emergency department: the checks leave a doubt about 1 figure",
        "Hospital stay and planned care: no headline figure of what people said is held",
    ]


def test_it_opens_with_inequality_and_silence_and_ends_with_sources_and_what_is_not_known(client: TestClient) -> None:
    told = titles(deck(client))
    assert told[:4] == [
        f"{BOARD}: what people said, beside the waits",
        "Greatest difference: Overall experience of the GP practice good. Black: 61.0% (140 who answered), White: 76.0%",
        "Seldom heard in Complaints: Ethnicity: Black, Ethnicity: mixed or multiple ethnic groups",
        f"Nobody was heard at 2 points of the pathways: NHS 111; {HOSTILE}",
    ]
    assert told[-2:] == ["1 of 2 sources are out of date", "1 source does not tell, in part or at all, who speaks"]
    page = client.get("/icb/QZP/pack").text
    headings = re.findall(r'<h2 id="[a-z-]+">(.*?)</h2>', page)
    assert headings[1:-1] == [service.name for service in SERVICES]
    assert "Maternity: no headline figure of what people said is held" in page
    assert "Higher than 70.0% in January to March 2025" in page  # 73 % and more after 72 % and less


def test_every_slide_is_told_to_who_does_not_see_it(client: TestClient) -> None:
    pictures = tables = 0
    for slide in deck(client).slides:
        shapes = list(slide.shapes)
        assert shapes[0] == slide.shapes.title
        assert slide.shapes.title.text
        assert slide.has_notes_slide
        for shape in shapes:
            told = shape._element.xpath(".//p:cNvPr")[0].get("descr")
            if shape.shape_type is not None and "PICTURE" in str(shape.shape_type):
                pictures += 1
                assert told.startswith(slide.shapes.title.text.removesuffix(" (1 of 2)"))
                assert len(told) > len(slide.shapes.title.text) + 10
            if shape.has_table:
                tables += 1
                assert shape.table.first_row
                assert told
                assert all(cell.text for cell in shape.table.rows[0].cells)
    assert pictures >= 4
    assert tables >= 8
    runs = re.findall(r"<a:rPr ([^>]*)>", everything(client.get("/icb/QZP/pack.pptx").content))
    assert runs
    assert all('lang="en-GB"' in run for run in runs if "sz=" in run)


def test_a_slide_with_figures_names_their_sources_and_files(client: TestClient) -> None:
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck(client).slides]
    assert any("GP Patient Survey, file GPPS_2026_ics.csv" in note for note in notes)


def test_every_figure_stands_with_how_many_people_it_is_of(client: TestClient) -> None:
    bases = {"People, or cases", "People who answered", "Of how many", "Of all who are known"}
    for slide in deck(client).slides:
        for shape in slide.shapes:
            if shape.has_table:
                headings = [cell.text for cell in shape.table.rows[0].cells]
                shares = any("%" in cell.text for row in list(shape.table.rows)[1:] for cell in row.cells)
                assert not shares or bases & set(headings), headings


def test_page_slides_and_published_rows_say_the_same(client: TestClient) -> None:
    page, slides = client.get("/icb/QZP/pack").text, everything(client.get("/icb/QZP/pack.pptx").content)
    with connect("dashboard") as connection:
        known = connection.execute(
            """select value, scale, base from published.measure_now where icb_code = 'QZP'
               and (measure_code, period_start) in (select measure_code, max(period_start) from published.measure_now
                                                    where icb_code = 'QZP' group by measure_code)"""
        ).fetchall()
    assert len(known) == 3
    for value, scale, base in known:
        for said in (words.number(value, scale), words.whole(base)):
            assert f"<td>{said}</td>" in page
            assert f"<a:t>{said}</a:t>" in slides


def test_nothing_that_is_not_shown_is_in_the_slides_the_page_or_what_is_kept(client: TestClient) -> None:
    slides = client.get("/icb/QZP/pack.pptx").content
    with connect() as connection:
        row = connection.execute("select content::text from kept.pack where icb_code = 'QZP'").fetchone()
    assert row
    for text in (everything(slides), client.get("/icb/QZP/pack").text, row[0]):
        for number in NEVER:
            for written in (str(number), f"{number:,}", f"{number * 100:.1f}%"):
                assert written not in text
    cells = [
        [cell.text for cell in table_row.cells]
        for slide in Presentation(io.BytesIO(slides)).slides
        for shape in slide.shapes
        if shape.has_table
        for table_row in shape.table.rows
    ]
    assert ["Ambulance", "PALS contacts", "small number", "small number"] in cells
    hidden = next(row for row in cells if row[0] == "Overall experience in A&E")
    assert hidden[3] == "suppressed: too few people answered for the publisher to show it"
    about = Presentation(io.BytesIO(slides)).core_properties
    assert (about.title, about.language) == (f"{BOARD}: what people said, beside the waits", "en-GB")
    assert {about.author, about.last_modified_by, about.comments, about.keywords} == {""}
    assert "thumbnail" not in everything(slides)


def test_what_is_kept_is_what_is_published_and_no_more(client: TestClient) -> None:
    with connect("dashboard") as connection:
        row = connection.execute("select content::text from kept.pack where icb_code = 'QZP'").fetchone()
        assert row
        assert pack_content.AS_JSON.validate_json(row[0]) == pack_content.content(connection, "QZP", MEASURES)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("delete from kept.pack")


def test_a_name_is_text_whatever_it_holds(client: TestClient) -> None:
    page = client.get("/icb/QZP/pack").text
    assert "<script" not in page
    assert "&lt;script" in page
    assert any(HOSTILE in title for title in titles(deck(client)))


def test_a_late_restatement_does_not_change_the_pack_of_a_month_before(client: TestClient, later: None) -> None:
    paths = ["/icb/QZP/pack/2026-06", "/icb/QZP/pack/2026-06.pptx"]
    before = [client.get(path).content for path in paths]
    assert b"80.0% of 240 who answered, May 2026" in before[0]
    with connect() as connection:
        connection.execute("update published.measure_now set value = 0.6 where icb_code = 'QZP' and period_start = '2026-05-01'")
    publish("2026-07-05")
    afresh = here()
    assert [afresh.get(path).content for path in paths] == before
    for path in ("/icb/QZP/pack", "/icb/QZP/pack/2026-07"):
        assert "60.0% of 240 who answered, May 2026" in afresh.get(path).text
    assert "published on 5 July 2026" in afresh.get("/icb/QZP/pack").text
    assert any(title.startswith("Experience in A&E good or very good: 60.0%") for title in titles(deck(afresh)))
    assert pack_files("QZP", "2026-06")["pack-QZP-2026-06.pptx"] == before[1]


def test_of_a_month_that_is_over_the_last_publication_stays(client: TestClient, later: None) -> None:
    for day in ("2026-06-20", "2026-07-05", "2026-07-20"):
        publish(day)
    assert _days() == ["2026-06-20", "2026-07-05", "2026-07-20"]
    publish("2026-08-01")
    assert _days() == ["2026-06-20", "2026-07-20", "2026-08-01"]
    assert "published on 20 July 2026" in here().get("/icb/QZP/pack/2026-07").text


def _days() -> list[str]:
    with connect() as connection:
        found = connection.execute("select published_at::date::text from kept.pack where icb_code = 'QZP' order by 1").fetchall()
    return [day for (day,) in found]


def test_before_the_first_publication_it_says_when_that_was(client: TestClient) -> None:
    answer = client.get("/icb/QZP/pack/2026-05")
    assert answer.status_code == 200
    assert (
        "By the end of May 2026 nothing had been published for this board. It was first published on 11 June 2026." in answer.text
    )
    assert client.get("/icb/QZP/pack/2026-05.pptx").status_code == 404


@pytest.mark.parametrize("path", ["/icb/NONE/pack", "/icb/QZP/pack/2026-13", "/icb/QZP/pack/2026-07", "/icb/QZP/pack/june"])
def test_what_is_no_board_or_no_month_so_far_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get(f"{path}.pptx").status_code == 404


def test_a_pack_as_files_is_whole_in_itself(kept: None) -> None:
    found = pack_files("QZP")
    assert list(found) == ["pack-QZP-2026-06-11.html", "pack-QZP-2026-06-11.pptx"]
    html = found["pack-QZP-2026-06-11.html"].decode()
    assert not re.findall(r'(?:href|src)="(?!#)', html)
    assert "<style>" in html
    with pytest.raises(Unavailable, match="No pack of “QZP” is kept that was published by the end of 2026-05"):
        pack_files("QZP", "2026-05")


def test_a_month_ends_with_its_last_day() -> None:
    assert [str(end_of(month))[:10] for month in ("2026-09", "2026-12", "2026-00", "x")] == [
        "2026-10-01",
        "2027-01-01",
        "None",
        "None",
    ]
