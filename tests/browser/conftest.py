"""A running portal, one Chromium, a fresh profile for each test, and everybody's sign-in done once."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from procedures import editions
from procedures.engine.edition import Edition
from tests.browser.people import PASSWORD
from tests.browser.portal_process import Portal, running_portal
from tests.browser.watching import Watch

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STEP_WITHIN = 20_000
"""How long one step may take, in milliseconds, on a machine that does other things besides."""

SignedIn = Callable[..., Page]


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """Return the whole portal, running on its own data."""
    # Not pytest's own folder: other runs of pytest tidy that one up, and a portal lives longer than a test.
    temporary = tempfile.TemporaryDirectory(prefix="portal-browser-", ignore_cleanup_errors=True)
    with temporary as folder, running_portal(Path(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Visitors:
    """Makes profiles of the browser: anybody's, or that of somebody who has signed in before."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.browser, self.portal = browser, portal
        self.signed_in: dict[str, Any] = {}
        self.contexts: list[tuple[BrowserContext, Watch]] = []

    def anybody(self, **options: Any) -> Page:
        """Open an empty profile."""
        return self._page(**options)

    def as_person(self, email: str, **options: Any) -> Page:
        """Open a profile in which this person is signed in. Each signs in once; the sign-in page limits how often."""
        if email not in self.signed_in:
            page = self._page()
            sign_in(page, email)
            if "/2fa/authenticate" in page.url:
                self.take_second_step(page, email)
            self.signed_in[email] = page.context.storage_state()
            page.close()
        return self._page(storage_state=self.signed_in[email], **options)

    def take_second_step(self, page: Page, email: str) -> None:
        """Type the code that this person's app would show."""
        page.get_by_label("Code").fill(self.portal.demo_code(email))
        with page.expect_navigation():
            page.get_by_role("button", name="Continue").click()
        assert "/2fa/" not in page.url, f"{email}'s code was refused: {page.inner_text('main')}"

    def _page(self, **options: Any) -> Page:
        context = self.browser.new_context(
            base_url=self.portal.address, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce",
            **{"viewport": DESKTOP, **options},
        )  # fmt: skip
        context.set_default_timeout(STEP_WITHIN)
        watch = Watch(self.portal.address)
        watch.over(context)
        self.contexts.append((context, watch))
        return context.new_page()

    def watch_of(self, page: Page) -> Watch:
        """Return what was noted of a page's profile."""
        return next(watch for context, watch in self.contexts if context is page.context)

    def pages(self) -> list[Page]:
        """Return every page that is open."""
        return [page for context, _ in self.contexts for page in context.pages]

    def leave(self) -> list[str]:
        """Close every profile and return what went wrong in them."""
        found = [each for _, watch in self.contexts for each in watch.found]
        for context, _ in self.contexts:
            context.close()
        self.contexts.clear()
        return found


def sign_in(page: Page, email: str, *, from_here: bool = False) -> None:
    """Sign in through the page; `from_here`: the page that asks for it is shown already."""
    if not from_here:
        page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Sign in").first.click()
    assert "/accounts/login" not in page.url, f"{email} could not sign in: {page.inner_text('main')}"


@pytest.fixture(scope="session")
def everybody(chromium: Browser, portal: Portal) -> Visitors:
    """Return the maker of profiles, which remembers who has signed in."""
    return Visitors(chromium, portal)


@pytest.fixture
def visitors(everybody: Visitors) -> Iterator[Visitors]:
    """Return the maker of profiles; those of this test are closed after it, and nothing may have gone wrong in them."""
    yield everybody
    found = everybody.leave()
    assert found == [], "\n".join(["What the browser met:", *found])


@pytest.fixture
def signed_in(visitors: Visitors) -> SignedIn:
    """Return a function that opens a page as somebody who is signed in: `signed_in(email, viewport=…)`."""
    return visitors.as_person


@pytest.fixture(scope="session")
def cumbria() -> Edition:
    """Return the edition of Cumbria."""
    return editions.get_edition("cumbria")


@pytest.fixture(scope="session")
def north_east_lincolnshire() -> Edition:
    """Return the edition of North East Lincolnshire."""
    return editions.get_edition("north-east-lincolnshire")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Keep what every open page showed when a test failed, and say where."""
    report = yield
    visitors = getattr(item, "funcargs", {}).get("visitors")
    if report.when == "call" and report.failed and isinstance(visitors, Visitors):
        folder = Path(tempfile.mkdtemp(prefix=f"browser-{re.sub(r'[^a-z0-9]+', '-', item.name.lower())[:60]}-"))
        for number, page in enumerate(visitors.pages(), start=1):
            try:
                (folder / f"{number}.html").write_text(page.content(), encoding="utf-8")
                page.screenshot(path=folder / f"{number}.png", full_page=True)
                report.sections.append((f"page {number}", f"{page.url}\n{page.inner_text('body')[:1500]}"))
            except Exception as error:  # the page may be gone: the test's own failure matters more
                report.sections.append((f"page {number}", f"could not be kept: {error}"))
        (folder / "failure.txt").write_text(report.longreprtext, encoding="utf-8")
        report.sections.append(("what the pages showed", f"Screenshots and HTML are in {folder}"))
        report.sections.append(("the portal's logs", visitors.portal.worker_log()))
    return report
