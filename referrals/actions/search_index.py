"""The search index: written with what it speaks of, in the same transaction, and rebuilt as a whole."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from procedures.engine.answers import AnswerSheet
from procedures.engine.edition import Edition
from referrals import facts, outbox
from referrals.link_terms import CHILD, EMAIL
from referrals.models import Addition, BlindToken, Correction, Job, Referral
from referrals.named_people import emails_in, named_in
from referrals.search_terms import (
    NAME,
    Term,
    handle_of,
    name_parts,
    terms_of,
    terms_of_addition,
    terms_of_children,
    token_of,
)

_others: list[Callable[[], int]] = []


def rebuild_also(indexing: Callable[[], int]) -> None:
    """Have `indexing()` called at each rebuild: later apps index what they keep themselves, and say how much it is."""
    if indexing not in _others:
        _others.append(indexing)


def index_sent(referral: Referral, edition: Edition, sheet: AnswerSheet) -> None:
    """Index a referral as it is sent. Part of the caller's transaction and of its event."""
    # Every address of a person too, so that an account that is made later is matched (`matching`).
    emails = {Term(EMAIL, handle_of(each)) for each in named_in(edition, sheet).emails}
    _add(referral, terms_of(edition, sheet) | emails)


def index_addition(addition: Addition) -> None:
    """Index detail that was added. Part of the caller's transaction and of its event."""
    names = {Term(NAME, part) for part in name_parts(addition.names or "")}
    emails = {Term(EMAIL, handle_of(each)) for each in emails_in(addition.names or "")}
    _add(addition.referral, terms_of_addition(addition.text) | names | emails)


def promise_look(subject: Referral | Addition | Correction, *, at: datetime) -> None:
    """Promise a look for other referrals that speak of the same as what was indexed, in the caller's transaction."""
    outbox.enqueue(kind=Job.Kind.LOOK_FOR_LINKS, subject_id=subject.pk, at=at)


def index_ended(draft: Referral, edition: Edition, sheet: AnswerSheet) -> None:
    """Keep of a draft that ends which children it was about, as keyed hashes alone: a later chronology of the child
    says that it existed (Z-14). The answers go, and with them what a new search key would need."""
    _add(draft, (term for term in terms_of_children(edition, sheet) if term.kind == CHILD))


def _add(referral: Referral, terms: Iterable[Term]) -> None:
    tokens = [
        BlindToken(referral=referral, kind=term.kind, token=token_of(term), child_key=term.child_key)
        for term in sorted(terms)
    ]
    BlindToken.objects.bulk_create(tokens, ignore_conflicts=True)


def rebuild(*, by: Any, at: datetime) -> int:
    """Index every sent referral anew, one transaction each, and what later apps keep; return how many there are.

    For a new search key, and for an edition or a release that finds more by. Searching goes on meanwhile. Raises
    EncryptionError where an answer cannot be opened or the ring has no search key.
    """
    sent = Referral.objects.system(reason="rebuild the search index").filter(status=Referral.Status.SENT)
    ids = list(sent.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        with transaction.atomic():
            referral = sent.get(pk=pk)
            referral.blind_tokens.all().delete()
            edition = facts.form_edition(referral)
            index_sent(referral, edition, facts.sheet_of(referral))
            index_sent(referral, edition, facts.sheet_now(referral))
            for addition in referral.additions.all():
                index_addition(addition)
    others = sum(indexing() for indexing in _others)
    with transaction.atomic():
        record_event(event="search.rebuilt", by=by, at=at, detail={"referrals": len(ids), "others": others})
    return len(ids)
