"""Who may read the pages, by `ICS_ACCESS`. It is asked of every request, whatever server runs the application.

`loopback`: this machine alone. `published_on_loopback`: the same, for a container that listens on a network of its own, while its
host publishes the port on loopback. `proxy`: whom a trusted proxy names in a header. `oidc`: who signs in with an OpenID provider.
`/health` is open to everybody, and says nothing else than that the page is served.
"""

import logging
import time
import warnings
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import httpx
from starlette.datastructures import MutableHeaders, Secret
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ics_insight.dashboard.rendering import render
from ics_insight.errors import Unavailable
from ics_insight.settings import Settings

IDLE_SECONDS = 30 * 60  # without a page asked for; then a reader signs in again
WHOLE_SECONDS = 8 * 60 * 60  # a working day: after it the provider is asked again whether somebody may still read
RENEW_SECONDS = 60  # so seldom the cookie of who goes on reading is written anew
LONGEST = 1000  # characters of an address to come back to: the cookie that keeps it must not pass 4 KB
NEEDS = {
    "proxy": ("proxy_networks", "proxy_header"),
    "oidc": ("public_url", "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_claim", "session_secret"),
}
_OUT_OF_ORDER = (httpx.HTTPError, httpx.InvalidURL, ValueError, RuntimeError)  # no answer, or none that can be understood
_SIGNING = {"/sign-in", "/signed-in", "/sign-out", "/signed-out"}
_log = logging.getLogger(__name__)


class Guard(NamedTuple):
    """What stands before the pages, and the pages of signing in."""

    middleware: list[Middleware]
    routes: list[Route]


def guard(current: Settings) -> Guard:
    """Raises Unavailable when a setting is missing that the chosen access needs."""
    _complete(current)
    if current.access == "oidc":
        signing = _SignIn(current)
        return Guard([Middleware(_KeptByNobody), signing.session(), Middleware(_SignedIn)], signing.routes())
    if current.access == "proxy":
        through = Middleware(_Gate, objection=partial(_not_through_proxy, current))
        return Guard([Middleware(_KeptByNobody), through], [])
    return Guard([Middleware(_Gate, objection=partial(_not_here, peer_counts=current.access == "loopback"))], [])


def check(current: Settings, host: str) -> None:
    """Before anything listens on `host`. Raises Unavailable when everybody could read there, or a setting is missing."""
    if current.access == "loopback" and not _is_loopback(host):
        raise Unavailable(
            f"Everybody who can reach {host} could read the pages, so they are not served: listen on 127.0.0.1, or say who may "
            "read by setting ICS_ACCESS to oidc, proxy or published_on_loopback (docs/for-engineers.md, “Who may read the pages”)."
        )
    _complete(current)


def _complete(current: Settings) -> None:
    missing = [f"ICS_{name.upper()}" for name in NEEDS.get(current.access, ()) if not getattr(current, name)]
    if missing:
        raise Unavailable(f"ICS_ACCESS={current.access} needs more, so the pages are not served: set {', '.join(missing)}.")


def _message(status: int, title: str, said: str) -> Response:
    return HTMLResponse(render("message.html", title=title, said=said), status)


class _KeptByNobody:
    """What only some may read stays in no cache, so that it is gone from the screen after signing out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_header(message: Message) -> None:
            if message["type"] == "http.response.start" and not scope["path"].startswith("/static/"):
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, with_header)


# --- This machine, or a proxy -----------------------------------------------------------------------------------------


class _Gate:
    """Answers 403 with the sentence that `objection` has against a request; an empty one lets it pass."""

    def __init__(self, app: ASGIApp, objection: Callable[[HTTPConnection], str]) -> None:
        self.app, self.objection = app, objection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] == "/health":
            await self.app(scope, receive, send)
            return
        said = self.objection(HTTPConnection(scope))
        answer = _message(403, "You cannot read this page here", said) if said else self.app
        await answer(scope, receive, send)


def _not_here(request: HTTPConnection, peer_counts: bool) -> str:
    """The name counts too: with another one a proxy stands before us, or a page elsewhere has its name lead to this machine."""
    peer = not peer_counts or (request.client is not None and _is_loopback(request.client.host))
    if peer and _is_loopback(_host_named(request)):
        return ""
    return "It can be read only on the machine that it runs on. Whoever runs it can let other people read it (ICS_ACCESS)."


def _not_through_proxy(current: Settings, request: HTTPConnection) -> str:
    peer = _address(request.client.host) if request.client else None
    if peer is None or not any(peer in network for network in current.proxy_networks):
        return "It can be read only through your organisation’s own sign-in. Ask whoever runs it for the right address."
    names = request.headers.getlist(current.proxy_header)
    if len(names) != 1 or not names[0].strip():  # two: the reader sent one of them, and the proxy let it pass
        return "Your organisation’s sign-in did not say who you are. Sign in there first, or tell whoever runs it."
    return ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found  # IPv4 as a socket for both kinds shows it


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host == "localhost"


def _host_named(request: HTTPConnection) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


# --- Signing in with an OpenID provider -------------------------------------------------------------------------------


class _SignedIn:
    """Sends whoever has not signed in, or too long ago, to sign in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in {"/health", *_SIGNING} or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        session, now = scope["session"], time.time()
        if now - session.get("since", 0) >= WHOLE_SECONDS:
            to = quote(scope["path"]) + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            await RedirectResponse(f"/sign-in?{urlencode({'to': to})}", 303)(scope, receive, send)
            return
        if now - session["seen"] >= RENEW_SECONDS:
            session["seen"] = now  # a changed session is signed anew, and its idle time begins again
        await self.app(scope, receive, send)


