"""The search index: written with what it speaks of, in the same transaction, and rebuilt as a whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.encryption import blind_token
from audit.record import record_event
from procedures.engine.answers import AnswerSheet
from procedures.engine.edition import Edition
from referrals import facts
from referrals.models import Addition, BlindToken, Referral
from referrals.named_people import emails_in, named_in
from referrals.search_terms import HANDLE, NAME, Term, handle_of, name_parts, terms_of, terms_of_addition


def index_sent(referral: Referral, edition: Edition, sheet: AnswerSheet) -> None:
    """Index a referral as it is sent. Part of the caller's transaction and of its event."""
    # By address too, so that an account that is made later is matched (`matching`).
    emails = {Term(HANDLE, handle_of(each)) for each in named_in(edition, sheet).emails}
    _add(referral, terms_of(edition, sheet) | emails)


def index_addition(addition: Addition) -> None:
    """Index detail that was added. Part of the caller's transaction and of its event."""
    names = {Term(NAME, part) for part in name_parts(addition.names or "")}
    emails = {Term(HANDLE, handle_of(each)) for each in emails_in(addition.names or "")}
    _add(addition.referral, terms_of_addition(addition.text) | names | emails)


def _add(referral: Referral, terms: Iterable[Term]) -> None:
    tokens = [
        BlindToken(
            referral=referral, kind=term.kind, token=blind_token(term.kind, term.value), child_key=term.child_key
        )
        for term in sorted(terms)
    ]
    BlindToken.objects.bulk_create(tokens, ignore_conflicts=True)


def rebuild(*, by: Any, at: datetime) -> int:
    """Index every sent referral anew, one transaction each; return how many there are.

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
    with transaction.atomic():
        record_event(event="search.rebuilt", by=by, at=at, detail={"referrals": len(ids)})
    return len(ids)
