"""The frame of every page: accessible at both widths, ours alone, left quickly, with a warning before signing out."""

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations
from tests.browser.conftest import DESKTOP, PHONE, SignedIn, Visitors, sign_in
from tests.browser.people import TEACHER

pytestmark = pytest.mark.browser
PAGES = ["/", "/help", "/pictures", "/privacy", "/accessibility", "/session/ended", "/nothing", "/?q=%00"]
NEUTRAL = "https://www.bbc.co.uk/weather"


@pytest.fixture
def about_to_leave(visitors: Visitors) -> object:
    """Return a function that opens a page whose way out is answered here: tests stay on this machine."""
    pages: list[Page] = []

    def open_page(path: str, **options: object) -> Page:
        page = visitors.anybody(**options)
        page.context.route(
            f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html")
        )
        page.goto(path)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        # The one request to another place that is meant; without it this fails.
        visitors.watch_of(page).found.remove(f"request to another place: {NEUTRAL}")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("who", ["", TEACHER], ids=["anybody", "signed in"])
def test_pages_are_accessible_and_ours_alone(visitors: Visitors, who: str, size: dict[str, int]) -> None:
    page = visitors.as_person(who, viewport=size) if who else visitors.anybody(viewport=size)
    visitors.watch_of(page).allowed |= {400, 404}
    for path in PAGES:
        page.goto(path)
        assert violations(page, path) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        hosts = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)")
        assert set(hosts) == {visitors.portal.address}


def test_the_typeface_is_ours_and_arrives(visitors: Visitors) -> None:
    page = visitors.anybody()
    page.goto("/")
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"', 'Il1')")
    assert "Atkinson" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")


def test_leaving_quickly_takes_the_place_of_the_page(about_to_leave) -> None:
    page = about_to_leave("/")
    page.goto("/pictures")
    length = page.evaluate("history.length")
    page.click("text=Leave this page quickly >> nth=0")
    page.wait_for_url(NEUTRAL)
    assert page.evaluate("history.length") == length


def test_leaving_quickly_by_keyboard(about_to_leave) -> None:
    page = about_to_leave("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Leave this page quickly"
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)


def test_leaving_quickly_without_script(about_to_leave) -> None:
    page = about_to_leave("/", viewport=PHONE, java_script_enabled=False)
    page.click("text=Leave this page quickly >> nth=0")
    page.wait_for_url(NEUTRAL)


def test_typing_capitals_does_not_leave(visitors: Visitors) -> None:
    page = visitors.anybody()
    page.goto("/accounts/login/")
    for letter in "ABCDEF":
        page.keyboard.press(f"Shift+{letter}")
    assert page.url.startswith(visitors.portal.address)


def test_warned_before_signing_out_and_able_to_stay(signed_in: SignedIn) -> None:
    page = signed_in(TEACHER, viewport=PHONE)
    page.clock.install()
    # The clock moves in this browser alone, so the server's answer is given for it.
    page.route("**/session/left", lambda route: route.fulfill(json={"seconds_left": 110}))
    page.goto("/help")
    page.clock.fast_forward("28:05")
    page.clock.run_for(2000)
    page.wait_for_selector("dialog[open]")
    assert violations(page, "warning") == []
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    with page.expect_response("**/session/extend") as answer:
        page.keyboard.press("Enter")
    assert answer.value.json()["seconds_left"] > 1790
    page.wait_for_selector("dialog[open]", state="hidden")


def test_blanked_when_the_session_is_over(visitors: Visitors) -> None:
    page = visitors.as_person(TEACHER)
    visitors.watch_of(page).allowed.add(401)
    page.clock.install()
    page.route("**/session/left", lambda route: route.fulfill(json={"seconds_left": 0}, status=401))
    page.goto("/help")
    page.clock.fast_forward("30:05")
    page.clock.run_for(2000)
    page.wait_for_url("**/session/ended")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_form_sent_by_the_browser_passes_the_csrf_check(visitors: Visitors, script: bool) -> None:
    """Under `no-referrer` a browser sends forms with "Origin: null", which the check refuses: hence `same-origin`."""
    page = visitors.anybody(java_script_enabled=script)
    sign_in(page, TEACHER)
    page.goto("/help")
    page.click("text=Sign out")
    page.wait_for_selector("text=Sign in")
    assert "send the page again" not in page.content()
