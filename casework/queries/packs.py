"""The packs that were sent to a person's own agencies, and nobody else's."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.permissions import Permission
from accounts.queries import agencies_where
from referrals.models import Clock, Pack

RECEIPT = "K-15"
URGENCY_ORDER = {"emergency": 0, "urgent": 1, "standard": 2}


@dataclass(frozen=True)
class PackEntry:
    """A pack with the clock that its acknowledgement ends, where one was started."""

    pack: Pack
    receipt: Clock | None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the recipient has said that they have it."""
        return self.pack.acknowledged_at is not None


def own_packs(user: Any, *, at: datetime) -> QuerySet[Pack]:
    """Return every version of the packs sent to this person's own agencies; a hub's other packs are not among them."""
    mine = agencies_where(user, Permission.READ_PACK, at=at)
    packs = Pack.objects.visible_to(user, at=at).filter(route__agency__in=mine)
    return packs.select_related("route__agency", "referral__owner_unit", "acknowledged_by").defer(
        "snapshot", "referral__answers"
    )


def inbox(user: Any, *, at: datetime) -> QuerySet[Pack]:
    """Return the current packs of the inboxes this person reads: not acknowledged first, by urgency, then by age."""
    inboxes = agencies_where(user, Permission.READ_AGENCY_INBOX, at=at)
    rank = Case(
        *(When(route__urgency=code, then=Value(order)) for code, order in URGENCY_ORDER.items()),
        default=Value(len(URGENCY_ORDER)),
        output_field=IntegerField(),
    )
    acknowledged = Case(
        When(acknowledged_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = own_packs(user, at=at).filter(route__agency__in=inboxes, is_current=True)
    return rows.annotate(urgency_rank=rank, acknowledged_rank=acknowledged).order_by(
        "acknowledged_rank", "urgency_rank", "created_at", "pk"
    )


def get_own_pack(user: Any, pack_id: uuid.UUID, *, at: datetime) -> Pack | None:
    """Return a pack sent to this person's own agency, or None as if it did not exist."""
    return own_packs(user, at=at).filter(pk=pack_id).first()


def entries(packs: list[Pack]) -> list[PackEntry]:
    """Return the packs with their receipt clocks, in two queries however many there are."""
    clocks = {
        clock.route_id: clock
        for clock in Clock.objects.filter(route__in=[pack.route_id for pack in packs], kind=RECEIPT)
    }
    return [PackEntry(pack, clocks.get(pack.route_id)) for pack in packs]
