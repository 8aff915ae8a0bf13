"""Filling in the form as a person does: the page that is shown, the questions on it, the answers of this journey.

A journey gives what matters to it, `{question id: answer}`; everything else is answered as somebody would who has
nothing to worry about there: "no, and I have a reason", else "I don't know", else the first option. An answer is the
value of an option, several of them, the text of a box, or an `Answer` with details and rows.

By hand, each click and each word is made as a person makes it, with what that takes: the place is scrolled to, must
stand still and be uppermost. Otherwise a page is answered in one go by the browser itself, which still demands that
every box is shown: half the time, for journeys whose subject is what happens after the form.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from procedures.engine.answers import Answer
from procedures.engine.edition import Edition
from procedures.engine.schema import Question
from tests.browser import in_one_go

Given = str | list[str] | Answer
Answers = Mapping[str, Given]
QUIET = ("no", "none", "not_needed", "not_shared", "nothing", "nobody", "not_applicable", "unknown")
"""The first of these among a question's options is its answer where a journey gives none."""
NOT_SAID = "Invented: nothing is known about this."
PHONE = "01632 960 123"
ADDRESS = re.compile(r"/referrals/[0-9a-f-]{36}/(?P<what>[a-z-]+)/(?:(?P<page>\w[\w-]*)/(?:(?P<key>[\w-]+)/)?)?")
MAIN_BUTTON = "Save and continue"
MOST_PAGES = 150
CALL_PAGE = "call_999"
"""The page that interrupts; `danger` is the page that asks about it."""
_TYPED = ("text", "long_text", "phone", "email")


@dataclass
class Filling:
    """One referral being filled in by one person.

    `children` and `persons` hold what differs for the first, second, … of them; a record more is added for each.
    """

    page: Page
    edition: Edition
    answers: Answers = field(default_factory=dict)
    children: Sequence[Answers] = ({},)
    persons: Sequence[Answers] = ({},)
    by_hand: bool = True
    seen: list[str] = field(default_factory=list)
    """The pages met, in order: the id of a question page, else what kind of page it was."""
    _keys: dict[str, list[str]] = field(default_factory=lambda: {"child": [], "person": []})

    # ---- Going through -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin a referral, from its first page."""
        self.page.goto("/referrals/start/")
        self.note("start")
        self.page.get_by_role("button", name="Start now").click()
        self.page.wait_for_url("**/pages/danger/")

    def until(self, *places: str) -> str:
        """Answer page after page until one of these is shown (the id of a page, or `check`, `danger`, …). Return it."""
        for _ in range(MOST_PAGES):
            place = self.place()
            if place in places:
                return place
            self.answer_this_page()
        raise AssertionError(f"After {MOST_PAGES} pages none of {places} was met, but {self.seen}")

    def through(self) -> None:
        """Answer everything, up to the page that shows all answers."""
        self.until("check")

    def to_send_now(self) -> None:
        """Answer what is needed to send now, then follow the link that offers it."""
        self.until("self_harm")
        self.note("self_harm")
        self.page.get_by_role("link", name="Send now, add detail later").click()
        self.page.wait_for_url("**/send-now/")
        self.note("send-now")

    def place(self) -> str:
        """Return what page is shown: a question page by its id."""
        match = ADDRESS.search(self.page.url)
        if match is None:
            return self.page.url
        if match["what"] == "pages":
            return match["page"]
        return CALL_PAGE if match["what"] == "danger" else match["what"]

    def note(self, place: str) -> None:
        """Count a page as met."""
        self.seen.append(place)

    def answer_this_page(self) -> None:
        """Answer the page that is shown and go on from it."""
        self.note(self.place())
        match = ADDRESS.search(self.page.url)
        assert match is not None, f"No page of a referral: {self.page.url}\n{self.page.inner_text('main')[:500]}"
        if match["what"] in ("children", "persons"):
            self._answer_records("child" if match["what"] == "children" else "person")
            return
        self.fill()
        self.go_on()

    def fill(self) -> None:
        """Answer every question of the page that is shown."""
        match = ADDRESS.search(self.page.url)
        key = match["key"] if match else None
        given = self._given(match["page"] if match else None, key)
        answers = [(question, as_answer(question, given.get(question.id))) for question in self.questions()]
        if not self.by_hand:
            in_one_go.fill(self.page, answers)
        for question, answer in answers:
            if self.by_hand:
                self._fill(question, answer)
            else:
                self._fill_rows(question, answer)

    def empty(self) -> None:
        """Take every answer out of the page that is shown, what the portal had filled in included."""
        in_one_go.empty(self.page)

    def go_on(self) -> None:
        """Send the page, and wait for what comes next."""
        before = self.page.url
        if not self.by_hand:
            with self.page.expect_navigation():
                in_one_go.press(self.page, MAIN_BUTTON, "I have called, go on")
        else:
            self._press_main_button()
        problem = self.page.locator(".govuk-error-summary")
        if self.page.url == before and problem.count():
            raise AssertionError(f"{self.place()} was not accepted: {problem.inner_text()}")

    def _press_main_button(self) -> None:
        button = self.page.get_by_role("button", name=MAIN_BUTTON)
        onward = button.last if button.count() else self.page.get_by_role("button", name="I have called, go on")
        with self.page.expect_navigation():
            onward.click()

    def questions(self) -> list[Question]:
        """Return the questions that the page asks, in its order."""
        names = in_one_go.names(self.page)
        ids = dict.fromkeys(match[0] for name in names if (match := re.match(r"Q-[A-Z]+-\d+[a-z]?", name)))
        return [self.edition.questions[each] for each in ids]

    # ---- Records -------------------------------------------------------------------------------------------------

    def _given(self, page: str | None, key: str | None) -> Answers:
        if page is None or key is None or page not in self.edition.pages:
            return self.answers
        scope = self.edition.pages[page].scope
        keys = self._keys[scope]
        if key not in keys:
            keys.append(key)
        mine = (self.children if scope == "child" else self.persons)[keys.index(key)]
        return {**self.answers, **mine}

    def _answer_records(self, scope: str) -> None:
        wanted = len(self.children if scope == "child" else self.persons)
        label = "Yes, one more" if len(self._keys[scope]) < wanted else "No, go on"
        self.page.get_by_label(label).check()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Continue", exact=True).click()

    # ---- Answering -----------------------------------------------------------------------------------------------

    def _fill(self, question: Question, answer: Answer) -> None:
        if answer.text:
            self._box(question.id).fill(answer.text)
        self._fill_rows(question, answer)
        if question.options:
            self._choose(question, answer)
        for name, text in answer.details.items():
            self._fill_detail(question, answer, name, text)

    def _choose(self, question: Question, answer: Answer) -> None:
        boxes = self.page.locator(f'[name="{question.id}-chosen"]')
        kind = boxes.first.get_attribute("type")
        for value in answer.chosen:
            self.page.locator(f'[name="{question.id}-chosen"][value="{value}"]').check()
        if kind == "checkbox":
            for box in boxes.all():
                if box.get_attribute("value") not in answer.chosen and box.is_checked():
                    box.uncheck()

    def _fill_rows(self, question: Question, answer: Answer) -> None:
        for index, row in enumerate(answer.rows):
            if index:
                with self.page.expect_navigation():
                    self.page.locator(f'button[name="add_row"][value="{question.id}"]').click()
            for column, text in row.items():
                self._box(f"{question.id}-row-{index}-{column}").fill(text)

    def _fill_detail(self, question: Question, answer: Answer, name: str, text: str) -> None:
        full = in_one_go.detail_name(question, answer, name)
        radios = self.page.locator(f'input[type="radio"][name="{full}"]')
        if radios.count():
            self.page.locator(f'[name="{full}"][value="{text}"]').check()
        elif self.page.locator(f'[name="{full}_day"]').count():
            for part, number in zip(("year", "month", "day"), text.split("-"), strict=True):
                self._box(f"{full}_{part}").fill(str(int(number)))
        else:
            self._box(full).fill(text)

    def _box(self, name: str) -> Locator:
        box = self.page.locator(f'[name="{name}"]')
        expect(box, f"the box {name} on the page {self.place()}").to_be_visible()
        return box


