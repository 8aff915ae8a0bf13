"""A double click, the Back button and a repeated form give the same receipt."""

import pytest
from playwright.sync_api import Locator, Page, expect

from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.people import YOUTH_WORKER
from tests.browser.receiving import read_receipt

pytestmark = pytest.mark.browser


def sent_ones(page: Page) -> Locator:
    """Return the links to sent referrals in the list of one's own."""
    return page.locator("main a[href$='/sent/']")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_one_receipt_however_often_it_is_sent(signed_in: SignedIn, cumbria: Edition, script: bool) -> None:
    # Given a referral that is ready to be sent
    page = signed_in(YOUTH_WORKER, java_script_enabled=script)
    page.goto("/referrals/mine/")
    before = sent_ones(page).count()
    filling = Filling(page, cumbria, everyday(CUMBRIA) | {"Q-SAF-6": ["grooming"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    form = page.locator("form", has=page.get_by_role("button", name="Send now"))
    fields = dict(form.locator("input[type=hidden]").evaluate_all("found => found.map(e => [e.name, e.value])"))
    address = form.get_attribute("action") or ""

    # When the button is clicked twice
    page.get_by_role("button", name="Send now").dblclick()
    page.wait_for_url("**/sent/")
    receipt = read_receipt(page)

    # Then going back leads to the same receipt
    page.go_back()
    page.wait_for_url("**/sent/")
    assert read_receipt(page).reference == receipt.reference

    # And so does the same form sent again, as by a connection that failed
    again = page.request.post(address, form=fields, headers={"Origin": page.url.split("/referrals/")[0]})
    assert receipt.reference in again.text()

    # And one referral more stands in the list
    page.goto("/referrals/mine/")
    expect(sent_ones(page)).to_have_count(before + 1)
