"""Each kind of concern, in each partnership: from the form to the packs, as the people concerned see it."""

from pathlib import Path

import pytest
from django.utils import timezone

from procedures import editions
from procedures.engine.facts import parse_facts
from procedures.engine.joining import route_by_area
from referrals.facts import local_date
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import PLACES, STORIES, Place, Story, everyday, everyday_child, facts_of_story
from tests.browser.people import RECIPIENTS
from tests.browser.receiving import (
    NO_PACK,
    goings_of,
    goings_on,
    open_pack,
    pages_of,
    save_pack,
    send,
    text_of,
    wait_for_packs,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_concern_becomes_packs_in_the_right_hands(
    signed_in: SignedIn, story: Story, place: Place, tmp_path: Path
) -> None:
    edition = editions.get_edition(place.edition)
    facts = parse_facts(facts_of_story(story, place))
    expected = route_by_area(editions.editions_in_force(on=local_date(timezone.now())), facts).as_data()
    packs = {each["code"]: each for each in expected["destinations"] if each["mode"] not in NO_PACK}
    assert story.destinations <= set(packs)

    # Given a practitioner of the area who tells this story
    page = signed_in(place.people)
    answers = everyday(place) | dict(story.answers)
    child = everyday_child(place) | dict(story.child)
    by_hand = story is STORIES["grooming"]
    filling = Filling(page, edition, answers, [child], [story.person], by_hand=by_hand)
    filling.start()
    filling.through()

    # When it is sent
    said_before = goings_on(page)
    receipt = send(page)

    # Then the receipt says where it went and why, as the rules do, and as was said before sending
    assert receipt.goings == goings_of(expected, edition)
    assert receipt.goings == said_before
    wait_for_packs(page)

    # And each recipient, and only they, open a pack made for them
    for code, destination in packs.items():
        recipient = signed_in(RECIPIENTS[destination["unit"]])
        open_pack(recipient, receipt.reference)
        pdf = save_pack(recipient, tmp_path)
        text = text_of(pdf)
        for words in (
            receipt.reference,
            "OFFICIAL-SENSITIVE",
            f"{edition.id}@{edition.version}",
            edition.digest,
            *story.holds.get(code, ()),
        ):
            assert words in text, f"{words!r} is not in the pack for {code}"
        for reason in destination["reasons"]:
            assert reason["rule"] in text, f"rule {reason['rule']} is not in the pack for {code}"
            assert " ".join(reason["because"].split()) in text, f"why it came is not in the pack for {code}"
        for words in story.left_out.get(code, ()):
            assert words not in text, f"{words!r} must be left out of the pack for {code}"
        is_channel = destination["marking"] == "CHANNEL"
        assert all(("CHANNEL" in page_text) == is_channel for page_text in pages_of(pdf)[:1])
