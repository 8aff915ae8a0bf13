"""Taking a case, and giving it back. Reading changes nothing; taking ends the first-look clock (Z-19c)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Agency
from audit.record import record_event
from casework import permissions
from casework.actions import moving, queue
from casework.models import Assignment, Taking
from casework.models.taking import LONGEST_REASON
from casework.queries.cases import cases_of, get_taking, unit_of
from referrals.actions import packs
from referrals.actions.clocks import end_clocks
from referrals.actions.counting import next_stage
from referrals.models import Clock, Pack, Referral
from referrals.permissions import may_acknowledge
from referrals.text import TextRefusedError, clean_text

FIRST_LOOK = "K-04"
RECEIVED = "K-02"
"""The referrer's own page says that it was received, from the moment this ends."""


class AlreadyTakenError(Exception):
    """Somebody else of the unit has the case; `taking` says who and since when."""

    def __init__(self, taking: Taking) -> None:
        self.taking = taking
        super().__init__("Somebody else of this unit has the case: show who.")


class NotTakenError(Exception):
    """Nobody of the unit has the case any more, so it cannot be given back."""


@transaction.atomic
def take(*, referral: Referral, by: Any, at: datetime) -> Taking:
    """Take a case for the unit that this person takes for, the owning one before another. Safe twice.

    Ends the clocks K-04 and K-02 where it is the owner's, and acknowledges the unit's own pack (K-15): whoever has
    the case has what the pack says. Raises AlreadyTakenError for the loser of a race, NotPermittedError.
    """
    permissions.check(cases_of(by, at=at).filter(pk=referral.pk).exists())
    agency = unit_of(by, referral, at=at, taking=True)
    permissions.check(agency is not None)
    assert agency is not None  # noqa: S101  checked in the line above
    taking, is_new = _swap(referral, agency, by=by, at=at)
    if not is_new:
        if taking.taken_by_id == by.pk:
            return taking
        raise AlreadyTakenError(taking)
    Assignment.objects.filter(referral=referral, agency=agency, ended_at__isnull=True).update(ended_at=at)
    received(referral=referral, agency=agency, by=by, at=at)
    for pack in Pack.objects.system(reason="the unit that takes a case has its pack").filter(
        referral=referral, route__agency=agency, is_current=True
    ):
        if may_acknowledge(by, pack, at=at):
            packs.acknowledge(pack=pack, by=by, at=at)
    record_event(
        event="case.taken", by=by, at=at, subject=referral, detail={"unit": agency.unit, "taking": str(taking.pk)}
    )
    queue.refresh(referral=referral)
    return taking


def received(*, referral: Referral, agency: Agency, by: Any, at: datetime) -> None:
    """Record, in the caller's transaction, that a unit which has taken a case has received it. Safe twice."""
    if agency.pk == referral.owner_unit_id:
        end_clocks(referral=referral, kinds=[FIRST_LOOK, RECEIVED], agency=agency, by=by, at=at)
    moving.receive(referral=referral, agency=agency, by=by, at=at)


def _swap(referral: Referral, agency: Agency, *, by: Any, at: datetime) -> tuple[Taking, bool]:
    """Insert the taking where there is none; the database's own constraint decides between two at once."""
    found = get_taking(referral, agency)
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            return Taking.objects.create(referral=referral, agency=agency, taken_by=by, taken_at=at), True
    except IntegrityError:
        found = get_taking(referral, agency)
        if found is None:
            raise
        return found, False


@transaction.atomic
def release(*, taking: Taking, reason: str, by: Any, at: datetime) -> Taking:
    """Give a case back to the unit's queue, saying why (Z-29); an owner's first-look clock runs on as it was due.

    Raises TextRefusedError without a reason or for text that cannot be kept, NotTakenError, NotPermittedError.
    """
    permissions.check(permissions.may_release(by, taking, at=at))
    permissions.check(cases_of(by, at=at).filter(pk=taking.referral_id).exists())
    words = clean_text(reason, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Say why the case goes back, so that the next person knows.")
    return give_back(taking, words, by=by, at=at)


def give_back(taking: Taking, words: str, *, by: Any, at: datetime) -> Taking:
    """Give a case back in the caller's transaction, whoever asked for it; by nobody where a role ran out by itself.

    Raises NotTakenError.
    """
    ended_by = by or taking.taken_by
    if not Taking.objects.filter(pk=taking.pk, released_at__isnull=True).update(released_at=at, released_by=ended_by):
        raise NotTakenError("The case was given back already. Open it again to see who has it.")
    released = Taking.objects.get(pk=taking.pk)
    released.release_reason = words
    released.save(update_fields=["release_reason"])
    _run_on(released, at=at)
    record_event(
        event="case.released",
        by=by,
        at=at,
        subject=released.referral,
        detail={"unit": released.agency.unit, "taking": str(released.pk)},
    )
    queue.refresh(referral=released.referral)
    return released


def _run_on(taking: Taking, *, at: datetime) -> None:
    """Let the first-look clock that was ended by taking run again, due when it was due: nobody has the case now.

    Handed over in between, it was ended by the first of the takings.
    """
    clocks = Clock.objects.filter(referral=taking.referral_id, agency=taking.agency_id, kind=FIRST_LOOK)
    takings = Taking.objects.filter(referral=taking.referral_id, agency=taking.agency_id)
    ended = clocks.filter(ended_at__in=takings.values("taken_at")).order_by("-ended_at").first()
    if ended is None or clocks.filter(ended_at__isnull=True).exists():
        return
    Clock.objects.create(
        referral_id=ended.referral_id,
        route_id=ended.route_id,
        kind=ended.kind,
        recipient=ended.recipient,
        agency_id=ended.agency_id,
        source=ended.source,
        starts_at=ended.starts_at,
        due_at=ended.due_at,
        counted_in=ended.counted_in,
        computation=ended.computation,
        plan=ended.plan,
        next_stage_at=next_stage(ended.plan, after=at),
    )
