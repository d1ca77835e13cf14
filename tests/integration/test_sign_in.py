"""Readers sign in: over real HTTP, with a real OpenID provider."""

import base64
import contextlib
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import itsdangerous
import oidc_provider_mock
import pytest
from werkzeug.serving import make_server

from ics_insight.dashboard import application
from ics_insight.settings import settings
from published_fixture import PAGES, published  # noqa: F401
from serving import CLIENT_SECRET, SESSION_SECRET, closed, ics_serve, served, signing

pytestmark = [
    pytest.mark.usefixtures("published"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),  # the provider's own affair
]

READER, STRANGER = "reader@vale.example", "stranger@vale.example"
OF_US = "a reader whose token says that it was issued to us"
USERS = [
    oidc_provider_mock.User(sub=OF_US, claims={"azp": "insight"}),
    oidc_provider_mock.User(sub=READER, claims={"groups": ["insight readers", "everybody"]}),
    oidc_provider_mock.User(sub=STRANGER, claims={"groups": ["everybody"]}),
]
ASKED = "/icb/QZA/heard?by=ethnicity&a=%2F"


@contextmanager
def provider(**options: Any) -> Iterator[str]:
    with oidc_provider_mock.run_server_in_thread(user_claims=USERS, **options) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(require_nonce=True) as address:
        yield address


@pytest.fixture(scope="module")
def pages(issuer: str, request: pytest.FixtureRequest) -> Iterator[str]:
    request.getfixturevalue("published")
    with served(**signing(issuer, ICS_OIDC_VALUES='["insight readers", "board"]')) as address:
        yield address


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


def follow(browser: httpx.Client, answer: httpx.Response, until: Callable[[httpx.Response], bool] | None = None) -> httpx.Response:
    """Where the redirects lead, or the first of them that is looked for."""
    while answer.next_request and not (until and until(answer)):
        answer = browser.send(answer.next_request)
    return answer


def leads_back(answer: httpx.Response) -> bool:
    return "/signed-in?" in answer.headers["location"]


def sign_in(
    browser: httpx.Client, address: str, who: str = READER, alter: Callable[[str], str] = str, **options: Any
) -> httpx.Response:
    """Ask for a page, and do what a person does at the provider. `alter` changes the address that its form is sent to."""
    form = follow(browser, browser.get(address))
    assert form.url.path == "/oauth2/authorize", form.text
    return follow(browser, browser.post(alter(str(form.url)), data={"sub": who}), **options)


# --- Signing in -------------------------------------------------------------------------------------------------------


