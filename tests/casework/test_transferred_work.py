"""What a hub had begun goes on in the hub that accepts its case: strategy discussions and disagreements."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.directory import get_agency
from accounts.models import Letter, User
from audit.models import Event
from casework.actions import (
    deciding,
    disagreeing,
    handing_on,
    reminding,
    replying,
    strategy_planning,
    strategy_recording,
    strategy_signing,
    taking,
    transferring,
)
from casework.models import ChildCase, Reminder, StrategyAction
from casework.queries import strategy as queries
from casework.queries import tasks
from referrals.actions import disagreeing as actions
from referrals.actions import overrides
from referrals.actions.disagreeing import DisagreementChangedError, raise_own
from referrals.models import Clock, Disagreement, Referral
from referrals.queries import live_routes
from tests.casework.deciding import DECISION, REPLY
from tests.casework.strategy import AFTER, MEETING, Meeting
from tests.casework.two_children import sent_to_two
from tests.referrals.people import NOW, World, sent

LATER = NOW + timedelta(hours=1)
HERE, THERE = "cumberland_hub", "north_east_lincolnshire_hub"
SAID = {"what": "That it waits.", "why": "He wrote again last night.", "wanted": "A discussion today."}
ANSWER = {"outcome": "kept", "words": "We looked at it again.", "hub_words": "For ourselves."}


@pytest.fixture
def mags(world: World) -> User:
    """The manager of the hub that the case goes to."""
    return world.person("mags", "Mags Marr", "hub_manager", unit=THERE)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit=HERE)


@pytest.fixture
def meeting(world: World) -> Meeting:
    return Meeting(world)


def accepted(referral: Referral, *, sender: User, by: User, at: Any = LATER) -> None:
    transfer = transferring.send(case=referral, to_unit=THERE, reason="The family moved there.", by=sender, at=at)
    transferring.accept(transfer=transfer, by=by, at=at)


def what_they_owe(person: User, at: Any = LATER) -> list[str]:
    return [task.what for task in tasks.tasks_of(person, at=at)]


def running(referral: Referral, kind: str) -> Clock:
    return Clock.objects.select_related("agency").get(referral=referral, kind=kind, ended_at__isnull=True)


def test_a_planned_discussion_is_chaired_held_and_signed_there(meeting: Meeting, mags: User) -> None:
    seen = meeting.now()
    accepted(meeting.referral, sender=meeting.mona, by=mags)
    found = meeting.now()
    assert (found.agency.unit, found.chair) == (THERE, mags)
    assert found.version > seen.version
    assert "Chair a strategy discussion" in what_they_owe(mags)
    assert "Chair a strategy discussion" not in what_they_owe(meeting.mona)
    assert queries.get_discussion(meeting.mona, found.pk, at=LATER) is None
    assert Event.objects.filter(event="strategy.chair_changed").get().by_id == str(mags.pk)
    # Those who were invited still are; the meeting is held there, and its conference clock runs there.
    assert queries.get_discussion(meeting.world.pat, found.pk, at=LATER) is not None
    meeting.mona = mags
    held = meeting.held()
    assert held.is_held
    assert running(meeting.referral, "S-02").agency == found.agency
    strategy_signing.sign(discussion=held, version=held.version, by=mags, at=AFTER)
    assert meeting.now().signed_by == mags


def test_a_discussion_that_was_held_is_signed_there_and_its_clock_tells_its_chair(meeting: Meeting, mags: User) -> None:
    held = meeting.held()
    for owner in (meeting.world.hana, meeting.world.pat):
        strategy_recording.add_action(
            discussion=held, given={"what": "See the child.", "owner": owner, "due_on": date(2026, 12, 9)},
            by=meeting.mona, at=AFTER,
        )  # fmt: skip
    accepted(meeting.referral, sender=meeting.mona, by=mags, at=AFTER)
    assert meeting.now().chair == mags
    # The officer, who was there, keeps what they took on; whoever may not see it any more does not.
    owners = StrategyAction.objects.order_by("number").values_list("owner", flat=True)
    assert list(owners) == [mags.pk, meeting.world.pat.pk]
    clock = running(meeting.referral, "S-02")
    assert clock.agency is not None
    assert clock.agency.unit == THERE
    reminding.remind_due(at=clock.due_at)
    assert set(Reminder.objects.filter(clock=clock).values_list("to", flat=True)) == {mags.pk}


def test_a_signed_record_stays_as_it_was_signed_and_the_new_owner_reads_it(meeting: Meeting, mags: User) -> None:
    held = meeting.held()
    strategy_signing.sign(discussion=held, version=held.version, by=meeting.mona, at=AFTER)
    accepted(meeting.referral, sender=meeting.mona, by=mags, at=AFTER)
    found = queries.get_discussion(mags, held.pk, at=AFTER)
    assert found is not None
    assert (found.agency.unit, found.chair) == ("cumberland_hub", meeting.mona)
    assert queries.is_as_signed(found)


def test_where_nobody_may_chair_there_those_above_are_told_once(meeting: Meeting) -> None:
    hedy = meeting.world.person("hedy", "Hedy Holm", "head_of_service", unit=THERE)
    accepted(meeting.referral, sender=meeting.mona, by=meeting.world.nell)
    assert meeting.now().agency.unit == THERE
    assert Event.objects.filter(event="strategy.chair_missing").count() == 1
    assert Letter.objects.filter(kind="task", to=hedy, done_at__isnull=True).exists()
    # As soon as there is somebody, they are found.
    mags = meeting.world.person("mags", "Mags Marr", "hub_manager", unit=THERE)
    handing_on.hand_on_left(at=LATER)
    assert meeting.now().chair == mags


def test_the_owner_goes_on_with_what_a_dropped_hub_had_begun(world: World, mona: User, mags: User) -> None:
    referral = sent_to_two(world)
    child = ChildCase.objects.get(referral=referral, agency__unit=THERE)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mags, at=LATER)
    replying.reply(children=[ChildCase.objects.get(pk=child.pk)], given=REPLY, by=mags, at=LATER)
    said = raise_own(referral=referral, agency=get_agency(THERE), given=SAID, by=world.alice, at=LATER)
    plan = {"planned_for": MEETING, "method": "video", "chair": mags, "reason": "Likely significant harm.",
            "briefing": "An adult online.", "joining": "Ring 01632 960009."}  # fmt: skip
    planned = strategy_planning.plan(children=[ChildCase.objects.get(pk=child.pk)], given=plan, by=mags, at=LATER)
    overrides.drop(route=live_routes(referral)["hub", THERE], reason="They moved back.", by=mona, at=LATER)
    planned.refresh_from_db()
    assert (planned.agency.unit, planned.chair) == (HERE, mona)
    assert now(said).agency.unit == HERE
    assert running(referral, "D-01").agency == get_agency(HERE)
    assert {"Answer a disagreement", "Chair a strategy discussion"} <= set(what_they_owe(mona))
    assert not {"Answer a disagreement", "Chair a strategy discussion"} & set(what_they_owe(mags))


def replied(world: World, mona: User) -> Referral:
    """A case that was decided and replied to by its manager."""
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    child = ChildCase.objects.get(referral=referral)
    deciding.decide(child=child, code="strategy_discussion", given=DECISION, by=mona, at=NOW)
    replying.reply(children=[ChildCase.objects.get(pk=child.pk)], given=REPLY, by=mona, at=NOW)
    return referral


def now(disagreement: Disagreement) -> Disagreement:
    return Disagreement.objects.select_related("referral__owner_unit", "agency", "raised_by").get(pk=disagreement.pk)


def test_an_open_disagreement_is_answered_there(world: World, mona: User, mags: User) -> None:
    referral = replied(world, mona)
    first = raise_own(referral=referral, agency=get_agency(HERE), given=SAID, by=world.alice, at=NOW)
    clock = running(referral, "D-01")
    accepted(referral, sender=mona, by=mags)
    assert now(first).agency.unit == THERE
    moved = running(referral, "D-01")
    assert (moved.pk, moved.agency, moved.due_at) == (clock.pk, get_agency(THERE), clock.due_at)
    assert "Answer a disagreement" in what_they_owe(mags)
    assert "Answer a disagreement" not in what_they_owe(mona)
    with pytest.raises(DisagreementChangedError):  # from a page that was open before the transfer
        actions.answer(disagreement=first, by=mona, at=LATER, **ANSWER)
    disagreeing.answer(disagreement=now(first), given=ANSWER, by=mags, at=LATER)
    assert now(first).entries.get().outcome == "kept"
    disagreeing.settle(disagreement=now(first), words="So be it.", by=world.alice, at=LATER)
    assert now(first).standing == "agreed"


def test_nobody_answers_what_their_own_hub_asks(world: World, mona: User, mags: User) -> None:
    referral = replied(world, mona)
    transfer = transferring.send(case=referral, to_unit=THERE, reason="The family moved there.", by=mona, at=LATER)
    theirs = actions.raise_for(
        referral=referral, agency=get_agency(HERE), raised_for=get_agency(THERE), given=SAID, by=mags, at=LATER
    )
    transferring.accept(transfer=transfer, by=world.nell, at=LATER)
    assert now(theirs).agency.unit == HERE
    assert running(referral, "D-01").agency == get_agency(HERE)
    assert "Answer a disagreement" in what_they_owe(mona)


def test_what_the_same_side_has_open_with_both_stays_with_each(world: World, mona: User, mags: User) -> None:
    referral = replied(world, mona)
    transfer = transferring.send(case=referral, to_unit=THERE, reason="The family moved there.", by=mona, at=LATER)
    police = get_agency("cumbria_police")
    both = [
        actions.raise_for(
            referral=referral, agency=get_agency(unit), raised_for=police, given=SAID, by=world.pat, at=NOW
        )
        for unit in (HERE, THERE)
    ]
    transferring.accept(transfer=transfer, by=mags, at=LATER)
    assert [now(each).agency.unit for each in both] == [HERE, THERE]
    clocks = Clock.objects.filter(referral=referral, kind="D-01", ended_at__isnull=True)
    assert {clock.about: clock.agency for clock in clocks.select_related("agency")} == {
        str(each.pk): each.agency for each in both
    }
