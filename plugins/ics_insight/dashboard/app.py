"""The web application: `application()` makes it. Pages are rendered once for each publication and then served from memory."""

import logging
import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Lock

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ics_insight.dashboard import access, queries
from ics_insight.dashboard.checks import checks_page
from ics_insight.dashboard.heard import heard_csv, heard_page, heard_picture
from ics_insight.dashboard.page import icb_page, render
from ics_insight.errors import Unavailable
from ics_insight.settings import settings

FRESH_SECONDS = 2.0  # for how long a page may lag behind a new publication
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_ODS_CODE = re.compile(r"[A-Z0-9]{1,10}")
_log = logging.getLogger(__name__)


def application() -> Starlette:
    """The dashboard as an ASGI application, as in `uvicorn --factory ics_insight.dashboard:application`.

    Raises Unavailable when a setting is missing that `ICS_ACCESS` needs.
    """
    guard = access.guard(settings())
    app = Starlette(
        routes=[
            Route("/", _start),
            Route("/icb/{code}", _icb),
            Route("/icb/{code}/heard", _heard),
            Route("/icb/{code}/heard.csv", _heard_csv),
            Route("/icb/{code}/heard/{number:int}.png", _heard_picture),
            Route("/checks", _checks),
            Route("/health", _health),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
            *guard.routes,
        ],
        middleware=[Middleware(_SecurityHeaders), *guard.middleware],
        exception_handlers={HTTPException: _refused, Unavailable: _not_ready},  # type: ignore[dict-item]
    )
    app.state.pages = _Pages()
    return app


class _Pages:
    """Rendered pages of the present publication; a new publication empties it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, bytes] = {}
        self._version: datetime | None = None
        self._asked = float("-inf")

    def get(self, path: str, make: Callable[[], str | bytes]) -> bytes:
        """The page at `path`; `make` renders it when this publication's is not held yet, for one reader at a time."""
        self._follow()
        held = self._held  # the one of this publication, also when the next arrives while the page is rendered
        if path not in held:
            with self._lock:
                if path not in held:
                    made = make()
                    held[path] = made if isinstance(made, bytes) else made.encode()
        return held[path]

    def _follow(self) -> None:
        if time.monotonic() - self._asked < FRESH_SECONDS:
            return
        version = queries.published_at()
        if version != self._version:
            self._held, self._version = {}, version
        self._asked = time.monotonic()


def _start(request: Request) -> Response:
    own = settings().icb.upper()
    if own:
        return RedirectResponse(request.url_for("_icb", code=own).path)
    return HTMLResponse(request.app.state.pages.get("/", lambda: render("icbs.html", icbs=queries.icbs())))


def _icb(request: Request) -> Response:
    code = request.path_params["code"].upper()

    def make() -> str:
        picture = queries.picture(code) if _ODS_CODE.fullmatch(code) else None
        if picture is None:  # raised, so that made-up codes do not fill the memory
            raise _unknown(code)
        return icb_page(picture)

    return HTMLResponse(request.app.state.pages.get(f"/icb/{code}", make))


def _heard(request: Request) -> Response:
    code = request.path_params["code"].upper()
    return HTMLResponse(request.app.state.pages.get(f"/icb/{code}/heard", lambda: heard_page(_hearing(code))))


def _heard_csv(request: Request) -> Response:
    code = request.path_params["code"].upper()
    content = request.app.state.pages.get(f"/icb/{code}/heard.csv", lambda: heard_csv(_hearing(code)))
    named = {"Content-Disposition": f'attachment; filename="who-is-heard-{code}.csv"'}
    return Response(content, media_type="text/csv", headers=named)


def _heard_picture(request: Request) -> Response:
    code, number = request.path_params["code"].upper(), request.path_params["number"]

    def make() -> bytes:
        picture = heard_picture(_hearing(code), number)
        if picture is None:
            raise HTTPException(404, "There is no such picture.")
        return picture

    return Response(request.app.state.pages.get(f"/icb/{code}/heard/{number}.png", make), media_type="image/png")


def _hearing(code: str) -> queries.Hearing:
    found = queries.hearing(code) if _ODS_CODE.fullmatch(code) else None
    if found is None:
        raise _unknown(code)
    return found


def _unknown(code: str) -> HTTPException:
    return HTTPException(404, f"No data is held for an ICB with the code “{code}”.")


def _checks(request: Request) -> Response:
    return HTMLResponse(request.app.state.pages.get("/checks", lambda: checks_page(*queries.expectations())))


def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


def _refused(_: Request, error: HTTPException) -> Response:
    title = "Page not found" if error.status_code == 404 else error.detail
    said = "There is no page at this address." if error.detail == "Not Found" else error.detail
    return HTMLResponse(render("message.html", title=title, said=said), error.status_code, error.headers)


def _not_ready(_: Request, error: Unavailable) -> Response:
    _log.warning("Not ready: %s", error)  # for whoever runs it; readers learn what to do, not where the database is
    return HTMLResponse(render("not_ready.html"), 503)


class _SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers)
