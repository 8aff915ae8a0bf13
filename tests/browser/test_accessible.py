"""axe on every kind of page, errors included: the form by way of one referral that is asked every question there is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday, everyday_child
from tests.browser.people import RECIPIENTS, SCHOOL_SPOC, TEACHER, TEACHERS_LEAD
from tests.browser.receiving import open_pack, send, wait_for_packs

pytestmark = pytest.mark.browser

CALL = Answer(
    chosen=("cannot_now",), details={"because": "I am with the child", "who_will": "Our head", "by_when": "17:05"}
)
EVERYTHING = everyday(CUMBRIA) | {
    # Danger, found out about, and called about
    "Q-SAF-1": "unknown",
    "Q-SAF-9": "unknown",
    "Q-SAF-2": CALL,
    "Q-SAF-12": CALL,
    "Q-SAF-3": "acting_or_planning",
    # Every concern, and everybody who may be part of it
    "Q-SAF-6": ["indecent_images", "grooming", "nudes_sharing", "sextortion", "ai_imagery", "extremism", "other"],
    "Q-SAF-7": "both",
    "Q-GR-10": "yes",
    "Q-OT-1": ["pornography", "bullying", "threats", "gang_violence"],
    "Q-AI-1": ["child_known"],
    "Q-EVI-2": ["phone"],
    "Q-EVI-3": Answer(rows=({"device": "A phone, invented make"},)),
    # The police and the hub were spoken to
    "Q-POL-1": Answer(chosen=("yes_101",), details={"yes_101_at": "14:05"}),
    "Q-HUB-1": Answer(chosen=("yes",), details={"yes_at": "14:20"}),
    "Q-FAM-1": "no",
    "Q-INF-1": "not_asked",
}
CHILD = everyday_child(CUMBRIA) | {"Q-CHI-6": ["in_care_elsewhere"], "Q-CHI-19": "north_east_lincolnshire"}
PERSON = {"Q-ADU-4": ["work"], "Q-ADU-10": ["cumberland"], "Q-ADU-12": "INVENTED-ALLEGATION", "Q-ADU-5": "yes"}
PUBLIC = (
    "/", "/help", "/pictures", "/privacy", "/accessibility", "/session/ended", "/accounts/login/",
    "/accounts/password/reset/", "/accounts/signup/", "/join/", "/no-such-page",
)  # fmt: skip


def with_errors(page: Page, filling: Filling) -> bool:
    """Send the page empty, and return whether it came back with its errors; else go back to it."""
    before = page.url
    if not page.get_by_role("button", name="Save and continue").count():
        return False
    filling.empty()
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").last.click()
    if page.locator(".govuk-error-summary").count():
        assert page.title().startswith("Error: "), f"{filling.place()} does not say Error in its title"
        return True
    page.goto(before)
    return False


def walk(page: Page, filling: Filling) -> Iterator[tuple[str, bool]]:
    """Show each page of the form as it comes back when it is sent empty, then as it comes.

    Yield where it is, and whether its texts are seen there for the first time.
    """
    filling.start()
    while filling.place() != "check":
        place = filling.place()
        has_errors = place not in filling.seen and with_errors(page, filling)
        if has_errors:
            yield f"{place}, with errors", True
            # What the portal had filled in was emptied, and is wanted back.
            page.goto(page.url)
        yield place, not has_errors
        filling.answer_this_page()
    yield "check", True


@pytest.mark.slow
def test_every_page_of_a_referral_that_is_asked_everything(signed_in: SignedIn, cumbria: Edition) -> None:
    page = signed_in(TEACHER)
    filling = Filling(page, cumbria, EVERYTHING, [CHILD], [PERSON], by_hand=False)
    found: list[str] = []
    done: set[str] = set()
    with_error = 0
    for where, is_new in walk(page, filling):
        if where not in done:
            found += violations(page, where, contrast=is_new)
            done.add(where)
            with_error += where.endswith("with errors")

    # Every page that the edition has was met, and most of them came back with errors when sent empty
    asked = {each.id for each in cumbria.content.pages} - {"danger_call", "danger_call_later"}
    assert asked - done == set(), "These pages were not shown"
    assert with_error > len(asked) / 2

    # And after sending: the receipt and what hangs on it
    receipt = send(page)
    found += violations(page, "receipt")
    wait_for_packs(page)
    found += violations(page, "receipt, packs ready")
    for name in ("Add detail", "Print view"):
        address = page.url
        page.get_by_role("link", name=name, exact=True).click()
        found += violations(page, name)
        page.goto(address)
    page.goto(page.url.replace("/sent/", "/add/"))
    page.get_by_role("button", name="Send this detail").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    found += violations(page, "add detail, with errors")
    page.goto("/referrals/mine/")
    found += violations(page, "my referrals")

    # And what its recipients see
    hub = signed_in(RECIPIENTS["cumberland_hub"])
    hub.goto("/hub/")
    found += violations(hub, "hub inbox")
    hub.get_by_role("link", name=receipt.reference).click()
    found += violations(hub, "case")
    hub.get_by_role("button", name="Take this case").click()
    found += violations(hub, "case, taken")
    case = hub.url
    for name in ("Where it went and why", "Since it was sent", "Answers", "Timeline"):
        hub.get_by_role("link", name=name, exact=True).click()
        found += violations(hub, name)
    hub.goto(case)
    hub.get_by_role("link", name="Give this case back").click()
    found += violations(hub, "give back")
    for unit in ("cumberland_hub", "cumbria_police", "cumbria_prevent", "cumberland_lado"):
        recipient = signed_in(RECIPIENTS[unit])
        recipient.goto("/inbox/")
        found += violations(recipient, f"packs of {unit}")
        open_pack(recipient, receipt.reference)
        found += violations(recipient, f"pack of {unit}")
    spoc = signed_in(SCHOOL_SPOC)
    spoc.goto("/prevent-advice/")
    found += violations(spoc, "Prevent advice")

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desktop"])
def test_pages_beside_the_form(visitors: Visitors, signed_in: SignedIn, cumbria: Edition, size: dict[str, int]) -> None:
    found: list[str] = []
    anybody = visitors.anybody(viewport=size)
    visitors.watch_of(anybody).allowed.update({403, 404})
    for address in PUBLIC:
        anybody.goto(address)
        found += violations(anybody, address)
    anybody.goto("/accounts/login/")
    anybody.get_by_label("Email").fill("nobody@fellside.example.org")
    anybody.get_by_label("Password").fill("not the password")
    anybody.locator("main").get_by_role("button", name="Sign in").first.click()
    expect(anybody.locator(".govuk-error-summary")).to_be_visible()
    found += violations(anybody, "sign in, with errors")

    page = signed_in(TEACHER, viewport=size)
    page.goto("/accounts/")
    found += violations(page, "own account")
    page.goto("/referrals/start/")
    found += violations(page, "before you start")
    filling = Filling(page, cumbria, everyday(CUMBRIA) | {"Q-SAF-6": ["grooming"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    found += violations(page, "send now")
    page.get_by_role("link", name="Task list").first.click()
    found += violations(page, "task list")
    page.get_by_role("link", name="Withdraw this draft").click()
    found += violations(page, "withdraw")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    found += violations(page, "withdraw, with errors")
    lead = signed_in(TEACHERS_LEAD, viewport=size)
    lead.goto("/referrals/mine/")
    found += violations(lead, "my referrals, as a lead")
    for address in ("/people/", "/people/review", "/people/invite", "/accounts/role/"):
        lead.goto(address)
        found += violations(lead, address)

    assert found == [], "\n".join(found)
