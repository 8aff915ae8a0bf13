"""What else speaks of the same child, account, number or address, as far as somebody may open it (Z-15).

Found from the search index each time: exact, never out of date, and nothing stands anywhere that says of a case which
others there are.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from casework import permissions
from casework.models import Link
from casework.queries.cases import readable_cases
from referrals import facts, queries
from referrals.link_terms import CHILD, CHILD_KINDS, EMAIL, MEETS
from referrals.models import BlindToken, Referral
from referrals.named_people import named_by
from referrals.search_terms import Term, handle_of, spellings, terms_of, terms_of_addition, token_of

MOST_OF_EACH = 200
"""The newest others looked at for each thing a case says. An account that stands in more is no sign of anything, and
must not crowd out the one other case of the same child."""

Standing, Strength = Link.Standing, Link.Strength


@dataclass(frozen=True, order=True)
class Likeness:
    """One thing that two referrals have in common. `mine` and `theirs`: the children's records, for a child's."""

    other: uuid.UUID
    kind: str
    mine: str = ""
    theirs: str = ""
    strength: str = Strength.STRONG


@dataclass(frozen=True)
class Seen:
    """A likeness as its page shows it. `code` tells it apart in an address and says nothing."""

    likeness: Likeness
    code: str
    other: Referral
    standing: str
    link: Link | None
    values: tuple[str, ...]
    """What is the same, as this case has it; empty for a child."""

    @property
    def version(self) -> int:
        """The version of what was judged; nought where nothing was."""
        return self.link.version if self.link is not None else 0


def likenesses(
    referral: Referral, others: QuerySet[Referral] | None = None, keys: Iterable[str] | None = None
) -> dict[Likeness, set[str]]:
    """Return what a sent referral has in common with others, with the tokens that say so; the strongest of each pair.

    `others`: only with these; `keys`: only by the records of these children of it. None: by all, for the portal itself.
    """
    own = BlindToken.objects.filter(referral=referral, kind__in=MEETS)
    if keys is not None:
        own = own.filter(child_key__in=["", *keys])
    held: dict[tuple[str, str], list[BlindToken]] = {}
    for token in own:
        held.setdefault((MEETS[token.kind], token.token), []).append(token)
    found: dict[Likeness, set[str]] = {}
    for theirs in _meeting(held, referral, others):
        for mine in held[theirs.kind, theirs.token]:
            if mine.kind in CHILD_KINDS:
                strength = Strength.STRONG if mine.kind == CHILD else Strength.WEAK
                likeness = Likeness(theirs.referral_id, Link.Kind.CHILD, mine.child_key, theirs.child_key, strength)
            else:
                likeness = Likeness(theirs.referral_id, mine.kind)
            found.setdefault(likeness, set()).add(mine.token)
    return {each: tokens for each, tokens in found.items() if not _has_stronger(each, found)}


def _has_stronger(likeness: Likeness, found: Mapping[Likeness, Any]) -> bool:
    return likeness.strength == Strength.WEAK and replace(likeness, strength=Strength.STRONG) in found


def _meeting(
    held: Mapping[tuple[str, str], Any], referral: Referral, others: QuerySet[Referral] | None
) -> list[BlindToken]:
    by_kind: dict[str, list[str]] = {}
    for kind, token in held:
        by_kind.setdefault(kind, []).append(token)
    if not by_kind:
        return []
    fits = Q()
    for kind, tokens in by_kind.items():
        fits |= Q(kind=kind, token__in=tokens)
    rows = BlindToken.objects.filter(fits).exclude(referral=referral)
    if others is None:
        rows = rows.filter(referral__status=Referral.Status.SENT)
    else:
        rows = rows.filter(referral__in=others.values("pk"))
    newest = Window(RowNumber(), partition_by=["kind", "token"], order_by=F("pk").desc())
    return list(rows.annotate(place=newest).filter(place__lte=MOST_OF_EACH))


def seen_by(user: Any, referral: Referral, *, at: datetime) -> list[Seen]:
    """Return what this person may know of likenesses of a case that they read, the newest other case first.

    Both cases are open to them, and on both sides the record that shows it.
    """
    cases = readable_cases(user, at=at)
    full = queries.children_in_full(user, referral, at=at)
    found = likenesses(referral, cases, full)
    others = {each.pk: each for each in cases.filter(pk__in={each.other for each in found}).defer("answers")}
    readable = queries.children_in_full_of(user, others.values(), at=at)
    judged = _judged(referral)
    words = _words(referral, {token for tokens in found.values() for token in tokens}) if found else {}
    shown = [
        Seen(each, code_of(referral.pk, each), others[each.other], link.standing if link else Standing.SUGGESTED, link,
             tuple(sorted({typed for token in tokens for typed in words.get(token, ())})))
        for each, tokens in found.items()
        if each.other in others and is_in_full(readable[each.other], each.theirs)
        for link in [judged.get((each.other, each.kind, each.mine, each.theirs))]
    ]  # fmt: skip
    return sorted(shown, key=lambda seen: (seen.other.sent_at, seen.likeness), reverse=True)


def is_in_full(full: frozenset[str] | None, child_key: str) -> bool:
    """Whether a child's record is among those that somebody reads in full (`children_in_full`); blank: of no child."""
    return full is None or child_key == "" or child_key in full


