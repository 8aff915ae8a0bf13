"""The daily overview for managers: one email a day that says only that there is a task, and a page in the portal."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Delivery, Membership, User
from accounts.permissions import Permission, roles_with
from accounts.queries import agencies_where
from audit.record import record_event
from casework.actions.reminding import end_of_quiet
from casework.models import Digest
from casework.queries.overview import overview_of
from referrals import outbox
from referrals.actions.counting import calendar_of, hours_of
from referrals.models import Job
from referrals.notifications import send_task_email
from referrals.outbox import Lease

LONDON = ZoneInfo("Europe/London")


def make_due(*, at: datetime) -> int:
    """Make today's overview of everybody who oversees a unit that has opened; return how many. Safe to run twice.

    After a standstill today's is made late, and no earlier day's at all.
    """
    roles = roles_with(Permission.OVERSEE_WORKLOAD)
    overseers = User.objects.filter(pk__in=Membership.objects.current(at=at).filter(role__in=roles).values("user"))
    waiting = overseers.filter(is_active=True).exclude(pk__in=Digest.objects.filter(day=_day(at)).values("to"))
    return sum(_make(person, at=at) for person in waiting if _has_opened(person, at=at))


@transaction.atomic
def _make(person: User, *, at: datetime) -> bool:
    digest, is_new = Digest.objects.get_or_create(to=person, day=_day(at), defaults={"made_at": at})
    if not is_new or not overview_of(person, at=at):
        return False
    outbox.enqueue(kind=Job.Kind.EMAIL_DIGEST, subject_id=digest.pk, at=at, not_before=end_of_quiet(person, at=at))
    return True


def email_digest(*, lease: Lease, at: datetime) -> None:
    """Send the email of an overview, at least once under one Message-ID; none of a day that is over."""
    digest = Digest.objects.select_related("to").get(pk=lease.subject_id)
    is_wanted = digest.emailed_at is None and digest.day == _day(at) and digest.to.is_active and digest.to.is_proven
    if is_wanted:
        send_task_email(digest.to, kind=Delivery.Kind.DIGEST, subject_id=digest.pk, at=at)
    with transaction.atomic():
        outbox.complete(lease, at=at)
        if is_wanted:
            Digest.objects.filter(pk=digest.pk, emailed_at__isnull=True).update(emailed_at=at)
            record_event(event="digest.emailed", by=None, at=at, subject=digest)


def _has_opened(person: Any, *, at: datetime) -> bool:
    """Whether a unit that this person oversees has opened by now on this day."""
    for unit in agencies_where(person, Permission.OVERSEE_WORKLOAD, at=at):
        staffed = hours_of(unit).stretch_on(_day(at), calendar_of(unit))
        if staffed is not None and staffed.start <= at:
            return True
    return False


def _day(at: datetime) -> Any:
    return at.astimezone(LONDON).date()
