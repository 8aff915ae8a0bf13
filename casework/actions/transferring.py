"""Transferring a case: the sender stays the owner until somebody there accepts; then the clocks follow the owner."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Agency
from audit.record import record_event
from casework import permissions, states
from casework.actions import handing_on, moving, queue, taking
from casework.models import Assignment, ChildCase, Taking, Transfer
from casework.models.transfers import LONGEST_REASON
from casework.queries import transfers as queries
from referrals.actions import disagreeing, overrides
from referrals.models import Clock, Notice, Referral, Route
from referrals.notifications import give_notice
from referrals.queries import dropped_routes, live_routes
from referrals.text import TextRefusedError, clean_text

RECEIPT = "K-15"
"""The clock of a pack, which stays with its recipient; every other clock of an owner follows the owner."""
WHY_RELEASED = "The case was transferred to another hub, which accepted it."


class TransferRefusedError(ValueError):
    """The transfer is not whole, or cannot be made; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The transfer is not whole: " + "; ".join(self.faults.values()))


class TransferSettledError(Exception):
    """The transfer was answered or withdrawn already."""


@transaction.atomic
def send(*, case: Referral, to_unit: str, to_council: str = "", reason: str, by: Any, at: datetime) -> Transfer:
    """Ask another hub (`to_unit`, its unit code), or a council outside the portal by its name, to take a case over.

    A hub gets its pack with it. Raises TransferRefusedError, NotPermittedError.
    """
    held = _hold(case)
    permissions.check(queries.may_transfer(by, held, at=at))
    faults: dict[str, str] = {}
    words = _words(reason, "reason", "Write why it goes there", faults)
    hub = next((each for each in queries.hubs_to_choose(held) if each.unit == to_unit), None)
    council = _words(to_council, "to_council", "", faults, limit=200) if hub is None else ""
    if hub is None and not council and "to_council" not in faults:
        faults["to_unit"] = "Choose a hub, or name the council"
    if queries.waiting_transfer(held) is not None:
        faults["to_unit"] = "A transfer waits for its answer already. Withdraw that one first"
    if faults:
        raise TransferRefusedError(faults)
    if hub is not None:
        _with_pack(held, hub, words, by=by, at=at)
    assert held.owner_unit is not None  # noqa: S101  a sent referral has one
    transfer = Transfer(
        referral=held, from_unit=held.owner_unit, to_unit=hub, to_council=council, reason=words, sent_at=at, sent_by=by
    )
    transfer.save(force_insert=True)
    _record("transfer.sent", transfer, by=by, at=at)
    if hub is not None:
        for person in queries.deciders_of(hub, held, at=at):
            give_notice(to=person, kind=Notice.Kind.TRANSFER, referral=held, at=at)
    return transfer


@transaction.atomic
def accept(*, transfer: Transfer, received_by: str = "", by: Any, at: datetime) -> Transfer:
    """Accept a transfer: the hub owns the case from now, with its open children and running clocks, and has taken it.

    It goes on with what the sender had begun: discussions that are not signed, disagreements that are open.
    Of a council outside, `received_by` says who there has it, and the owner stays. Raises TransferRefusedError without
    that, TransferSettledError, NotPermittedError.
    """
    held = _hold(transfer.referral)
    permissions.check(queries.may_answer(by, transfer, at=at))
    faults: dict[str, str] = {}
    words = ""
    if transfer.to_unit is None:
        words = _words(received_by, "answer", "Write who there received it, and how you know", faults)
    if faults:
        raise TransferRefusedError(faults)
    settled = _settle(transfer, Transfer.Standing.ACCEPTED, words, by=by, at=at)
    if settled.to_unit is not None:
        _hand_over(held, settled.from_unit, settled.to_unit, by=by, at=at)
    _record("transfer.accepted", settled, by=by, at=at)
    _tell_sender(settled, at=at)
    return settled


@transaction.atomic
def reject(*, transfer: Transfer, reason: str, by: Any, at: datetime) -> Transfer:
    """Reject a transfer, saying why; the sender, who stays the owner, is told.

    Raises TransferRefusedError, TransferSettledError, NotPermittedError.
    """
    permissions.check(queries.may_answer(by, transfer, at=at))
    settled = _with_reason(transfer, Transfer.Standing.REJECTED, reason, by=by, at=at)
    _record("transfer.rejected", settled, by=by, at=at)
    _tell_sender(settled, at=at)
    return settled


@transaction.atomic
def withdraw(*, transfer: Transfer, reason: str, by: Any, at: datetime) -> Transfer:
    """Withdraw a transfer that waits (Z-29). Raises TransferRefusedError, TransferSettledError, NotPermittedError."""
    permissions.check(queries.may_transfer(by, transfer.referral, at=at))
    settled = _with_reason(transfer, Transfer.Standing.WITHDRAWN, reason, by=by, at=at)
    _record("transfer.withdrawn", settled, by=by, at=at)
    return settled


