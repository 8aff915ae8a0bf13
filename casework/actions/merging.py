"""Letting one child's case go on in another case of the same child. Nothing is deleted, and it can be undone (H-22)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event, wait_for_turn
from casework import permissions, states
from casework.actions import moving
from casework.models import ChildCase, ChildMove, Merge
from casework.models.links import LONGEST_REASON
from casework.queries import merges as queries
from referrals.text import TextRefusedError, clean_text


class MergeRefusedError(Exception):
    """The two cannot be merged, or are not merged. The text says what to do."""


@transaction.atomic
def merge(*, child: ChildCase, into: ChildCase, reason: str, by: Any, at: datetime) -> Merge:
    """Let a child's case, as it was read, go on in `into`, the same child's in another case.

    In triage the child is first decided “linked” and the referrer replied to: no case ends without a reply. Raises
    MergeRefusedError, TextRefusedError, ChildChangedError, NotPermittedError (also where the link of the two is not
    confirmed, or the other case not open to this person).
    """
    permissions.check(permissions.may_decide(by, child, at=at))
    permissions.check(into in queries.may_merge_into(by, child, at=at))
    words = _reason(reason)
    if child.is_in_triage:
        raise MergeRefusedError("Decide “Linked to an open case” for this child and reply to the referrer first.")
    if queries.merge_of(child) is not None:
        raise MergeRefusedError("This child’s case goes on in another already. Undo that first.")
    if queries.merge_of(into) is not None:
        raise MergeRefusedError("The other case goes on elsewhere itself. Choose the case in which it goes on.")
    if child.merged_here.filter(undone_at__isnull=True).exists():
        raise MergeRefusedError("Another case goes on in this one. Undo that first, or merge the other way round.")
    if child.state == states.LINKED:
        moving.hold(child)
    else:
        moving.swap(child, states.MERGE, states.target_of(states.MERGE, child.state), reason=words, by=by, at=at)
    made = Merge(child=child, into=into, reason=words, made_at=at, made_by=by)
    made.save(force_insert=True)
    # About the merge, not about either case: the history of one must not tell of the other (Z-15).
    record_event(event="child.merged", by=by, at=at, subject=made)
    return made


@transaction.atomic
def undo(*, made: Merge, reason: str, by: Any, at: datetime) -> None:
    """Part two cases again; a child that the merge moved stands where it stood before.

    Raises MergeRefusedError where it was undone already, TextRefusedError, ChildChangedError, NotPermittedError.
    """
    # Before any row is held: somebody who merges anew at this moment waits for this row with the turn in hand.
    wait_for_turn()
    child = ChildCase.objects.select_related("referral").get(pk=made.child_id)
    permissions.check(permissions.may_decide(by, child, at=at))
    words = _reason(reason)
    if not Merge.objects.filter(pk=made.pk, undone_at__isnull=True).update(undone_at=at, undone_by=by):
        raise MergeRefusedError("This was undone already.")
    undone = Merge.objects.select_related("into__referral").get(pk=made.pk)
    undone.undo_reason = words
    undone.save(update_fields=["undo_reason"])
    newest = ChildMove.objects.filter(child=child).order_by("-sequence").first()
    if child.state == states.LINKED and newest is not None and newest.verb == states.MERGE:
        moving.move(child=child, verb=states.STEP_BACK, reason=words, by=by, at=at)
    record_event(event="child.merge_undone", by=by, at=at, subject=undone)


def _reason(text: str) -> str:
    words = clean_text(text, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Write why, so that the next person knows.")
    return words
