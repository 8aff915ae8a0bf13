"""Who else is reading a case just now: colleagues of the same unit, known from the record of what was read."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Membership, User
from audit.models import Event
from casework import permissions
from casework.queries.cases import cases_of, unit_of
from referrals.models import Referral

STAYS_FOR = timedelta(minutes=2)
"""How long somebody counts as reading after they opened the page; opening it again starts that anew."""


def also_reading(user: Any, referral: Referral, *, at: datetime) -> list[str]:
    """Return the names of this person's colleagues who opened the case in the last two minutes.

    Of a sealed case, to whoever has it by break-glass, and of readers by break-glass, of other units or from the audit,
    nothing is said (Z-13, Z-15).
    """
    if referral.is_sealed or not cases_of(user, at=at).filter(pk=referral.pk).exists():
        return []
    unit = unit_of(user, referral, at=at)
    if unit is None:
        return []
    read = Event.objects.about(referral).filter(event="case.read", at__gt=at - STAYS_FOR, at__lte=at)
    ids = {event.by_id for event in read if not event.detail.get("break_glass")} - {str(user.pk)}
    if not ids:
        return []
    members = Membership.objects.current(at=at).filter(agency=unit, user__pk__in=ids).values("user")
    people = User.objects.filter(pk__in=members)
    known = [each for each in people if permissions.units_with(each, referral, at=at).filter(pk=unit.pk).exists()]
    return sorted(each.full_name for each in known if cases_of(each, at=at).filter(pk=referral.pk).exists())