def _judged(referral: Referral) -> dict[tuple[uuid.UUID, str, str, str], Link]:
    links = Link.objects.filter(Q(a=referral) | Q(b=referral))
    return {
        (link.b_id, link.kind, link.a_child, link.b_child)
        if link.a_id == referral.pk
        else (link.a_id, link.kind, link.b_child, link.a_child): link
        for link in links
    }


def _words(referral: Referral, tokens: set[str]) -> dict[str, Iterable[str]]:
    """Return the words behind tokens, as this case spells them; a child's are the case's to show elsewhere.

    Of what the referrer said and of what the hub found out since: the index holds both.
    """
    edition, terms = facts.form_edition(referral), set[Term]()
    typed: dict[tuple[str, str], set[str]] = {}
    for sheet in (facts.sheet_of(referral), facts.sheet_now(referral)):
        terms |= terms_of(edition, sheet)
        for key, words in spellings(edition, sheet).items():
            typed[key] = typed.get(key, set()) | words
    for addition in referral.additions.all():
        terms |= terms_of_addition(addition.text)
    terms |= {Term(EMAIL, handle_of(each)) for each in named_by(referral).emails}
    found = {token_of(term): term for term in terms if term.kind not in CHILD_KINDS}
    return {
        token: typed.get((found[token].kind, found[token].value), (found[token].value,))
        for token in tokens
        if token in found
    }


def get_seen(user: Any, referral: Referral, code: str, *, at: datetime) -> Seen | None:
    """Return one likeness that this person may know, or None as if it did not exist."""
    return next((each for each in seen_by(user, referral, at=at) if each.code == code), None)


def code_of(referral_id: uuid.UUID, likeness: Likeness) -> str:
    """Return what tells a likeness of one case apart, the same every time."""
    text = f"{referral_id}|{likeness.other}|{likeness.kind}|{likeness.mine}|{likeness.theirs}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def count_others(seen: Sequence[Seen]) -> int:
    """Return in how many other cases something of this one is seen; what was rejected does not count."""
    return len({each.other.pk for each in seen if each.standing != Standing.REJECTED})


def same_setting(user: Any, referral: Referral, *, at: datetime) -> QuerySet[Referral]:
    """Return the other cases from the same setting that this person may open, the newest first."""
    rows = readable_cases(user, at=at).filter(organisation__isnull=False, organisation=referral.organisation_id)
    return rows.exclude(pk=referral.pk).defer("answers").order_by("-sent_at", "-pk")


def judged_with(user: Any, referral: Referral, *, at: datetime) -> list[tuple[Link, Referral]]:
    """Return what was said of likenesses of a case with others, with the other case.

    As `seen_by`: both cases are open to this person, and on both sides the record of the child that it is about.
    """
    links = list(Link.objects.filter(Q(a=referral) | Q(b=referral)).order_by("judged_at", "pk"))
    ends = {link.pk: link.b_id if link.a_id == referral.pk else link.a_id for link in links}
    open_to = readable_cases(user, at=at).filter(pk__in=ends.values()).select_related("organisation")
    others = {each.pk: each for each in open_to}
    full = queries.children_in_full_of(user, [referral, *others.values()], at=at) if others else {}
    return [
        (link, others[ends[link.pk]])
        for link in links
        if ends[link.pk] in others
        and is_in_full(full[link.a_id], link.a_child)
        and is_in_full(full[link.b_id], link.b_child)
    ]


def confirmed_with(user: Any, referral: Referral, *, at: datetime) -> list[tuple[Link, Referral]]:
    """Return those of `judged_with` that are confirmed."""
    return [each for each in judged_with(user, referral, at=at) if each[0].standing == Standing.CONFIRMED]


def may_judge(user: Any, referral: Referral, *, at: datetime) -> bool:
    """Whether this person judges likenesses of a case: whoever decides in it (H-22)."""
    return permissions.may_judge_links(user, referral, at=at)
