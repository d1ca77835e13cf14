"""The web application: `application()` makes it. Pages are rendered once for each publication and then served from memory."""

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ics_insight.dashboard import access, measure_queries, paper, queries
from ics_insight.dashboard.board_pack import pack_page
from ics_insight.dashboard.checks import checks_page
from ics_insight.dashboard.heard import heard_page
from ics_insight.dashboard.known import Choice, known_page
from ics_insight.dashboard.known_queries import knowledge
from ics_insight.dashboard.measure import measure_page
from ics_insight.dashboard.measures import measures_page
from ics_insight.dashboard.organisation import organisation_page
from ics_insight.dashboard.overview import overview_page
from ics_insight.dashboard.overview_queries import overview
from ics_insight.dashboard.pathway_queries import journey, journeys
from ics_insight.dashboard.pathways import pathway_page, pathways_page
from ics_insight.dashboard.places import places_page
from ics_insight.dashboard.places_queries import places
from ics_insight.dashboard.rendering import Page, render
from ics_insight.dashboard.services import services_page
from ics_insight.dashboard.standing import standing_page
from ics_insight.dashboard.standing_queries import standing
from ics_insight.dashboard.unheard_queries import unheard
from ics_insight.errors import NotInstalled, Unavailable
from ics_insight.settings import settings

T = TypeVar("T")
FRESH_SECONDS = 2.0  # for how long a page may lag behind a new publication
MOST_HELD = 1000  # pages and files; of a large board these are some 60 MB
MOST_FOUND = 100  # of what was searched for: anybody can ask for any number of these
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_CODE = re.compile(r"[A-Za-z0-9_:+ .-]{1,60}")
NO_CODE = "unknown"  # in the place of what was looked for and can be the code of nothing
_ODS = ("code", "organisation")  # their case does not matter
_log = logging.getLogger(__name__)


def application() -> Starlette:
    """The dashboard as an ASGI application, as in `uvicorn --factory ics_insight.dashboard:application`.

    Raises Unavailable when a setting is missing that `ICS_ACCESS` needs.
    """
    guard = access.guard(settings())
    app = Starlette(
        routes=[
            Route("/", _start),
            *(route for path, make in PAGES.items() for route in _routes(path, make)),
            Route("/health", _health),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
            *guard.routes,
        ],
        middleware=[Middleware(_SecurityHeaders, provider=_provider()), *guard.middleware],
        exception_handlers={HTTPException: _refused, NotInstalled: _cannot, Unavailable: _not_ready},  # type: ignore[dict-item]
    )
    app.state.pages = _Pages()
    app.state.one_at_a_time = CapacityLimiter(1)  # who waits for a document holds up nobody who reads a page
    return app


def _provider() -> str:
    current = settings()
    issuer = urlsplit(str(current.oidc_issuer))
    return f"{issuer.scheme}://{issuer.netloc}" if current.access == "oidc" else ""


class _Pages:
    """Pages of the present publication, and what was made of them; a new publication empties it, and beyond `MOST_HELD` of them,
    or `MOST_FOUND` of what was searched for, the one that was not asked for longest goes."""

    def __init__(self) -> None:
        self._lock = RLock()  # making a file asks for its page
        self._documents_lock = RLock()  # a document takes seconds: pages do not wait for it
        self._held: tuple[OrderedDict[str, Any], OrderedDict[str, Any]] = (OrderedDict(), OrderedDict())
        self._version: datetime | None = None
        self._asked = float("-inf")

    def get(self, address: str, make: Callable[[], T], *, document: bool = False, searched: bool = False) -> T:
        """What stands at `address`; `make` makes it when this publication's is not held yet, for one reader at a time."""
        self._follow()
        held = self._held[searched]  # the one of this publication, also when the next arrives while the page is rendered
        with suppress(KeyError):
            held.move_to_end(address)
            found: T = held[address]
            return found
        with self._documents_lock if document else self._lock:
            made: T | None = held.get(address)
            if made is None:
                made = held[address] = make()
                while len(held) > (MOST_FOUND if searched else MOST_HELD):
                    held.popitem(last=False)
            return made

    @property
    def published_at(self) -> datetime:
        """When what is held was published."""
        return self._version or queries.published_at()

    def _follow(self) -> None:
        """Ask whether something was published since; one reader does, and the others go on with what is held."""
        if time.monotonic() - self._asked < FRESH_SECONDS:
            return
        self._asked = time.monotonic()
        try:
            version = queries.published_at()
        except Unavailable:
            self._asked = float("-inf")
            raise
        if version != self._version:
            self._held, self._version = (OrderedDict(), OrderedDict()), version


