"""The hub takes a case and the police acknowledge their pack; the author sees both."""

import pytest
from playwright.sync_api import expect

from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_TEACHER, RECIPIENTS
from tests.browser.receiving import open_pack, send, wait_for_packs

pytestmark = pytest.mark.browser


def test_take_and_acknowledge(signed_in: SignedIn, north_east_lincolnshire: Edition) -> None:
    # Given a referral that was just sent
    page = signed_in(NEL_TEACHER)
    filling = Filling(page, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(page)
    wait_for_packs(page)

    # When a screener takes it
    hub = signed_in(RECIPIENTS["north_east_lincolnshire_hub"])
    hub.goto("/hub/")
    row = hub.locator(".casework-row", has=hub.get_by_role("link", name=receipt.reference))
    expect(row).to_contain_text("Not taken yet")
    row.get_by_role("link", name=receipt.reference).click()
    hub.get_by_role("button", name="Take this case").click()
    expect(hub.get_by_text("You have this case.")).to_be_visible()
    hub.goto("/hub/")
    expect(row).to_contain_text("Nadia Coupland")

    # And the police acknowledge
    police = signed_in(RECIPIENTS["humberside_police"])
    open_pack(police, receipt.reference)
    police.get_by_role("button", name="Acknowledge").click()
    expect(police.get_by_text("Acknowledged. The hub can see that you have this pack.")).to_be_visible()

    # Then the hub sees it on the case, and the author on the receipt
    hub.get_by_role("link", name=receipt.reference).click()
    expect(hub.locator("#where + ul li", has_text="Humberside Police")).to_contain_text("Acknowledged")
    hub.get_by_role("link", name="Where it went and why", exact=True).click()
    expect(hub.locator(".casework-destination", has_text="Humberside Police")).to_contain_text("Acknowledged")
    page.reload()
    expect(page.locator("[data-packs]")).to_contain_text("Acknowledged")
    expect(page.locator("main")).to_contain_text("Done")
