"""What the children of a case do when its destinations change: none is left without a row, a unit or a clock."""

from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import Agency
from audit.record import record_event
from casework import states
from casework.actions import handing_on, moving
from casework.actions.deciding import DECISION_CLOCK
from casework.actions.replying import REPLY_CLOCK
from casework.models import Assignment, ChildCase, Taking
from casework.queries import children as queries
from casework.queries.cases import current_takings
from referrals.actions import disagreeing
from referrals.actions.clocks import start_clock
from referrals.models import Clock, Referral

WHY_RELEASED = "The owner of the case dropped this hub from it."


def follow_routing(*, referral: Referral, by: Any, at: datetime) -> None:
    """Let the children follow, in the transaction that changes the destinations.

    A child who was found since gets a row, or is known now to be the one of whom nothing was known. The open children
    of a hub that was dropped come to whichever unit decides for them now, in the state in which they stand, its open
    discussions and disagreements come to the owner, and its people give the case back. Who has the case already has
    received them, and the owner's clocks run for them.
    """
    deciding = queries.deciding_units(referral)
    _know(referral, deciding, at=at)
    came = moving.open_children(referral=referral, by=by, at=at)
    came += _leave_dropped(referral, deciding, by=by, at=at)
    _leave_work(referral, by=by, at=at)
    for taking in current_takings(referral):
        moving.receive(referral=referral, agency=taking.agency, by=by, at=at)
    owner = referral.owner_unit
    if owner is not None and any(child.agency_id == owner.pk for child in came):
        kinds = [DECISION_CLOCK] if queries.undecided(referral, owner).exists() else []
        kinds += [REPLY_CLOCK] if queries.unanswered(referral, owner).exists() else []
        for kind in kinds:
            start_clock(referral=referral, kind=kind, agency=owner, at=at)


def _know(referral: Referral, deciding: list[tuple[str, int, Agency]], *, at: datetime) -> None:
    """Give the row of a child of whom nothing was known the key of the record that tells of them now."""
    rows = {child.number: child for child in ChildCase.objects.filter(referral=referral)}
    for key, number, _ in deciding:
        child = rows.get(number) or (rows.get(0) if number == 1 else None)
        if child is not None and child.child_key != key and (not child.child_key or queries.is_place(child.child_key)):
            rows.pop(child.number)
            ChildCase.objects.filter(pk=child.pk).update(
                child_key=key, number=number, version=F("version") + 1, changed_at=at
            )


def _leave_dropped(
    referral: Referral, deciding: list[tuple[str, int, Agency]], *, by: Any, at: datetime
) -> list[ChildCase]:
    """Take the open children from the hubs that were dropped; return them with the unit that they have now."""
    gone = queries.dropped_hubs(referral)
    came = []
    for key, _, agency in deciding if gone else []:
        children = ChildCase.objects.filter(
            referral=referral, child_key=key, agency__in=gone, state__in=states.OPEN
        ).select_related("agency")
        for child in children:
            before, child.agency, child.version, child.changed_at = child.agency, agency, child.version + 1, at
            child.save(update_fields=["agency", "version", "changed_at"])
            detail: dict[str, Any] = {"child": child.number, "from": before.unit, "to": agency.unit}
            record_event(event="child.came_over", by=by, at=at, subject=referral, detail=detail)
            came.append(child)
    Assignment.objects.filter(referral=referral, agency__in=gone, ended_at__isnull=True).update(ended_at=at)
    for taking in Taking.objects.filter(referral=referral, agency__in=gone, released_at__isnull=True):
        taking.released_at, taking.released_by, taking.release_reason = at, by, WHY_RELEASED
        taking.save(update_fields=["released_at", "released_by", "release_reason"])
        detail = {"unit": taking.agency.unit, "taking": str(taking.pk)}
        record_event(event="case.released", by=by, at=at, subject=referral, detail=detail)
    return came


def _leave_work(referral: Referral, *, by: Any, at: datetime) -> None:
    """Let the owner go on with what a dropped hub had begun and can no longer end, each with its own clock."""
    owner = referral.owner_unit
    if owner is None:
        return
    for hub in Agency.objects.filter(pk__in=queries.dropped_hubs(referral)):
        staying = disagreeing.come_over(referral=referral, sender=hub, owner=owner)
        clocks = Clock.objects.filter(referral=referral, agency=hub, ended_at__isnull=True)
        clocks.exclude(about__in=["", *staying]).update(agency=owner)
        handing_on.hand_to_unit(referral, hub, owner, by=by, at=at)
