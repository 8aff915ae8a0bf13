"""A whole referral on a screen of 375 by 812: nothing is wider than the screen, everything can be reached."""

import pytest

from procedures.engine.edition import Edition
from tests.browser.conftest import PHONE, SignedIn
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, SEXTORTION, everyday, everyday_child
from tests.browser.people import TEACHER
from tests.browser.receiving import send

pytestmark = pytest.mark.browser


def test_a_referral_is_filed_on_a_phone(signed_in: SignedIn, cumbria: Edition) -> None:
    # Given a telephone
    page = signed_in(TEACHER, viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)
    filling = Filling(page, cumbria, everyday(CUMBRIA) | dict(SEXTORTION.answers), [everyday_child(CUMBRIA)])
    too_wide: list[str] = []

    # When a referral is filled in and sent
    filling.start()
    while filling.place() != "check":
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            too_wide.append(filling.place())
        filling.answer_this_page()
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        too_wide.append("check")
    send(page)
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        too_wide.append("sent")

    # Then no page had to be moved sideways
    assert too_wide == [], f"Wider than the screen: {', '.join(too_wide)}"
