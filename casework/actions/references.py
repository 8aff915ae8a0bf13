"""Keeping the numbers under which others know a case. Nothing is overwritten: each change is a row (Z-22)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Agency
from audit.record import record_event
from casework import permissions
from casework.models import CaseReference, ChildCase
from casework.models.references import LONGEST_REFERENCE
from casework.queries.cases import recording_unit
from casework.queries.references import newest
from referrals.models import Referral
from referrals.text import clean_text


class ReferenceChangedError(Exception):
    """Somebody else changed the number meanwhile; `current` is what stands now."""

    def __init__(self, current: CaseReference) -> None:
        self.current = current
        super().__init__("Somebody else changed this number while you had it open.")


@transaction.atomic
def keep(
    *, referral: Referral, kind: str, value: str, seen: int, by: Any, at: datetime, child: ChildCase | None = None
) -> CaseReference | None:
    """Keep a number as somebody of a unit of the case gives it; a blank one takes an earlier one off.

    `seen`: the sequence of the number that was shown, nought where there was none. None where nothing changed.
    Raises TextRefusedError, ReferenceChangedError, NotPermittedError.
    """
    unit = recording_unit(by, referral, at=at)
    permissions.check(unit is not None)
    permissions.check(child is None or permissions.may_propose(by, child, at=at))
    assert unit is not None  # noqa: S101  checked above
    return write(referral=referral, kind=kind, value=value, seen=seen, child=child, agency=unit, by=by, at=at)


def write(
    *, referral: Referral, kind: str, value: str, seen: int | None, agency: Agency, by: Any, at: datetime,
    child: ChildCase | None = None,
) -> CaseReference | None:  # fmt: skip
    """Keep a number in the caller's transaction, who has checked that this person may give it; `seen` as for `keep`,
    None: whatever stands there is followed."""
    words = clean_text(value, limit=LONGEST_REFERENCE, one_line=True)
    current = newest(referral, kind, child)
    if words == (current.value if current else ""):
        return None
    if current is not None and seen is not None and seen != current.sequence:
        raise ReferenceChangedError(current)
    row = CaseReference(
        referral=referral, child=child, kind=kind, sequence=(current.sequence if current else 0) + 1, value=words,
        agency=agency, set_by=by, set_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        quicker = newest(referral, kind, child)
        if quicker is None:
            raise
        raise ReferenceChangedError(quicker) from None
    record_event(
        event="reference.kept", by=by, at=at, subject=referral,
        detail={"kind": kind, "number": row.sequence, "child": child.number if child else 0},
    )  # fmt: skip
    return row
