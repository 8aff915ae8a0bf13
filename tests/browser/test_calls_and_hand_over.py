"""Calls on record: the referrer's, the hub's with a correction; references, and the case handed to the council."""

import re

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_MANAGER, NEL_TEACHER
from tests.browser.receiving import send
from tests.browser.test_decided_and_replied import REPLIED, SAID, write

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def on_the_day_of(page: Page, day: str, month: str, year: str, clock: str) -> None:
    for label, number in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_label(label, exact=True).fill(number)
    page.get_by_label("At what time did it begin?").fill(clock)


def test_calls_references_and_handing_over(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a referral whose author rang the hub and reached nobody
    author = signed_in(NEL_TEACHER)
    visitors.watch_of(author).allowed.add(400)  # what is refused on purpose
    filling = Filling(author, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    author.get_by_role("link", name="Record a call", exact=True).click()
    looked_at(author)
    author.get_by_role("button", name="Record the call").click()
    expect(author.get_by_role("alert")).to_contain_text("Say with whom the call was")
    looked_at(author)
    author.get_by_label("A hub or children’s social care").check()
    author.get_by_label("We rang them").check()
    on_the_day_of(author, "1", "6", "2026", "16:05")
    author.get_by_label("How many minutes").fill("25")
    author.get_by_label("Given up before anybody answered").check()
    author.get_by_label("No", exact=True).check()
    author.get_by_role("button", name="Record the call").click()
    expect(author.get_by_text("The call is on record.")).to_be_visible()
    expect(author.locator("#recorded + div")).to_contain_text("25 minutes")
    looked_at(author)

    # When the hub takes it, reads of that, and records a call of its own, which it then puts right
    manager = signed_in(NEL_MANAGER)
    visitors.watch_of(manager).allowed.add(400)
    manager.goto("/hub/")
    manager.get_by_role("link", name=receipt.reference).click()
    manager.get_by_role("button", name="Take this case").click()
    case = manager.url
    manager.get_by_role("link", name="Since it was sent", exact=True).click()
    expect(manager.locator("#calls ~ .casework-child").first).to_contain_text("25 minutes")
    manager.get_by_role("link", name="Record a call", exact=True).click()
    manager.get_by_role("button", name="Record the call").click()
    expect(manager.get_by_role("alert")).to_contain_text("Say who rang whom")
    looked_at(manager)
    manager.get_by_label("Police on 101").check()
    manager.get_by_label("We rang them").check()
    on_the_day_of(manager, "1", "6", "2026", "17:10")
    manager.get_by_label("Somebody was spoken to").check()
    manager.get_by_label("Who was spoken to?").fill("PC Invented, control room")
    manager.get_by_label("What was said, and what was agreed?").fill("An officer visits the school tomorrow.")
    manager.get_by_label("Yes", exact=True).check()
    manager.get_by_label("If it was late: why?").fill("The line was engaged for an hour.")
    manager.get_by_role("button", name="Record the call").click()
    expect(manager.get_by_text("The call is on record.")).to_be_visible()
    manager.get_by_role("link", name=re.compile("Correct this record.*Police on 101")).click()
    manager.get_by_label("How many minutes").fill("9")
    manager.get_by_label("What was wrong in the record?").fill("The minutes were missing.")
    looked_at(manager)
    manager.get_by_role("button", name="Keep the correction").click()
    expect(manager.locator("#calls ~ .casework-child").first).to_contain_text("9 minutes")
    manager.get_by_text("As it was recorded before").click()
    looked_at(manager)

    # And writes down the police's number, and copies the case as text
    manager.get_by_role("link", name="Write down or change a reference").click()
    manager.get_by_label("Police incident").fill("INC-\u202e0042")
    manager.get_by_role("button", name="Keep").click()
    expect(manager.get_by_role("alert")).to_contain_text("Type it again")
    looked_at(manager)
    manager.get_by_label("Police incident").fill("INC-0042")
    manager.get_by_role("button", name="Keep").click()
    manager.get_by_role("link", name="the case as plain text to paste elsewhere").click()
    expect(manager.get_by_label("The referral", exact=True)).to_have_value(re.compile("Police incident: INC-0042"))
    looked_at(manager)

    # Then, decided and replied, the child is handed over to the council's system, and closed here
    manager.goto(case)
    manager.get_by_role("link", name="Decide").click()
    manager.get_by_label("Child and family assessment").check()
    manager.get_by_role("button", name="Continue").click()
    manager.get_by_label("Level 3").check()
    manager.get_by_label("Yes, alone").check()
    manager.get_by_label("Told", exact=True).check()
    manager.get_by_label("Yes", exact=True).check()
    write(manager, SAID)
    manager.get_by_role("button", name="Decide: child and family").click()
    manager.get_by_role("link", name="Reply to the referrer").click()
    write(manager, REPLIED)
    manager.get_by_label("You may tell the family what is written here").check()
    manager.get_by_role("button", name="Send the reply").click()
    manager.get_by_role("link", name="Hand over to the council’s system").click()
    looked_at(manager)
    manager.get_by_role("button", name="Hand over").click()
    expect(manager.get_by_role("alert")).to_contain_text("Write the reference")
    looked_at(manager)
    manager.get_by_label("Reference in the council’s system").fill("LCS 1001")
    manager.get_by_label("Who there has it now").fill("Invented Worker, 01632 960009")
    manager.get_by_role("button", name="Hand over").click()
    expect(manager.locator(".casework-child").first).to_contain_text("Closed")
    looked_at(manager)
    manager.get_by_role("link", name="Since it was sent", exact=True).click()
    expect(manager.locator("#references ~ dl").first).to_contain_text("LCS 1001")
    looked_at(manager)
