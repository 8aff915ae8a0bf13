"""A draft is saved, its author signs out, signs in again and goes on; nobody else at the setting has seen it."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from procedures.engine.edition import Edition
from tests.browser.conftest import Visitors, sign_in
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_TEACHER, NEL_TEACHERS_LEAD

pytestmark = pytest.mark.browser

TYPED = "INVENTED-DRAFT Half a sentence about"


def test_a_draft_waits_for_its_author_alone(visitors: Visitors, north_east_lincolnshire: Edition) -> None:
    # Given a teacher who is interrupted
    page = visitors.anybody()
    sign_in(page, NEL_TEACHER)
    filling = Filling(page, north_east_lincolnshire, everyday(NEL) | {"Q-WOR-1": TYPED})
    filling.start()
    filling.until("worry")
    filling.fill()
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_text("Only you can see it.")).to_be_visible()
    address = page.url
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()

    # Then the setting's lead sees nothing of it
    lead = visitors.as_person(NEL_TEACHERS_LEAD)
    visitors.watch_of(lead).allowed.add(404)
    lead.goto("/referrals/mine/")
    expect(lead.locator(f'a[href="{urlsplit(address).path}"]')).to_have_count(0)
    assert lead.goto(address).status == 404

    # When the teacher signs in again and goes on, what was typed is there
    sign_in(page, NEL_TEACHER)
    page.goto("/referrals/mine/")
    page.locator(f'a[href="{urlsplit(address).path}"]').click()
    page.get_by_role("link", name="What are you worried about?").click()
    expect(page.get_by_role("textbox")).to_have_value(TYPED)