def as_answer(question: Question, given: Given | None) -> Answer:
    """Return a journey's answer to a question in full, or the quiet one where it gives none."""
    if isinstance(given, Answer):
        return given
    if isinstance(given, list):
        return Answer(chosen=tuple(given))
    if isinstance(given, str):
        return Answer(text=given) if question.kind in _TYPED and given != "unknown" else Answer(chosen=(given,))
    return quiet_answer(question)


def quiet_answer(question: Question) -> Answer:
    """Return the answer of somebody who has nothing to worry about there, or nothing to say."""
    values = [option.value for option in question.options]
    quiet = next((value for value in QUIET if value in values), None)
    if quiet is not None:
        return Answer(chosen=(quiet,))
    if question.kind == "phone":
        return Answer(text=PHONE)
    if question.prefill is not None or (question.kind in _TYPED and question.required == "optional"):
        return Answer()
    if question.kind in _TYPED:
        return Answer(text=NOT_SAID)
    return Answer(chosen=(values[0],)) if values else Answer()


def as_sheet_data(
    edition: Edition, answers: Answers, children: Sequence[Answers], persons: Sequence[Answers]
) -> dict[str, object]:
    """Return the same answers in the form in which they are stored, to compare with what was sent."""

    def of(scope: str, given: Answers) -> Iterator[tuple[str, dict[str, object]]]:
        for question in edition.questions.values():
            if question.scope == scope:
                yield question.id, as_answer(question, given.get(question.id)).as_data()

    def records(scope: str, found: Sequence[Answers]) -> list[dict[str, object]]:
        return [
            {"key": f"{scope}{number}", "answers": dict(of(scope, {**answers, **given}))}
            for number, given in enumerate(found)
        ]

    return {
        "case": dict(of("case", answers)),
        "children": records("child", children),
        "persons": records("person", persons),
    }
