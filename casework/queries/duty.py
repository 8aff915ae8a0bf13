"""The rota: who is on duty for a unit, who may be, and who keeps it."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, Membership, User
from accounts.permissions import Permission
from accounts.queries import agencies_where
from accounts.roles import ROLES
from casework.models import Duty

_WORK = (Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS)


def units_to_keep(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the units whose rota this person keeps."""
    return agencies_where(user, Permission.KEEP_ROTA, at=at).order_by("name")


def units_to_read(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the units whose rota and lists this person reads: the hubs whose cases they read."""
    hubs = agencies_where(user, Permission.READ_HUB_CASES, Permission.KEEP_ROTA, at=at)
    return hubs.filter(kind=Agency.Kind.HUB).order_by("name")


def who_may_be_on_duty(agency: Agency, *, at: datetime) -> list[User]:
    """Return who takes cases of a unit: its own people, and its partnership's out-of-hours workers."""
    wide = Q(partnership=agency.partnership) & ~Q(partnership="")
    rows = Membership.objects.current(at=at).filter(Q(agency=agency) | wide).select_related("user")
    found = {}
    for row in rows.order_by("user__email"):
        role = ROLES[row.role]
        reaches = row.agency_id == agency.pk or agency.kind in role.agency_kinds
        if reaches and role.permissions.intersection(_WORK):
            found[row.user_id] = row.user
    return list(found.values())


def duties(agency: Agency, *, since: datetime, until: datetime | None = None) -> list[Duty]:
    """Return the duties that touch a time, from `since` to `until` or without end, the earliest first."""
    rows = Duty.objects.filter(agency=agency, taken_back_at__isnull=True, ends_at__gt=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    return list(rows.select_related("person", "agency", "entered_by").order_by("starts_at", "pk"))


def on_duty(agency: Agency, *, at: datetime) -> list[User]:
    """Return who is on duty for a unit at this moment, each once."""
    now = [duty.person for duty in duties(agency, since=at) if duty.starts_at <= at]
    return list({person.pk: person for person in now}.values())
