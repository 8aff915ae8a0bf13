"""What somebody who leaves leaves behind: numbers alone, and none that gives away what is hidden (Z-07, Z-15)."""

from datetime import date

from accounts.leaving import left_behind
from accounts.models import Membership, User
from casework.actions import queue, strategy_recording, taking
from referrals.actions import draft_ends
from tests.casework.strategy import AFTER, Meeting
from tests.referrals.people import NOW, World, answer, sent


def numbers(person: User, *, viewer: User) -> dict[str, int]:
    return {each.what: each.number for each in left_behind(person, viewer=viewer, at=NOW)}


def test_an_administrator_is_told_how_many_drafts_and_taken_cases_there_are(world: World) -> None:
    world.draft()
    taking.take(referral=sent(world), by=world.hana, at=NOW)
    assert numbers(world.alice, viewer=world.adam) == {"Drafts not sent": 1}
    assert numbers(world.hana, viewer=world.adam) == {"Cases they have taken": 1}


def test_a_lead_is_told_of_shared_drafts_alone(world: World) -> None:
    draft = world.draft()
    assert numbers(world.alice, viewer=world.bob) == {}
    draft = answer(draft, "danger", world.alice, Q_SAF_1="no")
    draft = answer(draft, "workplace", world.alice, Q_REF_11=["no"])
    assert numbers(world.alice, viewer=world.bob) == {}
    draft_ends.share(referral=draft, version=draft.version, by=world.alice, at=NOW)
    assert numbers(world.alice, viewer=world.bob) == {"Drafts not sent": 1}
    assert numbers(world.alice, viewer=world.dan) == {}
    assert numbers(world.hana, viewer=world.bob) == {}


def test_an_administrator_who_works_at_the_setting_learns_no_more_than_its_lead(world: World) -> None:
    world.draft()
    Membership.objects.create(user=world.adam, role="practitioner", organisation=world.school, starts_on=NOW.date())
    assert numbers(world.alice, viewer=world.adam) == {}


def test_sealed_cases_are_in_no_number(world: World) -> None:
    referral = sent(world, about=("hub",))
    assert referral.is_sealed
    taking.take(referral=referral, by=world.cleo, at=NOW)
    assert numbers(world.cleo, viewer=world.adam) == {}


def test_what_chairs_and_those_invited_to_a_strategy_discussion_leave_behind(world: World) -> None:
    meeting = Meeting(world)
    action = {"what": "See Riley alone.", "owner": meeting.sue, "due_on": date(2026, 12, 9)}
    strategy_recording.add_action(discussion=meeting.now(), given=action, by=meeting.mona, at=AFTER)
    assert numbers(meeting.mona, viewer=world.adam) == {"Strategy discussions they chair": 1}
    assert numbers(meeting.sue, viewer=world.adam) == {
        "Actions agreed at strategy discussions": 1, "Invitations to strategy discussions": 1
    }  # fmt: skip
    assert numbers(meeting.sue, viewer=world.bob) == {}
    meeting.referral.is_sealed = True
    meeting.referral.is_hidden_from_setting = True
    meeting.referral.save(update_fields=["is_sealed", "is_hidden_from_setting"])
    queue.refresh(referral=meeting.referral)
    assert numbers(meeting.sue, viewer=world.adam) == {}
