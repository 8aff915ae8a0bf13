"""Giving a case to a named colleague: to take, while nobody has it; else handed over by whoever has it or decides."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Agency, User
from audit.record import record_event
from casework import permissions
from casework.actions import queue
from casework.actions.taking import AlreadyTakenError
from casework.models import Assignment, Taking
from casework.models.taking import LONGEST_REASON
from casework.queries.cases import cases_of, get_taking, unit_of
from casework.queries.queue import ASSESSORS, colleagues, may_have
from referrals.models import Referral
from referrals.text import TextRefusedError, clean_text


class PersonRefusedError(ValueError):
    """The case cannot go to this person; the text says why, and no more than whoever asks may know."""


@transaction.atomic
def assign(*, referral: Referral, to: User, note: str = "", by: Any, at: datetime) -> Assignment | Taking:
    """Give a case of a unit to one of its people (managers alone); return what stands then.

    While nobody has the case it is theirs to take, and its clocks run on until they do; from somebody who has it, it
    is handed over at once. Raises PersonRefusedError, TextRefusedError, AlreadyTakenError for the loser of a race,
    NotPermittedError.
    """
    permissions.check(cases_of(by, at=at).filter(pk=referral.pk).exists())
    agency = unit_of(by, referral, at=at)
    permissions.check(agency is not None and permissions.may_assign(by, agency, at=at))
    assert agency is not None  # noqa: S101  checked in the line above
    words = clean_text(note, limit=LONGEST_REASON)
    taking = get_taking(referral, agency)
    _check_person(to, referral, agency, is_taken=taking is not None, at=at)
    if taking is not None:
        return _hand_over(taking, to, words, by=by, at=at)
    Assignment.objects.filter(referral=referral, agency=agency, ended_at__isnull=True).update(ended_at=at)
    given = Assignment(referral=referral, agency=agency, to=to, note=words, made_at=at, made_by=by)
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError as error:
        raise PersonRefusedError("Somebody else gave this case to a person just now. Look again.") from error
    record_event(event="case.assigned", by=by, at=at, subject=referral, detail={"unit": agency.unit, "to": str(to.pk)})
    queue.refresh(referral=referral)
    return given


@transaction.atomic
def hand_over(*, taking: Taking, to: User, note: str, by: Any, at: datetime) -> Taking:
    """Hand a case that somebody has to a colleague, with a note of what they need to know; nothing ends meanwhile.

    Raises TextRefusedError without a note, PersonRefusedError, AlreadyTakenError where it changed hands meanwhile,
    NotPermittedError.
    """
    permissions.check(permissions.may_release(by, taking, at=at))
    permissions.check(cases_of(by, at=at).filter(pk=taking.referral_id).exists())
    words = clean_text(note, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Write what your colleague needs to know.")
    _check_person(to, taking.referral, taking.agency, is_taken=True, at=at)
    return _hand_over(taking, to, words, by=by, at=at)


def _check_person(to: User, referral: Referral, agency: Agency, *, is_taken: bool, at: datetime) -> None:
    """One answer for all who may not: whom a case keeps away is not for everybody to know."""
    if not is_taken and to in colleagues([agency], may=ASSESSORS, at=at) and to not in colleagues([agency], at=at):
        raise PersonRefusedError(f"{to.full_name} cannot take a new case. Take it first, then hand it over.")
    if not may_have(to, referral, agency, is_taken=is_taken, at=at):
        raise PersonRefusedError(f"{to.full_name} cannot be given this case. Choose somebody else.")


def _hand_over(taking: Taking, to: User, words: str, *, by: Any, at: datetime) -> Taking:
    if taking.taken_by_id == to.pk:
        return taking
    if not Taking.objects.filter(pk=taking.pk, released_at__isnull=True).update(released_at=at, released_by=by):
        current = get_taking(taking.referral, taking.agency)
        raise AlreadyTakenError(current if current is not None else taking)
    handed = Taking(
        referral=taking.referral, agency=taking.agency, taken_by=to, taken_at=at, given_by=by, note=words
    )  # fmt: skip
    handed.save(force_insert=True)
    record_event(
        event="case.handed_over",
        by=by,
        at=at,
        subject=taking.referral,
        detail={"unit": taking.agency.unit, "from": str(taking.taken_by_id), "to": str(to.pk)},
    )
    queue.refresh(referral=taking.referral)
    return handed
