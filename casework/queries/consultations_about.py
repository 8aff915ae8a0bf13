"""Where a consultation and a case, or two consultations, are about the same child, and finding one by the child's name.

Never decided by anybody, unlike the links of two cases: they are shown as what they are, the same name and date of
birth, or nearly so.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from casework.models import Consultation, ConsultationReferral, ConsultationTerm
from casework.queries.cases import readable_cases
from casework.queries.consultations import consultations_of
from casework.queries.links import is_in_full
from referrals import queries
from referrals.link_terms import CHILD, CHILD_KINDS, MEETS
from referrals.models import BlindToken, Referral
from referrals.search_terms import token_of, wanted_in

MOST_FOUND = 50

Token = tuple[str, str]
"""The kind of a term and its keyed hash."""


@dataclass(frozen=True)
class Advice:
    """A consultation about a child. `is_certain`: the same name and date of birth; else nearly, or the name alone."""

    consultation: Consultation
    is_certain: bool


@dataclass(frozen=True)
class Raised:
    """A case about the child of a consultation; `is_certain` as of `Advice`."""

    case: Referral
    is_certain: bool


def advice_about(user: Any, case: Referral, keys: Iterable[str] | None = None, *, at: datetime) -> list[Advice]:
    """Return the consultations of this person's hubs about the children of a case, the newest first, without those
    that the case began with. `keys`: only about these of its children; None: all whose record they read."""
    own = BlindToken.objects.filter(referral=case, kind__in=CHILD_KINDS)
    for allowed in (keys, queries.children_in_full(user, case, at=at)):
        own = own if allowed is None else own.filter(child_key__in=["", *allowed])
    behind = ConsultationReferral.objects.filter(referral=case).values_list("key", flat=True)
    return _like(user, own.values_list("kind", "token"), without=behind, at=at)


def advice_like(user: Any, consultation: Consultation, *, at: datetime) -> list[Advice]:
    """Return the other consultations of this person's hubs about the child of this one, the newest first."""
    return _like(user, _tokens(consultation), without=[consultation.key], at=at)


def cases_about(user: Any, consultation: Consultation, *, at: datetime) -> list[Raised]:
    """Return the cases that this person may open and whose record of the child they read, the newest first.

    Without the one that the consultation became.
    """
    became = ConsultationReferral.objects.filter(key=consultation.key).values("referral")
    cases = readable_cases(user, at=at).exclude(pk__in=became)
    rows = BlindToken.objects.filter(_meeting(_tokens(consultation)), referral__in=cases.values("pk"))
    certain: dict[uuid.UUID, dict[str, bool]] = {}
    for pk, key, kind in rows.values_list("referral", "child_key", "kind"):
        held = certain.setdefault(pk, {})
        held[key] = held.get(key, False) or kind == CHILD
    found = cases.filter(pk__in=certain).select_related("owner_unit").defer("answers").order_by("-sent_at", "pk")
    shown = list(found[:MOST_FOUND])
    readable = queries.children_in_full_of(user, shown, at=at)
    return [
        Raised(each, any(is_same for _, is_same in seen))
        for each in shown
        if (seen := [(key, same) for key, same in certain[each.pk].items() if is_in_full(readable[each.pk], key)])
    ]


def find(user: Any, text: str, *, at: datetime) -> list[Consultation]:
    """Return the consultations of this person's hubs that fit what they typed, the newest first: by reference, or by
    parts of the child's name and the date of birth that must all be there."""
    wanted = wanted_in(text)
    fits = Q(reference=wanted.reference) if wanted.reference else Q(pk__in=[])
    if wanted.terms:
        has_all = Q()
        for term in wanted.terms:
            held = ConsultationTerm.objects.filter(kind=term.kind, token=token_of(term), key=OuterRef("key"))
            has_all &= Q(Exists(held))
        fits |= has_all
    return list(consultations_of(user, at=at).filter(fits)[:MOST_FOUND])


def _tokens(consultation: Consultation) -> list[Token]:
    rows = ConsultationTerm.objects.filter(key=consultation.key, kind__in=CHILD_KINDS)
    return list(rows.values_list("kind", "token"))


def _like(user: Any, tokens: Iterable[Token], *, without: Iterable[uuid.UUID], at: datetime) -> list[Advice]:
    rows = ConsultationTerm.objects.filter(_meeting(tokens)).exclude(key__in=list(without))
    kinds: dict[uuid.UUID, set[str]] = {}
    for key, kind in rows.values_list("key", "kind"):
        kinds.setdefault(key, set()).add(kind)
    found = consultations_of(user, at=at).filter(key__in=kinds)[:MOST_FOUND] if kinds else []
    return [Advice(each, CHILD in kinds[each.key]) for each in found]


def _meeting(tokens: Iterable[Token]) -> Q:
    """Return what fits terms that say the same as one of these; nothing where there are none."""
    by_kind: dict[str, list[str]] = {}
    for kind, token in tokens:
        by_kind.setdefault(MEETS[kind], []).append(token)
    fits = Q(pk__in=[])
    for kind, held in by_kind.items():
        fits |= Q(kind=kind, token__in=held)
    return fits
