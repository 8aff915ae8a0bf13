"""The transfers of a case: where it may go, who answers, what waits."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, Membership, User
from accounts.permissions import Permission, roles_with
from accounts.queries import agencies_where
from casework.models import Transfer
from casework.queries.cases import cases_of
from referrals.models import Referral
from referrals.permissions import may_drop_must


def transfers_of(case: Referral) -> QuerySet[Transfer]:
    """Return the transfers of a case, the newest first."""
    rows = Transfer.objects.filter(referral=case).select_related(
        "from_unit", "to_unit", "sent_by", "settled_by", "referral"
    )
    return rows.order_by("-sent_at", "-pk")


def waiting_transfer(case: Referral) -> Transfer | None:
    """Return the transfer of a case that nobody has answered yet, or None."""
    return transfers_of(case).filter(standing=Transfer.Standing.SENT).first()


def hubs_to_choose(case: Referral) -> list[Agency]:
    """Return the hubs of the directory to which a case may be transferred; none of a sealed one."""
    if case.is_sealed:
        return []
    return list(Agency.objects.filter(kind=Agency.Kind.HUB).exclude(pk__in=[case.owner_unit_id]).order_by("name"))


def may_transfer(user: Any, case: Referral, *, at: datetime) -> bool:
    """Whether this person may send a case to another area, or withdraw that: whoever decides for its owner."""
    return not case.is_sealed and may_drop_must(user, case, at=at)


def may_answer(user: Any, transfer: Transfer, *, at: datetime) -> bool:
    """Whether this person may accept or reject a transfer: who takes cases for the hub that it was sent to.

    For a council outside the portal whoever may transfer records its answer.
    """
    if transfer.to_unit_id is None:
        return may_transfer(user, transfer.referral, at=at)
    taking = agencies_where(user, Permission.TAKE_CASE, at=at).filter(pk=transfer.to_unit_id)
    return taking.exists() and cases_of(user, at=at).filter(pk=transfer.referral_id).exists()


def waiting_for(user: Any, *, at: datetime) -> QuerySet[Transfer]:
    """Return the transfers that this person may answer for their hubs, the oldest first."""
    units = agencies_where(user, Permission.TAKE_CASE, at=at)
    rows = Transfer.objects.filter(standing=Transfer.Standing.SENT, to_unit__in=units)
    return (
        rows.filter(referral__in=cases_of(user, at=at).values("pk"))
        .select_related("referral")
        .order_by("sent_at", "pk")
    )


def deciders_of(unit: Agency, case: Referral, *, at: datetime) -> list[User]:
    """Return who decides for a unit and may know of a case; where nobody does, who takes its cases."""
    for permission in (Permission.DECIDE_THRESHOLD, Permission.TAKE_CASE):
        held = Membership.objects.filter(Q(agency=unit), role__in=roles_with(permission)).current(at=at)
        people = {row.user_id: row.user for row in held.select_related("user")}
        knowing = [
            person
            for person in people.values()
            if Referral.objects.visible_to(person, at=at).filter(pk=case.pk).exists()
        ]
        if knowing:
            return knowing
    return []
