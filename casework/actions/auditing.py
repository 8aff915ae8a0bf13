"""Reading the record is itself on record: who looked at which history, searched, and took a part of it away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.permissions import Permission, has_permission
from audit.record import record_event
from casework import permissions
from casework.queries import record
from casework.queries.history import may_read_history
from referrals.models import Referral

REASONS = {
    "routine_sample": "Routine sample",
    "complaint": "A complaint",
    "subject_access": "A person’s request for their own data",
    "incident": "A suspected breach or misuse",
    "review": "A review or inspection",
}


class ReasonMissingError(Exception):
    """A sampled case is read for a reason; none, or none of the list, was given."""


RECORD_READERS = (Permission.READ_AUDIT, Permission.READ_AREA_AUDIT, Permission.READ_SETTINGS_AUDIT)
"""Who searches the record, each their own part of it (7.2)."""


def may_read_record(user: Any, *, at: datetime) -> bool:
    """Whether this person may search the record at all; which events they find, queries.record says."""
    return any(has_permission(user, permission, at=at) for permission in RECORD_READERS)


@transaction.atomic
def read_history(*, referral: Referral, by: Any, at: datetime) -> None:
    """Record that this person reads a case's history. Raises NotPermittedError."""
    permissions.check(may_read_history(by, referral, at=at))
    record_event(event="case.history_read", by=by, at=at, subject=referral)


@transaction.atomic
def sample(
    *, referral: Referral, reason: str, with_answers: bool = False, with_inspection: bool = False, by: Any, at: datetime
) -> None:
    """Record that an auditor reads a case's history, its answers or what an inspector asks of it too, and why.

    Raises ReasonMissingError, NotPermittedError.
    """
    if reason not in REASONS:
        raise ReasonMissingError("Select why you read this case.")
    permissions.check(record.may_sample(by, referral, at=at))
    wider = {"case.answers_sampled": with_answers, "case.inspection_sampled": with_inspection}
    for event in [name for name, is_asked in wider.items() if is_asked] or ["case.sampled"]:
        record_event(event=event, by=by, at=at, subject=referral, detail={"reason": reason})


@transaction.atomic
def searched(*, by_which: Sequence[str], count: int, by: Any, at: datetime) -> None:
    """Record that somebody searched the record, by which fields, and how many events were shown."""
    permissions.check(may_read_record(by, at=at))
    record_event(event="record.searched", by=by, at=at, detail={"by": list(by_which), "count": count})


@transaction.atomic
def exported(*, form: str, by_which: Sequence[str], before: int, by: Any, at: datetime) -> None:
    """Record that somebody takes away events before a number, in which form. Raises NotPermittedError."""
    permissions.check(may_read_record(by, at=at))
    record_event(event="record.exported", by=by, at=at, detail={"form": form, "by": list(by_which), "before": before})


@transaction.atomic
def read_unusual(*, day: str, count: int, by: Any, at: datetime) -> None:
    """Record that this person read the list of a day's unusual reading."""
    record_event(event="unusual.read", by=by, at=at, detail={"day": day, "count": count})
