"""What a referral can be found by, and what somebody typed to find one: parts of names, dates of birth, account names.

Both sides are brought to one spelling here, so that equal terms give equal tokens.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from accounts.encryption import blind_token
from procedures.engine.answers import Answer, AnswerSheet, shown_questions
from procedures.engine.edition import Edition
from procedures.engine.schema import Detail, Question
from referrals.link_terms import (
    ACCOUNT_KINDS,
    EMAIL,
    HANDLE,
    KEYED_AS,
    PHONE,
    WEB,
    accounts_as_typed,
    accounts_in,
    accounts_said_in,
    child_terms,
    email_of,
    handle_of,
    phone_of,
    says_nothing,
    web_of,
)

__all__ = [
    "ACCOUNT_KINDS", "BIRTH", "HANDLE", "NAME", "Term", "Wanted", "births_in", "handle_of", "name_parts", "spellings",
    "terms_of", "terms_of_addition", "terms_of_children", "terms_of_named_child", "token_of", "wanted_in",
]  # fmt: skip

NAME, BIRTH = "name", "birth"
MOST_WORDS = 8
"""Of a search; a referral's own names may have more."""
_NAME_FIELDS = {"name", "other_names", "aliases"}
_NAME_GROUPS = {"child_identity", "person_identity", "household", "other_children"}
_NUMBER_GROUPS = {"person_identity", "household", "other_children", "platforms"}
"""Whose numbers and addresses show that two referrals belong together: not the referrer's, nor a social worker's."""
_CHILD_GROUP = "child_identity"
_AGE_FIELDS = ("date_of_birth", "age")
"""What the form asks for where a question is of kind `age`: fields of the kind, not of the question."""
_REFERENCE = re.compile(r"([0-9A-HJKMNP-TV-Z]{4})[\s-]?([0-9A-HJKMNP-TV-Z]{4})", re.IGNORECASE)
_BRITISH = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_WORD = re.compile(r"[^\W_]+")
_AT_HANDLE = re.compile(r"(?<![\w@.])@([\w.-]*\w)")


@dataclass(frozen=True, order=True)
class Term:
    """One thing to find a referral by. `child_key`: the child's record that alone holds it; blank: in every reader's
    view of the case."""

    kind: str
    value: str
    child_key: str = ""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. A referral fits that has the reference, or one of the accounts, or all of the terms."""

    reference: str = ""
    accounts: tuple[Term, ...] = ()
    terms: tuple[Term, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of thing looked for: what the record keeps of a search."""
        said = ["reference"] if self.reference else []
        return tuple(dict.fromkeys(said + [term.kind for term in (*self.accounts, *self.terms)]))


def name_parts(text: str) -> list[str]:
    """Return the parts of a name in one spelling: `O’Brien-Smith` and `o'brien smith` are `obrien`, `smith`."""
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    return list(dict.fromkeys(_WORD.findall(plain)))


def births_in(text: str) -> list[str]:
    """Return the whole dates in a text, as 2012-05-31; an age alone is none."""
    found = [_date(*match.groups()) for match in _ISO.finditer(text)]
    found += [_date(*reversed(match.groups())) for match in _BRITISH.finditer(text)]
    return [each for each in found if each]


