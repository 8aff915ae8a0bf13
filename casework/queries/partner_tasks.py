"""What packs that came back ask of the owning hub's people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework.models import Taking
from casework.queries.partners import returns_to_settle
from casework.queries.task import Task


def partner_tasks(user: Any, *, at: datetime, most: int) -> Iterable[Task]:
    """Return the packs to settle: for who has the case, for everybody who may take one that nobody has, and for
    whoever decides there."""
    deciding = set(agencies_where(user, Permission.DECIDE_THRESHOLD, at=at).values_list("pk", flat=True))
    rows = list(returns_to_settle(user, at=at)[:most])
    takings = Taking.objects.filter(referral__in=[row.referral_id for row in rows], released_at__isnull=True)
    takers = {(taking.referral_id, taking.agency_id): taking.taken_by_id for taking in takings}
    for row in rows:
        owner = row.referral.owner_unit_id
        taken_by = takers.get((row.referral_id, owner)) if owner else None
        if taken_by in (None, user.pk) or owner in deciding:
            href = reverse("casework:settle_return", args=[row.referral_id, row.pk])
            yield Task("Say who takes a returned pack", row.referral.reference, href, None, is_overdue=False)
