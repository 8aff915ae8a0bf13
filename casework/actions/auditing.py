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


@transaction.atomic
def read_history(*, referral: Referral, by: Any, at: datetime) -> None:
    """Record that this person reads a case's history. Raises NotPermittedError."""
    permissions.check(may_read_history(by, referral, at=at))
    record_event(event="case.history_read", by=by, at=at, subject=referral)


@transaction.atomic
def sample(*, referral: Referral, reason: str, by: Any, at: datetime) -> None:
    """Record that an auditor reads a case's history, and why. Raises ReasonMissingError, NotPermittedError."""
    if reason not in REASONS:
        raise ReasonMissingError("Select why you read this case.")
    permissions.check(record.may_sample(by, referral, at=at))
    record_event(event="case.sampled", by=by, at=at, subject=referral, detail={"reason": reason})


@transaction.atomic
def searched(*, by_which: Sequence[str], count: int, by: Any, at: datetime) -> None:
    """Record that an auditor searched the record, by which fields, and how many events were shown."""
    permissions.check(has_permission(by, Permission.READ_AUDIT, at=at))
    record_event(event="record.searched", by=by, at=at, detail={"by": list(by_which), "count": count})


@transaction.atomic
def exported(*, form: str, by_which: Sequence[str], before: int, by: Any, at: datetime) -> None:
    """Record that an auditor takes away events before a number, in which form. Raises NotPermittedError."""
    permissions.check(has_permission(by, Permission.READ_AUDIT, at=at))
    record_event(event="record.exported", by=by, at=at, detail={"form": form, "by": list(by_which), "before": before})


@transaction.atomic
def read_unusual(*, day: str, count: int, by: Any, at: datetime) -> None:
    """Record that this person read the list of a day's unusual reading."""
    record_event(event="unusual.read", by=by, at=at, detail={"day": day, "count": count})
