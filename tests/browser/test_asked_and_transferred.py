"""The hub asks and the referrer answers; what was found out leads on; a case goes to another hub and is accepted."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_MANAGER, NEL_TEACHER, RECIPIENTS
from tests.browser.receiving import send

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def refused(page: Page, button: str, words: str) -> None:
    """What is sent empty comes back with what to mend, on a page without a fault."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    looked_at(page)


def sent_and_taken(signed_in: SignedIn, visitors: Visitors, edition: Edition, taker: str) -> tuple[Page, Page, str]:
    """Return the author's page, the page of whoever took the case, and its reference."""
    author, hub = signed_in(NEL_TEACHER), signed_in(taker)
    for page in (author, hub):
        visitors.watch_of(page).allowed.add(400)  # what is refused on purpose
    filling = Filling(author, edition, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    reference = send(author).reference
    hub.goto("/hub/")
    hub.get_by_role("link", name=reference).click()
    hub.get_by_role("button", name="Take this case").click()
    return author, hub, reference


def test_asked_answered_and_led_on(signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition) -> None:
    # Given a case that a screener has taken
    screener_of = RECIPIENTS["north_east_lincolnshire_hub"]
    author, screener, reference = sent_and_taken(signed_in, visitors, north_east_lincolnshire, screener_of)
    case = screener.url

    # When they ask the referrer something, and the referrer answers
    screener.get_by_role("link", name="ask the referrer for more information").click()
    refused(screener, "Send the question", "Write the question")
    screener.get_by_label("What do you need to know?").fill("Which site was it on?")
    by = datetime.now(UTC).date() + timedelta(days=2)
    for label, number in (("Day", by.day), ("Month", by.month), ("Year", by.year)):
        screener.get_by_label(label, exact=True).fill(str(number))
    screener.get_by_role("button", name="Send the question").click()
    expect(screener.get_by_text("Waiting for the answer")).to_be_visible()
    looked_at(screener)
    author.goto("/tasks/")
    author.get_by_role("link", name="Answer the hub’s question").filter(has_text=reference).click()
    refused(author, "Send this answer", "Write what you want to add")
    author.get_by_label("Your answer").fill("On chat.example.com, since May.")
    author.get_by_role("button", name="Send this answer").click()
    expect(author.get_by_text("Your answer was sent to the hub.")).to_be_visible()
    looked_at(author)

    # Then the child is being looked at again, and the answer stands on the case
    screener.goto(case)
    expect(screener.locator(".casework-child").first).to_contain_text("Being looked at")
    screener.get_by_role("link", name="The referrer answered").click()
    expect(screener.get_by_text("since May.")).to_be_visible()

    # And a note is written, and what was found out leads to more than is there
    screener.get_by_role("link", name="Write a note").click()
    refused(screener, "Write it", "Write the note")
    screener.get_by_label("What do you want to write down?").fill("The school rang back at four.")
    screener.get_by_label("The hub only").check()
    screener.get_by_role("button", name="Write it").click()
    expect(screener.get_by_text("The note is on the case.")).to_be_visible()
    looked_at(screener)
    screener.goto(case)
    screener.get_by_role("link", name="Write down what was found out").click()
    looked_at(screener)
    screener.get_by_role("link", name="Is a child in immediate danger now?").click()
    screener.get_by_label("Yes", exact=True).check()
    refused(screener, "Write it down", "Write how this is known")
    screener.get_by_label("How is this known?").fill("The mother said so on the telephone.")
    screener.get_by_role("button", name="Write it down").last.click()
    expect(screener.get_by_text("It changes where the case goes: settle that now.")).to_be_visible()
    refused(screener, "Settle it", "Choose whether it is sent")
    for choice in screener.get_by_label("Send it").all():
        choice.check()
    screener.get_by_role("button", name="Settle it").click()
    expect(screener.get_by_text("Settled, and on record with the reasons.")).to_be_visible()
    looked_at(screener)

    # And a child whom the referrer did not know of is added
    screener.get_by_role("link", name="Write down what was found out").click()
    screener.get_by_role("link", name="Add a child whom the referrer did not know of").click()
    looked_at(screener)


def test_transferred_rejected_and_accepted(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a case that a manager has taken
    _, manager, reference = sent_and_taken(signed_in, visitors, north_east_lincolnshire, NEL_MANAGER)
    case = manager.url
    there = signed_in(RECIPIENTS["cumberland_hub"])
    visitors.watch_of(there).allowed.add(400)

    # When it is sent to another hub, which rejects it
    manager.get_by_role("link", name="Transfer the case to another area").click()
    refused(manager, "Send the transfer", "Write why it goes there")
    manager.get_by_label("Cumberland").check()
    manager.get_by_label("Why does it go there?").fill("The family moved to Carlisle.")
    manager.get_by_role("button", name="Send the transfer").click()
    expect(manager.get_by_text("Until it is accepted, the case stays yours")).to_be_visible()
    looked_at(manager)
    there.goto("/tasks/")
    there.get_by_role("link", name="Accept or reject a transfer").filter(has_text=reference).click()
    expect(there.get_by_text("The family moved to Carlisle.")).to_be_visible()
    refused(there, "Reject it", "Write why")
    there.get_by_label("If you reject or withdraw it: why?").fill("They moved on to Leeds.")
    there.get_by_role("button", name="Reject it").click()
    expect(there.get_by_text("Rejected. The sender is told, and stays the owner.")).to_be_visible()

    # Then the sender reads why, still owns it, and sends it again
    manager.goto(case)
    expect(manager.get_by_text("They moved on to Leeds.")).to_be_visible()
    looked_at(manager)
    manager.get_by_role("link", name="Transfer the case to another area").click()
    manager.get_by_label("Cumberland").check()
    manager.get_by_label("Why does it go there?").fill("They are back in Carlisle.")
    manager.get_by_role("button", name="Send the transfer").click()

    # And whoever accepts it owns it
    there.goto("/tasks/")
    there.get_by_role("link", name="Accept or reject a transfer").filter(has_text=reference).click()
    there.get_by_role("button", name="Accept: the case is ours").click()
    expect(there.get_by_text("Accepted, and on record.")).to_be_visible()
    expect(there.get_by_text("Owned by Cumberland")).to_be_visible()
    looked_at(there)
