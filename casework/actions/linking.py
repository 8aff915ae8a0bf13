"""Saying of a likeness between two cases that it is one, or is not, and taking either back. Nothing merges by itself
(H-22)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from audit.record import record_event
from casework import permissions
from casework.models import Link, LinkAct, Merge
from casework.models.links import LONGEST_REASON
from casework.queries import links as queries
from casework.queries.links import Seen
from referrals.models import Referral
from referrals.text import TextRefusedError, clean_text

Verb, Standing = LinkAct.Verb, Link.Standing
LEADS_TO = {Verb.CONFIRM: Standing.CONFIRMED, Verb.REJECT: Standing.REJECTED, Verb.UNDO: Standing.SUGGESTED}
EVENTS = {Verb.CONFIRM: "link.confirmed", Verb.REJECT: "link.rejected", Verb.UNDO: "link.undone"}
OPEN_TO = {
    Standing.SUGGESTED: (Verb.CONFIRM, Verb.REJECT),
    Standing.CONFIRMED: (Verb.UNDO,),
    Standing.REJECTED: (Verb.UNDO,),
}
"""What can be said of a link that stands so: first one thing is taken back, then the other said."""


class LinkChangedError(Exception):
    """Somebody else judged this meanwhile; the page shows how it stands now."""

    def __init__(self) -> None:
        super().__init__("Somebody else has judged this meanwhile. Look at how it stands now, and send it again.")


class LinkRefusedError(Exception):
    """This cannot be said of the link as it stands. The text says what to do first."""


@transaction.atomic
def judge(*, referral: Referral, code: str, verb: str, version: int, reason: str, by: Any, at: datetime) -> Link:
    """Confirm or reject a likeness of a case with another, or take either back, always with a reason.

    `code` is the likeness as `queries.links.seen_by` names it, `version` what was seen of it. Raises LinkChangedError,
    LinkRefusedError, TextRefusedError, NotPermittedError (also where the other case is not open to this person).
    """
    permissions.check(permissions.may_judge_links(by, referral, at=at))
    seen = queries.get_seen(by, referral, code, at=at)
    permissions.check(seen is not None and verb in Verb.values)
    assert seen is not None  # noqa: S101  checked in the line above
    words = clean_text(reason, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError("Write why, so that the next person knows.")
    if seen.version != version:
        raise LinkChangedError
    if Verb(verb) not in OPEN_TO[Standing(seen.standing)]:
        raise LinkRefusedError("Take back what was said of this before you say something else.")
    if verb == Verb.UNDO and seen.link is not None and _holds_a_merge(seen.link):
        raise LinkRefusedError("A case was merged because of this. Undo the merge first.")
    link = _swap(referral, seen, LEADS_TO[Verb(verb)], at=at)
    LinkAct(link=link, sequence=link.version, verb=verb, reason=words, made_by=by, made_at=at).save(force_insert=True)
    # About the link, not about either case: the history of one must not tell of the other (Z-15).
    record_event(
        event=EVENTS[Verb(verb)], by=by, at=at, subject=link, detail={"kind": link.kind, "strength": link.strength}
    )
    return link


def _swap(referral: Referral, seen: Seen, standing: str, *, at: datetime) -> Link:
    if seen.link is None:
        return _new(referral, seen, standing, at=at)
    rows = Link.objects.filter(pk=seen.link.pk, version=seen.link.version)
    if not rows.update(standing=standing, version=seen.link.version + 1, judged_at=at):
        raise LinkChangedError
    return Link.objects.get(pk=seen.link.pk)


def _new(referral: Referral, seen: Seen, standing: str, *, at: datetime) -> Link:
    ends = [(referral.pk, seen.likeness.mine), (seen.other.pk, seen.likeness.theirs)]
    (a, a_child), (b, b_child) = sorted(ends)
    link = Link(
        kind=seen.likeness.kind, a_id=a, b_id=b, a_child=a_child, b_child=b_child, strength=seen.likeness.strength,
        standing=standing, judged_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        raise LinkChangedError from error
    return link


def _holds_a_merge(link: Link) -> bool:
    ends = [(link.a_id, link.a_child, link.b_id, link.b_child), (link.b_id, link.b_child, link.a_id, link.a_child)]
    return any(
        Merge.objects.filter(
            undone_at__isnull=True, child__referral=mine, child__child_key=key, into__referral=other,
            into__child_key=other_key,
        ).exists()
        for mine, key, other, other_key in ends
    )  # fmt: skip
