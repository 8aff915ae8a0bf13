"""The calls about a case: the referrer's and the hub's, each with what was corrected in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework import permissions
from casework.models import HubCall
from referrals import queries
from referrals.models import Referral, ReferrersCall
from referrals.models.calls import CallRecord


@dataclass(frozen=True)
class Call:
    """One call as it stands. `earlier`: the rows that it corrects, the newest first; `unit`: blank: the referrer's."""

    row: CallRecord
    earlier: tuple[CallRecord, ...]
    unit: str


def calls_of(user: Any, referral: Referral, *, at: datetime) -> list[Call]:
    """Return the calls about a case, the newest first.

    The owner's people read all of them, another unit's the referrer's and their own: a call may speak of any child.
    """
    hubs = HubCall.objects.filter(referral=referral).select_related("recorded_by", "agency")
    if queries.children_in_full(user, referral, at=at) is not None:
        hubs = hubs.filter(agency__in=permissions.units_with(user, referral, at=at))
    own = ReferrersCall.objects.filter(referral=referral).select_related("recorded_by")
    found = [*as_they_stand(list(own)), *as_they_stand(list(hubs))]
    return sorted(found, key=lambda call: call.row.began_at, reverse=True)


def all_calls(referral: Referral) -> list[Call]:
    """Return every call about a case, the oldest first, for a caller who has asked who may read all of it."""
    hubs = HubCall.objects.filter(referral=referral).select_related("recorded_by", "agency")
    own = ReferrersCall.objects.filter(referral=referral).select_related("recorded_by")
    return sorted([*as_they_stand(list(own)), *as_they_stand(list(hubs))], key=lambda call: call.row.began_at)


def as_they_stand(rows: list[Any]) -> list[Call]:
    """Return each call once, as its newest row has it."""
    by_pk = {row.pk: row for row in rows}
    corrected = {row.corrects_id for row in rows}
    return [
        Call(row, tuple(_before(row, by_pk)), row.agency.name if isinstance(row, HubCall) else "")
        for row in rows
        if row.pk not in corrected
    ]


def _before(row: Any, by_pk: dict[Any, Any]) -> list[CallRecord]:
    found = []
    while row.corrects_id is not None:
        row = by_pk[row.corrects_id]
        found.append(row)
    return found
