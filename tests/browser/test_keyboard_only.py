"""One whole referral without a pointer: Tab, Space, Enter, and the arrow keys inside a group of radio buttons."""

import pytest
from playwright.sync_api import Locator, expect

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from procedures.engine.schema import Question
from tests.browser.conftest import SignedIn
from tests.browser.filling import MAIN_BUTTON, Filling
from tests.browser.journeys import CUMBRIA, everyday, everyday_child
from tests.browser.people import TEACHER
from tests.browser.receiving import read_receipt

pytestmark = pytest.mark.browser

MOST_TABS = 120


class KeyboardFilling(Filling):
    """Fills in the form by the keyboard alone."""

    def tab_to(self, wanted: Locator) -> None:
        """Press Tab until the control has the focus; what cannot be reached so cannot be used."""
        for _ in range(MOST_TABS):
            if wanted.evaluate("each => each === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} Tabs do not reach {wanted} on the page {self.place()}")

    def press_button(self, name: str) -> None:
        """Reach a button and press it."""
        button = self.page.locator("main").get_by_role("button", name=name)
        self.tab_to(button.last)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def start(self) -> None:
        """Begin a referral from the menu."""
        self.page.goto("/referrals/start/")
        self.note("start")
        self.press_button("Start now")

    def go_on(self) -> None:
        """Send the page."""
        before = self.page.url
        self.press_button(MAIN_BUTTON)
        problem = self.page.locator(".govuk-error-summary")
        assert self.page.url != before, f"{self.place()} was not accepted: {problem.inner_text()}"

    def _choose(self, question: Question, answer: Answer) -> None:
        boxes = self.page.locator(f'[name="{question.id}-chosen"]')
        if boxes.first.get_attribute("type") == "checkbox":
            for value in answer.chosen:
                box = self.page.locator(f'[name="{question.id}-chosen"][value="{value}"]')
                self.tab_to(box)
                self.page.keyboard.press("Space")
                expect(box).to_be_checked()
            return
        if answer.chosen:
            self._choose_radio(boxes, answer.chosen[0])

    def _choose_radio(self, boxes: Locator, value: str) -> None:
        values = boxes.evaluate_all("found => found.map(each => each.value)")
        self.tab_to(boxes.first)
        self.page.keyboard.press("Space")
        for _ in range(values.index(value)):
            self.page.keyboard.press("ArrowDown")
        expect(boxes.nth(values.index(value))).to_be_checked()

    def _box(self, name: str) -> Locator:
        return KeyboardBox(self, super()._box(name))  # type: ignore[return-value]

    def _answer_records(self, scope: str) -> None:
        boxes = self.page.locator("[name=more]")
        self._choose_radio(boxes, "no")
        self.press_button("Continue")


class KeyboardBox:
    """A box that is typed into."""

    def __init__(self, filling: KeyboardFilling, box: Locator) -> None:
        self.filling, self.box = filling, box

    def fill(self, text: str) -> None:
        """Reach the box, and type over what it holds."""
        self.filling.tab_to(self.box)
        self.filling.page.keyboard.press("ControlOrMeta+a")
        self.filling.page.keyboard.insert_text(text)


def test_a_referral_is_filed_by_keyboard(signed_in: SignedIn, cumbria: Edition) -> None:
    # Given somebody who uses no pointer
    page = signed_in(TEACHER)
    answers = everyday(CUMBRIA) | {
        "Q-SAF-6": ["other"],
        "Q-SAF-7": "none",
        "Q-OT-1": ["pornography"],
        "Q-OT-2": ["accident"],
    }
    filling = KeyboardFilling(page, cumbria, answers, [everyday_child(CUMBRIA)])

    # When they fill in a whole referral and send it
    filling.start()
    filling.through()
    filling.press_button("Send this referral")

    # Then it is sent
    assert read_receipt(page).reference
