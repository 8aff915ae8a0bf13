"""A social worker has the case that a screener hands them, from their tasks on, and no other."""

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.keyboard import unreached
from tests.browser.people import RECIPIENTS, TEACHER
from tests.browser.receiving import send

pytestmark = pytest.mark.browser
SOCIAL_WORKER = "worker@cumberland.example.org"


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of, and Tab comes to all of it."""
    assert violations(page, page.title()) == []
    assert unreached(page, page.title()) == []


def test_given_read_written_on_and_given_back(signed_in: SignedIn, visitors: Visitors, cumbria: Edition) -> None:
    # Given a case that a screener took
    author = signed_in(TEACHER)
    filling = Filling(author, cumbria, everyday(CUMBRIA) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    reference = send(author).reference
    hub = signed_in(RECIPIENTS["cumberland_hub"])
    hub.goto("/hub/")
    hub.get_by_role("link", name=reference).click()
    case = hub.url
    worker = signed_in(SOCIAL_WORKER)
    visitors.watch_of(worker).allowed.add(404)  # what is not theirs
    worker.goto(case)
    expect(worker.locator("h1")).to_have_text("Page not found")
    hub.get_by_role("button", name="Take this case").click()

    # When it is handed to the social worker
    hub.get_by_role("link", name="Give this case to a colleague").click()
    hub.get_by_label("June Airey").check()
    hub.get_by_label("What do they need to know?").fill("Please see the child this week.")
    hub.locator("main form button[type=submit]").last.click()

    # Then they find it among their tasks, read it and write a note for the hub
    worker.goto("/tasks/")
    looked_at(worker)
    worker.get_by_role("link", name=reference).first.click()
    expect(worker.locator("main")).to_contain_text("June Airey")
    looked_at(worker)
    expect(worker.get_by_role("link", name="Export the case as a PDF")).to_have_count(0)
    expect(worker.get_by_role("link", name="Decide", exact=True)).to_have_count(0)
    worker.get_by_role("link", name="Write a note").click()
    looked_at(worker)
    worker.get_by_label("The hub only").check()
    worker.get_by_role("textbox").last.fill("Seen at school, alone.")
    worker.locator("main form button[type=submit]").last.click()
    expect(worker.locator("main")).to_contain_text("Seen at school, alone.")

    # And when they give it back, it is gone for them
    worker.goto(case)
    worker.get_by_role("link", name="Give this case back to the queue").click()
    worker.get_by_label("Why").fill("The child moved school.")
    worker.locator("main form button[type=submit]").last.click()
    expect(worker.locator("h1")).to_have_text("My tasks")
    worker.goto(case)
    expect(worker.locator("h1")).to_have_text("Page not found")
