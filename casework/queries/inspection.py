"""What nothing else in the portal records for an inspector, and who may see, add and sample it (end of 0-decisions)."""

from datetime import datetime
from typing import Any

from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework import permissions, strategy_permissions
from casework.inspection import Kind
from casework.models import InspectionEntry, StrategyDiscussion
from casework.queries.cases import cases_of, recording_unit
from casework.queries.record import may_sample
from casework.queries.strategy import discussions
from referrals.models import Referral


def may_see(user: Any, case: Referral, *, at: datetime) -> bool:
    """Whether this person may see it: those who read the case for the unit that owns it, not by break-glass."""
    units = permissions.units_with(user, case, at=at).filter(pk__in=[case.owner_unit_id])
    return units.exists() and cases_of(user, at=at).filter(pk=case.pk).exists()


def may_record(user: Any, case: Referral, kind: Kind, *, at: datetime) -> bool:
    """Whether this person may add an entry: who works for the owner; of incidents and holds whoever decides there."""
    if not may_see(user, case, at=at):
        return False
    if kind.is_managers:
        return agencies_where(user, Permission.DECIDE_THRESHOLD, at=at).filter(pk__in=[case.owner_unit_id]).exists()
    unit = recording_unit(user, case, at=at)
    return unit is not None and unit.pk == case.owner_unit_id


def discussions_shown(user: Any, case: Referral, *, at: datetime) -> list[StrategyDiscussion]:
    """Return the strategy discussions, the oldest first: those that this person may know of, and to an auditor who
    samples the case those that are not restricted to who was there."""
    rows = list(discussions().filter(referral=case).order_by("number"))
    is_sampled = may_sample(user, case, at=at)
    return [
        row for row in rows if strategy_permissions.may_see(user, row, at=at) or (is_sampled and not row.is_restricted)
    ]


def is_held(case: Referral) -> bool:
    """Whether a legal hold is set: the newest of its entries says so."""
    rows = InspectionEntry.objects.filter(referral=case, kind__in=["hold_on", "hold_off"])
    newest = rows.order_by("-recorded_at", "-pk").values_list("kind", flat=True)
    return newest.first() == "hold_on"


def entries_of(case: Referral, *kinds: str) -> list[InspectionEntry]:
    """Return the entries of some kinds, the newest first."""
    found = InspectionEntry.objects.filter(referral=case, kind__in=kinds)
    return list(found.select_related("recorded_by", "child").order_by("-recorded_at", "-pk"))
