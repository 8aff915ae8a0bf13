"""A manager opens a case, sees what an inspector would miss, puts it on record, and an auditor samples it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.people import TEACHER
from tests.browser.receiving import send

pytestmark = pytest.mark.browser

MANAGER = "manager@cumberland.example.org"
AUDITOR = "auditor@cumbria.example.org"


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for pictures."""
    if folder := os.environ.get("PORTAL_LOOK_AT"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def day(page: Page, on: datetime) -> None:
    """Type a day."""
    for label, number in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        page.get_by_label(label, exact=True).fill(str(number))


def test_what_an_inspector_will_ask(signed_in: SignedIn, visitors: Visitors, cumbria: Edition) -> None:
    # Given a case that a manager opens
    author = signed_in(TEACHER)
    filling = Filling(author, cumbria, everyday(CUMBRIA) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    manager = signed_in(MANAGER)
    visitors.watch_of(manager).allowed.add(400)  # what is refused on purpose
    manager.goto("/hub/")
    manager.get_by_role("link", name=receipt.reference).click()
    manager.get_by_role("button", name="Take this case").click()

    # When they look at what an inspector will ask, it says what is missing
    manager.get_by_role("link", name="What an inspector will ask").click()
    missing = manager.locator("#missing + ul")
    expect(missing).to_contain_text("whether the child was seen, alone, by whom and when")
    expect(manager.locator("#advice ~ ul").first).to_contain_text("The receipt with whom to call")
    looked_at(manager)
    picture(manager, "missing")

    # And they put it on record, having first left everything out
    missing.get_by_role("link", name="whether the child was seen").click()
    looked_at(manager)
    manager.get_by_role("button", name="Record it").click()
    for words in ("Say whether the child was seen, and how", "Give the day"):
        expect(manager.get_by_role("alert")).to_contain_text(words)
    looked_at(manager)
    picture(manager, "entry")
    manager.get_by_label("Seen alone").check()
    day(manager, datetime.now(UTC))
    manager.get_by_label("By whom, of which agency?").fill("Sol Shore, social worker")
    manager.get_by_label("What did the child say and want, in their own words?").fill("I want it to stop.")
    manager.get_by_role("button", name="Record it").click()
    expect(manager.locator("#child-1 ~ ul").first).to_contain_text("Seen alone")
    expect(manager.locator("#child-1 ~ ul").first).to_contain_text("I want it to stop.")
    expect(manager.locator("#missing + ul")).not_to_contain_text("whether the child was seen")

    # And a serious incident starts its clocks and a legal hold in one step
    manager.get_by_role("link", name="Serious incident known").click()
    looked_at(manager)
    day(manager, datetime.now(UTC))
    manager.get_by_label("What happened, and how did it become known?").fill("The child was hurt badly.")
    manager.get_by_role("button", name="Record it and set a legal hold").click()
    expect(manager.locator("main")).to_contain_text("Legal hold: nothing of this case may be deleted.")
    expect(manager.locator("#incident ~ p").first).to_contain_text("Serious incident notified")
    looked_at(manager)
    picture(manager, "whole")

    # Then an auditor samples it, with a reason, and can add nothing
    auditor = signed_in(AUDITOR)
    visitors.watch_of(auditor).allowed.add(400)
    auditor.goto("/record/sample")
    auditor.get_by_label("Reference of the case").fill(receipt.reference)
    auditor.get_by_label("I need what an inspector will ask of it").check()
    auditor.get_by_role("button", name="Show the case").click()
    expect(auditor.get_by_role("alert")).to_contain_text("Select why you read this case")
    looked_at(auditor)
    auditor.get_by_label("A review or inspection").check()
    auditor.get_by_role("button", name="Show the case").click()
    expect(auditor.locator("#child-1 ~ ul").first).to_contain_text("I want it to stop.")
    expect(auditor.get_by_role("link", name="Record it")).to_have_count(0)
    looked_at(auditor)
