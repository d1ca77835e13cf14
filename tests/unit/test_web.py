"""Asking publishers' servers: pages whose links are inconsistent, servers that are slow, and turns that are taken."""

import threading
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest

from ics_insight.errors import Unavailable
from ics_insight.landing import Pace, Web, find_files
from ics_insight.landing.pages import links
from ics_insight.origins import Page
from ics_insight.sources import registry
from servers import Reply, Site, site


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as known:
        yield known


def page(*anchors: str) -> Reply:
    return Reply(
        "\n".join(["<!DOCTYPE html><html><body>", *anchors, "</body></html>"]).encode(), headers={"Content-Type": "text/html"}
    )


# ---- links


@pytest.mark.parametrize(
    ("anchor", "address"),
    [
        ('<a href="https://other.example/a/June.csv">', "https://other.example/a/June.csv"),
        ('<a href="June.csv">', "http://here.example/stats/June.csv"),
        ('<a href="/files/June.csv#top">', "http://here.example/files/June.csv"),
        ('<a href="../June.csv?v=2">', "http://here.example/June.csv?v=2"),
        ('<a href="//cdn.example/June.csv">', "http://cdn.example/June.csv"),
        ('<A class="x" HREF=" June 2024.csv ">', "http://here.example/stats/June%202024.csv"),
        ('<a href="June%202024.csv">', "http://here.example/stats/June%202024.csv"),
        ('<a href="/Download?fileRedirect=2025%2FGPPS_%28weighted%29.csv&amp;x=1">',
         "http://here.example/Download?fileRedirect=2025%2FGPPS_%28weighted%29.csv&x=1"),
        ('<select><option value="/files/June.csv">June</option></select>', "http://here.example/files/June.csv"),
    ],
)  # fmt: skip
def test_a_link_leads_where_a_browser_would_go(anchor: str, address: str) -> None:
    assert [link.address for link in links(anchor, "http://here.example/stats/")] == [address]


@pytest.mark.parametrize(
    "anchor",
    ["<a>"] + [f'<a href="{href}">' for href in ("mailto:a@b.example", "", "javascript:go()", "http://[", "file:///etc/passwd")],
)
def test_what_leads_to_no_file_is_no_link(anchor: str) -> None:
    found = [link.address for link in links(anchor, "http://here.example/stats/")]
    assert found in ([], ["http://here.example/stats/"])
    assert not any("passwd" in address or "mailto" in address for address in found)


def test_a_link_counts_once_however_it_is_spelt_and_pages_may_leave_tags_open() -> None:
    html = """<base href="/stats/"><a href="June%202024.csv">June <b>2024</b><a href='June 2024.csv'>again</a>
              <a href="https://here.example/stats/June%202024.csv">and again</a> <a href="July.csv">  July
              2024 </a>"""
    found = links(html, "http://here.example/")
    assert [(link.address, link.text) for link in found] == [
        ("http://here.example/stats/June%202024.csv", "June 2024"),
        ("http://here.example/stats/July.csv", "July 2024"),
    ]


AE_YEAR = "ae-waiting-times-and-activity/ae-attendances-and-emergency-admissions"


