"""The one writer of the audit."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from audit.chain import GENESIS, mac_of
from audit.models import Event

SYSTEM = "system"
MAX_DETAIL_TEXT = 200
MAX_DETAIL_ITEMS = 100
# Any fixed number would do; it only has to be the same for every process that writes the record.
_ADVISORY_LOCK = 7_215_302_114
_VERB = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_DETAIL_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

Detail = Mapping[str, "str | int | bool | list[str]"]


class AuditRefusedError(Exception):
    """The event was not recorded, so what it speaks of must not happen either. The text says how to mend the call."""


def record_event(
    *,
    event: str,
    by: Any,
    at: datetime,
    subject: models.Model | None = None,
    detail: Detail | None = None,
    by_role: str = "",
) -> Event:
    """Append one event to the record, inside the transaction of the change or read that it speaks of.

    ``event``: a dotted verb in the past, ``referral.submitted``. ``by``: the user, or None for the system.
    ``subject``: the row it is about, kept as its model label and primary key. ``detail``: codes, counts and
    opaque identifiers only (text up to 200 characters, whole numbers, yes/no, lists of such text); never a
    name or what somebody wrote. ``by_role``: the role acted in; left out, the one that the page was opened under
    (``by.acting_role``, where the door has put it), nothing outside a page.

    Call it last in the transaction: on PostgreSQL it takes a lock that other writers wait for until commit.
    Raises AuditRefusedError outside a transaction or for a malformed event, AuditKeyError when there is no key.
    """
    if not connection.in_atomic_block:
        raise AuditRefusedError(
            f"{event!r} must be recorded inside transaction.atomic(), together with the change or read it speaks of."
        )
    if not _VERB.fullmatch(event):
        raise AuditRefusedError(f"{event!r} is not a dotted verb such as 'referral.submitted'.")
    if timezone.is_naive(at):
        raise AuditRefusedError(f"{event!r} needs a time with a time zone (django.utils.timezone.now()).")
    row = Event(
        at=at,
        event=event,
        by_id=_actor(by),
        by_role=by_role or getattr(by, "acting_role", ""),
        subject_kind="" if subject is None else subject._meta.label_lower,
        subject_id="" if subject is None else _key_of(subject),
        detail=_checked(event, detail or {}),
    )
    wait_for_turn()
    last = Event.objects.order_by("-sequence").only("sequence", "mac").first()
    row.sequence = 1 if last is None else last.sequence + 1
    row.previous_mac = GENESIS if last is None else last.mac
    row.mac = mac_of(row)
    row.save(force_insert=True)
    return row


def record_alone(**event: Any) -> Event:
    """Record an event that has no other change to stand with (a denial, a read), in a transaction of its own."""
    with transaction.atomic():
        return record_event(**event)


def wait_for_turn() -> None:
    """Wait until no other transaction that has written the record is open; none writes it before this one ends."""
    # SQLite: BEGIN IMMEDIATE has already made this the only writer. PostgreSQL: the next statement's snapshot
    # is taken after the lock is had, so it sees the last event of whoever held it before.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def _actor(by: Any) -> str:
    if by is None:
        return SYSTEM
    if getattr(by, "pk", None) is None or by._state.adding:
        raise AuditRefusedError("`by` must be a saved user, or None for the system; an anonymous visitor cannot act.")
    return str(by.pk)


def _key_of(subject: models.Model) -> str:
    if subject.pk is None or subject._state.adding:
        raise AuditRefusedError(f"The subject {subject._meta.label} must be saved before an event can speak of it.")
    return str(subject.pk)


def _checked(event: str, detail: Detail) -> dict[str, Any]:
    """The detail as plain JSON values. Raises AuditRefusedError for anything that could carry a narrative."""
    checked: dict[str, Any] = {}
    for key, value in detail.items():
        if not _DETAIL_KEY.fullmatch(key):
            raise AuditRefusedError(f"{event!r}: the detail key {key!r} is not a lower-case code.")
        if isinstance(value, bool | int):
            checked[key] = value
        elif _is_code(value):
            checked[key] = str(value)
        elif isinstance(value, list) and len(value) <= MAX_DETAIL_ITEMS and all(_is_code(item) for item in value):
            checked[key] = [str(item) for item in value]
        else:
            raise AuditRefusedError(
                f"{event!r}: the detail {key!r} is not a code, a number, or a list of up to {MAX_DETAIL_ITEMS} codes, "
                f"each one line of up to {MAX_DETAIL_TEXT} characters. The record holds no narrative: make the row "
                "that holds it the subject."
            )
    return checked


def _is_code(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_DETAIL_TEXT and value.isprintable()
