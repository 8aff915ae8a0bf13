"""A manager’s day: a clock paused with a reason and let go on; an administrator’s closed days and messages."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_MANAGER, NEL_TEACHER
from tests.browser.receiving import send

pytestmark = pytest.mark.browser
ADMIN = "admin@cumbria.example.org"
PICTURES = os.environ.get("PORTAL_TEST_PICTURES", "")


def looked_at(page: Page, name: str = "") -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []
    if PICTURES and name:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_a_clock_is_paused_and_goes_on(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a referral that nobody has taken
    author = signed_in(NEL_TEACHER)
    filling = Filling(author, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    manager = signed_in(NEL_MANAGER)
    visitors.watch_of(manager).allowed.add(400)  # what is refused on purpose

    # When the manager opens the day and goes to the case
    manager.goto("/hub/today")
    looked_at(manager, "today")
    manager.get_by_role("link", name="Nobody has this case").filter(has_text=receipt.reference).click()
    manager.get_by_role("link", name=re.compile("Pause this clock.*Decision on what")).first.click()
    looked_at(manager)
    manager.get_by_role("button", name="Pause the clock").click()
    expect(manager.get_by_role("alert")).to_contain_text("Write why the clock stands still")
    looked_at(manager, "pause")
    manager.get_by_label("Why does it stand still?").fill("The council’s own system is down.")
    manager.get_by_role("button", name="Pause the clock").click()

    # Then it stands still, with who and why, and is in the day's list
    expect(manager.get_by_text("The clock stands still until somebody lets it go on.")).to_be_visible()
    expect(manager.get_by_text("The council’s own system is down.")).to_be_visible()
    looked_at(manager, "case-paused")
    manager.get_by_role("link", name="Let this clock go on").click()
    looked_at(manager)
    manager.get_by_role("button", name="Let it go on").click()
    expect(manager.get_by_text("The clock runs again.")).to_be_visible()
    author.reload()
    expect(author.locator("main")).not_to_contain_text("The council’s own system is down.")


def test_closed_days_and_messages(signed_in: SignedIn, visitors: Visitors) -> None:
    admin = signed_in(ADMIN)
    visitors.watch_of(admin).allowed.add(400)
    admin.goto("/directory/")
    admin.get_by_role("link", name="Closed days").click()
    looked_at(admin)
    admin.get_by_role("button", name="Close the day").click()
    expect(admin.get_by_role("alert")).to_contain_text("Choose the day")
    looked_at(admin)
    admin.get_by_label("Which day?").fill("2027-06-15")
    admin.get_by_label("Why is it closed?").fill("Training")
    admin.get_by_role("button", name="Close the day").click()
    expect(admin.get_by_text("Tuesday 15 June 2027", exact=True)).to_be_visible()
    looked_at(admin, "closed-days")
    admin.get_by_role("button", name=re.compile("Open it again.*15 June 2027")).click()
    expect(admin.get_by_text("None ahead.")).to_be_visible()
    admin.goto("/people/messages")
    looked_at(admin, "messages")
