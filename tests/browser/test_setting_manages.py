"""Nudes shared between children of one age, with nothing that makes it worse: the hub agrees that the school holds it.

Until a partnership signs off DD-03 its procedure is followed: Police have the pack, and the hub has it too or, in
Cumbria, is asked for advice. In both the hub decides, in writing, that the setting manages the case, until when.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from procedures import editions
from procedures.engine.answers import Answer
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.people import NEL_MANAGER, NEL_TEACHERS_LEAD, RECIPIENTS
from tests.browser.receiving import send

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Hub:
    """Whose case it is, and who works there."""

    edition: str
    area: str
    lead: str
    screener: str
    manager: str
    goes: frozenset[tuple[str, str]]
    """`(unit, mode)` of what the receipt lists."""


CUMBRIA = Hub(
    "cumbria", "westmorland_and_furness", "dsl@sandside.example.org", RECIPIENTS["westmorland_and_furness_hub"],
    "manager@westmorland.example.org",
    frozenset({("cumbria_police", "pack"), ("westmorland_and_furness_hub", "advice")}),
)  # fmt: skip
NEL = Hub(
    "north-east-lincolnshire", "north_east_lincolnshire", NEL_TEACHERS_LEAD, RECIPIENTS["north_east_lincolnshire_hub"],
    NEL_MANAGER, frozenset({("humberside_police", "pack"), ("north_east_lincolnshire_hub", "pack")}),
)  # fmt: skip

LONDON = ZoneInfo("Europe/London")
REVIEW = "Review of a case that the setting manages"
WORRY = "Two pupils of fourteen sent one another a picture of themselves, both wanting to, and told us on Monday."
SAID = {
    "What is known, and how is it known?": "Both pupils told the lead. Nobody has looked at the pictures.",
    "What does it mean for this child?": "Of one age, neither pressed, not passed on: none of the triggers.",
    "How is the child safe now, and until the next step?": "At home, and in class as before.",
    "Who told or tells whom, and when? If nobody: who decided that, and why?": "The lead told both mothers on Monday.",
    "Which agencies were asked, and what did they say?": "Police: nothing known, no more from them.",
    "Who at the setting leads, and what will they do?": "The lead: a talk with both, the pictures deleted by them.",
    "What happens next, who does it, and by when?": "The lead tells the hub how it went.",
}
REPLY = {
    "Why was it decided so?": "Nothing makes it worse than what they did together.",
    "Who leads from here, and how are they reached?": "You, as the safeguarding lead.",
    "What does the referrer do now?": "Ask both to delete the pictures, without looking, and write down that you did.",
    "What may be said, or who tells the family and when?": "All of this.",
}


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def write(page: Page, said: dict[str, str]) -> None:
    for label, words in said.items():
        page.get_by_label(label).fill(words)


def day(page: Page, question: str, on: date) -> None:
    group = page.get_by_role("group", name=question)
    for label, number in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(label).fill(str(number))


@pytest.mark.parametrize("hub", [CUMBRIA, NEL], ids=lambda hub: hub.edition)
def test_the_hub_agrees_that_the_school_manages_it(signed_in: SignedIn, visitors: Visitors, hub: Hub) -> None:
    # Given what a school's lead files of two children of one age, with nothing that makes it worse
    lead = signed_in(hub.lead)
    answers = {
        "Q-SAF-5": hub.area, "Q-REF-12": hub.area, "Q-WOR-1": WORRY, "Q-SAF-6": ["nudes_sharing"],
        "Q-SAF-7": "under_18", "Q-REF-6": "i_am",
    }  # fmt: skip
    child = {"Q-CHI-0": hub.area, "Q-CHI-2": Answer(details={"age": "14"}), "Q-CHI-3": ["may_have_been_harmed"]}
    edition = editions.get_edition(hub.edition)
    filling = Filling(lead, edition, answers, [child], by_hand=False)
    filling.start()
    filling.through()
    receipt = send(lead)

    # Then its own procedure is followed, and says by which rule
    unit_of = {unit.name: unit.unit for unit in edition.content.destinations}
    assert {(unit_of[going.name], going.mode) for going in receipt.goings} == hub.goes
    assert all("NU-3" in going.rules for going in receipt.goings)

    # When a screener proposes that the setting manages it, having first left out until when
    screener, manager = signed_in(hub.screener), signed_in(hub.manager)
    visitors.watch_of(screener).allowed.add(400)  # what is refused on purpose
    visitors.watch_of(manager).allowed.add(400)
    screener.goto("/hub/")
    follow(screener, receipt.reference)
    press(screener, "Take this case")
    case = screener.url
    follow(screener, "Decide")
    screener.get_by_label("Managed by the setting").check()
    press(screener, "Continue")
    screener.get_by_label("Level 2").check()
    screener.get_by_label("Yes, alone").check()
    screener.get_by_label("Told", exact=True).check()
    write(screener, SAID)
    press(screener, "Propose: managed by the setting")
    expect(screener.get_by_role("alert")).to_contain_text("Give the day on which it is looked at again")
    looked_at(screener)
    on = datetime.now(LONDON).date() + timedelta(days=7)
    day(screener, "When is it looked at again?", on)
    press(screener, "Propose: managed by the setting")
    expect(screener.get_by_text("Proposed: Managed by the setting")).to_be_visible()

    # And the manager reads why, agrees, and tells the school what it must do
    manager.goto("/tasks/")
    manager.get_by_role("link", name="Answer a proposed decision").filter(has_text=receipt.reference).click()
    expect(manager.locator("main")).to_contain_text("none of the triggers")
    expect(manager.locator("main")).to_contain_text(words_of(on))
    looked_at(manager)
    press(manager, "I agree")
    follow(manager, "Reply to the referrer")
    expect(manager.locator("main")).to_contain_text(f"That day is {words_of(on)}.")
    press(manager, "Send the reply")
    expect(manager.get_by_role("alert")).to_contain_text("Write who leads from here")
    looked_at(manager)
    write(manager, REPLY)
    manager.get_by_label("You may tell the family what is written here").check()
    press(manager, "Send the reply")
    expect(manager.get_by_text("The reply is sent.")).to_be_visible()

    # Then the case waits for its review, with the day and for whom it counts
    expect(manager.locator(".casework-child").first).to_contain_text("Held by the setting")
    expect(manager.locator("main")).to_contain_text(REVIEW)
    looked_at(manager)
    screener.goto("/tasks/")
    owed = screener.get_by_role("row").filter(has_text=receipt.reference).filter(has_text=REVIEW)
    expect(owed).to_contain_text(f"{on.day} {on:%B}")
    looked_at(screener)

    # And the lead has it in writing, and nothing of what the hub wrote for itself
    lead.reload()
    expect(lead.locator("main")).to_contain_text("Your safeguarding lead manages this")
    expect(lead.locator("main")).to_contain_text(f"That day is {words_of(on)}.")
    expect(lead.locator("main")).to_contain_text("Ask both to delete the pictures, without looking")
    expect(lead.locator("main")).not_to_contain_text("none of the triggers")
    looked_at(lead)

    # When it was looked at again, it is closed with why, and nobody is reminded of it any more
    manager.goto(case)
    follow(manager, "Close")
    press(manager, "Close")
    expect(manager.get_by_role("alert")).to_contain_text("Write why")
    looked_at(manager)
    manager.get_by_label("Why?").fill("Looked at with the lead: both deleted it, and it is over.")
    press(manager, "Close")
    expect(manager.locator(".casework-child").first).to_contain_text("Closed")
    looked_at(manager)
    screener.goto("/tasks/")
    expect(owed).to_have_count(0)
    lead.reload()
    expect(lead.locator("main")).to_contain_text("Closed")
    looked_at(lead)


def words_of(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
