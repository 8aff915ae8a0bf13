"""When somebody leaves, their work goes in one step to people who may see it, and to nobody else."""

from datetime import date, timedelta

import pytest

from accounts.actions.access import stop_access
from accounts.actions.memberships import end, grant
from accounts.actions.people import close_account
from accounts.directory import get_agency
from accounts.models import Letter, Membership, User
from audit.models import Event
from casework.actions import assigning, handing_on, strategy_recording, taking
from casework.models import Assignment, StrategyAction, Taking
from casework.queries.cases import current_takings
from casework.queries.overview import overview_of
from referrals.actions import conflicts, draft_ends
from referrals.models import Clock, Notice, Referral
from tests.casework.strategy import Meeting
from tests.referrals.people import NOW, World, filled, sent

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


def leave(world: World, person: User) -> None:
    stop_access(person=person, by=world.adam, at=LATER)


def who_has(referral: Referral) -> list[User]:
    return [each.taken_by for each in current_takings(referral)]


def lead_of(referral: Referral) -> User | None:
    return Referral.objects.system(reason="a test").get(pk=referral.pk).lead


def told() -> set[User | None]:
    return {letter.to for letter in Letter.objects.filter(kind="task", done_at__isnull=True)}


def test_a_case_goes_to_a_manager_who_may_see_it(world: World, mona: User) -> None:
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    leave(world, world.hana)
    assert who_has(referral) == [mona]
    assert told() == {mona}
    ended = Taking.objects.get(taken_by=world.hana)
    assert (ended.released_at, ended.released_by) == (LATER, world.adam)
    event = Event.objects.get(event="case.handed_on")
    assert (event.by_id, event.detail["to"]) == (str(world.adam.pk), str(mona.pk))
    # What was taken stays taken: the first look was had.
    assert not Clock.objects.filter(referral=referral, kind="K-04", ended_at__isnull=True).exists()


def test_never_to_somebody_it_is_kept_from(world: World, mona: User) -> None:
    mia = world.person("mia", "Mia Moss", "hub_manager", unit="cumberland_hub")
    sam = world.person("sam", "Sam Sykes", "hub_screener", unit="cumberland_hub")
    one, two = sent(world), sent(world)
    for referral in (one, two):
        taking.take(referral=referral, by=world.hana, at=NOW)
        conflicts.keep_away(referral=referral, person=mona, reason="Her cousin.", by=mia, at=NOW)
    conflicts.keep_away(referral=two, person=mia, reason="Her neighbour.", by=mia, at=NOW)
    leave(world, world.hana)
    assert who_has(one) == [mia]
    assert who_has(two) == [sam]


def test_what_nobody_may_have_goes_back_and_those_above_are_told(world: World) -> None:
    hedy = world.person("hedy", "Hedy Holm", "head_of_service", unit="cumberland_hub")
    referral = sent(world, danger="yes")
    taking.take(referral=referral, by=world.hana, at=NOW)
    leave(world, world.hana)
    assert who_has(referral) == []
    assert Taking.objects.get().release_reason == handing_on.LEFT
    assert told() == {hedy}
    # Nobody looks at it now, so its first look is due again.
    assert Clock.objects.filter(referral=referral, kind="K-04", ended_at__isnull=True).exists()


def test_without_anybody_above_the_administrators_learn_that_there_is_a_task(world: World) -> None:
    referral = sent(world, about=("hub",))
    taking.take(referral=referral, by=world.cleo, at=NOW)
    leave(world, world.cleo)
    assert who_has(referral) == []
    assert told() == {world.adam}


def test_a_sealed_case_goes_to_another_conflict_officer(world: World, mona: User) -> None:
    cora = world.person("cora", "Cora Cole", "conflict_officer", unit="cumberland_conflict_officer")
    referral = sent(world, about=("hub",))
    taking.take(referral=referral, by=world.cleo, at=NOW)
    leave(world, world.cleo)
    assert who_has(referral) == [cora]


