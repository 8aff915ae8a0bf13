"""Advice without a referral, written down and made into a referral; the rota, and the list for the night."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.people import NEL_MANAGER

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def test_advice_becomes_a_referral(signed_in: SignedIn, visitors: Visitors) -> None:
    # Given a manager of a hub whom a youth worker asks for advice, without names
    page = signed_in(NEL_MANAGER)
    visitors.watch_of(page).allowed.add(400)  # what is refused on purpose
    page.goto("/consultations/")
    looked_at(page)
    page.get_by_role("button", name="Write a consultation down").click()
    looked_at(page)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("Write who asked")
    looked_at(page)
    page.get_by_label("Who asked?").fill("Gwen Invented")
    page.get_by_label("What do they do, or how").fill("Youth worker")
    page.get_by_label("By telephone").check()
    asked = page.get_by_role("group", name="On which day?")
    for label, number in (("Day", "1"), ("Month", "6"), ("Year", "2026")):
        asked.get_by_label(label, exact=True).fill(number)
    page.get_by_label("At what time?").fill("09:40")
    page.get_by_label("No, without names").check()
    page.get_by_label("What did they ask").fill("A boy was asked for a picture by somebody he does not know.")
    page.get_by_label("What were they told?").fill("Ask him whether he sent one, and who knows.")
    page.get_by_label("To refer if something changes").check()
    page.get_by_label("What do they do now").fill("She speaks to him today and rings again tomorrow.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("main")).to_contain_text("Nobody was named")
    looked_at(page)

    # When it turns out that it must be referred, it begins with what is known
    page.get_by_role("button", name="Start a referral").click()
    expect(page.get_by_text("A referral is started with what is known.")).to_be_visible()
    page.goto("/consultations/")
    expect(page.locator("tbody tr").first).to_contain_text("being written")
    looked_at(page)
