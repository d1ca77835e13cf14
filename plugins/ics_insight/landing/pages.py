"""Finding files on a publisher's pages: by what their links say, since their names differ from month to month."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from ics_insight.errors import Unavailable
from ics_insight.landing.web import Web, shown
from ics_insight.origins import Page


@dataclass(frozen=True)
class Link:
    """A link as a browser would follow it: its absolute address, without what follows a #, and its text."""

    address: str
    text: str

    @property
    def same(self) -> tuple[str, str, str]:
        """Equal for two spellings of one address: with http or https, percent-encoded or not."""
        parts = urlsplit(self.address)
        return parts.netloc.lower(), unquote(parts.path), unquote(parts.query)

    def matches(self, pattern: str) -> bool:
        return any(re.search(pattern, where, flags=re.IGNORECASE) for where in (unquote(self.address), self.text))


def find_files(page: Page, web: Web) -> list[str]:
    """Addresses of the files that a page lists, and that the pages list which it leads to, each once, in the order of the pages.

    Raises Unavailable when a page cannot be read, or when there is not one such file: then the page has changed.
    """
    first = _links(page.url, web)
    followed = [link for link in first if page.follow and link.matches(page.follow)]
    links = [*first, *(link for inner in followed for link in _links(inner.address, web))]
    files = {link.same: link.address for link in reversed(links) if link.matches(page.links)}
    if not files:
        looked = f" nor do the {len(followed)} pages that it leads to" if page.follow else ""
        raise Unavailable(f"{shown(page.url)} lists no file that matches “{page.links}”{looked}; the page may have changed.")
    return list(reversed(files.values()))


def links(html: str, address: str) -> list[Link]:
    """The links of a page that was found at this address, each once."""
    parser = _Links(address)
    parser.feed(html)
    parser.close()
    return list({link.same: link for link in reversed(parser.found)}.values())[::-1]


def _links(url: str, web: Web) -> list[Link]:
    content, fetched = web.read(url)
    return links(_text(content, fetched.encoding), fetched.address)


def _text(content: bytes, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "utf-8"
    return content.decode(encoding, errors="replace")


class _Links(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._base = address
        self._href: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Some publishers offer their files in a drop-down, whose options hold the addresses.
        href = dict(attrs).get("value" if tag == "option" else "href")
        if tag == "base" and href:
            self._base = urljoin(self._base, href)
        if tag in ("a", "option"):
            self._end()
            self._href = href

    def handle_endtag(self, tag: str) -> None:
        if tag in ("a", "option"):
            self._end()

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        """The link that was open is whole; a page may well open the next one without closing it."""
        if self._href:
            self.found += _link(self._base, self._href, " ".join("".join(self._text).split()))
        self._href, self._text = None, []


def _link(base: str, href: str, text: str) -> Iterator[Link]:
    try:
        address = urldefrag(urljoin(base, href.strip())).url
        parts = urlsplit(address)
    except ValueError:  # no address at all
        return
    if parts.scheme in ("http", "https") and parts.hostname:
        yield Link(quote(address, safe="%/:?#[]@!$&'()*+,;=-._~"), text)
