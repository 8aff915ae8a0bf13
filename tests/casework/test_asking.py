"""The hub asks, the referrer answers in the portal, and the child goes back into the checks."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from casework import states
from casework.actions import asking, moving, taking
from casework.models import ChildCase
from casework.permissions import NotPermittedError
from referrals.actions import correspondence
from referrals.actions.correspondence import MessageRefusedError
from referrals.models import Clock, Message, Notice, Pack, Referral
from referrals.text import TextRefusedError
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LATER = NOW + timedelta(minutes=7)
QUESTION = "Which site was it on?"


def taken(world: World) -> tuple[Referral, ChildCase]:
    case = sent(world)
    taking.take(referral=case, by=world.hana, at=LATER)
    return case, ChildCase.objects.get(referral=case, number=1)


def ask(case: Referral, child: ChildCase, by: User, text: str = QUESTION) -> Message:
    return asking.ask(
        case=case, children=[child], text=text, answer_by=NOW.date() + timedelta(days=1), token=uuid.uuid4(), by=by,
        at=LATER,
    )  # fmt: skip


def answer(question: Message, by: User, text: str = "On chat.example.com.") -> None:
    correspondence.answer(question=question, text=text, token=uuid.uuid4(), by=by, at=LATER)


def state(child: ChildCase) -> str:
    return ChildCase.objects.get(pk=child.pk).state


def test_asking_moves_the_child_and_the_decision_clock_runs_on(world: World) -> None:
    case, child = taken(world)
    ask(case, child, world.hana)
    assert state(child) == states.INFO_REQUESTED
    assert Clock.objects.filter(referral=case, kind="K-03", ended_at__isnull=True).exists()
    assert Notice.objects.get(kind="question").to == world.alice


def test_the_answer_moves_the_child_back_and_is_part_of_the_case(world: World, as_: As) -> None:
    case, child = taken(world)
    question = ask(case, child, world.hana)
    before = Pack.objects.system(reason="a test counts").filter(referral=case).count()
    answer(question, world.alice)
    assert state(child) == states.SCREENING
    move = child.moves.get(verb=states.ANSWERED)
    assert move.made_by == world.alice
    assert case.additions.get().question == question
    assert Pack.objects.system(reason="a test counts").filter(referral=case).count() > before
    assert Notice.objects.get(kind="answer").to == world.hana
    assert "On chat[.]example[.]com." in case_text(as_(world.hana), case.pk).replace("[. ]", "[.]")


def test_a_child_waits_for_the_last_of_its_questions(world: World) -> None:
    case, child = taken(world)
    first = ask(case, child, world.hana)
    second = ask(case, ChildCase.objects.get(pk=child.pk), world.hana, "And since when?")
    answer(first, world.alice)
    assert state(child) == states.INFO_REQUESTED
    answer(second, world.alice, "Since May.")
    assert state(child) == states.SCREENING


def test_an_answer_moves_no_child_that_somebody_moved_on(world: World) -> None:
    case, child = taken(world)
    question = ask(case, child, world.hana)
    waiting = ChildCase.objects.get(pk=child.pk)
    moving.move(child=waiting, verb=states.START_CHECKS, by=world.hana, at=LATER)
    answer(question, world.alice)
    assert state(child) == states.SCREENING
    assert not child.moves.filter(verb=states.ANSWERED).exists()


@pytest.mark.parametrize(("text", "days", "missing"), [(" ", 1, "text"), (QUESTION, -1, "answer_by")])
def test_a_question_needs_words_and_a_day_to_come(world: World, text: str, days: int, missing: str) -> None:
    case, child = taken(world)
    with pytest.raises(MessageRefusedError) as refused:
        asking.ask(
            case=case, children=[child], text=text, answer_by=NOW.date() + timedelta(days=days), token=uuid.uuid4(),
            by=world.hana, at=LATER,
        )  # fmt: skip
    assert list(refused.value.faults) == [missing]
    assert state(child) == states.RECEIVED


def test_only_those_who_follow_the_referral_answer(world: World) -> None:
    case, child = taken(world)
    question = ask(case, child, world.hana)
    for person in (world.carol, world.dan, world.hana, world.pat):
        with pytest.raises(NotPermittedError):
            answer(question, person)
    with pytest.raises(TextRefusedError):
        answer(question, world.alice, " ")
    answer(question, world.bob)
    assert state(child) == states.SCREENING


@pytest.mark.parametrize("name", ["alice", "will", "pat", "cleo", "adam", "nora"])
def test_nobody_else_asks(world: World, as_: As, name: str) -> None:
    case, child = taken(world)
    person = getattr(world, name)
    with pytest.raises(NotPermittedError):
        ask(case, child, person)
    answered = as_(person).post(f"/cases/{case.pk}/ask", {"text": QUESTION})
    assert answered.status_code == 404
    assert not Message.objects.exists()


def test_the_whole_way_in_the_browser(world: World, as_: As) -> None:
    case, _ = taken(world)
    hub, referrer = as_(world.hana), as_(world.alice)
    refused = hub.post(f"/cases/{case.pk}/ask", {"text": QUESTION})
    assert refused.status_code == 400
    assert QUESTION in refused.content.decode()
    day = {"answer_by_0": "3", "answer_by_1": "12", "answer_by_2": "2026"}
    asked = hub.post(f"/cases/{case.pk}/ask", {"text": QUESTION, "token": str(uuid.uuid4())} | day, follow=True)
    assert "Waiting for the answer" in text_of(asked)
    assert "Answer by Thursday 3 December" in text_of(referrer.get(f"/referrals/{case.pk}/sent/"))
    assert "Answer the hub’s question" in text_of(referrer.get("/tasks/"))
    question = Message.objects.get()
    form = {"question": str(question.pk), "token": str(uuid.uuid4())}
    empty = referrer.post(f"/referrals/{case.pk}/questions/", form | {"text": ""})
    assert "Write what you want to add" in text_of(empty)
    done = referrer.post(f"/referrals/{case.pk}/questions/", form | {"text": "On a chat site."}, follow=True)
    assert "Your answer was sent to the hub." in text_of(done)
    assert "On a chat site." in text_of(done)
    again = referrer.post(f"/referrals/{case.pk}/questions/", form | {"text": "On a chat site."}, follow=True)
    assert "answered already" in text_of(again)
    assert case.additions.count() == 1
    assert "Being looked at" in case_text(hub, case.pk)


def test_a_question_is_not_asked_by_moving_alone(world: World, as_: As) -> None:
    case, child = taken(world)
    hub, moves = as_(world.hana), f"/cases/{case.pk}/children/{child.pk}/move/"
    assert hub.post(moves + states.ASK, {}).status_code == 404
    for verb in (states.DECIDE, states.ANSWERED):
        assert "This is done by taking, deciding or replying" in text_of(hub.post(moves + verb, {}, follow=True))
    assert state(child) == states.RECEIVED
