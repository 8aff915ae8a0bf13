"""A case that the setting manages: its review is a clock for each child, and the referrer has the day in writing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from casework import states
from casework.actions import deciding, moving, reminding, replying, taking
from casework.models import ChildCase, Reminder
from casework.queries import tasks
from referrals.models import Clock, Referral
from tests.casework.deciding import DECISION, REPLY
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LONDON = ZoneInfo("Europe/London")
LATER = NOW + timedelta(minutes=5)
ON = date(2026, 12, 9)  # a Wednesday, five working days on
WHOLE = DECISION | {"level": "level_2", "review_on": ON, "where": "Bob Beck, the lead; talks to both families."}


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def managed(world: World, mona: User, *, by: User | None = None, on: date = ON) -> ChildCase:
    referral = sent(world, by=by or world.alice)
    taking.take(referral=referral, by=world.hana, at=NOW)
    deciding.decide(
        child=child_of(referral), code="setting_managed", given=WHOLE | {"review_on": on}, by=mona, at=LATER
    )
    replying.reply(children=[child_of(referral)], given=REPLY, by=mona, at=LATER)
    return child_of(referral)


def child_of(referral: Referral) -> ChildCase:
    return ChildCase.objects.select_related("referral", "agency").get(referral=referral, number=1)


def review_of(child: ChildCase) -> Clock:
    return Clock.objects.get(referral=child.referral, kind="K-13", about=str(child.pk), ended_at__isnull=True)


def told(clock: Clock) -> set[tuple[str, str]]:
    rows = Reminder.objects.filter(clock=clock).select_related("to")
    return {(f"{row.reached_at.astimezone(LONDON):%a %H:%M}", row.to.email.split("@")[0]) for row in rows}


def test_with_the_reply_its_review_runs_to_the_day_that_was_decided(world: World, mona: User) -> None:
    child = managed(world, mona)
    assert child.state == states.SET_MANAGED
    clock = review_of(child)
    assert clock.due_at == datetime(2026, 12, 9, 17, 0, tzinfo=LONDON)
    assert clock.agency == child.agency
    owed = [task for task in tasks.tasks_of(world.hana, at=LATER) if "the setting manages" in task.what]
    assert [task.due_at for task in owed] == [clock.due_at]


def test_the_day_is_in_the_reply_to_the_referrer(world: World, mona: User, as_: As) -> None:
    child = managed(world, mona)
    assert "That day is 9 December 2026." in child.referral.replies.get().outcome
    page = text_of(as_(world.alice).get(f"/referrals/{child.referral_id}/sent/"))
    assert "Your safeguarding lead manages this" in page
    assert "9 December 2026" in page
    assert "talks to both families" not in page


@pytest.mark.parametrize(("author", "lead"), [("alice", "mona"), ("bob", "bob")])
def test_a_lead_who_filed_it_is_reminded_themselves(world: World, mona: User, author: str, lead: str) -> None:
    child = managed(world, mona, by=getattr(world, author))
    clock = review_of(child)
    for at in (clock.due_at - timedelta(hours=8), clock.due_at, clock.due_at + timedelta(days=1)):
        reminding.remind_due(at=at)
    assert told(clock) == {("Wed 09:00", lead), ("Wed 09:00", "mona"), ("Thu 08:00", "mona")}


@pytest.mark.parametrize("verb", [states.REVIEW, states.CLOSE, states.CALL_STRATEGY])
def test_it_ends_with_whatever_comes_of_the_review(world: World, mona: User, verb: str) -> None:
    child = managed(world, mona)
    moving.move(child=child, verb=verb, reason="The lead rang: it has begun again.", by=mona, at=LATER)
    assert not Clock.objects.filter(referral=child.referral, kind="K-13", ended_at__isnull=True).exists()


def test_a_step_back_to_the_setting_starts_it_again(world: World, mona: User) -> None:
    child = managed(world, mona)
    due = review_of(child).due_at
    moving.move(child=child, verb=states.CLOSE, reason="Reviewed.", by=mona, at=LATER)
    moving.move(child=child_of(child.referral), verb=states.STEP_BACK, reason="Too early.", by=mona, at=LATER)
    assert review_of(child).due_at == due


def test_a_day_that_has_passed_is_refused(world: World, mona: User) -> None:
    with pytest.raises(deciding.DecisionRefusedError) as refused:
        managed(world, mona, on=NOW.date() - timedelta(days=1))
    assert list(refused.value.faults) == ["review_on"]
