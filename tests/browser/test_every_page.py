"""A walk from link to link as people of several roles: no content policy violation, and each kind of page looked at by
axe and gone through by the Tab key.

What the browser met is read after each test (tests/browser/watching.py): a violation anywhere fails it.
"""

import re

import pytest
from playwright.sync_api import Page

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors, sign_in
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.keyboard import unreached
from tests.browser.people import PASSWORD, TEACHER, TEACHERS_LEAD
from tests.browser.receiving import send

pytestmark = pytest.mark.browser

ADMIN, AUDITOR = "admin@cumbria.example.org", "auditor@cumbria.example.org"
MANAGER = "manager@cumberland.example.org"
# Whose pages no other test looks at; the form, the receipt, cases and packs are walked through in their own journeys.
WALKERS = {
    ADMIN: ("/people/", "/directory/settings", "/directory/agencies", "/record/", "/accounts/2fa/"),
    AUDITOR: ("/record/", "/record/unusual", "/record/sample"),
    MANAGER: ("/hub/", "/record/", "/record/unusual", "/inbox/"),
    TEACHERS_LEAD: ("/people/", "/referrals/mine/"),
}
MUST_BE_SEEN = {
    ADMIN: {
        "/people/", "/people/#", "/people/#/give", "/people/invite", "/people/review", "/directory/settings",
        "/directory/settings/add", "/directory/agencies", "/directory/agencies/#", "/record/", "/accounts/",
        "/accounts/2fa/",
    },
    AUDITOR: {"/record/", "/record/sample", "/record/unusual"},
    MANAGER: {
        "/hub/", "/record/", "/record/unusual", "/tasks/", "/hub/today", "/duty/", "/consultations/", "/cases/#/",
        *(f"/cases/#/{page}" for page in (
            "where", "since", "answers", "timeline", "history", "children/#/decide", "calls", "notes", "ask", "facts/",
            "destinations/add", "transfer", "conflicts/", "parts/", "references", "copy", "chronology", "export",
            "inspection", "strategy", "give", "release",
        )),
    },
    TEACHERS_LEAD: {"/people/", "/people/invite", "/referrals/mine/"},
}  # fmt: skip
# Each is looked at elsewhere, is one of many alike, or is no page: sign-out ends the walk.
LEFT_OUT = re.compile(
    r"/procedures/.+|/accounts/logout/|.*\.(pdf|json)|/static/.*|/accounts/oidc/.*|/referrals/#/.*"
    r"|/cases/#/facts/(?!danger/|child/new/).+"
)
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[0-9a-f]{24}(?=/)|(?<=/)\d+(?=/|$)")
looked_at: set[str] = set()
"""The kinds of page that axe was over: the same page in another role says nothing new."""


def kind_of(path: str) -> str:
    """Return a path with its identifiers taken out."""
    return IDENTIFIER.sub("#", path.split("?")[0].split("#")[0])


def links_of(page: Page) -> list[str]:
    """Return where the page leads to on this site."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    origin = "/".join(page.url.split("/")[:3])
    return [each.removeprefix(origin) for each in found if each.startswith(origin + "/")]


def prove_again(page: Page) -> None:
    """Give the password where the page asks for it once more."""
    if "/reauthenticate" in page.url and page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Go on").click()


def walk(page: Page, begin: tuple[str, ...]) -> tuple[set[str], list[str]]:
    """Open one page of each kind that can be come to; return the kinds, and what is wrong with them."""
    waiting, seen, found = ["/", *begin], set(), []
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen or LEFT_OUT.fullmatch(kind):
            continue
        seen.add(kind)
        page.goto(path)
        prove_again(page)
        if kind not in looked_at:
            looked_at.add(kind)
            found += violations(page, kind)
            found += unreached(page, kind)
        waiting += links_of(page)
    return seen, found


def give_a_case(signed_in: SignedIn, cumbria: Edition) -> None:
    """Let the manager's hub have a case, taken by the manager, so that its pages are come to."""
    author = signed_in(TEACHER)
    filling = Filling(author, cumbria, everyday(CUMBRIA) | {"Q-SAF-6": ["ai_imagery"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    reference = send(author).reference
    manager = signed_in(MANAGER)
    manager.goto("/hub/")
    manager.get_by_role("link", name=reference).click()
    manager.get_by_role("button", name="Take this case").click()


@pytest.mark.parametrize("who", WALKERS)
def test_every_page_that_links_lead_to(signed_in: SignedIn, cumbria: Edition, who: str) -> None:
    if who == MANAGER:
        give_a_case(signed_in, cumbria)
    page = signed_in(who)
    seen, found = walk(page, WALKERS[who])
    assert not found, "\n".join(found)
    assert MUST_BE_SEEN.get(who, set()) <= seen, f"not come to: {sorted(MUST_BE_SEEN.get(who, set()) - seen)}"


def test_pages_for_whoever_is_not_signed_in(visitors: Visitors) -> None:
    page = visitors.anybody()
    seen, found = walk(page, ("/join/", "/accounts/login/", "/accounts/password/reset/"))
    assert not found, "\n".join(found)
    assert {"/", "/join/", "/accounts/login/", "/accounts/password/reset/", "/help", "/privacy"} <= seen


def test_the_back_button_shows_nothing_after_signing_out(visitors: Visitors) -> None:
    page = visitors.anybody()
    visitors.signed_in.pop(TEACHER, None)  # of more than three sessions the oldest ends
    sign_in(page, TEACHER)
    for path in ("/referrals/mine/", "/accounts/"):
        page.goto(path)
    assert page.get_by_text("Alice Fell-Hartley").count()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_load_state()
    for _ in range(3):
        page.go_back()
        assert "Alice Fell-Hartley" not in page.content()
        assert TEACHER not in page.content()
