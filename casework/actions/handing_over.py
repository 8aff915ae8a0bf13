"""Handing a child over to the council's own system, which owns assessment and conference from there (Z-23)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from casework import permissions, states
from casework.actions import moving, references
from casework.models import CaseReference, ChildCase
from casework.models.children import LONGEST_REASON
from referrals.text import TextRefusedError, clean_text


class HandOverRefusedError(ValueError):
    """Something is missing; `faults` says by field what to mend."""

    def __init__(self, faults: dict[str, str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults.values()))


@transaction.atomic
def hand_over(*, child: ChildCase, reference: str, receiver: str, by: Any, at: datetime) -> ChildCase:
    """Close a child's case here, under the reference that the council's system gave it, as the child was read.

    `receiver`: who there has it. The clocks of assessment and conference end with the unit's last child that they wait
    for. Raises HandOverRefusedError, states.MoveRefusedError, moving.ChildChangedError, NotPermittedError.
    """
    permissions.check(permissions.may_move(by, child, states.HAND_OVER, at=at))
    target = states.target_of(states.HAND_OVER, child.state)
    words = _checked(reference=reference, receiver=receiver)
    moved = moving.swap(child, states.HAND_OVER, target, reason=words["receiver"], by=by, at=at)
    references.write(
        referral=child.referral, kind=CaseReference.Kind.COUNCIL, value=words["reference"], seen=None, child=child,
        agency=child.agency, by=by, at=at,
    )  # fmt: skip
    moving.tell(moved, states.HAND_OVER, at=at)
    record_event(event="child.handed_over", by=by, at=at, subject=child.referral, detail={"child": child.number})
    return moved


def _checked(*, reference: str, receiver: str) -> dict[str, str]:
    given = {
        "reference": (reference, references.LONGEST_REFERENCE, "Write the reference that the council’s system gave"),
        "receiver": (receiver, LONGEST_REASON, "Write who there has it, and how they are reached"),
    }
    words, faults = {}, {}
    for name, (text, limit, missing) in given.items():
        try:
            words[name] = clean_text(text, limit=limit, one_line=name == "reference")
        except TextRefusedError as refused:
            faults[name] = str(refused)
            continue
        if not words[name]:
            faults[name] = missing
    if faults:
        raise HandOverRefusedError(faults)
    return words
