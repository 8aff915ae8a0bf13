"""Pausing a clock and letting it go on: a manager of the owning hub, with a reason; never by itself (section 5.4)."""

from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet

from audit.record import record_event
from procedures import editions
from procedures.engine.clocks import CountedIn
from procedures.engine.pauses import Pause, due_after_pause, moment_after_pause
from referrals.actions import watching
from referrals.actions.counting import calendar_of, hours_of, next_stage
from referrals.models import Clock, ClockPause
from referrals.models.clock_pauses import LONGEST_REASON
from referrals.models.clocks import NEVER_PAUSED
from referrals.permissions import check, may_pause
from referrals.text import TextRefusedError, clean_text


class PauseRefusedError(Exception):
    """This clock cannot be paused, or not any more; the message says why."""


@transaction.atomic
def pause(*, clock: Clock, reason: str, by: Any, at: datetime) -> ClockPause:
    """Let a clock stand still from now on. What was due by now stays late.

    Raises PauseRefusedError for a clock of danger, one that ran out or ended, and for the loser of a race;
    TextRefusedError without a reason; NotPermittedError.
    """
    check(may_pause(by, clock.referral, at=at))
    if clock.kind in NEVER_PAUSED:
        raise PauseRefusedError("This clock is never paused: a child may be in danger, or the law sets its length.")
    words = clean_text(reason, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Write why the clock stands still. An inspector reads this.")
    if clock.due_at <= at:
        raise PauseRefusedError("This clock has run out. It stays overdue; do what it waits for.")
    running = Clock.objects.filter(pk=clock.pk, ended_at__isnull=True, paused_at__isnull=True, due_at=clock.due_at)
    if not running.update(paused_at=at, next_stage_at=None):
        raise PauseRefusedError("Somebody else was quicker: this clock has ended or is paused. Open the case again.")
    made = ClockPause(clock=clock, paused_at=at, paused_by=by, reason=words, due_before=clock.due_at)
    made.save(force_insert=True)
    record_event(event="clock.paused", by=by, at=at, subject=clock.referral, detail={"kinds": [clock.kind]})
    watching.tell(clock.referral)
    return made


@transaction.atomic
def resume(*, clock: Clock, by: Any, at: datetime) -> Clock:
    """Let a paused clock go on, later by what the pause took. Raises PauseRefusedError, NotPermittedError."""
    check(may_pause(by, clock.referral, at=at))
    if not _go_on(clock, by=by, at=at):
        raise PauseRefusedError("Somebody else was quicker: this clock runs again or has ended. Open the case again.")
    record_event(event="clock.resumed", by=by, at=at, subject=clock.referral, detail={"kinds": [clock.kind]})
    watching.tell(clock.referral)
    return Clock.objects.get(pk=clock.pk)


def settle_paused(clocks: QuerySet[Clock], *, by: Any, at: datetime) -> None:
    """Close the pauses of clocks that are about to end, in the caller's transaction: until now they stood still."""
    for clock in clocks.filter(paused_at__isnull=False):
        _go_on(clock, by=by, at=at)


def _go_on(clock: Clock, *, by: Any, at: datetime) -> bool:
    open_pauses = ClockPause.objects.filter(clock=clock, resumed_at__isnull=True)
    row = open_pauses.first()
    stands = Clock.objects.filter(pk=clock.pk, ended_at__isnull=True, paused_at__isnull=False)
    if row is None or not stands.update(paused_at=None):
        return False
    open_pauses.update(resumed_at=at, resumed_by=by)
    if at <= row.paused_at:  # within the same moment: nothing was lost
        Clock.objects.filter(pk=clock.pk).update(next_stage_at=next_stage(clock.plan, after=row.paused_at))
        return True
    counted_in, calendar, hours = counted_in_of(clock), calendar_of(clock.agency), hours_of(clock.agency)
    stood = Pause(row.paused_at, at)
    due = due_after_pause(clock.due_at, stood, counted_in, calendar, hours)
    for stage in clock.plan:
        moment = datetime.fromisoformat(stage["at"])
        if moment > row.paused_at:
            stage["at"] = moment_after_pause(moment, stood, counted_in, calendar, hours).isoformat()
    plan = sorted(clock.plan, key=lambda stage: datetime.fromisoformat(stage["at"]))
    Clock.objects.filter(pk=clock.pk).update(
        due_at=due.at,
        computation=f"{clock.computation}; {due.computation}",
        plan=plan,
        next_stage_at=next_stage(plan, after=row.paused_at),
    )
    return True


def counted_in_of(clock: Clock) -> CountedIn:
    """Return what a clock's limit is counted in; of one that does not say, what its edition says of its kind."""
    if clock.counted_in:
        return cast(CountedIn, clock.counted_in)
    urgency = clock.route.urgency if clock.route is not None else clock.referral.urgency
    for pin in clock.referral.editions:
        edition = editions.by_digest(pin["digest"])
        kinds = [kind for kind in edition.content.clocks if kind.kind == clock.kind] if edition else []
        if kinds:
            counted_in = next((kind for kind in kinds if urgency in kind.urgencies), kinds[-1]).counted_in
            return counted_in if counted_in != "set_date" else "working_days"
    return "working_days"
