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
    """`(kind of recipient in its name, mode)` as the receipt says it."""


CUMBRIA = Hub(
    "cumbria", "westmorland_and_furness", "dsl@sandside.example.org", RECIPIENTS["westmorland_and_furness_hub"],
    "manager@westmorland.example.org", frozenset({("Police", "pack"), ("Hub", "advice")}),
)  # fmt: skip
NEL = Hub(
    "north-east-lincolnshire", "north_east_lincolnshire", NEL_TEACHERS_LEAD, RECIPIENTS["north_east_lincolnshire_hub"],
    NEL_MANAGER, frozenset({("Police", "pack"), ("Social Care", "pack")}),
)  # fmt: skip

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
    filling = Filling(lead, editions.get_edition(hub.edition), answers, [child], by_hand=False)
    filling.start()
    filling.through()
    receipt = send(lead)
    print(receipt)
