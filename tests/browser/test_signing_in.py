"""Signing in and out in a real browser, which holds forms and cookies to what our headers say."""

import contextlib
from collections.abc import Iterator

import oidc_provider_mock
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from test_page import browser  # noqa: F401

from published_fixture import published  # noqa: F401
from serving import served, signing

pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")  # the provider's own affair

READER = oidc_provider_mock.User(sub="reader@vale.example")


@pytest.fixture(scope="module")
def address(browser: Browser, request: pytest.FixtureRequest) -> Iterator[str]:  # noqa: F811
    request.getfixturevalue("published")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(oidc_provider_mock.run_server_in_thread(user_claims=[READER]))
        yield stack.enter_context(served(**signing(f"http://localhost:{server.server_port}")))


@pytest.fixture(params=[1280, 320])
def signed_in(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/checks?of=all")
    page.get_by_role("button", name=READER.sub).click()
    yield page
    context.close()


def test_a_reader_signs_in_and_out_with_the_keyboard(signed_in: Page, address: str) -> None:
    said: list[str] = []
    signed_in.on("console", lambda message: said.append(message.text))
    assert signed_in.url == f"{address}/checks?of=all"
    signed_in.get_by_role("link", name="Skip to the figures").focus()
    signed_in.keyboard.press("Tab")
    assert signed_in.evaluate("document.activeElement.textContent") == "Sign out"
    signed_in.keyboard.press("Enter")
    signed_in.wait_for_url(f"{address}/signed-out")
    assert said == []
    assert signed_in.context.cookies(address) == []
    signed_in.goto(f"{address}/checks")
    assert signed_in.url.startswith("http://localhost:")


def test_going_back_after_signing_out_shows_no_page(signed_in: Page, address: str) -> None:
    signed_in.get_by_role("button", name="Sign out").click()
    signed_in.wait_for_url(f"{address}/signed-out")
    signed_in.go_back()
    assert signed_in.url.startswith("http://localhost:")


def test_no_script_of_the_page_can_read_the_cookie(signed_in: Page, address: str) -> None:
    (cookie,) = signed_in.context.cookies(address)
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert signed_in.evaluate("document.cookie") == ""


def test_on_paper_nobody_signs_out(signed_in: Page) -> None:
    button = signed_in.get_by_role("button", name="Sign out")
    assert button.is_visible()
    signed_in.emulate_media(media="print")
    assert not button.is_visible()


def test_pages_of_signing_in_have_no_accessibility_violation(signed_in: Page, address: str) -> None:
    for path in ("/checks", "/signed-out", "/signed-in"):  # the last one says that signing in failed
        signed_in.goto(address + path)
        results = Axe().run(signed_in)
        assert results.violations_count == 0, results.generate_report()
        assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_search_of_somebody_who_is_signed_out_by_then_leads_to_signing_in(signed_in: Page, address: str) -> None:
    """The browser holds where a form ends to our headers, redirects included."""
    signed_in.goto(f"{address}/icb/QZA/known")
    signed_in.context.clear_cookies()
    signed_in.get_by_role("button", name="Show what is known").click()
    signed_in.wait_for_url("http://localhost:*/**")
