"""From taken to replied: a screener proposes no further action, a manager agrees and replies, the author reads it."""

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

SAID = {
    "What is known, and how is it known?": "The school read the messages with the child.",
    "What does it mean for this child?": "A quarrel that is over.",
    "How is the child safe now, and until the next step?": "At home, and in class as before.",
    "Who told or tells whom, and when? If nobody: who decided that, and why?": "The school told the mother on Monday.",
    "Which agencies were asked, and what did they say?": "Police and health: nothing known.",
    "What happens next, who does it, and by when?": "The school keeps an eye on it.",
}
REPLIED = {
    "Why was it decided so?": "What you told us is over, and nobody was hurt.",
    "Who leads from here, and how are they reached?": "Your safeguarding lead",
    "What does the referrer do now?": "Nothing more, unless it starts again.",
    "What may be said, or who tells the family and when?": "That we took no further action.",
}


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def write(page: Page, said: dict[str, str]) -> None:
    for label, words in said.items():
        page.get_by_label(label).fill(words)


def test_no_further_action_with_a_reply(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a referral that a screener has taken
    author = signed_in(NEL_TEACHER)
    filling = Filling(author, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    screener = signed_in(RECIPIENTS["north_east_lincolnshire_hub"])
    screener.goto("/hub/")
    screener.get_by_role("link", name=receipt.reference).click()
    screener.get_by_role("button", name="Take this case").click()
    manager = signed_in(NEL_MANAGER)
    for page in (screener, manager):
        visitors.watch_of(page).allowed.add(400)  # what is refused on purpose

    # When they propose no further action, having first left everything out
    screener.get_by_role("link", name="Decide").click()
    screener.get_by_role("button", name="Continue").click()
    expect(screener.get_by_role("alert")).to_contain_text("Choose a decision")
    looked_at(screener)
    screener.get_by_label("No further action").check()
    screener.get_by_role("button", name="Continue").click()
    screener.get_by_role("button", name="Propose: no further action").click()
    expect(screener.get_by_role("alert")).to_contain_text("Write what it means for this child")
    looked_at(screener)
    screener.get_by_label("Level 1").check()
    screener.get_by_label("Yes, alone").check()
    screener.get_by_label("Told", exact=True).check()
    write(screener, SAID)
    # ... while the manager has the same page open
    manager.goto(screener.url)
    screener.get_by_role("button", name="Propose: no further action").click()
    expect(screener.get_by_text("It counts once a second person has agreed.")).to_be_visible()
    expect(screener.get_by_text("Proposed: No further action")).to_be_visible()
    looked_at(screener)

    # Then of two at once the second is shown what changed, and keeps what was typed
    manager.get_by_label("Level 1").check()
    manager.get_by_label("Not yet").check()
    manager.get_by_label("Told", exact=True).check()
    write(manager, SAID | {"What does it mean for this child?": "My own view of it."})
    manager.get_by_role("button", name="Propose: no further action").click()
    expect(manager.get_by_role("alert")).to_contain_text("Somebody else was quicker")
    expect(manager.get_by_label("What does it mean for this child?")).to_have_value("My own view of it.")
    looked_at(manager)

    # And the manager reads what was proposed, agrees, and replies
    manager.goto("/tasks/")
    looked_at(manager)
    manager.get_by_role("link", name="Answer a proposed decision").filter(has_text=receipt.reference).click()
    expect(manager.get_by_text("A quarrel that is over.")).to_be_visible()
    looked_at(manager)
    manager.get_by_role("button", name="I agree").click()
    manager.get_by_role("link", name="Reply to the referrer").click()
    manager.get_by_role("button", name="Send the reply").click()
    expect(manager.get_by_role("alert")).to_contain_text("Write who leads from here")
    looked_at(manager)
    write(manager, REPLIED)
    manager.get_by_label("You may tell the family what is written here").check()
    manager.get_by_role("button", name="Send the reply").click()
    expect(manager.get_by_text("The reply is sent.")).to_be_visible()
    expect(manager.locator(".casework-child")).to_contain_text("No further action")

    # And the author reads the reply, and nothing of what the hub wrote for itself
    author.reload()
    expect(author.locator("#replies + section")).to_contain_text("Nothing more, unless it starts again.")
    expect(author.locator("main")).not_to_contain_text("A quarrel that is over.")
    looked_at(author)
