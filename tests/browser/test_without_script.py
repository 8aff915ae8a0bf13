"""Everything works with JavaScript off: filing, the receipt, the pack."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, NUDES, everyday, everyday_child
from tests.browser.people import NEL_TEACHER, RECIPIENTS
from tests.browser.receiving import save_pack, send, text_of

pytestmark = pytest.mark.browser

MOST_LOOKS = 400


def test_a_referral_is_filed_and_read_without_script(
    signed_in: SignedIn, north_east_lincolnshire: Edition, tmp_path: Path
) -> None:
    # Given a browser that runs no script
    page = signed_in(NEL_TEACHER, java_script_enabled=False)
    filling = Filling(page, north_east_lincolnshire, everyday(NEL) | dict(NUDES.answers), [everyday_child(NEL)])

    # When a whole referral is filled in and sent
    filling.start()
    filling.through()
    receipt = send(page)

    # Then the packs are made, as the link on the receipt shows when it is followed
    page.get_by_role("link", name="Look at the packs again").click()
    look_until_ready(page)
    hub = signed_in(RECIPIENTS["north_east_lincolnshire_hub"], java_script_enabled=False)
    hub.goto("/inbox/")
    hub.get_by_role("link", name=receipt.reference).click()
    assert receipt.reference in text_of(save_pack(hub, tmp_path))


def look_until_ready(page: Page) -> None:
    """Follow "Look again" until no pack waits."""
    for _ in range(MOST_LOOKS):
        if not page.locator("progress").count():
            return
        with page.expect_navigation():
            page.get_by_role("link", name="Look again").click()
    raise AssertionError(f"The packs were not ready: {page.inner_text('main')}")
