"""Somebody who works with children: the LADO where they work reads about the person, and little about the child."""

from pathlib import Path

import pytest

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import (
    CHILD_SAID,
    CUMBRIA,
    GROOMING,
    KNOWN_PERSON,
    PARENT,
    PERSON,
    USERNAME,
    everyday,
    everyday_child,
)
from tests.browser.people import RECIPIENTS, TEACHER
from tests.browser.receiving import open_pack, save_pack, send, text_of, wait_for_packs

pytestmark = pytest.mark.browser

ALLEGATION = "INVENTED-ALLEGATION He runs the club that the child goes to."
COACH = {
    **KNOWN_PERSON,
    "Q-ADU-2": "club",
    "Q-ADU-4": Answer(chosen=("voluntary",), details={"volunteer_role": "Coach"}),
    "Q-ADU-10": ["cumberland"],
    "Q-ADU-12": ALLEGATION,
    "Q-ADU-13": ["harmed"],
}


def test_the_lado_has_the_allegation_and_not_the_childs_words(
    signed_in: SignedIn, cumbria: Edition, tmp_path: Path
) -> None:
    # Given a worry about a volunteer coach
    page = signed_in(TEACHER)
    filling = Filling(
        page, cumbria, everyday(CUMBRIA) | dict(GROOMING.answers), [everyday_child(CUMBRIA)], [COACH], by_hand=False
    )
    filling.start()
    filling.through()

    # When it is sent
    receipt = send(page)
    assert {going.name for going in receipt.goings} >= {
        "Cumberland LADO",
        "Cumberland Safeguarding Hub",
        "Cumbria Police",
    }
    wait_for_packs(page)

    # Then the LADO reads what is alleged, and not what they have no need of
    lado = signed_in(RECIPIENTS["cumberland_lado"])
    open_pack(lado, receipt.reference)
    text = text_of(save_pack(lado, tmp_path))
    for words in (ALLEGATION, PERSON, receipt.reference, "OFFICIAL-SENSITIVE"):
        assert words in text
    for words in (CHILD_SAID, PARENT, USERNAME):
        assert words not in text

    # And the police pack holds the accounts, and not the allegation as the LADO reads it
    police = signed_in(RECIPIENTS["cumbria_police"])
    open_pack(police, receipt.reference)
    text = text_of(save_pack(police, tmp_path))
    assert USERNAME in text
    assert ALLEGATION not in text
