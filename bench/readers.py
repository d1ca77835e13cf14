"""How soon pages come when twenty people read at a time: `ics serve` as it is, on a free port, with what is published at ICS_HOME.

Goes from `/` along the links to each page, table and picture of this site, at most MOST_PAGES, once: what the first reader
after a publication waits for. Then twenty readers, who never pause, go round all of them for as long as SECONDS says. Prints how
long they waited, how heavy the heaviest page is and how much memory the server took at most, each beside the budget of the house.

`python bench/readers.py`: half a minute, and the first reader's wait. It needs `wrk`, and a home where `ics demo` has published.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from rich.console import Console
from rich.table import Table

from ics_insight.settings import settings

READERS, SECONDS = 20, 20
MOST_PAGES, SHOWN_PAGES, MOST_SAID = 500, 20, 1000
MILLISECONDS, KILOBYTES = 150, 300  # at p95; of a page
READ_SUFFIXES = ("", ".csv", ".png")  # pages, their tables and pictures; what is made to be printed or presented is not read here
# Each of its threads goes round all pages, from a place of its own. Latencies are in microseconds.
WRK = """
local pages, started = {{ {pages} }}, 0
function setup(thread) thread:set("first", started); started = started + 1 end
function init() at = math.floor(first * #pages / {threads}) end
function request()
  at = at % #pages + 1
  return wrk.format("GET", pages[at])
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{{"p50": %f, "p95": %f, "p99": %f, "requests": %d, "micros": %f, "failed": %d}}\\n',
    latency:percentile(50), latency:percentile(95), latency:percentile(99), summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout + e.status))
end
"""
THREADS = 2
console = Console(width=120)


@dataclass(frozen=True)
class Page:
    """A page as its first reader got it; `size` is in bytes as sent."""

    path: str
    kind: str
    seconds: float
    size: int


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("`wrk` is not installed: get it with `apt install wrk`, or from your system's own packages.")
    if not (settings().db_host or settings().home.is_dir()):
        sys.exit(f"There is nothing at {settings().home}: run `make demo` first, or set ICS_HOME to a home that was published.")
    with _ics_serve() as (address, process):
        console.print("Reading every page once …")
        pages = _crawl(address)
        console.print(f"{len(pages)} pages, and {READERS} readers for {SECONDS} seconds …")
        found = _read(address, [page.path for page in pages])
        peak = int(re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())[0]) / 1024
    _tell(pages, found, peak)


@contextmanager
def _ics_serve() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The command as a person runs it, stopped as by Ctrl-C, so that it leaves no database running."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "ics"), "serve", "--host", "127.0.0.1", "--port", str(port)]
    given = {**os.environ, "ICS_ACCESS": "loopback"}
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen(command, stdout=said, stderr=said, env=given) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}", process
        except SystemExit:
            process.send_signal(signal.SIGINT)
            process.wait()  # it may have more to say of the last answer
            said.seek(0)
            console.print("`ics serve` said:", "".join(said.readlines(MOST_SAID)), sep="\n", markup=False, soft_wrap=True)
            raise
        finally:
            process.send_signal(signal.SIGINT)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    sys.exit("`ics serve` did not start.")


class _Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("a", "img"):
            self.found += [value for name, value in attrs if name in ("href", "src") and value]


def _crawl(address: str) -> list[Page]:
    """Every page that links lead to, in the order in which they are come by."""
    pages: list[Page] = []
    waiting, seen = ["/"], {"/"}
    as_sent = {"Accept-Encoding": "identity", "Connection": "close"}  # a server that has failed closes it anyhow
    with httpx.Client(base_url=address, headers=as_sent, timeout=60) as client:
        while waiting and len(pages) < MOST_PAGES:
            path = waiting.pop(0)
            start = time.perf_counter()
            answer = client.get(path)
            seconds = time.perf_counter() - start
            if answer.status_code == 503:
                sys.exit(f"Nothing has been published at {settings().home}: run `make demo` first.")
            if answer.is_error:
                console.print(f"A page links to {path}, which answers {answer.status_code}: left out.", style="red", soft_wrap=True)
                continue
            kind = answer.headers.get("content-type", "").split(";")[0]
            if answer.is_success:
                pages.append(Page(path, kind, seconds, len(answer.content)))
            for link in _onward(answer, address, kind):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
    if waiting:
        console.print(f"There are more than {MOST_PAGES} pages; the others are not read.")
    return pages


def _onward(answer: httpx.Response, address: str, kind: str) -> Iterator[str]:
    """Where an answer leads to on this site, as paths."""
    links = _Links(answer.text).found if kind == "text/html" else []
    for link in [*links, *([answer.headers["location"]] if answer.has_redirect_location else [])]:
        url = urldefrag(urljoin(str(answer.url), link)).url
        parts = urlsplit(url)
        if url.startswith(f"{address}/") and PurePosixPath(parts.path).suffix in READ_SUFFIXES:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _read(address: str, paths: list[str]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK.format(pages=", ".join(json.dumps(path) for path in paths), threads=THREADS))
        script.flush()
        command = ["wrk", f"--threads={THREADS}", f"--connections={READERS}", f"--duration={SECONDS}s", "--timeout=30s"]
        done = subprocess.run([*command, f"--script={script.name}", address], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if told["failed"]:
        sys.exit(f"{told['failed']} of {told['requests']} answers failed, so that there is nothing to tell of the others.")
    return told


def _tell(pages: list[Page], found: dict[str, Any], peak: float) -> None:
    heaviest = max((page for page in pages if page.kind == "text/html"), key=lambda page: page.size)
    slowest = sorted(pages, key=lambda page: -page.seconds)
    shown = Table(f"{READERS} readers, {len(pages)} pages", "found", "budget")
    shown.add_row("half of the answers come within", f"{found['p50'] / 1000:.1f} ms", "")
    shown.add_row("95 of 100 come within", f"{found['p95'] / 1000:.1f} ms", f"{MILLISECONDS} ms")
    shown.add_row("99 of 100 come within", f"{found['p99'] / 1000:.1f} ms", "")
    shown.add_row("answers a second", f"{found['requests'] / found['micros'] * 1_000_000:,.0f}", "")
    shown.add_row(f"heaviest page, {heaviest.path}", f"{heaviest.size / 1000:.1f} KB", f"{KILOBYTES} KB")
    shown.add_row("peak memory of the server (Postgres apart)", f"{peak:.0f} MiB", "")
    console.print(shown)
    first = Table("for its first reader", "ms", "KB")
    for page in slowest[:SHOWN_PAGES]:
        first.add_row(page.path, f"{page.seconds * 1000:.0f}", f"{page.size / 1000:.1f}")
    if more := slowest[SHOWN_PAGES:]:
        first.add_row(f"{len(more)} more, each at most", f"{more[0].seconds * 1000:.0f}", "")
    console.print(first)


if __name__ == "__main__":
    main()
