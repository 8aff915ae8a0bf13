"""Which child's case goes on in which other, as far as somebody may open both."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from casework.models import ChildCase, Link, Merge
from casework.queries.cases import readable_cases
from casework.queries.links import confirmed_with, is_in_full
from referrals import queries


def merge_of(child: ChildCase) -> Merge | None:
    """Return the merge by which a child's case goes on in another now, or None."""
    return Merge.objects.filter(child=child, undone_at__isnull=True).select_related("into__referral").first()


def may_merge_into(user: Any, child: ChildCase, *, at: datetime) -> list[ChildCase]:
    """Return the same child's cases in other referrals: the link is confirmed and the case open to this person."""
    ends = Q(pk__in=[])
    for link, other in confirmed_with(user, child.referral, at=at):
        if link.kind != Link.Kind.CHILD:
            continue
        mine, theirs = (link.a_child, link.b_child) if link.a_id == child.referral_id else (link.b_child, link.a_child)
        if mine == child.child_key:
            ends |= Q(referral=other, child_key=theirs)
    return list(ChildCase.objects.filter(ends).select_related("referral", "agency"))


def merges_in(user: Any, children: list[ChildCase], *, at: datetime) -> dict[Any, list[Merge]]:
    """Return for each child, by its row's identifier, the merges that it is part of on either side.

    A merge with a case that is not open to this person is left out, and one of which they may not read both children.
    """
    shown = [row for row in merges_ever(user, children, at=at) if row.undone_at is None]
    return {child.pk: [row for row in shown if child.pk in (row.child_id, row.into_id)] for child in children}


def merges_ever(user: Any, children: Sequence[ChildCase], *, at: datetime) -> list[Merge]:
    """Return the same for several children, with what was undone since, the oldest first."""
    keys = [child.pk for child in children]
    found = Merge.objects.filter(Q(child__in=keys) | Q(into__in=keys))
    rows = list(
        found.select_related("child__referral", "into__referral", "made_by", "undone_by").order_by("made_at", "pk")
    )
    ends = {row.child.referral_id for row in rows} | {row.into.referral_id for row in rows}
    open_to = readable_cases(user, at=at).filter(pk__in=ends).defer("answers")
    full = queries.children_in_full_of(user, open_to, at=at) if rows else {}
    return [row for row in rows if _is_open(row.child, full) and _is_open(row.into, full)]


def _is_open(child: ChildCase, full: Mapping[uuid.UUID, frozenset[str] | None]) -> bool:
    return child.referral_id in full and is_in_full(full[child.referral_id], child.child_key)
