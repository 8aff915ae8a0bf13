"""Sent at once with the first answers, completed afterwards: at most twelve pages, nothing passed off as known."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Response, expect

from procedures.engine.edition import Edition
from tests.browser.conftest import Visitors, sign_in
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, WORRY, everyday
from tests.browser.people import RECIPIENTS, TEACHER
from tests.browser.receiving import open_pack, save_pack, send, text_of, wait_for_packs

pytestmark = pytest.mark.browser

MOST_PAGES = 12
ADDED = "INVENTED-LATER The account was called something else as well."


def test_an_urgent_referral_takes_twelve_pages_and_can_be_completed(
    visitors: Visitors, cumbria: Edition, tmp_path: Path
) -> None:
    page = visitors.anybody()
    shown: list[str] = []

    def count(response: Response) -> None:
        if response.request.is_navigation_request() and response.status == 200:
            shown.append(response.url)

    # Given somebody in a hurry, who is not signed in
    page.on("response", count)
    started = time.monotonic()
    page.goto("/")
    page.get_by_role("button", name="Start a referral").click()
    sign_in(page, TEACHER, from_here=True)
    expect(page.get_by_role("heading", name="Before you start")).to_be_visible()

    # When they answer what is asked first, and send
    answers = everyday(CUMBRIA) | {"Q-SAF-6": ["sextortion"]}
    filling = Filling(page, cumbria, answers)
    page.get_by_role("button", name="Start now").click()
    page.wait_for_url("**/pages/danger/")
    filling.to_send_now()
    pages_until_sent = len(shown)
    receipt = send(page)

    # Then it took at most twelve pages, the start page and signing in among them
    assert pages_until_sent <= MOST_PAGES, "\n".join(shown)
    assert time.monotonic() - started < 300
    assert {"Cumbria Police", "Cumberland Safeguarding Hub"} <= {going.name for going in receipt.goings}

    # And what was not reached is printed as not asked, never as not known
    wait_for_packs(page)
    hub = visitors.as_person(RECIPIENTS["cumberland_hub"])
    open_pack(hub, receipt.reference)
    text = text_of(save_pack(hub, tmp_path))
    assert WORRY in text
    assert "Not asked" in text

    # When they add detail, the hub finds it on the case, and the police in a new version of their pack
    page.get_by_role("link", name="Add detail", exact=True).click()
    page.get_by_label("What do you want to add?").fill(ADDED)
    page.get_by_role("button", name="Send this detail").click()
    page.wait_for_url("**/sent/")
    hub.goto("/hub/")
    hub.get_by_role("link", name=receipt.reference).click()
    hub.get_by_role("link", name="Detail was added").first.click()
    expect(hub.get_by_text(ADDED)).to_be_visible()
    wait_for_packs(page)
    police = visitors.as_person(RECIPIENTS["cumbria_police"])
    open_pack(police, receipt.reference)
    expect(police.get_by_text("version 2")).to_be_visible()
    assert ADDED in text_of(save_pack(police, tmp_path))
