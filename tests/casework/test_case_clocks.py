"""What a child's moves start: a discussion the same day where the harm is immediate, an assessment in 45 days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from casework import states
from casework.actions import case_clocks, moving, taking
from casework.models import ChildCase
from procedures import editions
from referrals.actions.clocks import start_clock
from referrals.clock_words import clock_title
from referrals.models import Clock, Referral
from tests.casework.strategy import LONDON, MEETING, TAKEN, Meeting
from tests.referrals.people import NOW, World, sent

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()


def taken(world: World, **more: str) -> ChildCase:
    referral = sent(world, **more)
    taking.take(referral=referral, by=world.hana, at=TAKEN)
    return ChildCase.objects.select_related("referral", "agency").get(referral=referral, number=1)


def clock_of(referral: Referral, kind: str) -> Clock:
    return Clock.objects.get(referral=referral, kind=kind, ended_at__isnull=True)


def local_day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def test_a_strategy_discussion_is_due_the_next_working_day(world: World) -> None:
    child = taken(world)
    moving.swap(child, states.CALL_STRATEGY, states.STRATEGY, by=world.hana, at=LATER)
    assert local_day(clock_of(child.referral, "K-07").due_at) == TODAY + timedelta(days=1)


def test_with_immediate_harm_it_is_due_the_same_day(world: World) -> None:
    child = taken(world, danger="yes")
    moving.swap(child, states.CALL_STRATEGY, states.STRATEGY, by=world.hana, at=LATER)
    due = clock_of(child.referral, "K-07")
    assert local_day(due.due_at) == TODAY
    assert due.due_at.astimezone(LONDON).time() == time(17, 0)


def test_for_a_child_who_is_being_protected_it_is_due_the_same_day(world: World) -> None:
    child = taken(world)
    moving.swap(child, states.REPLY, states.IMMEDIATE, by=world.hana, at=LATER)
    moving.swap(child, states.CALL_STRATEGY, states.STRATEGY, by=world.hana, at=LATER)
    assert local_day(clock_of(child.referral, "K-07").due_at) == TODAY


def test_an_assessment_counts_from_the_referral_and_ends_when_the_council_takes_over(world: World) -> None:
    """The worked example of section 5.4: referred Monday 23 November 2026 → Thursday 28 January 2027."""
    child = taken(world)
    child.referral.sent_at = MONDAY
    moving.swap(child, states.REPLY, states.ASSESSMENT, by=world.hana, at=LATER)
    assessment = clock_of(child.referral, "K-08")
    assert assessment.starts_at == MONDAY
    assert local_day(assessment.due_at) == date(2027, 1, 28)
    moving.swap(child, states.REPLY, states.S47, by=world.hana, at=LATER)
    assert clock_of(child.referral, "K-08") == assessment  # enquiries are part of it
    moving.swap(child, states.HAND_OVER, states.CLOSED, by=world.hana, at=LATER)
    assert not Clock.objects.filter(referral=child.referral, kind__in=["K-08", "K-09"], ended_at__isnull=True).exists()


def test_an_invitation_at_short_notice_leaves_out_what_has_passed(world: World) -> None:
    meeting = Meeting(world, planned_for=TAKEN + timedelta(hours=5))
    plan = Clock.objects.get(kind="S-01", about=str(meeting.invitees["health"].pk)).plan
    assert [stage["stage"] for stage in plan] == [
        "remind:minutes_after_start:1", "remind:minutes_before_due:60", "late:minutes_before_due:60",
    ]  # fmt: skip


def test_an_older_edition_borrows_what_it_does_not_know_from_the_newest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = taken(world)
    newest = editions.get_edition("cumbria")
    content = newest.content.model_copy(
        update={"clocks": [each for each in newest.content.clocks if each.kind != "K-08"]}
    )
    older = replace(newest, content=content, digest="0" * 64)
    monkeypatch.setattr(editions, "all_editions", lambda: (newest, older))
    child.referral.editions = [{"id": "cumbria", "digest": "0" * 64}]
    started = start_clock(referral=child.referral, kind="K-08", agency=child.agency, at=LATER)
    assert started is not None
    assert clock_title(child.referral, "K-08", "hub") == "Child and family assessment complete"


def test_what_no_edition_knows_and_what_nobody_set_starts_nothing(world: World) -> None:
    child = taken(world)
    for kind in ("K-99", case_clocks.ACTION):
        assert start_clock(referral=child.referral, kind=kind, agency=child.agency, at=LATER) is None
    assert start_clock(
        referral=child.referral, kind=case_clocks.ACTION, agency=child.agency, at=LATER, due_at=MEETING
    ) is not None  # fmt: skip
    assert clock_title(child.referral, "K-99", "hub") == "K-99"
