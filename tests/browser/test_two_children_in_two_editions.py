"""Two children, one in each partnership: each decided under their own area's edition, and each hub sees its own."""

from pathlib import Path

import pytest

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, GROOMING, NEL, everyday, everyday_child
from tests.browser.people import RECIPIENTS, TEACHER
from tests.browser.receiving import open_pack, save_pack, send, text_of, wait_for_packs

pytestmark = pytest.mark.browser

AT_HOME = {
    **everyday_child(CUMBRIA),
    "Q-CHI-1": Answer(chosen=("known",), details={"name": "Invented Child Appleby"}),
    "Q-CHI-4": "1 Invented Street, Appleby",
    "Q-CHI-15": Answer(text="INVENTED-WORDS of the first child"),
}
FAR_AWAY = {
    **everyday_child(NEL),
    "Q-CHI-1": Answer(chosen=("known",), details={"name": "Invented Child Cleethorpes"}),
    "Q-CHI-4": "2 Invented Road, Cleethorpes",
    "Q-CHI-15": Answer(text="INVENTED-WORDS of the second child"),
}


def test_both_hubs_get_a_pack_with_their_own_child_in_full(
    signed_in: SignedIn, cumbria: Edition, tmp_path: Path
) -> None:
    # Given a teacher in Cumberland who knows of a child there and of a friend in North East Lincolnshire
    page = signed_in(TEACHER)
    filling = Filling(
        page, cumbria, everyday(CUMBRIA) | dict(GROOMING.answers), [AT_HOME, FAR_AWAY], [{}], by_hand=False
    )
    filling.start()
    filling.through()
    assert filling.seen.count("child_name") == 2

    # When it is sent
    receipt = send(page)

    # Then both hubs and both forces have it
    names = {going.name for going in receipt.goings}
    assert {"Cumberland Safeguarding Hub", "Cumbria Police"} <= names
    assert {"North East Lincolnshire Children's Social Care front door", "Humberside Police"} <= names
    assert len(names) == 4
    wait_for_packs(page)

    # And each hub's pack has its own child in full, and the other child without words, address and home
    for unit, own, other, edition in (
        ("cumberland_hub", "first", "second", "cumbria@"),
        ("north_east_lincolnshire_hub", "second", "first", "north-east-lincolnshire@"),
    ):
        hub = signed_in(RECIPIENTS[unit])
        open_pack(hub, receipt.reference)
        text = text_of(save_pack(hub, tmp_path))
        assert edition in text
        assert f"INVENTED-WORDS of the {own} child" in text, unit
        assert f"INVENTED-WORDS of the {other} child" not in text, unit
        assert ("1 Invented Street, Appleby" in text) == (own == "first"), unit
        assert ("2 Invented Road, Cleethorpes" in text) == (own == "second"), unit