def _date(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def token_of(term: Term) -> str:
    """Return what stands in the index for a term. Raises EncryptionError where the ring has no search key."""
    return blind_token(KEYED_AS.get(term.kind, term.kind), term.value)


def wanted_in(text: str) -> Wanted:
    """Return what somebody looks for in the words they typed."""
    text = text.strip()
    match = _REFERENCE.fullmatch(text)
    reference = f"{match[1]}-{match[2]}".upper() if match else ""
    words = _ISO.sub(" ", _BRITISH.sub(" ", text))
    terms = [Term(BIRTH, each) for each in births_in(text)]
    if not text.startswith("@"):
        terms += [Term(NAME, each) for each in name_parts(words)[:MOST_WORDS]]
    said = [(HANDLE, handle_of(text)), (PHONE, phone_of(text)), (EMAIL, email_of(text)), (WEB, web_of(text))]
    return Wanted(reference, tuple(Term(kind, value) for kind, value in said if value), tuple(terms))


def terms_of(edition: Edition, sheet: AnswerSheet) -> set[Term]:
    """Return what a referral can be found by: of every question that was asked, the names, dates and accounts, and
    what each child is found by again in another referral."""
    found = {
        term
        for (question_id, key), is_shown in shown_questions(edition, sheet).items()
        if is_shown
        for question in [edition.questions[question_id]]
        for term in _terms(question, sheet.get(question, key), key)
    }
    return found | terms_of_children(edition, sheet)


def spellings(edition: Edition, sheet: AnswerSheet) -> dict[tuple[str, str], set[str]]:
    """Return how the accounts of a referral were typed, by kind and value of their terms (Z-30)."""
    found: dict[tuple[str, str], set[str]] = {}
    for (question_id, key), is_shown in shown_questions(edition, sheet).items():
        question = edition.questions[question_id]
        for field, text in _fields(question, sheet.get(question, key)) if is_shown else ():
            if _kind(question, field) == "username":
                for kind, value, typed in accounts_as_typed(text):
                    found.setdefault((kind, value), set()).add(typed)
    return found


def terms_of_addition(text: str) -> set[Term]:
    """Return what stands out in free text: accounts written with their @, numbers, addresses and whole dates."""
    handles = {Term(HANDLE, handle_of(each)) for each in _AT_HANDLE.findall(text)}
    accounts = {Term(kind, value) for kind, value in accounts_said_in(text)}
    return handles | accounts | {Term(BIRTH, each) for each in births_in(text)}


def terms_of_children(edition: Edition, sheet: AnswerSheet) -> set[Term]:
    """Return what each child is found by again; only whoever reads that child's record learns of it."""
    names: dict[str, list[list[str]]] = {}
    births: dict[str, list[str]] = {}
    for (question_id, key), is_shown in shown_questions(edition, sheet).items():
        question = edition.questions[question_id]
        if not is_shown or key is None or question.scope != "child" or question.pack_group != _CHILD_GROUP:
            continue
        for field, text in _fields(question, sheet.get(question, key)):
            if _kind(question, field) in ("age", "date"):
                births.setdefault(key, []).extend(births_in(text))
            elif _is_name(question, field):
                names.setdefault(key, []).append(name_parts(text))
    return {
        Term(kind, value, key)
        for key, found in names.items()
        for parts in found
        for kind, value in child_terms(parts, births.get(key, []))
    }


def terms_of_named_child(name: str, births: Iterable[str]) -> set[Term]:
    """Return what one child is found by who was named outside a referral's form; `births` dates as 2012-05-31.

    That form has an answer "I don't know"; here a name may say "not known", which is nobody's.
    """
    parts, days = [] if says_nothing(name) else name_parts(name), list(births)
    said = {Term(NAME, part) for part in parts} | {Term(BIRTH, day) for day in days}
    return said | {Term(kind, value) for kind, value in child_terms(parts, days)}


def _terms(question: Question, answer: Answer, key: str | None) -> Iterator[Term]:
    holder = key if question.scope == "child" and key is not None and not question.in_summary else ""
    for field, text in _fields(question, answer):
        for kind, value in _read(question, field, text):
            yield Term(kind, value, holder)


def _fields(question: Question, answer: Answer) -> Iterator[tuple[Detail | None, str]]:
    """Return every text of an answer with the field it was typed in; None for the question's own."""
    if answer.text:
        yield None, answer.text
    details = {detail.id: detail for option in question.options for detail in option.details}
    columns = {column.id: column for column in question.columns}
    for name, text in answer.details.items():
        if text and name in details:
            yield details[name], text
        elif text and question.kind == "age" and name in _AGE_FIELDS:
            yield None, text
    for row in answer.rows:
        for name, text in row.items():
            if text and name in columns:
                yield columns[name], text


def _kind(question: Question, field: Detail | None) -> str:
    return question.kind if field is None else field.kind


def _is_name(question: Question, field: Detail | None) -> bool:
    if question.pack_group not in _NAME_GROUPS:
        return False
    return question.kind == "text" if field is None else field.id in _NAME_FIELDS


def _read(question: Question, field: Detail | None, text: str) -> Iterable[tuple[str, str]]:
    kind = _kind(question, field)
    if kind in ("age", "date"):
        return [(BIRTH, each) for each in births_in(text)]
    if kind == "username":
        return accounts_in(text)
    if kind == "web_address":
        return [(WEB, web) for each in text.split() if (web := web_of(each, surely=True))]
    if kind in ("phone", "email"):
        is_telling = question.pack_group in _NUMBER_GROUPS
        return [each for each in accounts_in(text) if each[0] in (PHONE, EMAIL)] if is_telling else []
    return [(NAME, part) for part in name_parts(text)] if _is_name(question, field) else []
