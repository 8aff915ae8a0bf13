"""Pausing a clock: a manager of the owning hub, with a reason; never danger; what was late stays late (5.4)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from audit.models import Event
from casework.actions import queue, reminding, taking
from casework.models import Reminder
from casework.permissions import NotPermittedError
from referrals.actions import pauses
from referrals.actions.clocks import end_clocks
from referrals.models import Clock, ClockPause, Referral
from referrals.text import TextRefusedError
from tests.casework.reading import text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, sent

As = Callable[[User], FormClient]
LONDON = ZoneInfo("Europe/London")
WHY = "The council’s system is down: SECRET."


@pytest.fixture
def mona(world: World) -> User:
    return world.person("mona", "Mona Moor", "hub_manager", unit="cumberland_hub")


@pytest.fixture
def referral(world: World, mona: User) -> Referral:
    return sent(world)


def clock_of(referral: Referral, kind: str, unit: str = "cumberland_hub") -> Clock:
    return Clock.objects.get(referral=referral, kind=kind, agency__unit=unit)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


def test_a_paused_clock_stands_still_and_goes_on_later(referral: Referral, mona: User) -> None:
    clock = clock_of(referral, "K-03")
    assert clock.due_at == at(3, 17)
    pauses.pause(clock=clock, reason=WHY, by=mona, at=at(2, 11))
    reminding.remind_due(at=at(3, 18))
    assert not Reminder.objects.filter(clock=clock).exists()
    going = pauses.resume(clock=clock_of(referral, "K-03"), by=mona, at=at(4, 9))
    assert going.due_at == at(7, 17)
    assert going.computation == (
        "Wed 2 Dec 2026 10:00 + 1 working day: Thu 3 Dec 2026, 17:00; "
        "paused from Wed 2 Dec 2026 11:00 to Fri 4 Dec 2026 09:00 (2 working days): Mon 7 Dec 2026, 17:00"
    )
    assert "SECRET" not in going.computation
    assert [stage["at"] for stage in going.plan] == [
        moment.astimezone(ZoneInfo("UTC")).isoformat() for moment in (at(7, 9), at(7, 15), at(7, 17), at(8, 8))
    ]
    reminding.remind_due(at=at(7, 15))
    stages = Reminder.objects.filter(clock=clock, to=mona).values_list("stage", flat=True)
    assert list(stages) == ["remind:minutes_before_due:120"]


def test_the_record_says_who_and_when_and_keeps_what_was_due(referral: Referral, mona: User) -> None:
    pauses.pause(clock=clock_of(referral, "K-03"), reason=WHY, by=mona, at=at(2, 11))
    pauses.resume(clock=clock_of(referral, "K-03"), by=mona, at=at(4, 9))
    row = ClockPause.objects.get()
    assert (row.paused_by, row.resumed_by, row.reason, row.due_before) == (mona, mona, WHY, at(3, 17))
    events = Event.objects.filter(event__in=["clock.paused", "clock.resumed"]).order_by("sequence")
    assert [(each.event, each.detail["kinds"]) for each in events] == [
        ("clock.paused", ["K-03"]), ("clock.resumed", ["K-03"]),
    ]  # fmt: skip
    assert "SECRET" not in str([each.detail for each in events])


def test_what_ran_out_cannot_be_paused_any_more(referral: Referral, mona: User) -> None:
    clock = clock_of(referral, "K-03")
    with pytest.raises(pauses.PauseRefusedError, match="stays overdue"):
        pauses.pause(clock=clock, reason=WHY, by=mona, at=clock.due_at)
    assert clock_of(referral, "K-03").is_overdue(at=clock.due_at + timedelta(minutes=1))


def test_clocks_of_danger_are_never_paused(world: World, mona: User) -> None:
    referral = sent(world, danger="yes")
    for kind, unit in (("K-01", "cumbria_police"), ("K-04", "cumberland_hub")):
        with pytest.raises(pauses.PauseRefusedError, match="never paused"):
            pauses.pause(clock=clock_of(referral, kind, unit), reason=WHY, by=mona, at=NOW)


def test_only_a_manager_of_the_owning_hub_and_only_with_a_reason(world: World, referral: Referral, mona: User) -> None:
    clock = clock_of(referral, "K-03")
    for person in (world.hana, world.will, world.pat, world.alice, world.cleo):
        with pytest.raises(NotPermittedError):
            pauses.pause(clock=clock, reason=WHY, by=person, at=NOW)
    with pytest.raises(TextRefusedError):
        pauses.pause(clock=clock, reason=" ", by=mona, at=NOW)
    pauses.pause(clock=clock, reason=WHY, by=mona, at=NOW)
    with pytest.raises(NotPermittedError):
        pauses.resume(clock=clock, by=world.hana, at=NOW)


def test_of_two_who_pause_or_resume_one_is_told(referral: Referral, mona: User) -> None:
    clock = clock_of(referral, "K-03")
    pauses.pause(clock=clock, reason=WHY, by=mona, at=NOW)
    with pytest.raises(pauses.PauseRefusedError, match="quicker"):
        pauses.pause(clock=clock, reason=WHY, by=mona, at=NOW)
    pauses.resume(clock=clock, by=mona, at=NOW)
    with pytest.raises(pauses.PauseRefusedError, match="quicker"):
        pauses.resume(clock=clock, by=mona, at=NOW)
    # Within the same moment nothing was lost.
    again = clock_of(referral, "K-03")
    assert (again.due_at, again.plan, again.computation) == (clock.due_at, clock.plan, clock.computation)
    assert again.next_stage_at == clock.next_stage_at


def test_what_ends_while_it_stands_still_ended_in_time(world: World, referral: Referral, mona: User) -> None:
    pauses.pause(clock=clock_of(referral, "K-02"), reason=WHY, by=mona, at=at(2, 11))
    taking.take(referral=referral, by=world.hana, at=at(4, 9))
    ended = clock_of(referral, "K-02")
    assert (ended.ended_at, ended.paused_at) == (at(4, 9), None)
    assert not ended.is_overdue(at=at(4, 9))
    assert ClockPause.objects.get().resumed_by == world.hana


def test_a_clock_that_does_not_say_what_it_counts_is_read_from_its_edition(world: World, mona: User) -> None:
    referral = sent(world, danger="yes")
    Clock.objects.filter(referral=referral).update(counted_in="")
    counted = {clock.kind: pauses.counted_in_of(clock) for clock in Clock.objects.filter(referral=referral)}
    assert counted["K-15"] == "staffed_minutes"
    assert counted["K-03"] == "working_days"
    Clock.objects.filter(referral=referral, kind="K-04").update(kind="K-99")
    assert pauses.counted_in_of(clock_of(referral, "K-99")) == "working_days"
    assert end_clocks(referral=referral, kinds=["K-98"], by=mona, at=NOW) == 0


def test_the_pages(world: World, as_: As, referral: Referral, mona: User) -> None:
    clock = clock_of(referral, "K-03")
    page = as_(mona)
    case, pause = f"/cases/{referral.pk}/", f"/cases/{referral.pk}/clocks/{clock.pk}/pause"
    assert pause in page.get(case).content.decode()
    assert pause not in as_(world.hana).get(case).content.decode()
    assert as_(world.hana).get(pause).status_code == 404
    assert as_(world.will).get(pause).status_code == 404
    refused = page.post(pause, {"reason": ""})
    assert refused.status_code == 400
    assert "Write why the clock stands still" in text_of(refused)
    shown = text_of(page.post(pause, {"reason": WHY}, follow=True))
    assert "The clock stands still" in shown
    assert "Paused 10:05 today by Mona Moor, and stands still. It was due 17:00 tomorrow." in shown
    assert WHY in text_of(as_(world.hana).get(case))
    for referrer in (world.alice, world.bob):
        assert "SECRET" not in as_(referrer).get(f"/referrals/{referral.pk}/sent/").content.decode()
    resume = pause.replace("/pause", "/resume")
    assert WHY in text_of(page.get(resume))
    assert "The clock runs again" in text_of(page.post(resume, {}, follow=True))
    assert "does not stand still" in text_of(page.get(resume))
    assert page.post(resume, {}).status_code == 400
    late = Clock.objects.filter(pk=clock.pk)
    late.update(due_at=NOW)
    queue.refresh(referral=referral)
    assert "stays overdue" in text_of(page.post(pause, {"reason": WHY}))
