"""Matching an account that is new, or has another name or address, with whom the referrals name (roles 7.4).

A referral keeps away whom it names when it is shared, sent and added to (`conflicts`). Whoever gets an account later is
matched here: at sign-in, before their first page, and by a sweep, so that managers hear of it sooner. A role that is
given later changes nothing: accounts without one are matched as well.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from accounts.encryption import blind_token
from accounts.models import User
from referrals.actions.conflicts import keep_matches_away
from referrals.link_terms import EMAIL, HANDLE
from referrals.models import BlindToken, KeptAway, MatchedPerson, Referral
from referrals.named_people import how_named, named_by, names_of
from referrals.search_terms import NAME, handle_of, name_parts


def match_person(*, person: User, at: datetime) -> list[KeptAway]:
    """Keep a person away from the referrals that name them, if their name or address is new; return where."""
    digest = digest_of(person)
    if MatchedPerson.objects.filter(person=person, digest=digest).exists():
        return []
    with transaction.atomic():
        MatchedPerson.objects.get_or_create(person=person, defaults={"digest": "", "matched_at": at})
        # A sign-in and the sweep at once would both put the person on the same list.
        matched = MatchedPerson.objects.select_for_update().get(person=person)
        if matched.digest == digest:
            return []
        kept = _keep_away(person, at=at)
        matched.digest, matched.matched_at = digest, at
        matched.save(update_fields=["digest", "matched_at"])
    return kept


def _keep_away(person: User, *, at: datetime) -> list[KeptAway]:
    kept: list[KeptAway] = []
    for referral in _may_name(person):
        how = how_named(person, named_by(referral))
        if how is not None:
            kept += keep_matches_away(referral=referral, named=[(person, how)], at=at)
    return kept


def match_changed(*, at: datetime) -> int:
    """Match every account that is new or changed since it was last matched; return how many there were."""
    known = dict(MatchedPerson.objects.values_list("person", "digest"))
    changed = [person for person in User.objects.all() if known.get(person.pk) != digest_of(person)]
    for person in changed:
        match_person(person=person, at=at)
    return len(changed)


def digest_of(person: User) -> str:
    """Return a keyed hash of what a person is matched by."""
    return blind_token("matched_person", f"{person.email}\n{person.full_name}")


def _may_name(person: User) -> Iterator[Referral]:
    """Give the referrals that could name a person: found by the search index, and every draft that others may see."""
    own = set(names_of(person.full_name)[0]) if names_of(person.full_name) else set()
    tokens = [blind_token(NAME, word) for word in {*own, *name_parts(person.full_name)}]
    named = BlindToken.objects.filter(kind=NAME, token__in=tokens).values("referral")
    named = named.annotate(found=Count("token", distinct=True)).filter(found__gte=min(2, len(own)))
    # As an account's name in rows that were indexed before addresses had a kind of their own.
    address = handle_of(person.email)
    addressed = BlindToken.objects.filter(
        Q(kind=EMAIL, token=blind_token(EMAIL, address)) | Q(kind=HANDLE, token=blind_token(HANDLE, address))
    )
    rows = Referral.objects.system(reason="match an account with whom referrals name").exclude(author=person.pk)
    sent = Q(status=Referral.Status.SENT) & (
        Q(pk__in=named.values("referral")) | Q(pk__in=addressed.values("referral"))
    )
    shared = Q(status=Referral.Status.DRAFT, shared_at__isnull=False)
    for pk in list(rows.filter(sent | shared).order_by("pk").values_list("pk", flat=True)):
        yield rows.get(pk=pk)
