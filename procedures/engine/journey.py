"""The way through the form: which pages, in which order, what comes next and what is still missing. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from procedures.engine.answers import AnswerSheet, shown_questions
from procedures.engine.edition import Edition
from procedures.engine.schema import Page, Question


class State(StrEnum):
    """How far a page, or a part, has come."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of one referral: for the case, or for one child's or person's record (`key`)."""

    page: Page
    key: str | None
    questions: tuple[Question, ...]
    """Those of the page that are asked."""
    state: State

    @property
    def place(self) -> tuple[str, str | None]:
        """What tells steps apart."""
        return self.page.id, self.key


@dataclass(frozen=True, slots=True)
class PartProgress:
    """A part of the task list: its steps in order, and how far it has come."""

    id: str
    title: str
    steps: tuple[Step, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that must be answered first, and where."""

    question: Question
    page: Page
    key: str | None


def steps(edition: Edition, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return the pages that this referral asks, in order.

    Pages about a child, or a person, that follow each other are asked of the first record, then of the next.
    """
    shown = shown_questions(edition, sheet)
    found: list[Step] = []
    for scope, group in groupby(edition.content.pages, key=lambda page: page.scope):
        pages = list(group)
        keys: Sequence[str | None] = [None] if scope == "case" else [record.key for record in sheet.records(scope)]
        for key in keys:
            for page in pages:
                step = _step(edition, sheet, page, key, shown)
                if step is not None:
                    found.append(step)
    return tuple(found)


def _step(
    edition: Edition, sheet: AnswerSheet, page: Page, key: str | None, shown: Mapping[tuple[str, str | None], bool]
) -> Step | None:
    asked = tuple(edition.questions[each] for each in page.questions if shown.get((each, key), False))
    if not asked:
        return None
    given = [sheet.get(question, key).is_given for question in asked]
    needed = [done for question, done in zip(asked, given, strict=True) if question.required != "optional"]
    return Step(page, key, asked, _page_state(given, needed))


def _page_state(given: Sequence[bool], needed: Sequence[bool]) -> State:
    """Return a page's state; one that holds only optional questions is done once any is answered."""
    if all(needed) and (needed or any(given)):
        return State.DONE
    return State.STARTED if any(given) else State.NOT_STARTED


def find(all_steps: Sequence[Step], page: str, key: str | None) -> Step | None:
    """Return the step of a page and record, or None where this referral does not ask it."""
    return next((step for step in all_steps if step.place == (page, key)), None)


def next_step(all_steps: Sequence[Step], page: str, key: str | None) -> Step | None:
    """Return the step after a page; None after the last."""
    places = [step.place for step in all_steps]
    index = places.index((page, key)) + 1
    return all_steps[index] if index < len(all_steps) else None


def previous_step(all_steps: Sequence[Step], page: str, key: str | None) -> Step | None:
    """Return the step before a page; None before the first."""
    places = [step.place for step in all_steps]
    index = places.index((page, key))
    return all_steps[index - 1] if index else None


def parts(edition: Edition, sheet: AnswerSheet) -> tuple[PartProgress, ...]:
    """Return the task list: each part that has pages to ask, in the edition's order."""
    all_steps = steps(edition, sheet)
    found = []
    for part in edition.content.parts:
        mine = tuple(step for step in all_steps if step.page.part == part.id)
        if mine:
            found.append(PartProgress(part.id, part.title, mine, _state_of(mine)))
    return tuple(found)


def _state_of(mine: Sequence[Step]) -> State:
    states = {step.state for step in mine}
    if states == {State.DONE}:
        return State.DONE
    return State.NOT_STARTED if states == {State.NOT_STARTED} else State.STARTED


def missing(edition: Edition, sheet: AnswerSheet, *, quick: bool) -> tuple[Missing, ...]:
    """Return the questions that must be answered before sending: all that are always required, or when `quick` only
    those that "send now, add detail later" needs (Z-20)."""
    return tuple(_missing(edition, sheet, quick=quick))


def _missing(edition: Edition, sheet: AnswerSheet, *, quick: bool) -> Iterator[Missing]:
    for step in steps(edition, sheet):
        for question in step.questions:
            needed = question.needed_to_send_now if quick else question.required == "always"
            if needed and not sheet.get(question, step.key).is_given:
                yield Missing(question, step.page, step.key)


def interruption(questions: Sequence[Question], sheet: AnswerSheet, key: str | None) -> str | None:
    """Return the page that an answer just given calls for at once: `danger` (call 999 now), `find_out`, or None."""
    calls = {
        option.then
        for question in questions
        for option in question.options
        if option.then is not None and option.value in sheet.get(question, key).chosen
    }
    if "danger" in calls:
        return "danger"
    return "find_out" if calls else None
