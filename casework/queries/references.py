"""The numbers under which others know a case: those that count, and how each came to be."""

from datetime import datetime
from typing import Any

from casework.models import CaseReference, ChildCase
from casework.queries.children import children_of
from referrals.models import Referral


def newest(referral: Referral, kind: str, child: ChildCase | None) -> CaseReference | None:
    """Return the newest row of one number, a blank one too."""
    rows = CaseReference.objects.filter(referral=referral, kind=kind, child=child)
    return rows.order_by("-sequence").first()


def references_of(user: Any, referral: Referral, *, at: datetime) -> list[CaseReference]:
    """Return every row that this person may know of, the newest of a number first: a child's with the child."""
    children = {child.pk for child in children_of(user, referral, at=at)}
    rows = CaseReference.objects.filter(referral=referral).select_related("agency", "set_by", "child")
    return [row for row in rows.order_by("kind", "-sequence") if row.child_id is None or row.child_id in children]
