"""The session ends while somebody types: what they sent too late is given back to them, and to nobody else."""

import sqlite3

import pytest
from playwright.sync_api import expect

from procedures.engine.edition import Edition
from tests.browser.conftest import Visitors, sign_in
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.people import TEACHER
from tests.browser.portal_process import Portal

pytestmark = pytest.mark.browser

TYPED = "INVENTED-LATE What I was typing when the session ended."


def end_session(portal: Portal, email: str) -> None:
    """Make the sessions of one person as old as those that nobody has used for hours."""
    with sqlite3.connect(portal.data / "portal.sqlite3") as database:
        database.execute(
            "UPDATE accounts_signedinsession SET active_at = datetime('now', '-4 hours')"
            " WHERE user_id = (SELECT id FROM accounts_user WHERE email = ?)",
            [email],
        )


def test_what_was_typed_too_late_is_given_back(visitors: Visitors, portal: Portal, cumbria: Edition) -> None:
    # Given a teacher who types for a long time
    page = visitors.anybody()
    sign_in(page, TEACHER)
    filling = Filling(page, cumbria, everyday(CUMBRIA) | {"Q-WOR-1": TYPED})
    filling.start()
    filling.until("worry")
    filling.fill()
    end_session(portal, TEACHER)
    visitors.signed_in.pop(TEACHER, None)  # whoever comes next signs in anew

    # When they send the page after the session has ended
    filling.go_on()

    # Then they are told that it is kept
    expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out")
    expect(page.get_by_text("What you had just typed is kept.")).to_be_visible()
    assert TYPED not in page.content()

    # When they sign in again, they can go on with it
    page.get_by_role("link", name="Sign in again").or_(page.get_by_role("button", name="Sign in again")).click()
    sign_in(page, TEACHER, from_here=True)
    page.get_by_role("button", name="Go on with what I typed").click()
    page.wait_for_url("**/pages/area/")
    page.go_back()
    expect(page.get_by_role("textbox")).to_have_value(TYPED)