# Names as the publishers have given them (formats.md sections 1a, 3 and 13); what must not be taken stands beside them.
@pytest.mark.parametrize(
    ("source", "years", "taken", "left"),
    [
        (
            "ae",
            [f"{AE_YEAR}-2025-26/"],
            [
                "/2025/06/Monthly-AE-May-2025.csv", "/2025/07/Monthly-AE-June-2025-1-1.csv",
                "/2024/11/Monthly-AE-July-2024-revised.csv",
                "/2026/05/Monthly-AE-Nov-25-CSV-revised.csv", "/2025/11/April-2025-CSV-revised.csv",
                "/2026/03/February-2026-CSV-Dl8t54.csv",
                "/2026/05/Monthly-AE-December-2025-revised-g9Hy6.csv",
            ],
            ["/2025/06/May-2025-AE-by-provider-9q2Xa.xls", "/2025/06/Quarterly-timeseries-May-2025.csv",
             "/2025/06/Statistical-Note-May-2025.pdf"],
        ),
        (
            "rtt",
            ["rtt-waiting-times/rtt-data-2025-26/"],
            [
                "/2026/02/Full-CSV-data-file-Apr25-ZIP-4M-revised.zip", "/2022/07/Full-CSV-data-file-May22-ZIP-3611K-16155.zip",
                "/2026/06/Full-CSV-data-file-Apr26-ZIP-3M-X7gGnn.zip", "/2026/06/20260430-RTT-April-2026-full-extract.csv.zip",
            ],
            ["/2026/02/Incomplete-Provider-Apr25-XLSX-9M.xlsx", "/2026/02/RTT-Overview-Timeseries-Apr25.zip"],
        ),
        (
            "gpps",
            [],
            [
                "/FileDownload/Download?fileRedirect=2025%2Fsurvey-results%2Fics-results%2Fics-data-csv%2FGPPS_2025_ICS_data_%28weighted%29_%28csv%29_PUBLIC.csv",
                "/FileDownload/Download?fileRedirect=2026/survey-results/practice-results/practice-data-csv/GPPS_2026_Practice_data_(weighted)_(csv)_PUBLIC.csv",
            ],
            [
                "/FileDownload/Download?fileRedirect=2025%2Fsurvey-results%2Fregion%2FGPPS_2025_Region_data_%28weighted%29_%28csv%29_PUBLIC.csv",
                "/FileDownload/Download?fileRedirect=2023%2FGPPS_2023_Practice_data_%28weighted%29_%28csv%29_PUBLIC.csv",
                "/FileDownload/Download?fileRedirect=2025%2FGPPS_2025_Practice_data_%28unweighted%29_%28csv%29_PUBLIC.csv",
            ],
        ),
        (
            "cqc_inpatient",
            ["/surveys/survey/02-adults-inpatients/year/2024/"],
            ["/files/20250909_aip24_Benchmark_TrustLevel.ods", "/files/20220128_aip20_trust-benchmark-data.ods",
             "/files/Adult-Inpatient-Survey-2022.ods"],
            ["/files/20250909_aip24_Benchmark_SiteLevel.ods", "/files/20250909_aip24_National.ods",
             "/files/aip24_questionnaire.pdf"],
        ),
    ],
)  # fmt: skip
def test_the_pages_of_each_publisher_give_its_files(
    server: Site, source: str, years: list[str], taken: list[str], left: list[str]
) -> None:
    """An index that leads to pages by year, an earlier year that is not to be read, and files by their real names."""
    [stated] = registry()[source].pages
    anchors = [f'<a href="{server.address}{path}">a file ({i}K)</a>' for i, path in enumerate([*taken, *left])]
    if years:
        server.pages["/stats/"] = page(
            *[f'<a href="/stats/{year.lstrip("/")}">a year</a>' for year in [*years, "2009-10-archive/"]]
        )
        server.pages[f"/stats/{years[0].lstrip('/')}"] = page(*anchors)
    else:
        server.pages["/stats/"] = page(*anchors)
    found = find_files(stated.model_copy(update={"url": f"{server.address}/stats/"}), Web())
    assert found == [f"{server.address}{path}" for path in taken]
    assert server.paths() == ["/stats/", *(f"/stats/{year.lstrip('/')}" for year in years)]


def test_a_file_may_be_known_by_the_words_of_its_link_alone(server: Site) -> None:
    server.pages["/"] = page('<a href="/media/84732">Practice data<br>(XLSM, 3MB)</a>', '<a href="/media/84733">Notes</a>')
    assert find_files(Page(url=f"{server.address}/", links=r"practice data.*xlsm"), Web()) == [f"{server.address}/media/84732"]


def test_a_page_that_lists_nothing_says_what_was_looked_for(server: Site) -> None:
    server.pages["/stats"] = page('<a href="/new-home">We have moved</a>')
    with pytest.raises(Unavailable, match=r"/stats lists no file that matches “\\\.csv\$”; the page may have changed"):
        find_files(Page(url=f"{server.address}/stats?key=s3cret", links=r"\.csv$"), Web())
    with pytest.raises(Unavailable, match="nor do the 0 pages that it leads to"):
        find_files(Page(url=f"{server.address}/stats", links=r"\.csv$", follow="rtt-data"), Web())


