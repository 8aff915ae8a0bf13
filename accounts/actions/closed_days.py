"""Closing a day for a partnership, and opening it again. Clocks that run already stay as they were counted."""

import uuid
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import read_once
from accounts.closed_days import LONDON, ahead, bank_holidays
from accounts.models import ClosedDay
from accounts.reach import NotInReachError, reach_of
from audit.record import record_event

LONGEST_REASON = 80


@transaction.atomic
def close_day(*, partnership: str, day: date, reason: str, by: Any, at: datetime) -> ClosedDay:
    """Let clocks that start from now on not count a day. Raises ValidationError by field, NotInReachError."""
    _check_keeps(partnership, by, at)
    if not reason:
        raise ValidationError({"reason": "Write why, in a few words. It stands in the counting of each clock."})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"Shorten this to {LONGEST_REASON} characters."})
    if day < at.astimezone(LONDON).date():
        raise ValidationError({"day": "This day is over. Clocks that have counted it stay as they are."})
    if (holiday := bank_holidays(day.year).get(day)) is not None:
        raise ValidationError({"day": f"No clock counts this day already: {holiday}."})
    row = ClosedDay(partnership=partnership, day=day, reason=reason, added_by=by, added_at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise ValidationError({"day": "This day is closed already. Open it again to change its reason."}) from None
    record_event(event="closed_day.added", by=by, at=at, subject=row, detail={"day": day.isoformat()})
    read_once.forget()
    return row


@transaction.atomic
def open_day(*, closed_day: uuid.UUID, by: Any, at: datetime) -> None:
    """Withdraw a closed day that is still ahead. Raises NotInReachError where there is none, or it is another's."""
    row = ahead(reach_of(by, at=at).directory, at=at).filter(pk=closed_day).first()
    if row is None or not ClosedDay.objects.filter(pk=row.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_by=by
    ):
        raise NotInReachError("There is no such day to open again.")
    record_event(event="closed_day.withdrawn", by=by, at=at, subject=row, detail={"day": row.day.isoformat()})
    read_once.forget()


def _check_keeps(partnership: str, by: Any, at: datetime) -> None:
    if partnership not in reach_of(by, at=at).directory:
        raise NotInReachError("This partnership's calendar is not this person's to keep.")
