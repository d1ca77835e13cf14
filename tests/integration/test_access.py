"""Who may read the pages: this machine, whom a proxy names, and what `ics serve` refuses. Signing in: test_sign_in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import commands
from ics_insight.dashboard import access, application
from ics_insight.errors import Unavailable
from ics_insight.settings import Settings, settings
from published_fixture import published  # noqa: F401
from serving import here, ics_serve, served

pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture(autouse=True)
def _settings_of_the_environment() -> Iterator[None]:
    yield
    settings.cache_clear()


# --- This machine alone -----------------------------------------------------------------------------------------------


def elsewhere(peer: str, host: str = "127.0.0.1") -> TestClient:
    """A request as a server on a public address would hand it on."""
    return TestClient(application(), base_url=f"http://{host}:8050", client=(peer, 50_000), follow_redirects=False)


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.0.0.1", "2001:db8::7", "::ffff:192.0.2.7", "nobody"])
def test_another_machine_is_refused_while_nothing_is_configured(peer: str) -> None:
    client = elsewhere(peer)
    answer = client.get("/checks")
    assert answer.status_code == 403
    assert "It can be read only on the machine that it runs on." in answer.text
    assert "default-src" in answer.headers["content-security-policy"]
    assert client.get("/health").text == "ok"
    assert client.get("/static/style.css").status_code == 403


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_read(peer: str, host: str) -> None:
    assert elsewhere(peer, host).get("/checks").status_code == 200


@pytest.mark.parametrize("host", ["insight.example", "evil.example:8050", "localhost.evil.example", "192.0.2.7", "[", ""])
def test_under_another_name_nobody_may_read_here(host: str) -> None:
    with served() as address:
        assert httpx.get(f"{address}/checks", headers={"Host": host}, timeout=60).status_code == 403
        assert httpx.get(f"{address}/checks", timeout=60).status_code == 200


def test_a_container_is_read_through_the_port_of_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICS_ACCESS", "published_on_loopback")
    settings.cache_clear()
    assert elsewhere("172.18.0.1", "localhost").get("/checks").status_code == 200
    assert elsewhere("172.18.0.1", "insight.example").get("/checks").status_code == 403


# --- A trusted proxy --------------------------------------------------------------------------------------------------


def from_address(peer: str) -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(local_address=peer), timeout=60)


PROXY = {"ICS_ACCESS": "proxy", "ICS_PROXY_NETWORKS": '["127.0.0.2", "127.9.0.0/16"]'}


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.2", [("X-Forwarded-User", "a reader")], 200),
        ("127.9.4.3", [("x-forwarded-user", "a reader")], 200),
        ("127.0.0.1", [("X-Forwarded-User", "a reader")], 403),
        ("127.0.0.3", [("X-Forwarded-User", "a reader"), ("X-Forwarded-For", "127.0.0.2"), ("Forwarded", "for=127.0.0.2")], 403),
        ("127.0.0.2", [], 403),
        ("127.0.0.2", [("X-Forwarded-User", "")], 403),
        ("127.0.0.2", [("X-Forwarded-User", "a reader"), ("X-Forwarded-User", "another")], 403),
        ("127.0.0.2", [("Remote-User", "a reader")], 403),
    ],
)
def test_a_proxy_names_the_reader(peer: str, headers: list[tuple[str, str]], status: int) -> None:
    with served(**PROXY) as address, from_address(peer) as client:
        answer = client.get(f"{address}/checks", headers=headers)
        assert client.get(f"{address}/health").text == "ok"
    assert answer.status_code == status
    assert ("<h1>You cannot read this page here</h1>" in answer.text) is (status == 403)
    assert answer.headers["cache-control"] == "no-store"


def test_a_proxy_may_use_a_header_of_its_own() -> None:
    with served(**PROXY, ICS_PROXY_HEADER="Remote-User") as address, from_address("127.0.0.2") as client:
        assert client.get(f"{address}/checks", headers={"Remote-User": "a reader"}).status_code == 200
        assert client.get(f"{address}/checks", headers={"X-Forwarded-User": "a reader"}).status_code == 403


# --- What is configured -----------------------------------------------------------------------------------------------

WHOLE: dict[str, dict[str, Any]] = {
    "proxy": {"proxy_networks": ["192.0.2.7"], "proxy_header": "X-Forwarded-User"},
    "oidc": {
        "public_url": "https://insight.example", "oidc_issuer": "https://login.example/vale", "oidc_client_id": "insight",
        "oidc_client_secret": "x", "oidc_claim": "groups", "session_secret": "s" * 32,
    },
}  # fmt: skip


@pytest.mark.parametrize(("way", "without"), [(way, name) for way, needed in WHOLE.items() for name in needed])
def test_what_a_way_needs_must_be_there(way: str, without: str) -> None:
    access.check(Settings(access=way, **WHOLE[way]), "192.0.2.1")  # type: ignore[arg-type]
    empty: Any = [] if without == "proxy_networks" else ""
    lacking = Settings(access=way, **{**WHOLE[way], without: empty})  # type: ignore[arg-type]
    for refused in (lambda: access.check(lacking, "127.0.0.1"), lambda: access.guard(lacking)):
        with pytest.raises(Unavailable, match=f"set ICS_{without.upper()}\\.$"):
            refused()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_on_loopback_nothing_is_needed(host: str) -> None:
    access.check(Settings(), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.7", "insight.example", "::ffff:192.0.2.7"])  # noqa: S104
def test_on_another_address_somebody_has_to_say_who_may_read(host: str) -> None:
    with pytest.raises(Unavailable, match="ICS_ACCESS"):
        access.check(Settings(), host)
    access.check(Settings(access="published_on_loopback"), host)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ICS_ACCESS", "everybody", "ICS_ACCESS should be 'loopback', "),
        ("ICS_PUBLIC_URL", "http://insight.example", "ICS_PUBLIC_URL should be an address that begins with https://"),
        ("ICS_PUBLIC_URL", "https://insight.example/pages", "ICS_PUBLIC_URL should be the name of a host"),
        ("ICS_OIDC_ISSUER", "https://a:b@login.example", "ICS_OIDC_ISSUER should be an address"),
        ("ICS_SESSION_SECRET", "x" * 31, "ICS_SESSION_SECRET should have at least 32 characters"),
        ("ICS_PROXY_NETWORKS", '["0.0.0.0/0"]', "ICS_PROXY_NETWORKS should name the proxy, and not everybody"),
        ("ICS_PROXY_NETWORKS", '["10.0.0.1/8"]', "ICS_PROXY_NETWORKS__0 value is not a valid IPv4 or IPv6 network"),
        ("ICS_PROXY_NETWORKS", "10.0.0.1", "a list is written as JSON"),
    ],
)
def test_what_cannot_be_is_said(variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    settings.cache_clear()
    with pytest.raises(Unavailable) as refused:
        settings()
    assert said in str(refused.value)
    assert value not in str(refused.value)


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "variables", "sentence"),
    [
        ([], {"ICS_HOST": "0.0.0.0"}, "Everybody who can reach 0.0.0.0 could read the pages"),  # noqa: S104
        (["--host", "0.0.0.0"], {}, "Everybody who can reach 0.0.0.0 could read the pages"),  # noqa: S104
        ([], {"ICS_ACCESS": "proxy"}, "ICS_ACCESS=proxy needs more, so the pages are not served: set ICS_PROXY_NETWORKS."),
    ],
)
def test_ics_serve_refuses_to_start(tmp_path: Path, arguments: list[str], variables: dict[str, str], sentence: str) -> None:
    done = commands.ics(tmp_path / "home", "serve", *arguments, timeout=300, **variables)
    assert done.returncode == 1
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "home").exists(), "no database was started for it"


def test_ics_serve_believes_no_header_about_where_a_request_comes_from(tmp_path: Path) -> None:
    named = {"X-Forwarded-User": "a reader", "X-Forwarded-For": "127.0.0.2"}
    with ics_serve(tmp_path, **PROXY, FORWARDED_ALLOW_IPS="*") as (address, _):
        assert httpx.get(f"{address}/checks", headers=named, timeout=60).status_code == 403
        with from_address("127.0.0.2") as proxy:
            assert proxy.get(f"{address}/checks", headers={**named, "X-Forwarded-For": "192.0.2.7"}).status_code == 200


def test_nobody_is_asked_anything_on_this_machine() -> None:
    page = here().get("/checks")
    assert page.status_code == 200
    assert "Sign out" not in page.text
    assert "cache-control" not in page.headers
