"""The way through the form: pages in order, for each record, what comes next, what is missing, what interrupts."""

from typing import Any

from procedures.engine.edition import Edition
from procedures.engine.journey import State, find, interruption, missing, next_step, parts, previous_step, steps
from tests.engine.invented import edition, page, question
from tests.engine.test_answers import sheet

QUESTIONS = [
    question("Q-A-1", "yes", "no", "unknown", required="always", needed_to_send_now="yes"),
    question("Q-A-2", kind="text", required="optional"),
    question("Q-A-3", "yes", shown_when={"is": {"Q-A-1": "yes"}}, required="always"),
    question("Q-C-1", "yes", scope="child", needed_to_send_now="yes"),
    question("Q-C-2", "yes", scope="child", shown_when={"includes": {"Q-C-1": "yes"}}),
    question("Q-P-1", "yes", scope="person", required="always"),
    question("Q-Z-1", "yes", required="optional"),
]
PAGES = [
    page("danger", "Q-A-1", "Q-A-2", part="start"), page("more", "Q-A-3", part="start"),
    page("child", "Q-C-1", scope="child", part="people"), page("child_more", "Q-C-2", scope="child", part="people"),
    page("person", "Q-P-1", scope="person", part="people"), page("end", "Q-Z-1", part="end"),
]  # fmt: skip
PARTS = [{"id": each, "title": each} for each in ("start", "people", "end", "empty")]


def form() -> Edition:
    return edition(questions=QUESTIONS, pages=PAGES, parts=PARTS)


def places(answers: Any) -> list[tuple[str, str | None]]:
    return [step.place for step in steps(form(), answers)]


def test_pages_that_follow_each_other_are_asked_of_the_first_record_then_of_the_next() -> None:
    assert places(sheet(children=[{}, {}], persons=[{}], Q_A_1="no")) == [
        ("danger", None), ("child", "c0"), ("child_more", "c0"), ("child", "c1"), ("child_more", "c1"),
        ("person", "p0"), ("end", None),
    ]  # fmt: skip


def test_without_records_their_pages_are_not_yet_there() -> None:
    assert places(sheet(Q_A_1="yes")) == [("danger", None), ("more", None), ("end", None)]


def test_a_page_of_which_nothing_is_asked_is_left_out_for_that_record_alone() -> None:
    only = sheet(children=[{"Q_C_1": "yes"}, {"Q_C_1": "no"}])

    assert ("child_more", "c0") in places(only)
    assert ("child_more", "c1") not in places(only)


def test_each_page_knows_its_neighbours() -> None:
    way = steps(form(), sheet(Q_A_1="no"))

    assert (following := next_step(way, "danger", None)) is not None
    assert following.place == ("end", None)
    assert next_step(way, "end", None) is None
    assert previous_step(way, "danger", None) is None
    assert previous_step(way, "end", None) == find(way, "danger", None)
    assert find(way, "more", None) is None


def test_a_page_is_done_when_what_it_needs_is_answered() -> None:
    def state(name: str, **case: Any) -> State:
        step = find(steps(form(), sheet(**case)), name, None)
        assert step is not None
        return step.state

    assert state("danger") is State.NOT_STARTED
    assert state("danger", Q_A_2={"text": "x"}) is State.STARTED
    assert state("danger", Q_A_1="no") is State.DONE
    assert state("end") is State.NOT_STARTED
    assert state("end", Q_Z_1="yes") is State.DONE


def test_the_task_list_has_the_parts_that_ask_something() -> None:
    def states(**given: Any) -> list[tuple[str, State]]:
        return [(part.id, part.state) for part in parts(form(), sheet(**given))]

    assert states() == [("start", State.NOT_STARTED), ("end", State.NOT_STARTED)]
    assert states(Q_A_1="yes")[0] == ("start", State.STARTED)
    assert states(Q_A_1="yes", Q_A_3="yes")[0] == ("start", State.DONE)
    assert states(children=[{}])[1] == ("people", State.NOT_STARTED)


def test_what_is_missing_for_a_whole_referral_and_for_sending_now() -> None:
    def names(quick: bool, **given: Any) -> list[tuple[str, str, str | None]]:
        return [(each.question.id, each.page.id, each.key) for each in missing(form(), sheet(**given), quick=quick)]

    assert names(False, persons=[{}]) == [
        ("Q-A-1", "danger", None), ("Q-A-3", "more", None), ("Q-P-1", "person", "p0")]  # fmt: skip
    assert names(True, children=[{}, {"Q_C_1": "yes"}]) == [("Q-A-1", "danger", None), ("Q-C-1", "child", "c0")]
    assert names(False, Q_A_1="no") == []


def test_danger_interrupts_at_once_and_before_finding_out() -> None:
    asked = [
        question("Q-A-1", options=[{"value": "yes", "label": "Yes", "then": "danger"}, {"value": "no", "label": "No"},
                                   {"value": "unknown", "label": "Don't know", "then": "find_out"}]),
        question("Q-A-2", options=[{"value": "unknown", "label": "Don't know", "then": "find_out"}]),
    ]  # fmt: skip
    made = edition(questions=asked, pages=[page("p", "Q-A-1", "Q-A-2")])
    questions = list(made.questions.values())

    assert interruption(questions, sheet(Q_A_1="yes", Q_A_2="unknown"), None) == "danger"
    assert interruption(questions, sheet(Q_A_1="unknown"), None) == "find_out"
    assert interruption(questions, sheet(Q_A_1="no"), None) is None
