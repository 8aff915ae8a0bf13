"""A tool for making abuse images is found and nobody knows of a child: the setting's area decides (Z-10)."""

from pathlib import Path

import pytest

from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_TEACHER, RECIPIENTS
from tests.browser.receiving import open_pack, save_pack, send, text_of, wait_for_packs

pytestmark = pytest.mark.browser


def test_a_referral_without_a_child_reaches_police_and_the_settings_hub(
    signed_in: SignedIn, north_east_lincolnshire: Edition, tmp_path: Path
) -> None:
    # Given a teacher who found a tool, and no child that anybody knows of
    page = signed_in(NEL_TEACHER)
    answers = everyday(NEL) | {
        "Q-SAF-5": "no_child_known",
        "Q-SAF-6": ["ai_imagery"],
        "Q-AI-1": ["no_real_child"],
        "Q-AI-2": ["adult"],
        "Q-AI-8": "yes",
        "Q-II-7": "yes",
    }
    filling = Filling(page, north_east_lincolnshire, answers, children=[], persons=[{}], by_hand=False)
    filling.start()
    filling.through()

    # Then no question about a child was asked
    assert not [place for place in filling.seen if place.startswith("child_")]

    # When it is sent, the police and the hub of the setting's area have packs
    receipt = send(page)
    assert {(going.name, going.mode != "advice") for going in receipt.goings} >= {
        ("Humberside Police", True), ("North East Lincolnshire Children's Social Care front door", True)
    }  # fmt: skip
    wait_for_packs(page)
    police = signed_in(RECIPIENTS["humberside_police"])
    open_pack(police, receipt.reference)
    assert "No child is known" in text_of(save_pack(police, tmp_path))
