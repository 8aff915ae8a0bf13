"""Reminders and escalations: found from the database whenever somebody looks, told once per stage and person.

Nothing is scheduled, so nothing is lost with a broker or a worker: each clock knows when its next stage is reached.
After a standstill each person is told once for a clock, of the newest stage that concerns them, not of every stage
that went by.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Delivery, User
from audit.record import record_event
from casework.models import QuietHours, Reminder
from casework.permissions import check
from casework.queries.audiences import people_for
from referrals import outbox
from referrals.actions.counting import next_stage
from referrals.models import Clock, Job
from referrals.notifications import send_task_email
from referrals.outbox import Lease

LONDON = ZoneInfo("Europe/London")
AT_ONCE = 500
"""Clocks looked at in one sweep; the rest waits for the next."""
NEVER_QUIET = ("K-01", "K-04", "K-10")


def remind_due(*, at: datetime, most: int = AT_ONCE) -> int:
    """Tell everybody concerned of the stages that were reached by now; return how many were told something.

    Safe to call any number of times at once.
    """
    clocks = Clock.objects.filter(ended_at__isnull=True, next_stage_at__lte=at).order_by("next_stage_at")[:most]
    return sum(_remind(clock.pk, at=at) for clock in clocks)


@transaction.atomic
def _remind(clock_id: Any, *, at: datetime) -> int:
    clock = Clock.objects.select_related("referral__owner_unit", "referral__author", "referral__lead", "agency").get(
        pk=clock_id
    )
    seen = clock.next_stage_at
    if seen is None or seen > at:
        return 0
    due = Clock.objects.filter(pk=clock.pk, next_stage_at=seen, ended_at__isnull=True)
    if not due.update(next_stage_at=next_stage(clock.plan, after=at)):
        return 0
    reached = [stage for stage in clock.plan if seen <= datetime.fromisoformat(stage["at"]) <= at]
    newest: dict[Any, tuple[User, Mapping[str, Any]]] = {}
    for stage in reached:
        for audience in stage["to"]:
            newest |= {person.pk: (person, stage) for person in people_for(audience, clock, at=at)}
    for person, stage in newest.values():
        _tell(clock, stage, person, at=at)
    record_event(
        event="clock.reminded", by=None, at=at, subject=clock.referral,
        detail={"kinds": [clock.kind], "stages": [stage["stage"] for stage in reached], "told": len(newest)},
    )  # fmt: skip
    return len(newest)


def _tell(clock: Clock, stage: Mapping[str, Any], person: User, *, at: datetime) -> None:
    reminder, is_new = Reminder.objects.get_or_create(
        clock=clock,
        stage=stage["stage"],
        to=person,
        defaults={
            "is_escalation": stage["late"],
            "reached_at": datetime.fromisoformat(stage["at"]),
            "made_at": at,
        },
    )
    if is_new:
        quiet_until = None if clock.kind in NEVER_QUIET else end_of_quiet(person, at=at)
        outbox.enqueue(kind=Job.Kind.EMAIL_REMINDER, subject_id=reminder.pk, at=at, not_before=quiet_until)


def end_of_quiet(person: User, *, at: datetime) -> datetime | None:
    """Return when a person's quiet hours end, if it is quiet for them now."""
    hours = QuietHours.objects.filter(person=person).first()
    if hours is None:
        return None
    local = at.astimezone(LONDON)
    over_midnight = hours.ends <= hours.starts
    now = local.time()
    is_quiet = (now >= hours.starts or now < hours.ends) if over_midnight else hours.starts <= now < hours.ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and now >= hours.starts else 0)
    return datetime.combine(day, hours.ends, tzinfo=LONDON)


def email_reminder(*, lease: Lease, at: datetime) -> None:
    """Send the email of a reminder, then mark it as sent: at least once, under one Message-ID.

    One that was seen meanwhile, or whose clock has ended, needs none any more.
    """
    reminder = Reminder.objects.select_related("to", "clock").get(pk=lease.subject_id)
    is_wanted = reminder.emailed_at is None and reminder.seen_at is None and reminder.clock.ended_at is None
    is_wanted = is_wanted and reminder.to.is_active and reminder.to.is_proven
    if is_wanted:
        send_task_email(reminder.to, kind=Delivery.Kind.REMINDER, subject_id=reminder.pk, at=at)
    with transaction.atomic():
        outbox.complete(lease, at=at)
        if is_wanted:
            Reminder.objects.filter(pk=reminder.pk, emailed_at__isnull=True).update(emailed_at=at)
            record_event(event="reminder.emailed", by=None, at=at, subject=reminder)


@transaction.atomic
def mark_seen(*, reminder: Reminder, by: Any, at: datetime) -> None:
    """Record that a person has put their reminder away. Raises NotPermittedError for another's."""
    check(reminder.to_id == by.pk)
    if Reminder.objects.filter(pk=reminder.pk, seen_at__isnull=True).update(seen_at=at):
        record_event(event="reminder.seen", by=by, at=at, subject=reminder)


@transaction.atomic
def set_quiet_hours(*, starts: Any, ends: Any, by: Any, at: datetime) -> None:
    """Keep when this person wants no email; both None: always. Emergencies are sent all the same."""
    if starts is None or ends is None:
        QuietHours.objects.filter(person=by).delete()
    else:
        QuietHours.objects.update_or_create(person=by, defaults={"starts": starts, "ends": ends})
    record_event(event="reminder.quiet_hours_set", by=by, at=at, subject=by)