def test_who_keeps_another_role_there_keeps_the_case(world: World, mona: User) -> None:
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    grant(user=world.hana, role="hub_manager", agency=get_agency("cumberland_hub"), by=None, at=NOW)
    end(membership=Membership.objects.get(user=world.hana, role="hub_screener"), by=world.adam, at=LATER)
    assert who_has(referral) == [world.hana]


def test_a_role_that_runs_out_by_itself(world: World, mona: User) -> None:
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    assert handing_on.hand_on_left(at=LATER) == 0
    Membership.objects.filter(user=world.hana).update(ends_on=date(2026, 12, 3))
    assert handing_on.hand_on_left(at=LATER + timedelta(days=1)) == 1
    assert who_has(referral) == [mona]
    assert Event.objects.get(event="case.handed_on").by_id == "system"
    assert handing_on.hand_on_left(at=LATER + timedelta(days=1)) == 0


def test_of_several_managers_the_one_with_fewest_cases(world: World, mona: User) -> None:
    mia = world.person("mia", "Mia Moss", "hub_manager", unit="cumberland_hub")
    taking.take(referral=sent(world), by=mia, at=NOW)
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    leave(world, world.hana)
    assert who_has(referral) == [mona]


def test_what_was_shared_with_a_lead_goes_to_another_of_the_setting(world: World) -> None:
    beth = world.person("beth", "Beth Bell", "dsl", organisation=world.school)
    draft = filled(world)
    draft = draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
    leave(world, world.bob)
    assert lead_of(draft) == beth
    assert Notice.objects.filter(to=beth, kind="draft_shared", referral=draft).exists()


def test_without_another_lead_who_may_see_it_there_is_none(world: World) -> None:
    draft = filled(world)
    draft = draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW, lead=world.bob)
    close_account(user=world.bob, by=world.adam, at=LATER)
    assert lead_of(draft) is None
    assert Event.objects.get(event="referral.lead_changed").detail == {"to": ""}


def test_nothing_is_handed_on_twice(world: World, mona: User) -> None:
    referral = sent(world)
    taking.take(referral=referral, by=world.hana, at=NOW)
    leave(world, world.hana)
    close_account(user=world.hana, by=world.adam, at=LATER)
    assert Event.objects.filter(event="case.handed_on").count() == 1


def test_a_discussion_gets_another_chair_and_its_actions_another_owner(world: World) -> None:
    meeting = Meeting(world)
    max_ = world.person("max", "Max Mere", "hub_manager", unit="cumberland_hub")
    given = {"what": "Ring the school", "owner": meeting.sue, "due_on": date(2026, 12, 11)}
    meeting.attend("social_care", "police", "health")
    strategy_recording.add_action(discussion=meeting.now(), given=given, by=meeting.mona, at=NOW)
    leave(world, meeting.sue)
    action = StrategyAction.objects.get()
    assert action.owner == meeting.mona
    leave(world, meeting.mona)
    action.refresh_from_db()
    assert (meeting.now().chair, action.owner) == (max_, max_)
    assert max_ in told()


def test_a_chair_whom_nobody_can_follow_stays_and_those_above_are_told(world: World) -> None:
    meeting = Meeting(world)
    leave(world, meeting.mona)
    assert meeting.now().chair == meeting.mona
    assert told() == {world.adam}
    Letter.objects.all().delete()
    handing_on.hand_on_left(at=LATER + timedelta(days=1))
    assert told() == set()


def test_what_was_given_and_not_taken_waits_for_somebody_else(world: World, mona: User) -> None:
    referral = sent(world)
    assigning.assign(referral=referral, to=world.hana, by=mona, at=NOW)
    leave(world, world.hana)
    assert not Assignment.objects.filter(ended_at__isnull=True).exists()
    assert who_has(referral) == []
    assert overview_of(mona, at=LATER).unassigned[0].reference == referral.reference
