"""Recording a call, and putting a record right. The hub's own calls are checked here too (casework.actions.calls)."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from audit.record import record_event
from procedures.engine.clock_hours import LONDON, local_moment
from referrals import permissions
from referrals.models import Referral
from referrals.models.calls import LONGEST_AGREED, LONGEST_NAME, LONGEST_NUMBER, LONGEST_WAIT, CallRecord, ReferrersCall
from referrals.text import TextRefusedError, clean_text

Row = TypeVar("Row", bound=CallRecord)
TEXTS = {
    "other": (LONGEST_NAME, True),
    "number": (LONGEST_NUMBER, True),
    "own_caller": (LONGEST_NAME, True),
    "agreed": (LONGEST_AGREED, False),
    "reference": (LONGEST_NUMBER, True),
    "late_why": (LONGEST_AGREED, False),
    "correction_why": (LONGEST_AGREED, False),
}
"""Every text of a call: the longest it may be, and whether it is of one line."""
YES, NO = "yes", "no"


class CallRefusedError(ValueError):
    """The record of the call is not whole; `faults` says by field what to mend."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The record of the call is not whole: " + "; ".join(self.faults.values()))


class CallCorrectedError(Exception):
    """Somebody else has corrected this record meanwhile: only the newest row of a call can be corrected."""


@transaction.atomic
def record(
    *, referral: Referral, given: Mapping[str, Any], token: uuid.UUID, by: Any, at: datetime,
    corrects: ReferrersCall | None = None,
) -> ReferrersCall:  # fmt: skip
    """Record a call of the referrer's own, or correct one; the same form twice records once.

    `given` is as `checked` takes it. Raises CallRefusedError, CallCorrectedError, NotPermittedError.
    """
    permissions.check(permissions.may_follow_up(by, referral, at=at))
    permissions.check(corrects is None or corrects.referral_id == referral.pk)
    values = checked(given, is_correction=corrects is not None, at=at)
    call = ReferrersCall(referral=referral, corrects=corrects, recorded_by=by, recorded_at=at, token=token, **values)
    return keep(call, by=by, at=at)


def checked(given: Mapping[str, Any], *, is_correction: bool, at: datetime) -> dict[str, Any]:
    """Return the columns of a call from what was said of it.

    `given` holds the codes `other_kind`, `direction` and `ended`, the day `on` and the time `clock` in England,
    `waited_minutes` (a whole number or none), `is_late` ("yes", "no"), and the texts of TEXTS. Raises CallRefusedError.
    """
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, (limit, one_line) in TEXTS.items():
        try:
            values[name] = clean_text(str(given.get(name) or ""), limit=limit, one_line=one_line)
        except TextRefusedError as refused:
            values[name], faults[name] = "", str(refused)
    for name, codes, words in (
        ("other_kind", CallRecord.With.values, "Say with whom the call was"),
        ("direction", CallRecord.Direction.values, "Say who rang whom"),
        ("ended", CallRecord.Ended.values, "Say how it ended"),
    ):
        values[name] = str(given.get(name) or "")
        if values[name] not in codes:
            faults[name] = words
    values["began_at"] = _began(given.get("on"), given.get("clock"), faults, at=at)
    values["waited_minutes"] = _waited(given.get("waited_minutes"), faults)
    values["is_late"] = given.get("is_late") == YES
    faults = _missing(values, given, is_correction=is_correction) | faults
    if faults:
        raise CallRefusedError(faults)
    if not values["is_late"]:
        values["late_why"] = ""
    return values


def _missing(values: Mapping[str, Any], given: Mapping[str, Any], *, is_correction: bool) -> dict[str, str]:
    faults: dict[str, str] = {}
    if values["ended"] == CallRecord.Ended.ANSWERED:
        if not values["other"]:
            faults["other"] = "Write who was spoken to: their name, or their role and team"
        if not values["agreed"]:
            faults["agreed"] = "Write what was said and agreed, and who does what by when"
    if values["direction"] == CallRecord.Direction.MADE and given.get("is_late") not in (YES, NO):
        faults["is_late"] = "Say whether it was made later than it should have been"
    if values["is_late"] and not values["late_why"]:
        faults["late_why"] = "Write why it was late"
    if is_correction and not values["correction_why"]:
        faults["correction_why"] = "Write what was wrong in the record"
    return faults


def _began(on: Any, clock: Any, faults: dict[str, str], *, at: datetime) -> datetime | None:
    if not isinstance(on, date):
        faults["on"] = "Give the day of the call"
    if not isinstance(clock, time):
        faults["clock"] = "Give the time at which it began"
    if not isinstance(on, date) or not isinstance(clock, time):
        return None
    began = local_moment(on, clock, zone=LONDON, fold=0)
    if began > at:
        faults["clock"] = "This is later than now. Give the day and time at which the call began"
    return began


def _waited(minutes: Any, faults: dict[str, str]) -> int | None:
    if minutes is None or minutes == "":
        return None
    if not isinstance(minutes, int) or not 0 <= minutes <= LONGEST_WAIT:
        faults["waited_minutes"] = f"Give the minutes as a whole number up to {LONGEST_WAIT:,}, or leave it empty"
        return None
    return minutes


def keep(call: Row, *, by: Any, at: datetime) -> Row:
    """Insert a call with its event, in the caller's transaction; a second click returns what the first one kept.

    Raises CallCorrectedError for the later of two corrections.
    """
    rows = type(call)._default_manager
    earlier = rows.filter(recorded_by=by, token=call.token).first()
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        if call.corrects is not None and rows.filter(corrects=call.corrects).exists():
            raise CallCorrectedError from None
        return rows.get(recorded_by=by, token=call.token)
    verb = "call.corrected" if call.corrects is not None else "call.recorded"
    record_event(
        event=verb, by=by, at=at, subject=call.referral,  # type: ignore[attr-defined]
        detail={"call": str(call.pk), "with": call.other_kind, "ended": call.ended},
    )  # fmt: skip
    return call
