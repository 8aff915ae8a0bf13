"""The frame in a browser: accessible at both widths, no failed request, leaving quickly, warned before signing out."""

from collections.abc import Iterator
from datetime import date
from shutil import which

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Request, sync_playwright

from accounts.models import Membership, Organisation, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHROMIUM = which("chromium") or which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ["/", "/help", "/pictures", "/privacy", "/accessibility", "/session/ended", "/nothing", "/?q=%00"]
NARROW, WIDE = {"width": 375, "height": 740}, {"width": 1280, "height": 900}
NEUTRAL = "https://www.bbc.co.uk/weather"


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


@pytest.fixture
def alice_cookie() -> str:
    """Return the session cookie of Alice, a teacher."""
    school = Organisation.objects.create(
        name="Beckside School", kind="school", area="cumberland", email_domain="beckside.example"
    )
    alice = User.objects.create(email="alice@beckside.example", full_name="Alice Example")
    Membership.objects.create(user=alice, role="practitioner", organisation=school, starts_on=date(2026, 1, 1))
    client = Client()
    client.force_login(alice)
    return client.cookies["portal_session"].value


def open_page(browser: Browser, url: str, *, size: dict[str, int], cookie: str = "", script: bool = True) -> Page:
    """Open a page in a new, empty profile."""
    context = browser.new_context(viewport=size, java_script_enabled=script)
    if cookie:
        context.add_cookies([{"name": "portal_session", "value": cookie, "url": url}])
    context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html"))
    page = context.new_page()
    page.goto(url)
    return page


def missing_file(request: Request) -> list[str]:
    """Return the address of a style, script, font or picture that the portal did not have."""
    answer = request.response()
    return [request.url] if "/static/" in request.url and (answer is None or answer.status >= 400) else []


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["phone", "desktop"])
def test_pages_are_accessible_and_whole(browser: Browser, live_server, alice_cookie: str, size: dict[str, int]) -> None:
    failed: list[str] = []
    for cookie in ("", alice_cookie):
        page = open_page(browser, live_server.url, size=size, cookie=cookie)
        page.on("requestfinished", lambda request: failed.extend(missing_file(request)))
        page.on("pageerror", lambda error: failed.append(str(error)))
        for path in PAGES:
            page.goto(live_server.url + path)
            violations = Axe().run(page).response["violations"]
            found = [(path, item["id"], [node["html"][:150] for node in item["nodes"]]) for item in violations]
            assert found == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            hosts = page.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)")
            assert set(hosts) == {live_server.url}
    assert failed == []


def test_the_typeface_is_ours_and_arrives(browser: Browser, live_server) -> None:
    page = open_page(browser, live_server.url, size=WIDE)
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"', 'Il1')")
    assert "Atkinson" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")


def test_leaving_quickly_takes_the_place_of_the_page(browser: Browser, live_server) -> None:
    page = open_page(browser, live_server.url, size=WIDE)
    page.goto(live_server.url + "/pictures")
    length = page.evaluate("history.length")
    page.click("text=Leave this page quickly >> nth=0")
    page.wait_for_url(NEUTRAL)
    assert page.evaluate("history.length") == length


def test_leaving_quickly_by_keyboard(browser: Browser, live_server) -> None:
    page = open_page(browser, live_server.url, size=WIDE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Leave this page quickly"
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)


def test_typing_capitals_does_not_leave(browser: Browser, live_server) -> None:
    page = open_page(browser, live_server.url + "/accounts/login/", size=WIDE)
    for letter in "ABCDEF":
        page.keyboard.press(f"Shift+{letter}")
    assert page.url.startswith(live_server.url)


def test_leaving_quickly_without_script(browser: Browser, live_server) -> None:
    page = open_page(browser, live_server.url, size=NARROW, script=False)
    page.click("text=Leave this page quickly >> nth=0")
    page.wait_for_url(NEUTRAL)


def test_warned_before_signing_out_and_able_to_stay(browser: Browser, live_server, alice_cookie: str) -> None:
    page = open_page(browser, live_server.url + "/help", size=NARROW, cookie=alice_cookie)
    page.clock.install()
    # The clock moves in this browser alone, so the server's answer is given for it.
    page.route("**/session/left", lambda route: route.fulfill(json={"seconds_left": 110}))
    page.goto(live_server.url + "/help")
    page.clock.fast_forward("28:05")
    page.clock.run_for(2000)
    page.wait_for_selector("dialog[open]")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    with page.expect_response("**/session/extend") as answer:
        page.keyboard.press("Enter")
    assert answer.value.json()["seconds_left"] > 1790
    page.wait_for_selector("dialog[open]", state="hidden")


def test_blanked_when_the_session_is_over(browser: Browser, live_server, alice_cookie: str) -> None:
    page = open_page(browser, live_server.url + "/help", size=WIDE, cookie=alice_cookie)
    page.clock.install()
    page.route("**/session/left", lambda route: route.fulfill(json={"seconds_left": 0}, status=401))
    page.goto(live_server.url + "/help")
    page.clock.fast_forward("30:05")
    page.clock.run_for(2000)
    page.wait_for_url("**/session/ended")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_form_sent_by_the_browser_passes_the_csrf_check(
    browser: Browser, live_server, alice_cookie: str, script: bool
) -> None:
    """Under `no-referrer` a browser sends forms with "Origin: null", which the check refuses: hence `same-origin`."""
    page = open_page(browser, live_server.url + "/help", size=WIDE, cookie=alice_cookie, script=script)
    page.click("text=Sign out")
    page.wait_for_selector("text=Sign in")
    assert "send the page again" not in page.content()
