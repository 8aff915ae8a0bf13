"""Keeping a referral's conflict list: whom the answers name, whom a manager adds, and lifting it again (roles 7.4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from audit.record import record_event
from referrals import permissions
from referrals.models import Addition, KeptAway, Notice, Referral
from referrals.models.kept_away import LONGEST_REASON
from referrals.named_people import people_mentioned_in, people_named_in
from referrals.notifications import give_notice
from referrals.text import TextRefusedError, clean_text


class KeepAwayRefusedError(Exception):
    """This person cannot be put on the list. The text says why."""


class NotKeptAwayError(Exception):
    """The person was taken off the list already."""


@transaction.atomic
def keep_named_away(*, referral: Referral, at: datetime) -> list[KeptAway]:
    """Put on the list whom the answers name, as the portal; of a draft, take off whom they name no longer.

    Returns who is new. A match of a sent referral by name alone alerts those who keep the list: it may be another of
    the same name. At sending, sharing and adding detail; for accounts that come later see `matching`.
    """
    named = people_named_in(referral)
    if referral.is_draft:
        _forget(referral, {person.pk for person, _ in named}, at=at)
    return keep_matches_away(referral=referral, named=named, at=at)


@transaction.atomic
def keep_matches_away(*, referral: Referral, named: Sequence[tuple[User, str]], at: datetime) -> list[KeptAway]:
    """Put people on the list whom a referral names, as the portal, unless they are or were there for that already.

    Returns who is new. `named`: each with a code of KeptAway.How.
    """
    known = set(KeptAway.objects.filter(referral=referral, added_by=None).values_list("person", flat=True))
    known |= set(KeptAway.objects.filter(referral=referral, lifted_at__isnull=True).values_list("person", flat=True))
    new = [
        KeptAway.objects.create(referral=referral, person=person, how=how, since=at)
        for person, how in named
        if person.pk not in known
    ]
    by_name = KeptAway.objects.filter(referral=referral, how=KeptAway.How.NAME, lifted_at__isnull=True)
    if referral.is_sent and by_name.exists():
        _tell_keepers(referral, Notice.Kind.CONFLICT_BY_NAME, at=at)
    for each in new:
        detail = {"person": str(each.person_id), "how": str(each.how)}
        record_event(event="conflict.matched", by=None, at=at, subject=referral, detail=detail)
    return new


@transaction.atomic
def keep_away(*, referral: Referral, person: User, reason: str, by: Any, at: datetime) -> KeptAway:
    """Put a person on the list by hand, saying why; one's own connection is declared in the same way.

    Raises KeepAwayRefusedError for the author or somebody on it already, TextRefusedError without a reason,
    NotPermittedError.
    """
    permissions.check(permissions.may_keep_away(by, referral, at=at))
    words = _reason(reason, "Say why this person is kept away.")
    if person.pk == referral.author_id:
        raise KeepAwayRefusedError("This person wrote the referral, and keeps sight of what they filed.")
    try:
        with transaction.atomic():
            kept = KeptAway.objects.create(
                referral=referral, person=person, how=KeptAway.How.BY_HAND, reason=words, since=at, added_by=by
            )
    except IntegrityError as error:
        raise KeepAwayRefusedError("This person is kept away already.") from error
    record_event(event="conflict.added", by=by, at=at, subject=referral, detail={"person": str(person.pk)})
    return kept


@transaction.atomic
def lift(*, kept: KeptAway, reason: str, by: Any, at: datetime) -> None:
    """Take a person off the list, saying why. Raises NotKeptAwayError, TextRefusedError, NotPermittedError."""
    referral = Referral.objects.system(reason="lift one entry of a conflict list").get(pk=kept.referral_id)
    permissions.check(permissions.may_keep_away(by, referral, at=at))
    words = _reason(reason, "Say why this person is not kept away any more.")
    if not KeptAway.objects.filter(pk=kept.pk, lifted_at__isnull=True).update(lifted_at=at, lifted_by=by):
        raise NotKeptAwayError("This person is not on the list any more. Open it again.")
    lifted = KeptAway.objects.get(pk=kept.pk)
    lifted.lift_reason = words
    lifted.save(update_fields=["lift_reason"])
    record_event(event="conflict.lifted", by=by, at=at, subject=referral, detail={"person": str(kept.person_id)})


def _reason(text: str, missing: str) -> str:
    words = clean_text(text, limit=LONGEST_REASON)
    if not words:
        raise TextRefusedError(missing)
    return words


def _forget(draft: Referral, named: set[Any], *, at: datetime) -> None:
    """A draft's author took a name out: what the portal alone had concluded from it goes too. The record keeps it."""
    for kept in KeptAway.objects.filter(referral=draft, added_by=None).exclude(person__in=named):
        record_event(event="conflict.unmatched", by=None, at=at, subject=draft, detail={"person": str(kept.person_id)})
        kept.delete()


def tell_of_mentions(*, addition: Addition, at: datetime) -> None:
    """Tell those who keep the list that added detail mentions somebody with an account: they say if it is about them.

    In the caller's transaction. A mention keeps nobody away by itself.
    """
    referral = addition.referral
    kept = KeptAway.objects.filter(referral=referral).values_list("person", flat=True)
    if people_mentioned_in(addition.text, but={referral.author_id, addition.added_by_id, *kept}):
        _tell_keepers(referral, Notice.Kind.CONFLICT_MENTION, at=at)


def _tell_keepers(referral: Referral, kind: str, *, at: datetime) -> None:
    """Tell those who keep the list, unless they are on it themselves."""
    roles = roles_with(Permission.DECIDE_THRESHOLD)
    held = Membership.objects.filter(agency=referral.owner_unit_id, role__in=roles).current(at=at)
    for membership in held.select_related("user"):
        if permissions.may_keep_away(membership.user, referral, at=at):
            give_notice(to=membership.user, kind=kind, referral=referral, at=at)
