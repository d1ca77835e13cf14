"""The dashboard in a real browser: usable by everybody, on any width, and without a word to another host."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from published_fixture import PAGES, published  # noqa: F401
from serving import served

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WCAG_22 = {"rules": {"target-size": {"enabled": True}}}  # of 2.2 at AA, and the only one that axe leaves out unless it is asked
OVER_THE_EDGE = """[...document.querySelectorAll('h1, h2, h3, p, figure, caption span')]
    .filter(element => element.getBoundingClientRect().right > innerWidth).map(element => element.textContent)"""
CLIPPED = """[...document.querySelectorAll('svg text')].filter(text => {
    const inner = text.getBoundingClientRect(), outer = text.closest('svg').getBoundingClientRect();
    return inner.left < outer.left - 1 || inner.right > outer.right + 1
        || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
}).map(text => text.textContent)"""
HEIGHTS = "[...document.querySelectorAll('svg text')].map(text => text.getBoundingClientRect().height)"
FOCUSABLE = 'a[href], summary, [tabindex="0"], select, button'
OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        said = f"no Chromium at {CHROMIUM}: install the package `chromium`"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(browser: Browser, request: pytest.FixtureRequest) -> Iterator[str]:
    request.getfixturevalue("published")  # only now: without a browser no database is needed
    with served() as address:
        yield address


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_accessibility_violation(browser: Browser, address: str, path: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address + path)
    page.evaluate(OPEN_ALL)
    results = Axe().run(page, options=WCAG_22)
    page.close()
    assert results.violations_count == 0, results.generate_report()


def test_a_page_asks_no_other_host_and_logs_no_error(browser: Browser, address: str) -> None:
    asked, said = [], []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address + "/icb/QZA/services", wait_until="networkidle")
    page.evaluate(OPEN_ALL)
    page.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert f"{address}/static/style.css" in asked
    assert said == []


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_screen_needs_no_sideways_scrolling(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address + path)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, p, figure, caption span')].every(e => e.getBoundingClientRect().right <= 320)"
    )
    page.close()


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/icb/QZA/services", 40), ("/icb/QZA", 3), ("/icb/QZA/heard", 9), ("/checks", 7), ("/icb/QZA/pathways", 4),
        ("/icb/QZA/pathway/stroke", 9), ("/icb/QZA/known", 4), ("/icb/QZA/data", 6),
        ("/icb/QZM/measure/fft_inpatient_positive", 15), ("/icb/QZM/measure/gpps_overallexp", 12),
        ("/icb/QZM/organisation/ZM1", 12),
    ],
)  # fmt: skip
def test_chart_text_is_whole_and_large_enough_on_a_narrow_screen(browser: Browser, address: str, path: str, texts: int) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address + path)
    heights = page.evaluate(HEIGHTS)
    assert len(heights) > texts
    assert min(heights) >= 12
    assert page.evaluate(CLIPPED) == []
    page.close()


def test_the_keyboard_reaches_the_figures_first(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "/icb/QZA/services")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/icb/NONE"])
def test_the_keyboard_alone_reaches_and_opens_everything(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page()
    page.goto(address + path)
    folded = page.locator("summary").count()
    for number in range(folded):  # each opens with Enter, and shows what is below it
        page.locator("summary").nth(number).focus()
        if not page.evaluate("document.activeElement.parentElement.open"):
            page.keyboard.press("Enter")
    assert page.evaluate("[...document.querySelectorAll('details')].every(each => each.open)")
    page.goto(address + path)  # from its beginning
    page.evaluate(OPEN_ALL)
    expected = page.evaluate(f"[...document.querySelectorAll('{FOCUSABLE}')].length")
    page.evaluate(f"[...document.querySelectorAll('{FOCUSABLE}')].forEach((each, number) => {{ each.dataset.number = number }})")
    reached = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("Number(document.activeElement.dataset.number)"))
    page.close()
    assert reached == list(range(expected))  # all of it, in the order in which it is read


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_script(browser: Browser, address: str, path: str) -> None:
    with_script, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    said = []
    for context in (with_script, without):
        page = context.new_page()
        page.goto(address + path)
        said.append(page.inner_text("main"))
        context.close()
    assert said[0] == said[1]
    assert len(said[0]) > 20


@pytest.mark.parametrize("path", ["/icb/QZA/services", "/icb/QZA/heard", "/checks"])
def test_what_a_browser_prints_is_open_and_whole(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 688, "height": 1000})  # A4 between the margins
    page.goto(address + path)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    assert page.evaluate("[...document.querySelectorAll('details:not([open]) td')].every(e => e.checkVisibility())")
    assert page.evaluate("[...document.querySelectorAll('details:not([open]) td')].length") > 5
    clicked = page.evaluate(
        "[...document.querySelectorAll('nav, footer, a[href$=\".csv\"]')].filter(e => e.checkVisibility()).length"
    )
    page.close()
    assert clicked == 0


def test_a_picture_has_its_title_in_words(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "/icb/QZA/heard/seldom-0.png")
    dark = page.evaluate(
        """() => {
            const image = document.images[0], canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            const top = context.getImageData(0, 0, canvas.width, 60).data;
            return top.filter((value, number) => number % 4 == 0 && value < 100).length;
        }"""
    )
    page.close()
    assert dark > 300
