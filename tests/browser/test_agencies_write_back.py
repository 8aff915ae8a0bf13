"""An agency writes back from its pack, and another returns a pack that is not theirs: the hub reads and settles it."""

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_TEACHER, RECIPIENTS
from tests.browser.receiving import open_pack, send

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def test_police_write_back_and_return_a_pack(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a referral that went to the police, whose liaison opens their pack
    author = signed_in(NEL_TEACHER)
    filling = Filling(author, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    police = signed_in(RECIPIENTS["humberside_police"])
    visitors.watch_of(police).allowed.add(400)  # what is refused on purpose
    open_pack(police, receipt.reference)
    looked_at(police)

    # When they tell the hub what they know, having first left a needed thing out
    police.get_by_role("link", name="Tell the hub").click()
    looked_at(police)
    police.get_by_label("Incident or log number").fill("INC-0042")
    police.get_by_label("Arrested, on bail").check()
    police.get_by_role("button", name="Tell the hub").click()
    expect(police.get_by_role("alert")).to_contain_text("Give the day on which the bail ends")
    looked_at(police)
    police.get_by_label("Bail conditions").fill("No contact with anybody under 18.")
    for label, number in (("Day", "27"), ("Month", "3"), ("Year", "2027")):
        police.get_by_label(label, exact=True).fill(number)
    police.get_by_role("button", name="Tell the hub").click()
    expect(police.locator("main")).to_contain_text("No contact with anybody under 18.")
    looked_at(police)

    # Then the hub reads it on the case, with the number as the case's own
    hub = signed_in(RECIPIENTS["north_east_lincolnshire_hub"])
    visitors.watch_of(hub).allowed.add(400)
    hub.goto("/hub/")
    hub.get_by_role("link", name=receipt.reference).click()
    hub.get_by_role("link", name="Since it was sent", exact=True).click()
    expect(hub.locator("#written ~ dl").first).to_contain_text("27 March 2027")
    expect(hub.locator("#references ~ dl").first).to_contain_text("INC-0042")

    # And when the police return the pack, it is the hub's to settle
    police.get_by_role("link", name="Not ours: return this pack").click()
    looked_at(police)
    police.get_by_role("button", name="Return it").click()
    expect(police.get_by_role("alert")).to_contain_text("Write why it is not yours")
    looked_at(police)
    police.get_by_label("Why is it not yours?").fill("The device is in the area of another force.")
    police.get_by_role("button", name="Return it").click()
    expect(police.locator("main")).to_contain_text("The device is in the area of another force.")
    looked_at(police)
    hub.reload()
    expect(hub.locator("main")).to_contain_text("Nobody has it in their place")
    looked_at(hub)
    hub.goto("/tasks/")
    hub.get_by_role("link", name="Say who takes a returned pack").filter(has_text=receipt.reference).click()
    looked_at(hub)
    hub.get_by_role("button", name="Settle it").click()
    expect(hub.get_by_role("alert")).to_contain_text("Say what became of it")
    looked_at(hub)
    hub.get_by_label("They are asked to look again").check()
    hub.get_by_label("Who has it now").fill("The child lives in your area: rung at 10:20.")
    hub.get_by_role("button", name="Settle it").click()
    expect(hub.locator("#returned ~ div").first).to_contain_text("rung at 10:20")
    looked_at(hub)
    police.reload()
    expect(police.locator("main")).to_contain_text("The hub asks you to look again")
    looked_at(police)