def test_a_reader_signs_in_and_comes_to_the_page_that_was_asked_for(browser: httpx.Client, pages: str) -> None:
    form = follow(browser, browser.get(pages + ASKED))
    sent = parse_qs(form.url.query.decode())
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["redirect_uri"] == [f"{pages}/signed-in"]
    assert sent["scope"] == ["openid"]
    assert all(len(sent[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    page = follow(browser, browser.post(form.url, data={"sub": READER}))
    assert page.url == pages + ASKED
    assert page.status_code == 200
    assert "Seldom heard" in page.text
    assert '<form method="post" action="/sign-out"><button>Sign out</button></form>' in page.text
    assert page.headers["cache-control"] == "no-store"
    table = re.findall(r'href="(/icb/QZA/heard[^"]*\.csv)"', page.text)[0]
    assert browser.get(pages + table).headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("path", [*PAGES, "/icb/QZA.pdf", "/icb/QZA/heard/seldom.csv", "/nowhere", "/health/", "/statics"])
def test_nothing_is_shown_before(browser: httpx.Client, pages: str, path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = browser.request(method, pages + path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?to=%2F")
        assert answer.content == b""


@pytest.mark.parametrize(("path", "kind"), [("/health", "text/plain"), ("/static/style.css", "text/css")])
def test_health_and_style_are_open(browser: httpx.Client, pages: str, path: str, kind: str) -> None:
    answer = browser.get(pages + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("public", "name", "secure"), [("ADDRESS", "ics", False), ("https://insight.example", "__Host-ics", True)])
def test_the_cookie_is_for_this_site_alone(browser: httpx.Client, issuer: str, public: str, name: str, secure: bool) -> None:
    with served(**signing(issuer, ICS_PUBLIC_URL=public)) as address:
        answer = browser.get(f"{address}/sign-in")
    first, *flags = answer.headers["set-cookie"].split("; ")
    assert first.startswith(f"{name}=")
    assert {"httponly", "samesite=lax", "path=/", f"Max-Age={30 * 60}"} <= set(flags)
    assert ("secure" in flags) is secure
    back = parse_qs(urlsplit(answer.headers["location"]).query)["redirect_uri"]
    assert back == [f"{public.replace('ADDRESS', address)}/signed-in"]


def test_a_state_that_we_did_not_give_is_refused(browser: httpx.Client, pages: str) -> None:
    back = sign_in(browser, pages, until=leads_back)
    code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
    answer = browser.get(f"{pages}/signed-in", params={"code": code, "state": "another"})
    assert answer.status_code == 403
    assert "<h1>You are not signed in</h1>" in answer.text
    assert browser.get(f"{pages}/checks").status_code == 303


def test_the_way_back_is_of_the_browser_that_left_alone(browser: httpx.Client, pages: str) -> None:
    back = sign_in(browser, pages, until=leads_back)
    with httpx.Client(timeout=60) as other:
        assert other.get(back.headers["location"]).status_code == 403
        assert other.get(f"{pages}/checks").status_code == 303
    assert follow(browser, back).status_code == 200


def test_a_code_is_good_once(browser: httpx.Client, pages: str) -> None:
    back = sign_in(browser, pages, until=leads_back)
    assert follow(browser, back).status_code == 200
    assert browser.get(back.headers["location"]).status_code == 403


def test_a_token_for_another_nonce_is_refused(browser: httpx.Client, pages: str) -> None:
    answer = sign_in(browser, pages, alter=lambda url: re.sub("nonce=[^&]+", "nonce=of-another-day", url))
    assert answer.status_code == 403
    assert browser.get(f"{pages}/checks").status_code == 303


def test_a_token_that_has_expired_is_refused(browser: httpx.Client) -> None:
    with provider(access_token_max_age=timedelta(minutes=-10)) as old, served(**signing(old)) as address:
        assert sign_in(browser, address).status_code == 403
        assert browser.get(f"{address}/checks").status_code == 303


@contextmanager
def provider_that(change: Callable[[dict[str, Any]], None]) -> Iterator[str]:
    """A provider that sees every request as `change` makes it (WSGI)."""
    app = oidc_provider_mock.app(user_claims=USERS)

    def changed(environ: dict[str, Any], start_response: Any) -> Any:
        change(environ)
        return app(environ, start_response)

    server = make_server("localhost", 0, changed, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def as_another_client(environ: dict[str, Any]) -> None:
    environ["QUERY_STRING"] = environ["QUERY_STRING"].replace("client_id=insight", "client_id=another")
    if environ["PATH_INFO"] == "/oauth2/token":
        environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(b"another:x").decode()


def as_another_host(environ: dict[str, Any]) -> None:
    environ["HTTP_HOST"] = "localhost:1"


def test_a_token_for_another_application_is_refused(browser: httpx.Client) -> None:
    with provider_that(as_another_client) as theirs, served(**signing(theirs)) as address:
        assert sign_in(browser, address, OF_US).status_code == 403
        assert browser.get(f"{address}/checks").status_code == 303


def test_a_provider_that_calls_itself_another_is_not_asked(browser: httpx.Client) -> None:
    with provider_that(as_another_host) as theirs, served(**signing(theirs)) as address:
        assert browser.get(f"{address}/sign-in").status_code == 503


def test_who_may_not_read_signs_in_and_is_told_so(browser: httpx.Client, pages: str) -> None:
    answer = sign_in(browser, pages, STRANGER)
    assert answer.status_code == 403
    assert "your account is not one that may read this" in answer.text
    assert browser.get(f"{pages}/checks").status_code == 303


@pytest.mark.parametrize(
    ("claim", "values", "status"),
    [
        ("groups", '["everybody"]', 200),
        ("groups", "[]", 200),
        ("sub", f'["{READER}", "{STRANGER}"]', 200),
        ("sub", f'["{READER}"]', 403),
        ("groups", '["every"]', 403),
        ("groups", '["everybody else"]', 403),
        ("nothing", '["everybody"]', 403),
    ],
)
def test_which_values_of_which_claim_may_read(browser: httpx.Client, issuer: str, claim: str, values: str, status: int) -> None:
    with served(**signing(issuer, ICS_OIDC_CLAIM=claim, ICS_OIDC_VALUES=values)) as address:
        assert sign_in(browser, f"{address}/checks", STRANGER).status_code == status


def test_who_says_no_at_the_provider_is_not_signed_in(browser: httpx.Client, pages: str) -> None:
    form = follow(browser, browser.get(pages))
    refused = browser.post(form.url, data={"action": "deny"})
    assert "error=access_denied" in refused.headers["location"]
    answer = follow(browser, refused)
    assert answer.status_code == 403
    assert "Go to the start to try again" in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "evil.example", "javascript:alert(1)",
     "", "/" + "x" * 4000],
)  # fmt: skip
def test_signing_in_leads_to_this_site_alone(browser: httpx.Client, pages: str, elsewhere: str) -> None:
    form = follow(browser, browser.get(f"{pages}/sign-in", params={"to": elsewhere}))
    back = browser.send(browser.post(form.url, data={"sub": READER}).next_request)  # type: ignore[arg-type]
    assert back.headers["location"] == "/"


def test_a_path_that_looks_like_another_host_does_not_lead_there(browser: httpx.Client, pages: str) -> None:
    page = sign_in(browser, f"{pages}//evil.example/x")
    assert str(page.url) == f"{pages}/"


def test_signing_out_ends_it_here_and_says_that_the_provider_goes_on(browser: httpx.Client, pages: str, issuer: str) -> None:
    assert sign_in(browser, f"{pages}/checks").status_code == 200
    page = follow(browser, browser.post(f"{pages}/sign-out"))
    assert page.status_code == 200
    assert "<h1>You are signed out</h1>" in page.text
    assert f'<a href="{issuer}/oauth2/end_session?client_id=insight">' in page.text
    assert browser.cookies.get("ics") is None
    assert browser.get(f"{pages}/checks").status_code == 303


def test_another_site_cannot_sign_a_reader_out_by_a_link(browser: httpx.Client, pages: str) -> None:
    assert sign_in(browser, f"{pages}/checks").status_code == 200
    assert browser.get(f"{pages}/sign-out").status_code == 405
    assert browser.get(f"{pages}/checks").status_code == 200


# --- The cookie -------------------------------------------------------------------------------------------------------


def cookie(secret: str = SESSION_SECRET, signed: float = 0, since: float = 0, seen: float = 0) -> dict[str, str]:
    """The cookie of who signed in `since` seconds ago, made by whoever knows the secret, and signed so many seconds ago."""

    class Signer(itsdangerous.TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time() - signed)

    session = {"since": time.time() - since, "seen": time.time() - seen}
    return {"Cookie": f"ics={Signer(secret).sign(base64.b64encode(json.dumps(session).encode())).decode()}"}


def test_a_cookie_lasts_while_it_is_used_and_no_longer_than_a_working_day(browser: httpx.Client, pages: str) -> None:
    idle, whole = 30 * 60, 8 * 60 * 60

    def status(**made: Any) -> int:
        return browser.get(f"{pages}/checks", headers=cookie(**made)).status_code

    assert status() == 200
    assert status(signed=idle - 60, since=idle - 60, seen=idle - 60) == 200
    assert status(signed=idle + 60, since=idle + 60, seen=idle + 60) == 303
    assert status(since=whole - 60) == 200
    assert status(since=whole + 60) == 303


def test_a_cookie_is_made_anew_while_it_is_used(browser: httpx.Client, pages: str) -> None:
    again = browser.get(f"{pages}/checks", headers=cookie(since=20 * 60, seen=20 * 60))
    held = json.loads(base64.b64decode(again.cookies["ics"].split(".")[0]))
    assert held["seen"] - held["since"] >= 20 * 60 - 1, "signing in counts from when it was"
    assert "set-cookie" not in browser.get(f"{pages}/checks", headers=cookie()).headers


def test_a_cookie_that_we_did_not_sign_is_none(browser: httpx.Client, pages: str) -> None:
    assert sign_in(browser, f"{pages}/checks").status_code == 200
    payload, rest = browser.cookies["ics"].split(".", 1)
    longer = base64.b64encode(base64.b64decode(payload).replace(b'"since": ', b'"since": 9')).decode()
    for held in (f"{longer}.{rest}", f"{payload}.{rest[:-1]}", payload, "x", f"{payload}.{rest}x"):
        with httpx.Client(cookies={"ics": held}, timeout=60) as other:
            assert other.get(f"{pages}/checks").status_code == 303
    assert browser.get(f"{pages}/checks", headers=cookie(secret="a" * 32)).status_code == 303


# --- When something is amiss ------------------------------------------------------------------------------------------


def test_without_the_provider_a_page_says_so(browser: httpx.Client) -> None:
    with served(**signing(closed())) as address:
        answer = follow(browser, browser.get(f"{address}/checks"))
        assert browser.get(f"{address}/signed-out").status_code == 200
        assert browser.get(f"{address}/health").status_code == 200
    assert answer.status_code == 503
    assert "The sign-in service of your organisation does not answer." in answer.text
    assert "Traceback" not in answer.text


def test_a_provider_that_answers_with_something_else_is_out_of_order_too(browser: httpx.Client, issuer: str) -> None:
    with served(**signing(f"{issuer}/realms/none")) as address:
        assert browser.get(f"{address}/sign-in").status_code == 503


def test_a_provider_that_goes_away_on_the_way_back(browser: httpx.Client) -> None:
    with contextlib.ExitStack() as first:
        theirs = first.enter_context(provider())
        with served(**signing(theirs)) as address:
            back = sign_in(browser, address, until=leads_back)
            first.close()
            answer = browser.get(back.headers["location"])
    assert answer.status_code == 503
    assert "Try again in a few minutes." in answer.text


def test_no_secret_is_told(browser: httpx.Client, issuer: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with served(**signing(issuer)) as address:
        app = application()
        told += [repr(settings()), repr(app.user_middleware), repr(app.routes), repr(vars(app))]
        told.append(sign_in(browser, f"{address}/checks").text)
        for path in ("/checks", "/signed-in?code=x&state=y", "/signed-in?error=x%0Ay", "/signed-out"):
            told.append(browser.get(address + path).text)
    with served(**signing(closed())) as address:
        told.append(browser.get(f"{address}/sign-in").text)
    said = [record.getMessage() for record in caplog.records]
    told += [*said, *(str(vars(record)) for record in caplog.records)]
    assert any("Signing in failed" in each for each in said)
    assert any("does not answer as it should" in each for each in said)
    assert not [each for each in said if "Signing in failed" in each and "\n" in each]
    assert [each for each in told if CLIENT_SECRET in each or SESSION_SECRET in each] == []


def test_ics_serve_lets_readers_sign_in_and_says_nothing_else(browser: httpx.Client, issuer: str, tmp_path: Path) -> None:
    with ics_serve(tmp_path, **signing(issuer, ICS_HOST="127.0.0.1")) as (address, process):
        assert sign_in(browser, address + ASKED).url == address + ASKED
        process.terminate()
        out, err = process.communicate()
    assert out.splitlines() == [f"The page is at {address}/ (Ctrl-C stops it)."]
    assert err == ""