def test_relative_links_follow_a_page_that_moved(server: Site) -> None:
    server.pages["/old"] = Reply(status=302, headers={"Location": "/new/place/"})
    server.pages["/new/place/"] = page('<a href="June.csv">')
    assert find_files(Page(url=f"{server.address}/old", links="csv"), Web()) == [f"{server.address}/new/place/June.csv"]


def test_a_page_in_an_encoding_that_does_not_exist_is_read_all_the_same(server: Site) -> None:
    server.pages["/"] = Reply(b'<a href="/June.csv">\xa3', headers={"Content-Type": "text/html; charset=windows-9999"})
    assert find_files(Page(url=f"{server.address}/", links="csv"), Web()) == [f"{server.address}/June.csv"]


# ---- patience


def test_a_date_to_come_back_at_is_kept(server: Site) -> None:
    slept: list[float] = []
    replies = [Reply(status=429, headers={"Retry-After": formatdate(1_000_030, usegmt=True)}), Reply(b"x")]
    server.pages["/"] = lambda _: replies.pop(0)
    content, _ = Web(sleep=slept.append, now=lambda: 1_000_000.0).read(f"{server.address}/")
    assert content == b"x"
    assert slept == [30]


def test_a_server_that_drips_its_content_is_given_up(server: Site) -> None:
    server.pages["/"] = Reply(b"a" * 1_000, drip=0.02)
    with pytest.raises(Unavailable, match=r"sends less than 16 KiB a second; nothing was taken"):
        Web(grace_seconds=0.2, sleep=lambda _: None).read(f"{server.address}/")
    assert len(server.asked) == 1


def test_a_server_that_drips_its_headers_is_given_up(server: Site) -> None:
    server.pages["/"] = Reply(b"a", drip_headers=0.02)
    with pytest.raises(Unavailable, match=r"took longer than 0 seconds to begin its answer \(5 attempts\)"):
        Web(grace_seconds=0.2, sleep=lambda _: None).read(f"{server.address}/")


def test_a_large_file_may_take_its_time(server: Site) -> None:
    server.pages["/"] = Reply(b"a" * 100, drip=0.005)
    content, _ = Web(grace_seconds=0.1, slowest=1).read(f"{server.address}/")
    assert len(content) == 100


# ---- turns


def test_requests_to_a_host_take_turns_also_between_workers(tmp_path: Path) -> None:
    """Four workers with ten requests each at five a second, on a clock that stands still: turns are a fifth of a second apart."""
    slept: list[float] = []
    workers = [threading.Thread(target=_ask, args=(Pace(tmp_path, slept.append, lambda: 1_000.0), 10)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(slept) == pytest.approx([turn / 5 for turn in range(1, 40)])  # the first does not wait


def _ask(pace: Pace, times: int) -> None:
    for _ in range(times):
        pace.wait("www.example", 5)


def test_hosts_do_not_wait_for_each_other_and_a_clock_set_back_stops_nobody(tmp_path: Path) -> None:
    slept: list[float] = []
    Pace(tmp_path, slept.append, lambda: 9_000.0).wait("one.example:80", 1)
    Pace(tmp_path, slept.append, lambda: 9_000.0).wait("two.example", 1)
    Pace(tmp_path, slept.append, lambda: 100.0).wait("one.example:80", 1)
    assert slept == []


def test_every_request_of_a_run_waits_for_its_turn(server: Site, tmp_path: Path) -> None:
    slept: list[float] = []
    server.pages["/"] = page('<a href="/1/">', '<a href="/2/">')
    server.pages["/1/"] = server.pages["/2/"] = page('<a href="/June.csv">')
    find_files(Page(url=f"{server.address}/", links="csv", follow=r"/\d/"), Web(Pace(tmp_path, slept.append, lambda: 50.0), 2))
    assert slept == pytest.approx([0.5, 1.0])
