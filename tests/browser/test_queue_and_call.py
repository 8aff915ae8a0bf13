"""A call that a hub writes down and the caller confirms; then the hub's queue: filters, a list kept, two at once."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import CUMBRIA, everyday
from tests.browser.people import RECIPIENTS, YOUTH_WORKER
from tests.browser.receiving import send, wait_for_packs

pytestmark = pytest.mark.browser

AREA = "westmorland_and_furness"
ANSWERS = everyday(CUMBRIA) | {"Q-SAF-5": AREA, "Q-REF-12": AREA, "Q-SAF-6": ["sextortion"]}
SAID = "A boy of the club showed me what somebody wants from him for pictures."


def looked_at(page: Page, name: str) -> None:
    """A page has no fault that axe knows of. PORTAL_LOOK names a folder that keeps what it looked like."""
    assert violations(page, page.title()) == []
    if folder := os.environ.get("PORTAL_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_call_is_written_down_and_confirmed_and_the_queue_is_worked_from(
    signed_in: SignedIn, visitors: Visitors, cumbria: Edition
) -> None:
    # Given a hub's screener on the telephone, who leaves out who is calling
    hub = signed_in(RECIPIENTS["westmorland_and_furness_hub"])
    visitors.watch_of(hub).allowed.add(400)  # what is refused on purpose
    hub.goto("/hub/")
    hub.get_by_role("link", name="Write down a telephone call").click()
    looked_at(hub, "call")
    hub.get_by_role("button", name="Go on to the questions").click()
    expect(hub.get_by_role("alert")).to_contain_text("Write what they do")
    looked_at(hub, "call-error")

    # When they write down the caller, and what is said
    hub.get_by_label("Who is calling?").fill("Robin Example")
    hub.get_by_label("What do they do, or how do they know the child?").fill("Youth worker")
    hub.get_by_label("On which number can they be rung back today and this evening?").fill("01632 960 777")
    hub.get_by_label("Their work email").fill(YOUTH_WORKER)
    hub.get_by_role("button", name="Go on to the questions").click()
    hub.wait_for_url("**/pages/danger/")
    filling = Filling(hub, cumbria, ANSWERS, by_hand=False)
    filling.to_send_now()
    receipt = send(hub)
    wait_for_packs(hub)

    # Then it stands in the queue as a call that nobody has confirmed
    hub.goto("/hub/")
    row = hub.locator(".casework-row", has=hub.get_by_role("link", name=receipt.reference))
    expect(row).to_contain_text("By telephone, not yet confirmed in writing")
    looked_at(hub, "queue")

    # And the caller confirms it in writing, and is shown nothing of the case
    caller = signed_in(YOUTH_WORKER)
    visitors.watch_of(caller).allowed.add(400)
    caller.goto("/tasks/")
    caller.get_by_role("link", name="Confirm in writing what you told").first.click()
    expect(caller.locator("main")).not_to_contain_text(receipt.reference)
    looked_at(caller, "confirm")
    caller.get_by_role("button", name="Confirm in writing").click()
    expect(caller.get_by_role("alert")).to_contain_text("Write what you told the hub.")
    looked_at(caller, "confirm-error")
    caller.get_by_label("What did you tell the hub?").fill(SAID)
    caller.get_by_role("button", name="Confirm in writing").click()
    expect(caller.get_by_text("has what you wrote. Thank you.")).to_be_visible()
    hub.reload()
    expect(row).to_contain_text("By telephone, confirmed in writing")

    # When the queue is narrowed to what is new, and that is kept as a list of one's own
    hub.get_by_text("Filters", exact=True).click()
    hub.get_by_label("Concern").select_option("sextortion")
    hub.get_by_label("Who has it").select_option(label="Nobody yet")
    hub.get_by_role("button", name="Show", exact=True).click()
    expect(row).to_be_visible()
    looked_at(hub, "filtered")
    hub.get_by_text("How this list is shown").click()
    hub.get_by_label("Save this tab and its filters as a list of your own").fill("Blackmail, nobody has it")
    hub.get_by_role("button", name="Save this list").click()
    expect(hub.get_by_role("link", name="Blackmail, nobody has it")).to_have_attribute("aria-current", "page")
    hub.get_by_label("Urgency").select_option(label="Emergency")
    hub.get_by_role("button", name="Show", exact=True).click()
    expect(hub.get_by_text("No case under this tab fits the filters.")).to_be_visible()
    looked_at(hub, "nothing-fits")
    hub.get_by_role("link", name="Blackmail, nobody has it").click()

    # ... and the pack of the chosen case is acknowledged, after the list of what will be done
    hub.get_by_label(f"Choose case {receipt.reference}").check()
    hub.get_by_role("button", name="Acknowledge the packs of the chosen cases").click()
    looked_at(hub, "chosen")
    hub.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(hub.locator("main")).to_contain_text("Acknowledged.")
    looked_at(hub, "done")

    # And the case is taken and handed over, and the colleague sees who else is reading it
    hub.get_by_role("link", name=receipt.reference).click()
    hub.get_by_role("button", name="Take this case").click()
    hub.get_by_role("link", name="Give this case to a colleague").click()
    hub.get_by_role("button", name="Give it").click()
    expect(hub.get_by_role("alert")).to_contain_text("Choose a colleague")
    looked_at(hub, "give-error")
    hub.get_by_label("Martin Postle").check()
    hub.get_by_label("What do they need to know?").fill("The caller rings again at four.")
    hub.get_by_role("button", name="Give it").click()
    expect(hub.get_by_text("Martin Postle has this case now")).to_be_visible()
    manager = signed_in("manager@westmorland.example.org")
    manager.goto("/hub/?assignee=me")
    manager.get_by_role("link", name=receipt.reference).click()
    expect(manager.locator("main")).to_contain_text("The caller rings again at four.")
    expect(manager.locator("main")).to_contain_text("is reading this too")
    looked_at(manager, "case")
