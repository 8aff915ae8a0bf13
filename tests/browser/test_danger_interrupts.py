"""The moment an answer means danger, "call 999 now" comes next; the person can go on, and nothing is lost."""

import pytest
from playwright.sync_api import expect

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, WORRY, everyday
from tests.browser.people import YOUTH_WORKER

pytestmark = pytest.mark.browser

WHERE = "INVENTED-PLACE At the bus station, by train."


def test_danger_comes_next_and_what_was_typed_is_kept(signed_in: SignedIn, cumbria: Edition) -> None:
    # Given a worker who has said what worries them
    page = signed_in(YOUTH_WORKER)
    answers = everyday(CUMBRIA) | {
        "Q-SAF-5": "westmorland_and_furness",
        "Q-SAF-6": ["grooming"],
        "Q-SAF-4": Answer(chosen=("now_or_today",), details={"when": "At six", "where": WHERE}),
    }
    filling = Filling(page, cumbria, answers)
    filling.start()
    filling.until("meeting")

    # When they say that the child is on the way to a meeting
    filling.answer_this_page()

    # Then the next page says to call 999, which police to ask for, and what to say
    expect(page.get_by_role("heading", level=1)).to_have_text("Call 999 now")
    expect(page.get_by_text("Ask for Cumbria Police and give the child’s address.", exact=True)).to_be_visible()

    # When they cannot call, they say who will, and go on
    filling.answers = {
        **answers,
        "Q-SAF-12": Answer(
            chosen=("cannot_now",),
            details={"because": "The child is with me", "who_will": "Our manager", "by_when": "17:05"},
        ),
    }
    filling.answer_this_page()
    filling.until("who")

    # Then everything that was typed is still there
    page.go_back()
    page.goto(page.url.rsplit("/pages/", 1)[0].rsplit("/danger/", 1)[0] + "/check/")
    for words in (WORRY, WHERE, "Our manager"):
        expect(page.get_by_text(words).first).to_be_attached()


def test_danger_that_is_not_known_is_found_out_first(signed_in: SignedIn, cumbria: Edition) -> None:
    # Given a worker who does not know whether the child is in danger
    page = signed_in(YOUTH_WORKER)
    filling = Filling(page, cumbria, everyday(CUMBRIA) | {"Q-SAF-1": "unknown", "Q-SAF-9": "unknown"})
    filling.start()

    # When they say so, the next page asks them to find out now
    filling.answer_this_page()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where is the child now, and who is with them?")
    expect(page.get_by_text("Do this now, before the next question.")).to_be_visible()

    # When they cannot find out, it is treated as danger
    filling.answer_this_page()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call 999 now")