def _routes(path: str, make: Callable[..., Page | None]) -> list[Route]:
    """A page, and its drawings and tables as files."""

    def page(request: Request) -> Page:
        known = _known(request, path)

        def made() -> Page:
            found = make(**known) if all(_CODE.fullmatch(value) for value in known.values()) else None
            if found is None:  # raised, so that made-up codes do not fill the memory
                raise HTTPException(404, f"No data is held for “{' '.join(known.values())}”.")
            return found

        held: _Pages = request.app.state.pages
        day = datetime.now(UTC).date() if path in DAILY else ""
        return held.get(f"{path} {known} {day}", made, searched=_is_search(request, path))

    def file(request: Request, kind: str, content: Callable[[Page], str | bytes | None], document: bool = False) -> Response:
        def made() -> str | bytes:
            found = content(page(request))
            if found is None:
                raise HTTPException(404, "There is no such file of this page.")
            return found

        held: _Pages = request.app.state.pages
        day = datetime.now(UTC).date() if path in DAILY else ""
        address = f"{request.url.path} {_known(request, path)} {day}"
        found = held.get(address, made, document=document, searched=_is_search(request, path))
        where = "attachment" if kind == "text/csv" else "inline"
        named = {"Content-Disposition": f'{where}; filename="{request.url.path.strip("/").replace("/", "-")}"'}
        return Response(found, media_type=kind, headers=named)

    def html(request: Request) -> Response:
        return HTMLResponse(page(request).html)

    def csv(request: Request) -> Response:
        return file(request, "text/csv", lambda page: page.csv(request.path_params["key"]))

    def png(request: Request) -> Response:
        return file(request, "image/png", lambda page: page.png(request.path_params["key"]))

    files = [Route(f"{path}/{{key}}.csv", csv), Route(f"{path}/{{key}}.png", png)]
    return [*files, *_documents(path, file), Route(path, html)]


def _documents(path: str, file: Callable[..., Response]) -> list[Route]:
    """A page as PDF, and as slides where it is a pack. That takes seconds: one is made at a time, and nobody else waits."""

    def route(suffix: str, kind: str, content: Callable[[Page, datetime], bytes | None]) -> Route:
        async def document(request: Request) -> Response:
            def made() -> Response:
                published_at = request.app.state.pages.published_at
                return file(request, kind, lambda page: content(page, page.published_at or published_at), document=True)

            return await to_thread.run_sync(made, limiter=request.app.state.one_at_a_time)

        return Route(f"{path}.{suffix}", document)

    return [
        route("pdf", "application/pdf", lambda page, published_at: paper.pdf(page.html, published_at)),
        route("pptx", PPTX, lambda page, _: page.slides() if page.slides else None),
    ]


def _known(request: Request, path: str) -> dict[str, str]:
    """What a page is asked for: the codes in its address, and of a search what is looked for."""
    known = {name: value.upper() if name in _ODS else value for name, value in request.path_params.items() if name != "key"}
    asked = {name: request.query_params.get(name, "") for name in SEARCHED.get(path, ())}
    return known | {name: value if _CODE.fullmatch(value) else NO_CODE for name, value in asked.items() if value}


def _is_search(request: Request, path: str) -> bool:
    return any(request.query_params.get(name) for name in SEARCHED.get(path, ()))


