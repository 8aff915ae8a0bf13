"""About a police officer, or the setting's own lead: sealed, and those concerned find nothing whatever they try."""

import re

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.people import RECIPIENTS, TEACHER, TEACHERS_LEAD
from tests.browser.receiving import Receipt, send, wait_for_packs

pytestmark = pytest.mark.browser

LISTS = ("/referrals/mine/", "/hub/", "/hub/?show=new", "/inbox/", "/prevent-advice/")


def send_about(page: Page, edition: Edition, whom: str) -> tuple[Receipt, str]:
    """Send a referral about somebody who works there; return its receipt and its id."""
    answers = everyday(CUMBRIA) | {"Q-SAF-6": ["grooming"], "Q-REF-11": Answer(chosen=(whom,))}
    filling = Filling(page, edition, answers, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(page)
    wait_for_packs(page)
    found = re.search(r"/referrals/([0-9a-f-]{36})/", page.url)
    assert found is not None
    return receipt, found[1]


def finds_nothing(visitors: Visitors, email: str, receipt: Receipt, referral: str, packs: list[str]) -> None:
    """Walk the lists and the addresses of a referral as somebody who must not know of it."""
    page = visitors.as_person(email)
    visitors.watch_of(page).allowed.add(404)
    for address in LISTS:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in (200, 404)
        assert receipt.reference not in page.content(), f"{email} finds it on {address}"
        assert referral not in page.content(), f"{email} finds it on {address}"
    for address in (
        f"/referrals/{referral}/",
        f"/referrals/{referral}/check/",
        f"/referrals/{referral}/sent/",
        f"/referrals/{referral}/packs/",
        f"/referrals/{referral}/add/",
        f"/referrals/{referral}/copy.txt",
        f"/cases/{referral}/",
        *packs,
        *(pack.rstrip("/") + ".pdf" for pack in packs),
    ):
        answer = page.request.get(address)
        assert answer.status == 404, f"{email} asks for {address} and is answered {answer.status}"
        assert receipt.reference not in answer.text()


def pack_address(page: Page, reference: str) -> str:
    """Return where a recipient's pack is."""
    page.goto("/inbox/")
    link = page.get_by_role("link", name=reference)
    expect(link).to_be_visible()
    return link.get_attribute("href") or ""


def test_about_a_police_officer(visitors: Visitors, signed_in: SignedIn, cumbria: Edition) -> None:
    # Given a teacher whose worry is about somebody who works for the police
    receipt, referral = send_about(signed_in(TEACHER), cumbria, "police")

    # Then professional standards and the conflict officer have it
    standards = pack_address(signed_in(RECIPIENTS["cumbria_police_professional_standards"]), receipt.reference)
    officer = signed_in(RECIPIENTS["cumberland_conflict_officer"])
    officer.goto("/hub/")
    officer.get_by_role("link", name=receipt.reference).click()
    expect(officer.get_by_text("Sealed").first).to_be_visible()

    # And the setting's lead, the ordinary police, the hub and everybody else find nothing
    for email in (
        TEACHERS_LEAD,
        RECIPIENTS["cumbria_police"],
        RECIPIENTS["cumberland_hub"],
        "manager@cumberland.example.org",
        "night@cumbria.example.org",
        RECIPIENTS["humberside_police"],
        RECIPIENTS["cumbria_prevent"],
    ):
        finds_nothing(visitors, email, receipt, referral, [standards])


def test_about_the_settings_own_lead(visitors: Visitors, signed_in: SignedIn, cumbria: Edition) -> None:
    # Given a teacher whose worry is about their own safeguarding lead
    receipt, referral = send_about(signed_in(TEACHER), cumbria, "own_lead")

    # Then the hub and the police have it
    police = pack_address(signed_in(RECIPIENTS["cumbria_police"]), receipt.reference)
    hub = signed_in(RECIPIENTS["cumberland_hub"])
    hub.goto("/hub/")
    expect(hub.get_by_role("link", name=receipt.reference)).to_be_visible()

    # And the lead finds nothing, nor does anybody else at the setting
    for email in (TEACHERS_LEAD, "spoc@fellside.example.org"):
        finds_nothing(visitors, email, receipt, referral, [police])
