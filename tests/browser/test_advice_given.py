"""Advice without a referral, written down and made into a referral; the rota, and the list for the night."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.keyboard import unreached
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
    write_down(page, "Gwen Invented", month="6")
    page.get_by_label("No, without names").check()
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("main")).to_contain_text("Nobody was named")
    looked_at(page)

    # When it turns out that it must be referred, it begins with what is known
    page.get_by_role("button", name="Start a referral").click()
    expect(page.get_by_text("A referral is started with what is known.")).to_be_visible()
    page.goto("/consultations/")
    expect(page.locator("tbody tr").first).to_contain_text("being written")
    looked_at(page)


def test_a_child_about_whom_advice_was_asked_is_found_again(signed_in: SignedIn) -> None:
    # Given advice about a child whom two people named
    page = signed_in(NEL_MANAGER)
    for asker in ("Gwen Invented", "Hugh Invented"):
        page.goto("/consultations/new")
        write_down(page, asker, month="5")
        page.get_by_label("Yes, named").check()
        page.get_by_label("What is the child’s name?").fill("Marlowe Kestrelson")
        fill_day(page, "When was the child born?", "31", "5", "2012")
        page.get_by_role("button", name="Keep it").click()

    # When the second is opened, it leads to the first, by the keyboard too
    expect(page.locator("main")).to_contain_text("This child is spoken of elsewhere too")
    looked_at(page)
    assert unreached(page, page.title()) == []
    page.get_by_role("heading", name="This child is spoken of").locator("..").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Gwen Invented")

    # And the hub's search finds both
    page.goto("/hub/")
    page.get_by_label("Find a case").fill("Kestrelson 31/5/2012")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="Advice given without a referral")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Consultation")).to_have_count(2)
    looked_at(page)
    assert unreached(page, page.title()) == []


def write_down(page: Page, asker: str, *, month: str) -> None:
    """Fill in all of a consultation but about whom it is."""
    page.get_by_label("Who asked?").fill(asker)
    page.get_by_label("What do they do, or how").fill("Youth worker")
    page.get_by_label("By telephone").check()
    fill_day(page, "On which day?", "1", month, "2026")
    page.get_by_label("At what time?").fill("09:40")
    page.get_by_label("What did they ask").fill("A boy was asked for a picture by somebody he does not know.")
    page.get_by_label("What were they told?").fill("Ask him whether he sent one, and who knows.")
    page.get_by_label("To refer if something changes").check()
    page.get_by_label("What do they do now").fill("She speaks to him today and rings again tomorrow.")


def fill_day(page: Page, legend: str, *numbers: str) -> None:
    """Fill in a date of a page that asks for several."""
    group = page.get_by_role("group", name=legend)
    for label, number in zip(("Day", "Month", "Year"), numbers, strict=True):
        group.get_by_label(label, exact=True).fill(number)