class _SignIn:
    """The way to the provider and back: authorization code with PKCE, state and nonce. Of a reader nothing is kept but the time."""

    def __init__(self, current: Settings) -> None:
        self.current = current
        self.client = _client(current)

    def session(self) -> Middleware:
        https = self.current.public_url.startswith("https://")
        return Middleware(
            SessionMiddleware,
            secret_key=Secret(self.current.session_secret.get_secret_value()),
            session_cookie="__Host-ics" if https else "ics",  # so named, no other host of the domain can set it
            max_age=IDLE_SECONDS, same_site="lax", https_only=https,
        )  # fmt: skip

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.leave),
            Route("/signed-in", self.come_back),
            Route("/sign-out", self.forget, methods=["POST"]),
            Route("/signed-out", self.gone),
        ]

    async def leave(self, request: Request) -> Response:
        request.session.clear()  # of those that were begun and not ended: a cookie holds few
        request.session["to"] = on_this_site(request.query_params.get("to", "/"))
        try:
            await self._metadata()
            answer: Response = await self.client.authorize_redirect(request, f"{self.current.public_url}/signed-in")
        except _OUT_OF_ORDER as error:
            return _unreachable(error)
        return answer

    async def come_back(self, request: Request) -> Response:
        from authlib.integrations.starlette_client import OAuthError
        from joserfc.errors import JoseError

        to = on_this_site(request.session.get("to", "/"))
        try:
            claims = await self._claims(request)
        except (OAuthError, JoseError) as error:
            _log.warning("Signing in failed: %s", _in_a_line(error))
            said = "Your organisation’s sign-in did not let you in, or it took too long. Go to the start to try again."
            return _message(403, "You are not signed in", said)
        except _OUT_OF_ORDER as error:
            return _unreachable(error)
        request.session.clear()
        if not self._may_read(claims):
            said = "You signed in, but your account is not one that may read this. Ask whoever runs it to let you in."
            return _message(403, "You may not read this", said)
        request.session["since"] = request.session["seen"] = time.time()
        return RedirectResponse(to, 303)

    async def forget(self, request: Request) -> Response:
        request.session.clear()
        return RedirectResponse("/signed-out", 303)

    async def gone(self, _: Request) -> Response:
        """Who is signed out here may still be signed in at the provider, and would come in again without being asked."""
        try:
            there = (await self._metadata()).get("end_session_endpoint", "")
        except _OUT_OF_ORDER:
            there = ""
        also = f"{there}?{urlencode({'client_id': self.current.oidc_client_id})}" if there else ""
        return HTMLResponse(render("signed_out.html", also=also))

    async def _metadata(self) -> dict[str, Any]:
        """The provider's description of itself, fetched once. Raises ValueError when it is another's (OpenID Discovery 4.3)."""
        found: dict[str, Any] = await self.client.load_server_metadata()
        if str(found.get("issuer")).rstrip("/") != self.current.oidc_issuer.rstrip("/"):
            raise ValueError("the discovery document names another issuer")
        return found

    async def _claims(self, request: Request) -> dict[str, Any]:
        """What the provider says of the reader. Raises OAuthError and JoseError for what is not to be believed."""
        from joserfc.errors import MissingClaimError

        issuer = (await self._metadata())["issuer"]
        options = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": self.current.oidc_client_id},
        }
        token = await self.client.authorize_access_token(request, claims_options=options)
        if not token.get("userinfo"):
            raise MissingClaimError("id_token")
        claims: dict[str, Any] = token["userinfo"]
        return claims

    def _may_read(self, claims: dict[str, Any]) -> bool:
        said = claims.get(self.current.oidc_claim)
        values = said if isinstance(said, list) else [said]
        return not self.current.oidc_values or any(value in self.current.oidc_values for value in values)


def _client(current: Settings) -> Any:
    from authlib.deprecate import AuthlibDeprecationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # it would rather use another HTTP client: no reader's concern
        from authlib.integrations.starlette_client import OAuth
    return OAuth().register(
        "provider",
        client_id=current.oidc_client_id,
        client_secret=current.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{current.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": f"openid {current.oidc_scope}".strip(), "code_challenge_method": "S256", "timeout": 10},
    )


def _unreachable(error: Exception) -> Response:
    _log.warning("The OpenID provider (ICS_OIDC_ISSUER) does not answer as it should: %s", _in_a_line(error))
    said = "The sign-in service of your organisation does not answer. Try again in a few minutes."
    return _message(503, "You cannot sign in just now", said)


def _in_a_line(error: Exception) -> str:
    """Some of it is what a browser sent: no line end of it may begin another line of a log."""
    return repr(f"{type(error).__name__}: {error}"[:300])


def on_this_site(to: str) -> str:
    r"""`to` if it is a path of this site, else the start. Browsers take `//` for another host, `\` for `/`, and leave out tabs."""
    plain = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if plain and len(to) <= LONGEST else "/"