def _hold(case: Referral) -> Referral:
    rows = Referral.objects.system(reason="hand one case over")
    return rows.select_for_update(of=("self",)).select_related("owner_unit").get(pk=case.pk)


def _with_pack(case: Referral, hub: Agency, reason: str, *, by: Any, at: datetime) -> None:
    """Send the hub its pack where it has none."""
    dropped = dropped_routes(case)
    route = live_routes(case).get(("hub", hub.unit))
    if route is not None and route.state == Route.State.PACK and route.pk not in dropped:
        return
    urgency = "standard" if case.urgency == "standard" else "urgent"
    overrides.add(referral=case, unit=hub.unit, mode="pack", urgency=urgency, reason=reason, by=by, at=at)


def _settle(transfer: Transfer, standing: str, answer: str, *, by: Any, at: datetime) -> Transfer:
    waiting = Transfer.objects.filter(pk=transfer.pk, standing=Transfer.Standing.SENT)
    if not waiting.update(standing=standing, settled_at=at, settled_by=by):
        raise TransferSettledError("This transfer was answered or withdrawn already. Look at the case again.")
    settled = Transfer.objects.select_related("referral", "from_unit", "to_unit", "sent_by").get(pk=transfer.pk)
    settled.answer = answer
    settled.save(update_fields=["answer"])
    return settled


def _with_reason(transfer: Transfer, standing: str, reason: str, *, by: Any, at: datetime) -> Transfer:
    faults: dict[str, str] = {}
    words = _words(reason, "answer", "Write why, so that the other side knows", faults)
    if faults:
        raise TransferRefusedError(faults)
    return _settle(transfer, standing, words, by=by, at=at)


def _hand_over(case: Referral, sender: Agency, owner: Agency, *, by: Any, at: datetime) -> None:
    case.owner_unit = owner
    case.save(update_fields=["owner_unit"])
    staying = disagreeing.come_over(referral=case, sender=sender, owner=owner)
    running = Clock.objects.filter(referral=case, ended_at__isnull=True).exclude(about__in=staying)
    theirs = set(running.filter(agency=owner).values_list("kind", "recipient", "about"))
    for clock in running.filter(agency=sender).exclude(kind=RECEIPT):
        # One that runs there already counts for both.
        if (clock.kind, clock.recipient, clock.about) not in theirs:
            clock.agency = owner
            clock.save(update_fields=["agency"])
    children = ChildCase.objects.filter(referral=case, agency=sender, state__in=states.OPEN)
    children.update(agency=owner, version=F("version") + 1, changed_at=at)
    for child in ChildCase.objects.filter(referral=case, agency=owner, state=states.TRANSFERRED):
        child.referral = case
        moving.swap(child, states.REOPEN, states.RECEIVED, by=by, at=at)
    Assignment.objects.filter(referral=case, agency=sender, ended_at__isnull=True).update(ended_at=at)
    for held in Taking.objects.filter(referral=case, agency=sender, released_at__isnull=True):
        held.released_at, held.released_by, held.release_reason = at, by, WHY_RELEASED
        held.save(update_fields=["released_at", "released_by", "release_reason"])
        detail = {"unit": sender.unit, "taking": str(held.pk)}
        record_event(event="case.released", by=by, at=at, subject=case, detail=detail)
    # Somebody of the hub may have had it since it was sent there, when its children were not yet theirs.
    with contextlib.suppress(taking.AlreadyTakenError):
        taking.take(referral=case, by=by, at=at)
    taking.received(referral=case, agency=owner, by=by, at=at)
    handing_on.hand_to_unit(case, sender, owner, by=by, at=at)
    queue.refresh(referral=case)


def _record(event: str, transfer: Transfer, *, by: Any, at: datetime) -> None:
    to = transfer.to_unit.unit if transfer.to_unit is not None else "outside the portal"
    detail = {"transfer": str(transfer.pk), "from": transfer.from_unit.unit, "to": to}
    record_event(event=event, by=by, at=at, subject=transfer.referral, detail=detail)


def _tell_sender(transfer: Transfer, *, at: datetime) -> None:
    if transfer.sent_by_id != transfer.settled_by_id:
        known = Referral.objects.visible_to(transfer.sent_by, at=at).filter(pk=transfer.referral_id)
        if known.exists():
            kind = Notice.Kind.TRANSFER_ANSWERED
            give_notice(to=transfer.sent_by, kind=kind, referral=transfer.referral, at=at)


def _words(text: str, name: str, missing: str, faults: dict[str, str], *, limit: int = LONGEST_REASON) -> str:
    try:
        words = clean_text(text, limit=limit, one_line=limit < LONGEST_REASON)
    except TextRefusedError as refused:
        faults[name] = str(refused)
        return ""
    if missing and not words:
        faults[name] = missing
    return words
