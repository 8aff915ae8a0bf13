"""One child raised twice: seen, confirmed, told in one chronology, merged and parted again, exported as a PDF."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday, everyday_child
from tests.browser.people import NEL_MANAGER, NEL_TEACHER
from tests.browser.receiving import READY_WITHIN, pages_of, send
from tests.browser.test_decided_and_replied import REPLIED, SAID
from tests.browser.test_every_page import prove_again

pytestmark = pytest.mark.browser

CHILD, BORN = "Linnet Linkedtwice", "2012-05-31"
HANDLE = "linnets_visitor_Il1"
REASON = "For the conference on Friday; the chair has it."


def looked_at(page: Page, name: str) -> None:
    """A page has no fault that axe knows of; with a folder for them, its picture is kept to look at."""
    assert violations(page, page.title()) == []
    if folder := os.environ.get("PORTAL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def refused(page: Page, button: str, words: str, name: str) -> None:
    """Sending the page as it is shown is refused, in words that stand at its top."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    looked_at(page, name)


def raise_child(author: Page, edition: Edition) -> str:
    """Send a referral about the child of this journey and return its reference."""
    answers = everyday(NEL) | {
        "Q-SAF-6": ["sextortion"],
        "Q-EVI-5": Answer(rows=({"account": HANDLE, "service": "A chat app", "whose": "The person"},)),
    }
    child = everyday_child(NEL) | {
        "Q-CHI-1": Answer(chosen=("known",), details={"name": CHILD}),
        "Q-CHI-2": Answer(details={"date_of_birth": BORN}),
    }
    filling = Filling(author, edition, answers, children=[child], by_hand=False)
    filling.start()
    filling.through()
    return send(author).reference


def take(page: Page, reference: str) -> str:
    """Take a case, and return where its page is."""
    page.goto("/hub/")
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Take this case").click()
    return page.url


def decide_linked(page: Page) -> None:
    """Decide the child of the shown case as linked, and reply."""
    page.get_by_role("link", name="Decide", exact=False).first.click()
    page.get_by_label("Linked to an open case").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Yes, alone").check()
    page.get_by_label("Told", exact=True).check()
    for label, words in (SAID | {"Which social worker was told, and when?": "Wanda Ward, on Monday."}).items():
        page.get_by_label(label).fill(words)
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("link", name="Reply to the referrer").click()
    for label, words in REPLIED.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("You may tell the family what is written here").check()
    page.get_by_role("button", name="Send the reply").click()
    expect(page.locator(".casework-child").first).to_contain_text("Linked to an open case")


def test_seen_confirmed_merged_parted_and_exported(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition, tmp_path: Path
) -> None:
    # Given the same child and account in two referrals that a manager has taken
    author = signed_in(NEL_TEACHER)
    first = raise_child(author, north_east_lincolnshire)
    second = raise_child(author, north_east_lincolnshire)
    manager = signed_in(NEL_MANAGER)
    visitors.watch_of(manager).allowed.add(400)  # what is refused on purpose
    take(manager, first)
    case = take(manager, second)

    # Then the case says so, and the manager confirms that it is the same child
    looked_at(manager, "case")
    manager.get_by_role("link", name=re.compile("^Seen in ")).click()
    looked_at(manager, "links")
    expect(manager.get_by_text(HANDLE)).to_be_visible()
    manager.get_by_role("link", name=re.compile(rf"Confirm\W+Same child as in case {first}")).click()
    looked_at(manager, "confirm")
    refused(manager, "Confirm", "Write why", "confirm-refused")
    manager.get_by_label("Why").fill("The same mother and school.")
    manager.get_by_role("button", name="Confirm").click()
    expect(manager.get_by_text("Confirmed, and on record")).to_be_visible()
    looked_at(manager, "links-confirmed")

    # And one chronology tells of both
    manager.goto(case)
    manager.get_by_role("link", name="Chronology").click()
    expect(manager.get_by_role("link", name=first).first).to_be_visible()
    expect(manager.get_by_text("From 2 cases that are open to you")).to_be_visible()
    looked_at(manager, "chronology")
    manager.emulate_media(media="print")
    expect(manager.get_by_role("navigation", name="Whose chronology")).to_be_hidden()
    expect(manager.locator("footer")).to_be_hidden()
    looked_at(manager, "chronology-print")
    if folder := os.environ.get("PORTAL_PICTURES"):
        manager.pdf(path=Path(folder) / "chronology.pdf", format="A4")
    manager.emulate_media(media="screen")

    # When the child's case goes on in the other, each says so; and it can be undone
    manager.goto(case)
    decide_linked(manager)
    manager.get_by_role("link", name="Merge").click()
    looked_at(manager, "merge")
    refused(manager, "Merge as a duplicate", "Choose the case", "merge-refused")
    manager.get_by_label(f"Case {first}").check()
    manager.get_by_label("Why").fill("Told twice by the same teacher.")
    manager.get_by_role("button", name="Merge as a duplicate").click()
    expect(manager.get_by_text("Nothing was deleted")).to_be_visible()
    looked_at(manager, "merged")
    manager.get_by_role("link", name="Undo the merge").click()
    refused(manager, "Undo the merge", "Write why", "undo-refused")
    manager.get_by_label("Why").fill("The other is about last year.")
    manager.get_by_role("button", name="Undo the merge").click()
    expect(manager.get_by_text("Undone.")).to_be_visible()

    # And the whole case is exported with a reason, made by the worker, and opened
    manager.get_by_role("link", name="Export the case as a PDF").click()
    prove_again(manager)
    looked_at(manager, "export")
    refused(manager, "Make the PDF", "Write", "export-refused")
    manager.get_by_label("What is the PDF for").fill(REASON)
    manager.get_by_role("button", name="Make the PDF").click()
    looked_at(manager, "export-waiting")
    button = manager.get_by_role("button", name="Open the PDF")
    expect(button).to_be_visible(timeout=READY_WITHIN)
    looked_at(manager, "export-ready")
    answer = manager.request.get(button.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    pdf = Path(os.environ.get("PORTAL_PICTURES", tmp_path)) / "case.pdf"
    pdf.write_bytes(answer.body())
    words = " ".join(pages_of(pdf))
    for said in (REASON, first, second, CHILD, HANDLE, "The same mother and school.", "The other is about last year."):
        assert said in words, said
