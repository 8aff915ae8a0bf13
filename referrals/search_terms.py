"""What a referral can be found by, and what somebody typed to find one: parts of names, dates of birth, account names.

Both sides are brought to one spelling here, so that equal terms give equal tokens.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from procedures.engine.answers import Answer, AnswerSheet, shown_questions
from procedures.engine.edition import Edition
from procedures.engine.schema import Detail, Question

NAME, BIRTH, HANDLE = "name", "birth", "handle"
MOST_WORDS = 8
"""Of a search; a referral's own names may have more."""
_NAME_FIELDS = {"name", "other_names", "aliases"}
_NAME_GROUPS = {"child_identity", "person_identity", "household", "other_children"}
_REFERENCE = re.compile(r"([0-9A-HJKMNP-TV-Z]{4})[\s-]?([0-9A-HJKMNP-TV-Z]{4})", re.IGNORECASE)
_BRITISH = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_WORD = re.compile(r"[^\W_]+")
_SEVERAL = re.compile(r"[,;\n]|\s+(?:and|or|/)\s+")
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
    """What somebody looks for. A referral fits that has the reference, or the account name, or all of the terms."""

    reference: str = ""
    handle: str = ""
    terms: tuple[Term, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of thing looked for: what the record keeps of a search."""
        said = [("reference", self.reference), (HANDLE, self.handle)]
        return tuple(dict.fromkeys([kind for kind, value in said if value] + [term.kind for term in self.terms]))


def name_parts(text: str) -> list[str]:
    """Return the parts of a name in one spelling: `O’Brien-Smith` and `o'brien smith` are `obrien`, `smith`."""
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    return list(dict.fromkeys(_WORD.findall(plain)))


def handle_of(text: str) -> str:
    """Return an account's name in one spelling: without the @ before it and without regard to capitals."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("@").casefold()


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


def wanted_in(text: str) -> Wanted:
    """Return what somebody looks for in the words they typed."""
    text = text.strip()
    match = _REFERENCE.fullmatch(text)
    reference = f"{match[1]}-{match[2]}".upper() if match else ""
    words = _ISO.sub(" ", _BRITISH.sub(" ", text))
    terms = [Term(BIRTH, each) for each in births_in(text)]
    if not text.startswith("@"):
        terms += [Term(NAME, each) for each in name_parts(words)[:MOST_WORDS]]
    return Wanted(reference, handle_of(text), tuple(terms))


def terms_of(edition: Edition, sheet: AnswerSheet) -> set[Term]:
    """Return what a referral can be found by: of every question that was asked, the names, dates and accounts."""
    return {
        term
        for (question_id, key), is_shown in shown_questions(edition, sheet).items()
        if is_shown
        for question in [edition.questions[question_id]]
        for term in _terms(question, sheet.get(question, key), key)
    }


def terms_of_addition(text: str) -> set[Term]:
    """Return what stands out in free text: account names written with their @, and whole dates."""
    handles = {Term(HANDLE, handle_of(each)) for each in _AT_HANDLE.findall(text)}
    return handles | {Term(BIRTH, each) for each in births_in(text)}


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
    for row in answer.rows:
        for name, text in row.items():
            if text and name in columns:
                yield columns[name], text


def _read(question: Question, field: Detail | None, text: str) -> Iterable[tuple[str, str]]:
    kind = question.kind if field is None else field.kind
    if kind in ("age", "date"):
        return [(BIRTH, each) for each in births_in(text)]
    if kind == "username":
        return [(HANDLE, handle) for part in _SEVERAL.split(text) if (handle := handle_of(part))]
    is_name = question.pack_group in _NAME_GROUPS and (
        (field is None and kind == "text") or (field is not None and field.id in _NAME_FIELDS)
    )
    return [(NAME, part) for part in name_parts(text)] if is_name else []
