"""Telling those who decide that cases speak of the same, when one is sent, added to, or more is found out about it.

Nobody is told of what they may not know: a sealed case, or one that keeps them away, is no reason to tell them
anything (Z-13, Z-15).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from audit.record import record_event, wait_for_turn
from casework.models import Link
from casework.queries.cases import readable_cases
from casework.queries.links import Likeness, is_in_full, likenesses
from referrals import outbox, queries
from referrals.models import Addition, Correction, Notice, Referral
from referrals.models.phone_contacts import phone_contact_of
from referrals.notifications import give_notice
from referrals.outbox import Lease
from referrals.permissions import is_kept_away

Pairs = set[tuple[str, str]]
"""The same child's records in a case and in the other."""

MOST_ALERTED = 50
"""Other cases about which one case alerts; more than so many have nothing particular in common."""


@transaction.atomic
def look(*, lease: Lease, at: datetime) -> None:
    """Look for what a case has in common with others, as sent or as something came to it; tell whoever decides."""
    # Before any row is held: two that look at once give the same people the same notices.
    wait_for_turn()
    outbox.complete(lease, at=at)
    case = _case(lease.subject_id)
    found: dict[Any, set[Likeness]] = {}
    for likeness in likenesses(case):
        found.setdefault(likeness.other, set()).add(likeness)
    rows = Referral.objects.system(reason="which cases have something in common").filter(pk__in=found)
    others = list(rows.select_related("owner_unit").order_by("-sent_at", "-pk").defer("answers")[:MOST_ALERTED])
    told = 0
    for other in others:
        pairs = {(each.mine, each.theirs) for each in found[other.pk] if each.kind == Link.Kind.CHILD}
        has_account = any(each.kind != Link.Kind.CHILD for each in found[other.pk])
        told += _tell(case, other, pairs, has_account, at=at)
        told += _tell(other, case, {(theirs, mine) for mine, theirs in pairs}, has_account, at=at)
    if told:
        # Of no case: the history of one must not tell whoever reads it that there is another.
        record_event(event="link.alerted", by=None, at=at, detail={"told": told})


def _case(subject_id: Any) -> Referral:
    rows = Referral.objects.system(reason="look for what it has in common with others").select_related("owner_unit")
    later = [model.objects.filter(pk=subject_id).values("referral") for model in (Addition, Correction)]
    return rows.get(Q(pk=subject_id) | Q(pk__in=later[0]) | Q(pk__in=later[1]))


def _tell(case: Referral, other: Referral, pairs: Pairs, has_account: bool, *, at: datetime) -> int:
    """Tell those who decide on a case of another: which it is where they may open both, else only that there is one."""
    return sum(_tell_one(person, case, other, pairs, has_account, at=at) for person in _deciders(case, at=at))


def _tell_one(person: User, case: Referral, other: Referral, pairs: Pairs, has_account: bool, *, at: datetime) -> int:
    kind = _kind(person, case, other, pairs, has_account, at=at) if person.pk != case.author_id else None
    return int(kind is not None and give_notice(to=person, kind=kind, referral=case, at=at) is not None)


def _kind(
    person: User, case: Referral, other: Referral, pairs: Pairs, has_account: bool, *, at: datetime
) -> Notice.Kind | None:
    """Return what to tell somebody of, if anything: never of a child whose record in this case they do not read."""
    open_to = set(readable_cases(person, at=at).filter(pk__in=[case.pk, other.pk]).values_list("pk", flat=True))
    if case.pk not in open_to:
        return None
    full = queries.children_in_full(person, case, at=at)
    pairs = {(mine, theirs) for mine, theirs in pairs if is_in_full(full, mine)}
    if other.pk not in open_to:
        is_hidden = other.is_sealed or is_kept_away(person, other) or not (pairs or has_account)
        return None if is_hidden else Notice.Kind.SEEN_ELSEWHERE
    theirs_in_full = queries.children_in_full(person, other, at=at)
    if any(is_in_full(theirs_in_full, theirs) for _, theirs in pairs):
        return Notice.Kind.SAME_CHILD if _raised_by(case) != _raised_by(other) else None
    return Notice.Kind.SEEN_ELSEWHERE if pairs else None


def _raised_by(case: Referral) -> tuple[str, str]:
    """Return who raised a concern: its author, or whoever rang, whom one worker of a hub may write down as another."""
    call = phone_contact_of(case)
    if call is None or call.confirmed_by_id is not None:
        return "account", str(case.author_id if call is None else call.confirmed_by_id)
    return "caller", call.caller_name.casefold()


def _deciders(case: Referral, *, at: datetime) -> list[User]:
    roles = roles_with(Permission.DECIDE_THRESHOLD)
    held = Membership.objects.filter(agency=case.owner_unit_id, role__in=roles).current(at=at)
    return list({row.user_id: row.user for row in held.select_related("user")}.values())
