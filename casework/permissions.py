"""May this person do this to this case? Which cases exist for them at all, `queries.cases` says."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework.models import Taking
from referrals.permissions import NotPermittedError, check

__all__ = ["NotPermittedError", "check", "may_release", "reading_units", "taking_units"]


def reading_units(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the hubs and conflict officers whose cases this person reads."""
    return agencies_where(user, Permission.READ_HUB_CASES, Permission.HANDLE_CONFLICT_CASES, at=at)


def taking_units(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the units for which this person may take a case; an out-of-hours worker records it as received (Z-11)."""
    return agencies_where(user, Permission.TAKE_CASE, Permission.WORK_OUT_OF_HOURS, at=at)


def may_release(user: Any, taking: Taking, *, at: datetime) -> bool:
    """Whether this person may give a case back: who has it, or whoever decides for that unit."""
    units = taking_units(user, at=at)
    if taking.taken_by_id != user.pk:
        units = agencies_where(user, Permission.DECIDE_THRESHOLD, at=at)
    return units.filter(pk=taking.agency_id).exists()
