"""Moving a child from one state to the next. Of two people at once the database lets one through (G11)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agency
from audit.record import record_event, wait_for_turn
from casework import permissions, states
from casework.actions import case_clocks, queue
from casework.models import ChildCase, ChildMove
from casework.models.children import LONGEST_REASON
from casework.queries import children as queries
from referrals.actions import correspondence
from referrals.models import Milestone, Referral
from referrals.text import TextRefusedError, clean_text


class ChildChangedError(Exception):
    """Somebody else moved the child meanwhile; `child` is as it stands now, `move` what they did."""

    def __init__(self, child: ChildCase) -> None:
        self.child = child
        self.move = child.moves.select_related("made_by").order_by("-sequence").first()
        super().__init__("Somebody else changed this child's case while you had it open.")


def open_children(*, referral: Referral, by: Any, at: datetime) -> list[ChildCase]:
    """Give each child of a sent referral its row, in the caller's transaction; those that have one keep it."""
    deciding = queries.deciding_units(referral)
    existing = set(ChildCase.objects.filter(referral=referral).values_list("child_key", flat=True))
    return ChildCase.objects.bulk_create(
        ChildCase(referral=referral, child_key=key, number=number, agency=agency, opened_at=at, changed_at=at)
        for key, number, agency in deciding
        if key not in existing
    )


def receive(*, referral: Referral, agency: Agency, by: Any, at: datetime) -> None:
    """Record, in the caller's transaction, that a unit has received the children it decides for."""
    open_children(referral=referral, by=by, at=at)
    for child in ChildCase.objects.filter(referral=referral, agency=agency, state=states.SENT):
        swap(child, states.RECEIVE, states.RECEIVED, by=by, at=at)


@transaction.atomic
def move(*, child: ChildCase, verb: str, reason: str = "", by: Any, at: datetime) -> ChildCase:
    """Move a child on, or a step back (Z-29), from the state in which `child` was read; return it as it stands then.

    Raises states.MoveRefusedError where the table has no such move or it comes with another act, TextRefusedError
    without a reason where one is needed, ChildChangedError for the loser of a race, NotPermittedError.
    """
    permissions.check(permissions.may_move(by, child, verb, at=at))
    if verb in states.WITH_ANOTHER_ACT:
        raise states.MoveRefusedError(
            "This is done by taking, deciding or replying, or by merging: open the case and choose there."
        )
    words = clean_text(reason, limit=LONGEST_REASON)
    if states.needs_reason(verb) and not words:
        raise TextRefusedError("Write why, so that the next person knows.")
    target = queries.state_before(child) if verb == states.STEP_BACK else states.target_of(verb, child.state)
    moved = swap(child, verb, target, reason=words, by=by, at=at)
    tell(moved, verb, at=at)
    return moved


def hold(child: ChildCase) -> None:
    """Let nobody else change a child, as it was read, before the caller's transaction ends: who comes second is told.

    The turn at the record is waited for before any row is held: two transactions never wait for each other.
    Raises ChildChangedError where somebody was quicker.
    """
    wait_for_turn()
    held = ChildCase.objects.get(pk=child.pk)
    if held.version != child.version:
        raise ChildChangedError(held)


def swap(child: ChildCase, verb: str, target: str, *, reason: str = "", by: Any, at: datetime) -> ChildCase:
    """Change the state if nobody has meanwhile, with its row and its event. Raises ChildChangedError."""
    wait_for_turn()
    rows = ChildCase.objects.filter(pk=child.pk, version=child.version)
    if not rows.update(state=target, version=child.version + 1, changed_at=at):
        raise ChildChangedError(ChildCase.objects.get(pk=child.pk))
    source, child.state, child.version, child.changed_at = child.state, target, child.version + 1, at
    ChildMove(
        child=child, sequence=child.version, verb=verb, source=source, target=target, reason=reason, made_by=by,
        made_at=at,
    ).save(force_insert=True)  # fmt: skip
    detail: dict[str, str | int | bool | list[str]] = {
        "child": child.number,
        "move": verb,
        "from": source,
        "to": target,
    }
    case_clocks.after_move(child, by=by, at=at)
    record_event(event="child.moved", by=by, at=at, subject=child.referral, detail=detail)
    queue.refresh(referral=child.referral)
    return child


def tell(child: ChildCase, verb: str, *, at: datetime) -> None:
    """Let the referrer's page say how far it is, in the caller's transaction.

    Of single children it says nothing before the reply.
    """
    if verb in (states.START_CHECKS, states.ASK):
        correspondence.reached(referral=child.referral, kind=Milestone.Kind.LOOKED_AT, at=at)
    if verb == states.REOPEN:
        correspondence.reached(referral=child.referral, kind=Milestone.Kind.REOPENED, at=at)
    if child.state == states.CLOSED and not queries.open_children(child.referral).exists():
        correspondence.reached(referral=child.referral, kind=Milestone.Kind.CLOSED, at=at)
