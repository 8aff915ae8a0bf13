"""The rota of a hub, and the list that the evening hands to the night."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.people import NEL_MANAGER

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def test_the_rota_and_the_list_of_the_evening(signed_in: SignedIn, visitors: Visitors) -> None:
    # Given a manager who puts the out-of-hours worker on duty, having left everything out first
    page = signed_in(NEL_MANAGER)
    visitors.watch_of(page).allowed.add(400)  # what is refused on purpose
    page.goto("/duty/")
    looked_at(page)
    page.get_by_role("link", name="Put somebody on duty").click()
    page.get_by_role("button", name="Put on duty").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose who is on duty")
    looked_at(page)
    page.get_by_label("Conor Wragg").check()
    today = datetime.now(UTC).date()
    for place, day in enumerate((today - timedelta(days=1), today + timedelta(days=1))):
        page.get_by_label("Day", exact=True).nth(place).fill(str(day.day))
        page.get_by_label("Month", exact=True).nth(place).fill(str(day.month))
        page.get_by_label("Year", exact=True).nth(place).fill(str(day.year))
    page.get_by_label("From what time?").fill("17:00")
    page.get_by_label("Until what time?").fill("17:00")
    page.get_by_role("button", name="Put on duty").click()
    expect(page.locator("main")).to_contain_text("Now: Conor Wragg")

    # When they open the list of the evening, it says who is on duty and what nobody has received
    page.goto("/handover/?list=evening")
    expect(page.locator("main")).to_contain_text("Urgent, not received")
    looked_at(page)
    page.get_by_role("link", name="The list of the morning").click()
    expect(page.locator("main")).to_contain_text("Done since the hub closed")
    looked_at(page)
    page.goto("/duty/")
    looked_at(page)

    # And what was wrong in the rota is taken back
    page.get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("Nobody is on the rota now.")