def _start(request: Request) -> Response:
    own = settings().icb.upper()
    if own:
        return RedirectResponse(f"/icb/{own}")
    pages: _Pages = request.app.state.pages
    return HTMLResponse(pages.get("/", lambda: render("icbs.html", icbs=queries.icbs())))


def _overview(code: str) -> Page | None:
    found = overview(code)
    return overview_page(found) if found else None


def _services(code: str) -> Page | None:
    found = queries.picture(code)
    return services_page(found) if found else None


def _heard(code: str) -> Page | None:
    found = queries.hearing(code)
    return heard_page(found, unheard(code)) if found else None


def _measures(code: str) -> Page | None:
    found = measure_queries.listed(code)
    return measures_page(found) if found else None


def _organisation(code: str, organisation: str) -> Page | None:
    found = measure_queries.seen(code, organisation)
    return organisation_page(found) if found else None


def _measure(code: str, measure: str) -> Page | None:
    found = measure_queries.measured(code, measure)
    return measure_page(found) if found else None


def _places(code: str) -> Page | None:
    found = places(code)
    return places_page(found) if found else None


def _pathways(code: str) -> Page | None:
    found = journeys(code)
    return pathways_page(found) if found else None


def _pathway(code: str, pathway: str, year: str = "") -> Page | None:
    found = journey(code, pathway, year)
    return pathway_page(found) if found else None


def _what_is_known(code: str, theme: str = "", place: str = "", group: str = "") -> Page | None:
    found = knowledge(code)
    return known_page(found, Choice(theme, place, group)) if found else None


def _data(code: str) -> Page | None:
    found = standing(code)
    return standing_page(found, datetime.now(UTC).date()) if found else None


def _checks() -> Page:
    return checks_page(*queries.expectations())


PAGES: dict[str, Callable[..., Page | None]] = {
    "/icb/{code}": _overview,
    "/icb/{code}/services": _services,
    "/icb/{code}/heard": _heard,
    "/icb/{code}/measures": _measures,
    "/icb/{code}/measure/{measure}": _measure,
    "/icb/{code}/organisation/{organisation}": _organisation,
    "/icb/{code}/places": _places,
    "/icb/{code}/pathways": _pathways,
    "/icb/{code}/pathway/{pathway}": _pathway,
    "/icb/{code}/known": _what_is_known,
    "/icb/{code}/data": _data,
    "/icb/{code}/pack": pack_page,  # before its months, among which its files would be looked for
    "/icb/{code}/pack/{month}": pack_page,
    "/checks": _checks,
}
DAILY = ("/icb/{code}/data",)  # pages that say how old something is today
SEARCHED: dict[str, tuple[str, ...]] = {  # by page, what its form or its links may ask for
    "/icb/{code}/pathway/{pathway}": ("year",),
    "/icb/{code}/known": ("theme", "place", "group"),
}


def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


def _refused(_: Request, error: HTTPException) -> Response:
    title = "Page not found" if error.status_code == 404 else error.detail
    said = "There is no page at this address." if error.detail == "Not Found" else error.detail
    return HTMLResponse(render("message.html", title=title, said=said), error.status_code, error.headers)


def _cannot(_: Request, error: NotInstalled) -> Response:
    return HTMLResponse(render("message.html", title="This cannot be made here", said=str(error)), 501)


def _not_ready(_: Request, error: Unavailable) -> Response:
    _log.warning("Not ready: %s", error)  # for whoever runs it; readers learn what to do, not where the database is
    return HTMLResponse(render("not_ready.html"), 503)


class _SecurityHeaders:
    """`provider` is where a form may end beside here: whoever is signed out by then is sent to sign in again."""

    def __init__(self, app: ASGIApp, provider: str) -> None:
        self.app = app
        policy = HEADERS["Content-Security-Policy"].replace("form-action 'self'", f"form-action 'self' {provider}".rstrip())
        self.headers = {**HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, with_headers)
