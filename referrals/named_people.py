"""Is somebody who works with the portal named in a referral as the person of concern, or as living in the home?

A match by email is the person; a match by name may be another of the same name, so a manager is told and may lift it.
Only fields that are asked for a person are read: in the story, colleagues are named because they helped (7.4).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from procedures.engine.answers import Answer, AnswerSheet, Record
from procedures.engine.edition import Edition
from referrals import facts
from referrals.models import KeptAway, Referral

NAMING_GROUPS = frozenset({"person_identity", "household"})
NAMING_FIELDS = ("name", "aliases")
_EMAIL = re.compile(r"[^\s@<>,;:()\"]+@[^\s@<>,;:()\"]+\.[^\s@<>,;:()\"]+")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_NAMES = re.compile(r"[,;/\n]|\bor\b|\band\b")
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "rev", "revd", "sir", "pc", "dc", "sgt", "insp"])

Name = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """Whom a referral names: email addresses in lower case, and names as words without accents or titles."""

    emails: frozenset[str]
    names: frozenset[Name]


def named_in(edition: Edition, sheet: AnswerSheet) -> Named:
    """Return whom the answers about persons and households name."""
    names: set[Name] = set()
    naming = _naming(edition)
    for question, answer in _answers(sheet):
        if question in naming:
            names |= {words for text in _name_fields(answer) for words in names_of(text)}
    texts = [text for record in sheet.persons for each in record.answers.values() for text in _texts(each)]
    return Named(frozenset[str]().union(*map(emails_in, texts)), frozenset(names))


def emails_in(text: str) -> frozenset[str]:
    """Return the email addresses in a text, in lower case."""
    return frozenset(found.rstrip(".").casefold() for found in _EMAIL.findall(text))


def names_of(text: str) -> list[Name]:
    """Return the names in a field as words: `Mr José O'Neil, Joe` gives `(jose, o, neil)` and `(joe,)`."""
    parts = [_words(part) for part in _BETWEEN_NAMES.split(text.casefold())]
    return [tuple(words) for words in parts if words]


def _words(text: str) -> list[str]:
    """Return the words of a text without accents, capitals, marks or titles."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
    return [word for word in _WORD.findall(plain) if word not in _TITLES]


def how_named(person: User, named: Named) -> str | None:
    """Return how this person is named (a code of KeptAway.How), or None.

    By name: both first and last word of either name stand in the other. One word alone is nobody in particular,
    unless it is the whole of the person's name.
    """
    if person.email.casefold() in named.emails:
        return KeptAway.How.EMAIL
    own = names_of(person.full_name)
    if own and any(_same(own[0], other) for other in named.names):
        return KeptAway.How.NAME
    return None


def named_by(referral: Referral) -> Named:
    """Return whom a referral names: in its answers, in what the hub found out over them, and in the names given with
    what was added after sending. A name that the hub put another in place of still counts."""
    edition = facts.form_edition(referral)
    said, found = named_in(edition, facts.sheet_of(referral)), named_in(edition, facts.sheet_now(referral))
    named = Named(said.emails | found.emails, said.names | found.names)
    added = [addition.names for addition in referral.additions.all() if addition.names]
    return Named(
        named.emails.union(*map(emails_in, added)), named.names | {words for text in added for words in names_of(text)}
    )


def people_named_in(referral: Referral) -> list[tuple[User, str]]:
    """Return the accounts whose person the referral names, with how; never its author.

    Those without a role as well, and the closed ones: a role may be given and an account opened at any time.
    """
    named = named_by(referral)
    if not (named.emails or named.names):
        return []
    people = User.objects.exclude(pk=referral.author_id)
    return [(person, how) for person in people if (how := how_named(person, named)) is not None]


def people_mentioned_in(text: str, *, but: Collection[Any]) -> list[User]:
    """Return the accounts whose address, or whose first and last name close together, stand in free text.

    A mention alone keeps nobody away: colleagues are named because they helped. `but`: keys of accounts to leave out.
    """
    emails = emails_in(text)
    places: dict[str, list[int]] = {}
    for place, word in enumerate(_words(text)):
        places.setdefault(word, []).append(place)
    people = User.objects.exclude(pk__in=but)
    return [person for person in people if person.email in emails or _stands_in(person, places)]


def _stands_in(person: User, places: Mapping[str, Sequence[int]]) -> bool:
    own = _words(person.full_name)
    if not own:
        return False
    return any(
        0 <= last - first <= len(own) + 1 and (last > first or len(own) == 1)
        for first in places.get(own[0], ())
        for last in places.get(own[-1], ())
    )


def _same(one: Name, other: Name) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one == other
    return _ends_in(one, other) or _ends_in(other, one)


def _ends_in(one: Name, other: Name) -> bool:
    return one[0] in other and one[-1] in other


def _naming(edition: Edition) -> frozenset[str]:
    return frozenset(each.id for each in edition.questions.values() if each.pack_group in NAMING_GROUPS)


def _answers(sheet: AnswerSheet) -> Iterator[tuple[str, Answer]]:
    records: Iterable[Record] = (*sheet.children, *sheet.persons)
    yield from sheet.case.items()
    for record in records:
        yield from record.answers.items()


def _name_fields(answer: Answer) -> list[str]:
    rows = (*answer.rows, answer.details)
    return [row[field] for row in rows for field in NAMING_FIELDS if row.get(field)]


def _texts(answer: Answer) -> list[str]:
    return [answer.text, *answer.details.values(), *(value for row in answer.rows for value in row.values())]
