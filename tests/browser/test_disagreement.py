"""A disagreement from both sides: raised by the author after the reply, answered, taken further, settled."""

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_MANAGER, NEL_TEACHER, RECIPIENTS
from tests.browser.receiving import send
from tests.browser.test_decided_and_replied import REPLIED, SAID, looked_at, write

pytestmark = pytest.mark.browser

DISAGREES = {
    "What do you disagree with?": "That it waits until the week is over.",
    "Why?": "He wrote to the child again last night.",
    "What do you ask for?": "That police, health and social care talk today.",
}


def decide_and_reply(page: Page) -> None:
    """Decide alone for a strategy discussion, and reply."""
    page.get_by_role("link", name="Decide").click()
    page.get_by_label("Strategy discussion").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Level 4").check()
    page.get_by_label("Not yet").check()
    page.get_by_label("Told", exact=True).check()
    write(page, SAID)
    page.get_by_role("button", name="Decide: strategy discussion").click()
    page.get_by_role("link", name="Reply to the referrer").click()
    write(page, REPLIED)
    page.get_by_label("You may tell the family what is written here").check()
    page.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_text("The reply is sent.")).to_be_visible()


def test_a_disagreement_is_answered_taken_further_and_settled(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a referral that a screener took, and a manager decided and replied to
    author = signed_in(NEL_TEACHER)
    filling = Filling(author, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["grooming"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    sent_page = author.url
    screener = signed_in(RECIPIENTS["north_east_lincolnshire_hub"])
    screener.goto("/hub/")
    screener.get_by_role("link", name=receipt.reference).click()
    screener.get_by_role("button", name="Take this case").click()
    case_page = screener.url
    manager = signed_in(NEL_MANAGER)
    manager.goto(case_page)
    decide_and_reply(manager)
    for page in (author, screener):
        visitors.watch_of(page).allowed.add(400)  # what is refused on purpose

    # When the author says that they disagree, having first left everything out
    author.goto(sent_page)
    author.get_by_role("link", name="I disagree with what the hub decided").click()
    expect(author.get_by_text("The child’s safety comes first.")).to_be_visible()
    looked_at(author)
    author.get_by_role("button", name="Send that I disagree").click()
    expect(author.get_by_role("alert")).to_contain_text("Write why you disagree")
    looked_at(author)
    write(author, DISAGREES)
    author.get_by_role("button", name="Send that I disagree").click()
    expect(author.get_by_text("is told that you disagree")).to_be_visible()
    looked_at(author)
    own_page = author.url

    # Then the screener finds it among their tasks, sees it on the case, and answers
    screener.goto(case_page)
    expect(screener.get_by_role("link", name="Somebody disagrees with a decision")).to_be_visible()
    looked_at(screener)
    screener.goto("/tasks/")
    screener.get_by_role("link", name="Answer a disagreement").filter(has_text=receipt.reference).click()
    looked_at(screener)
    screener.get_by_role("link", name="Answer a disagreement").click()
    screener.get_by_role("button", name="Send the answer").click()
    expect(screener.get_by_role("alert")).to_contain_text("Say whether the decision is changed")
    looked_at(screener)
    screener.get_by_label("The decision stands", exact=True).check()
    screener.get_by_label("Your reasons, as the other side reads them").fill("The talk is tomorrow at nine.")
    screener.get_by_label("For your own record").fill("Health can only come tomorrow.")
    screener.get_by_role("button", name="Send the answer").click()
    expect(screener.get_by_text("It stays open until both sides agree.")).to_be_visible()
    expect(screener.get_by_text("Health can only come tomorrow.")).to_be_visible()

    # And the author reads the answer, not the hub's own record, and takes it to the managers
    author.goto(own_page)
    expect(author.get_by_text("The talk is tomorrow at nine.")).to_be_visible()
    expect(author.locator("main")).not_to_contain_text("Health can only come")
    author.get_by_role("link", name="Take it to stage 2").click()
    looked_at(author)
    author.get_by_label("Why does it go further, and what is still open?").fill("It must be today.")
    author.get_by_role("button", name="Take it to the next stage").click()
    expect(author.get_by_role("heading", name="Stage 2: Line managers")).to_be_visible()
    looked_at(author)

    # And whoever decided does not answer for it now, but is led to where the decision is changed
    manager.goto(case_page)
    manager.get_by_role("link", name="Somebody disagrees with a decision").click()
    expect(manager.get_by_role("link", name="Answer a disagreement")).to_have_count(0)
    manager.get_by_text("To change the decision").click()
    expect(manager.get_by_role("link", name="Take a step back")).to_be_visible()
    looked_at(manager)

    # And it is settled once the author agrees
    author.get_by_role("link", name="Agree that it is settled").click()
    author.get_by_label("What was agreed?").fill("They rang: the talk is this afternoon.")
    author.get_by_role("button", name="Agree that it is settled").click()
    expect(author.get_by_text("Settled: both sides agree.").first).to_be_visible()
    looked_at(author)
    author.goto(sent_page)
    expect(author.locator("#disagreements + p")).to_contain_text("settled: both sides agree")
    looked_at(author)
