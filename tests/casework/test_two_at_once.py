"""Two people at the same moment, two hundred times over (G11): one decision counts, one referral is sent."""

import random
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from audit.models import Event
from casework import states
from casework.actions import deciding, moving, taking
from casework.models import ChildCase, Decision
from referrals.actions import submission
from referrals.models import Referral, Route
from tests.access.copies import copy_of
from tests.casework.deciding import DECISION, NO_FURTHER_ACTION
from tests.referrals.people import NOW, World, filled, sent

ROUNDS = 200
LATER = NOW + timedelta(minutes=7)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do what each of several people does, all let go at one moment; return what came of each, or its error."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def attempt(number: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_deciders_one_wins_and_the_other_is_shown_what_changed(transactional_db: None) -> None:
    world = World()
    mona, moses = (
        world.person(first, name, "hub_manager", unit="cumberland_hub")
        for first, name in (("mona", "Mona Moor"), ("moses", "Moses Mill"))
    )
    referral = sent(world)
    taking.take(referral=referral, by=mona, at=LATER)
    order = random.Random(11)
    child = moving.move(child=ChildCase.objects.get(referral=referral), verb=states.START_CHECKS, by=mona, at=LATER)
    for number in range(ROUNDS):
        at = LATER + timedelta(minutes=number)
        people = order.sample([mona, moses], 2)
        # Some rounds are of two decisions that count at once, some of two proposals, some of one of each.
        choices = [order.choice([("strategy_discussion", DECISION), ("no_further_action", NO_FURTHER_ACTION)])
                   for _ in people]  # fmt: skip
        read = child.version

        def deciding_as(who: Any, code: str, given: dict[str, Any], read: int = read, at: Any = at) -> Decision:
            mine = ChildCase.objects.select_related("referral", "agency").get(referral=referral)
            assert mine.version in (read, read + 1)
            mine.version = read  # as the page was read before either sent it
            return deciding.decide(child=mine, code=code, given=given, by=who, at=at)

        results = at_once(
            [
                lambda who=who, choice=choice: deciding_as(who, *choice)
                for who, choice in zip(people, choices, strict=True)
            ]
        )
        won = [each for each in results if isinstance(each, Decision)]
        lost = [each for each in results if isinstance(each, moving.ChildChangedError)]
        assert (len(won), len(lost)) == (1, 1), f"round {number}: {results!r}"
        winner = won[0]
        child = ChildCase.objects.select_related("referral", "agency").get(referral=referral)
        assert lost[0].child.version == child.version > read
        assert Decision.objects.filter(child=child, decided_at=at).get() == winner
        if winner.standing == Decision.Standing.AGREED:
            assert child.state == states.DECISION
            assert lost[0].move.made_by == winner.decided_by
            child = moving.move(child=child, verb=states.STEP_BACK, reason="The next round.", by=mona, at=at)
        else:
            assert child.state == states.SCREENING
    assert Decision.objects.filter(child=child).count() == ROUNDS
    assert Event.objects.about(referral).filter(event="decision.made").count() == ROUNDS


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_a_double_click_one_referral_is_sent(transactional_db: None) -> None:
    world = World()
    template = filled(world)
    shown = submission.preview(referral=template, at=LATER)
    once: dict[str, int] = {}
    for number in range(ROUNDS):
        pk = copy_of(template)
        token = uuid.uuid4()

        def click(pk: uuid.UUID = pk, token: uuid.UUID = token, expected: str = shown.fingerprint) -> Any:
            mine = Referral.objects.system(reason="the form that is sent").get(pk=pk)
            return submission.submit(referral=mine, token=token, expected=expected, by=world.alice, at=LATER)

        first, second = at_once([click, click])
        assert not isinstance(first, Exception), f"round {number}: {first!r}"
        assert not isinstance(second, Exception), f"round {number}: {second!r}"
        assert first.referral.pk == second.referral.pk == pk
        assert first.referral.reference == second.referral.reference
        events = Event.objects.about(first.referral).filter(event="referral.submitted").count()
        assert events == 1, f"round {number}"
        routes = Route.objects.system(reason="counted").filter(referral=pk).count()
        once.setdefault("routes", routes)
        assert routes == once["routes"], f"round {number}"
