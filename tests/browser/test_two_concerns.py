"""Extremism beside grooming: Prevent reads about the extremism and not about the rest."""

from pathlib import Path

import pytest

from procedures.engine.edition import Edition
from tests.browser.conftest import SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, WORRY, everyday
from tests.browser.people import RECIPIENTS, TEACHER
from tests.browser.receiving import open_pack, pages_of, save_pack, send, text_of, wait_for_packs

pytestmark = pytest.mark.browser


def test_prevent_does_not_read_of_the_other_concern(signed_in: SignedIn, cumbria: Edition, tmp_path: Path) -> None:
    # Given a worry about extremism and about grooming, sent at once
    page = signed_in(TEACHER)
    filling = Filling(page, cumbria, everyday(CUMBRIA) | {"Q-SAF-6": ["extremism", "grooming"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(page)
    wait_for_packs(page)

    # Then Prevent's pack is marked on its first page, and holds no word of the worry
    prevent = signed_in(RECIPIENTS["cumbria_prevent"])
    open_pack(prevent, receipt.reference)
    pdf = save_pack(prevent, tmp_path)
    assert "CHANNEL" in pages_of(pdf)[0]
    assert WORRY not in text_of(pdf)

    # And the hub's holds it
    hub = signed_in(RECIPIENTS["cumberland_hub"])
    open_pack(hub, receipt.reference)
    assert WORRY in text_of(save_pack(hub, tmp_path))
