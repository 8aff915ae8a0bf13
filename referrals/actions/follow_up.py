"""After sending: checklist steps ticked off, further detail added, notices seen."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from referrals import permissions
from referrals.actions import pack_versions, search_index
from referrals.actions.conflicts import keep_named_away, tell_of_mentions
from referrals.models import Addition, ChecklistStep, Message, Notice, Referral
from referrals.models.follow_up import LONGEST_NAMES
from referrals.text import TextRefusedError, clean_text


class StepRefusedError(Exception):
    """This step is not one of the referral's, or cannot be ticked."""


@transaction.atomic
def tick(*, referral: Referral, code: str, by: Any, at: datetime) -> ChecklistStep:
    """Tick a step off, with the time. One that is ticked already keeps its first time. Raises StepRefusedError."""
    return _set_tick(referral, code, by=by, at=at, is_ticked=True)


@transaction.atomic
def untick(*, referral: Referral, code: str, by: Any, at: datetime) -> ChecklistStep:
    """Take a tick back; both stay in the audit. Raises StepRefusedError."""
    return _set_tick(referral, code, by=by, at=at, is_ticked=False)


def _set_tick(referral: Referral, code: str, *, by: Any, at: datetime, is_ticked: bool) -> ChecklistStep:
    permissions.check(permissions.may_follow_up(by, referral, at=at))
    step = ChecklistStep.objects.filter(referral=referral, code=code, can_tick=True).first()
    if step is None:
        raise StepRefusedError("This step is not part of this referral's checklist. Reload the page.")
    rows = ChecklistStep.objects.filter(pk=step.pk, ticked_at__isnull=is_ticked)
    if rows.update(ticked_at=at if is_ticked else None, ticked_by=by if is_ticked else None):
        verb = "checklist.ticked" if is_ticked else "checklist.unticked"
        record_event(event=verb, by=by, at=at, subject=referral, detail={"step": code})
    step.refresh_from_db()
    return step


@transaction.atomic
def add_detail(
    *, referral: Referral, text: str, token: uuid.UUID, by: Any, at: datetime, names: str = "",
    question: Message | None = None
) -> Addition:  # fmt: skip
    """Add detail to a sent referral: on the case, and in a new version of each pack that holds the worry.

    The same form twice adds once. `names`: whom it names as a person of concern or as living in the home; whoever of
    them has an account is kept away from this moment. `question` is the hub's question that it answers.

    Raises TextRefusedError for text that cannot be kept, or none; NotPermittedError.
    """
    permissions.check(permissions.may_follow_up(by, referral, at=at))
    cleaned = clean_text(text)
    if not cleaned:
        raise TextRefusedError("Write what you want to add.")
    whom = clean_text(names, limit=LONGEST_NAMES)
    earlier = Addition.objects.filter(added_by=by, token=token).first()
    if earlier is not None:
        return earlier
    return keep_addition(referral=referral, text=cleaned, token=token, names=whom, question=question, by=by, at=at)


def keep_addition(
    *, referral: Referral, text: str, token: uuid.UUID, names: str = "", question: Message | None = None, by: Any,
    at: datetime
) -> Addition:  # fmt: skip
    """Keep clean text with a referral, in the transaction of a caller who has checked that it may be added."""
    addition = Addition(
        referral=referral, added_at=at, added_by=by, text=text, names=names or None, token=token, question=question
    )
    addition.save(force_insert=True)
    search_index.index_addition(addition)
    search_index.promise_look(addition, at=at)
    packs = pack_versions.after_addition(addition=addition, at=at)
    if names:
        keep_named_away(referral=referral, at=at)
    tell_of_mentions(addition=addition, at=at)
    record_event(
        event="referral.detail_added" if question is None else "question.answered",
        by=by,
        at=at,
        subject=addition,
        detail={"referral": str(referral.pk), "packs": [str(pack.pk) for pack in packs]},
    )
    return addition


@transaction.atomic
def mark_seen(*, notice: Notice, by: Any, at: datetime) -> None:
    """Record that a person has seen their notice."""
    permissions.check(notice.to_id == by.pk)
    if Notice.objects.filter(pk=notice.pk, seen_at__isnull=True).update(seen_at=at):
        record_event(event="notice.seen", by=by, at=at, subject=notice)
