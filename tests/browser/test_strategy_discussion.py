"""From triage to a conference date: a strategy discussion planned, answered, written, signed and sent out."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from procedures.engine.edition import Edition
from tests.browser.accessibility import violations
from tests.browser.conftest import SignedIn, Visitors
from tests.browser.filling import Filling
from tests.browser.journeys import NEL, everyday
from tests.browser.people import NEL_MANAGER, NEL_TEACHER, RECIPIENTS
from tests.browser.portal_process import ROOT
from tests.browser.receiving import send
from tests.browser.test_pictures import IS_ASKED, take

pytestmark = pytest.mark.browser

SCREENER, OFFICER = RECIPIENTS["north_east_lincolnshire_hub"], RECIPIENTS["humberside_police"]
HARM = {
    "What is known, and how is it known?": "An adult arranged to meet the child; the school read the messages.",
    "What does it mean for this child?": "Likely significant harm.",
    "How is the child safe now, and until the next step?": "At home with an aunt.",
    "Who told or tells whom, and when? If nobody: who decided that, and why?": "The social worker, at five.",
    "Which agencies were asked, and what did they say?": "Police: one report in March. Health: nothing known.",
    "What happens next, who does it, and by when?": "A discussion today.",
}
REPLY = {
    "Why was it decided so?": "What you told us is grave.",
    "Who leads from here, and how are they reached?": "The hub’s manager",
    "What does the referrer do now?": "Keep what you have seen to yourself and the lead.",
    "What may be said, or who tells the family and when?": "Nothing for now.",
}
RECORD: dict[str, dict[str, str]] = {
    "Reason": {"What happened, in short?": "An adult online arranged to meet the child."},
    "Information shared": {"What did each agency say?": "Police: one report in March. Health: nothing known."},
    "Risk": {
        "How is each child safe now": "At home with an aunt.",
        "Risk assessment of the person of concern": "High: other children reached.",
    },
    "Criminal enquiry": {"Is an offence suspected?": "Yes"},
    "Medical examination": {"Is one needed?": "No"},
    "The family": {
        "What was decided together?": "They will be told",
        "Who tells whom and when?": "The social worker tells the mother at five.",
    },
    "Decision for the child": {
        "Section 47 enquiries?": "Yes",
        "Why, or why not?": "Likely significant harm.",
        "Immediate protection?": "No",
        "Did anybody disagree?": "No",
    },
}
TALL = {"width": 1120, "height": 1500}
CHOSEN = ("Yes", "No", "They will be told")


def looked_at(page: Page) -> None:
    """A page has no fault that axe knows of."""
    assert violations(page, page.title()) == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def refused(page: Page, words: str) -> None:
    """The page says what to mend, and has no fault itself."""
    expect(page.get_by_role("alert")).to_contain_text(words)
    looked_at(page)


def write(page: Page, said: dict[str, str]) -> None:
    for label, words in said.items():
        page.get_by_label(label).fill(words)


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def day(page: Page, question: str, on: datetime) -> None:
    group = page.get_by_role("group", name=question)
    for label, number in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        group.get_by_label(label).fill(str(number))


def decided(page: Page, decision: str, *, level: str, more: dict[str, str] | None = None) -> None:
    """Decide from the case page, and reply to the referrer."""
    follow(page, "Decide")
    page.get_by_label(decision, exact=True).check()
    press(page, "Continue")
    page.get_by_label(level).check()
    page.get_by_label("Yes, alone").check()
    page.get_by_label("Told", exact=True).check()
    write(page, HARM | (more or {}))
    press(page, f"Decide: {decision.lower()}")
    follow(page, "Reply to the referrer")
    write(page, REPLY)
    page.get_by_role("group", name="What may the referrer tell the family?").get_by_role("radio").last.check()
    press(page, "Send the reply")
    expect(page.get_by_text("The reply is sent.")).to_be_visible()


def write_part(page: Page, title: str, said: dict[str, str]) -> None:
    """Write one group of the record."""
    page.get_by_role("link", name=re.compile(rf"^Write\s*: {title}")).click()
    for label, words in said.items():
        if words in CHOSEN:
            choose(page, label, words)
        else:
            page.get_by_label(label).fill(words)
    press(page, "Save")
    expect(page.get_by_text(f"Saved: {title}.")).to_be_visible()


def test_from_triage_to_the_date_of_the_conference(
    signed_in: SignedIn, visitors: Visitors, north_east_lincolnshire: Edition
) -> None:
    # Given a referral that a screener has taken, and for which a manager decides that people must meet
    now = datetime.now(ZoneInfo("Europe/London"))
    author = signed_in(NEL_TEACHER)
    filling = Filling(author, north_east_lincolnshire, everyday(NEL) | {"Q-SAF-6": ["sextortion"]}, by_hand=False)
    filling.start()
    filling.to_send_now()
    receipt = send(author)
    screener = signed_in(SCREENER)
    screener.goto("/hub/")
    follow(screener, receipt.reference)
    press(screener, "Take this case")
    manager, officer = signed_in(NEL_MANAGER), signed_in(OFFICER)
    visitors.watch_of(manager).allowed.add(400)  # what is refused on purpose
    visitors.watch_of(officer).allowed.add(400)
    manager.goto(screener.url)
    decided(manager, "Strategy discussion", level="Level 4")
    case = manager.url

    # When the manager plans it, having first left everything out
    follow(manager, "Plan a strategy discussion")
    press(manager, "Plan it")
    refused(manager, "Give the day and the time")
    day(manager, "On which day?", now)
    manager.get_by_label("At what time?").fill("23:59")
    choose(manager, "How?", "Video")
    choose(manager, "Who chairs?", "Oscar Thorne")
    write(manager, {"What do those invited need to know beforehand?": "An adult online wants to meet the child."})
    press(manager, "Plan it")
    expect(manager.get_by_text("Planned. Now invite people.")).to_be_visible()
    looked_at(manager)
    follow(manager, "Invite somebody")
    press(manager, "Invite")
    refused(manager, "Say for which agency they come")
    for agency, email in (("Children’s social care", SCREENER), ("Police", OFFICER)):
        choose(manager, "For which agency?", agency)
        manager.get_by_label("The email address of their account here").fill(email)
        press(manager, "Invite")
        follow(manager, "Invite somebody")
    choose(manager, "For which agency?", "Health")
    write(manager, {"Or their name": "Invented Nurse", "How are they reached?": "01632 960 011"})
    press(manager, "Invite")
    expect(manager.get_by_text("Tell them yourself")).to_be_visible()

    # Then the officer finds it among their tasks, and answers with what the police know
    officer.goto("/tasks/")
    looked_at(officer)
    officer.get_by_role("link", name="Answer an invitation").filter(has_text=receipt.reference).click()
    expect(officer.locator("main")).to_contain_text("An adult online wants to meet the child.")
    expect(officer.get_by_role("heading", name="Record")).to_have_count(0)
    looked_at(officer)
    discussion = officer.url
    follow(officer, "Answer, and write what your agency knows")
    press(officer, "Send the answer")
    refused(officer, "Choose an answer")
    officer.get_by_label("Comes", exact=True).check()
    officer.get_by_label("What does your agency know?").fill("One report in March, of another child.")
    press(officer, "Send the answer")
    expect(officer.get_by_text("Answered, and on record.")).to_be_visible()
    follow(officer, "Papers: agenda, people, what each agency brings")
    expect(officer.locator("main")).to_contain_text("One report in March, of another child.")
    looked_at(officer)

    # And what is not whole is not held
    follow(manager, "Record that it was held")
    press(manager, "It was held")
    refused(manager, "Give the day and the time at which it began")
    manager.goto(discussion)
    follow(manager, "Say who was there")
    for name in ("Nadia Coupland", "Quentin Ash", "Invented Nurse"):
        choose(manager, f"{name}, ", "Present")
    press(manager, "Save")
    refused(manager, "may commit their agency")
    for name in ("Nadia Coupland", "Quentin Ash", "Invented Nurse"):
        choose(manager, f"{name}: may they", "Yes")
    press(manager, "Save")
    manager.get_by_role("link", name=re.compile(r"^Write\s*: Reason")).click()
    looked_at(manager)
    manager.goto(discussion)
    for title, said in RECORD.items():
        write_part(manager, title, said)
    follow(manager, "Agree an action")
    press(manager, "Agree it")
    refused(manager, "Write what is to be done")
    manager.get_by_label("What is to be done?").fill("See the child alone.")
    choose(manager, "Who does it?", "Quentin Ash")
    day(manager, "By when?", now)
    press(manager, "Agree it")
    follow(manager, "Record that it was held")
    day(manager, "On which day was it held?", now)
    manager.get_by_label("At what time did it begin?").fill(f"{now:%H:%M}")
    press(manager, "It was held")

    # And with section 47 the date of the conference is counted, and shown with how
    expect(manager.get_by_text("On record as held.")).to_be_visible()
    expect(manager.locator("main")).to_contain_text("Child protection conference by")
    looked_at(manager)
    if IS_ASKED:
        manager.set_viewport_size(TALL)
        manager.goto(discussion)
        take(manager, ROOT / "docs" / "images" / "strategy-record.png")
    follow(manager, "Sign the record")
    looked_at(manager)
    press(manager, "I sign it")
    expect(manager.get_by_text("Signed by Oscar Thorne")).to_be_visible()
    follow(manager, "Add to the record")
    looked_at(manager)
    manager.get_by_label("What is to be added?").fill("The report was of 3 March.")
    press(manager, "Add")
    follow(manager, "Send the record out")
    press(manager, "Send")
    refused(manager, "Choose to whom it is sent")
    manager.get_by_label("Quentin Ash", exact=True).check()
    press(manager, "Send")
    looked_at(manager)

    # And the officer reads the whole record, which they could not before, and says so
    officer.goto("/tasks/")
    officer.get_by_role("link", name="Read the record").filter(has_text=receipt.reference).click()
    expect(officer.locator("main")).to_contain_text("High: other children reached.")
    expect(officer.locator("main")).to_contain_text("The report was of 3 March.")
    press(officer, "I have it")
    expect(officer.get_by_text("The receipt is on record.")).to_be_visible()
    looked_at(officer)
    follow(officer, "It is done")
    looked_at(officer)
    officer.get_by_label("How was it done?").fill("Seen at school.")
    press(officer, "It is done")
    officer.goto(f"{discussion}print")
    looked_at(officer)

    # And once enquiries are decided on, the case waits for the conference; the referrer reads of neither
    manager.goto(case)
    decided(manager, "Section 47 enquiries", level="Level 4",
            more={"Risk assessment of the person of concern": "High: other children reached."})  # fmt: skip
    expect(manager.locator(".casework-child").first).to_contain_text("Section 47 enquiries")
    expect(manager.locator("main")).to_contain_text("Initial child protection conference held")
    looked_at(manager)
    author.reload()
    expect(author.locator("main")).to_contain_text("Children’s social care is making enquiries.")
    expect(author.locator("main")).not_to_contain_text("conference")
