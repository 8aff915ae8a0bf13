"""The reading pages in a browser: accessible at both widths, nothing wider than the screen, the picture drawn."""

from collections.abc import Iterator
from shutil import which

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = which("chromium") or which("chromium-browser") or ""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NARROW, WIDE = {"width": 375, "height": 740}, {"width": 1280, "height": 900}
PAGES = [
    "",
    "search?q=deepfake",
    "search?q=extremsm",
    "cumbria/",
    "cumbria/sections/action",
    "north-east-lincolnshire/sections/definition",
    "cumbria/print",
    "cumbria/routing/grooming",
    "north-east-lincolnshire/routing/nudes_sharing",
    "cumbria/questions",
    "cumbria/questions/Q-SAF-6",
    "cumbria/rules",
    "cumbria/rules/M-02",
    "north-east-lincolnshire/rules/NU-3",
    "cumbria/checklists",
    "cumbria/legislation",
    "north-east-lincolnshire/resources",
    "cumbria/decisions",
    "cumbria/clocks",
    "cumbria/packs",
    "cumbria/directory",
    "cumbria/guidance",
]
SAME_WHEN_NARROW = {"cumbria/print", "cumbria/checklists", "cumbria/guidance", "cumbria/questions", "cumbria/rules"}
"""Long pages that hold nothing which the others do not: the slow check is made once."""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Return Debian's Chromium."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    # Playwright runs its own event loop in this thread; the database is used here all the same.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desktop"])
def test_pages_are_accessible_and_fit(browser: Browser, live_server, size: dict[str, int]) -> None:
    page = browser.new_context(viewport=size).new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        page.goto(f"{live_server.url}/procedures/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        if size is NARROW and path in SAME_WHEN_NARROW:
            continue
        violations = Axe().run(page).response["violations"]
        assert [(path, item["id"], [node["html"][:150] for node in item["nodes"]]) for item in violations] == []
    assert failed == []


def test_the_picture_is_drawn(browser: Browser, live_server) -> None:
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(f"{live_server.url}/procedures/cumbria/routing/grooming")
    assert page.evaluate("document.querySelector('.procedures-picture img').naturalWidth") > 600
    failed: list[str] = []
    page.on("console", lambda message: failed.append(message.text))
    page.goto(f"{live_server.url}/procedures/cumbria/routing/grooming/picture.svg")
    assert page.evaluate("document.documentElement.querySelectorAll('text').length") > 50
    assert failed == []
