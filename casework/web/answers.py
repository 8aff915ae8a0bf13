"""Answers as the case page prints them, and the few that come first: the case in a minute's reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procedures.engine.facts import kept_facts
from referrals.documents import break_addresses
from referrals.documents.characters import code_points, invisible_characters, printable
from referrals.documents.words import STATES
from referrals.family_words import family_statement
from referrals.models import Referral, Routing
from referrals.models.phone_contacts import phone_contact_of
from referrals.summary import NOT_ASKED, Row, Section

WORRY, SAFETY, CALLS = "worry", "safety", "police_contact"
CHILD_FIRST = ("Q-CHI-1", "Q-CHI-2", "Q-CHI-3", "Q-CHI-18")
PERSON_FIRST = ("Q-ADU-1", "Q-ADU-2", "Q-ADU-4", "Q-ADU-6")
PHONE_QUESTION = "Q-REF-4"


@dataclass(frozen=True)
class Line:
    """One line of an answer, its addresses broken; `note` names characters that the eye would take for others."""

    text: str
    note: str


@dataclass(frozen=True)
class AnswerRow:
    """One answer. `missing` is "Not known", "Not asked" or "Preferred not to say", or blank."""

    label: str
    text: str
    lines: tuple[Line, ...]
    missing: str
    telling: str
    is_exact: bool
    is_hubs: bool = False
    """Whether the hub found it out, over what the referrer said."""


@dataclass(frozen=True)
class AnswerSection:
    """A part of the form, or one child's or person's share of it."""

    title: str
    of: str
    anchor: str
    rows: tuple[AnswerRow, ...]
    not_asked: tuple[str, ...]
    """The labels of what was not asked: named as such, in one line, so that what was said stands out."""


def answer_sections(sections: Sequence[Section]) -> list[AnswerSection]:
    """Return every answer in the order of the form."""
    return [
        AnswerSection(each.title, each.of or "", f"answers-{number}", *_split(each.rows))
        for number, each in enumerate(sections, start=1)
        if each.rows
    ]


def _split(rows: Sequence[Row]) -> tuple[tuple[AnswerRow, ...], tuple[str, ...]]:
    """Return the answers, and the labels of what was not asked."""
    asked = tuple(answer_row(row) for row in rows if row.state != NOT_ASKED or row.lines)
    return asked, tuple(row.label for row in rows if row.state == NOT_ASKED and not row.lines)


def answer_row(row: Row) -> AnswerRow:
    """Return one answer as it is printed."""
    noted = code_points if row.mono else invisible_characters
    lines = tuple(Line(break_addresses(printable(line)), noted(line) or "") for line in row.lines)
    telling = f"{row.telling} {row.who or 'the referrer'}" if row.lines else ""
    return AnswerRow(
        row.label, row.text, lines, STATES.get(row.state, ""), telling, row.mono, is_hubs=row.who == "the hub"
    )


@dataclass(frozen=True)
class Glance:
    """One line of the minute's reading; several values where several questions stand under it."""

    label: str
    values: tuple[AnswerRow, ...]
    text: str = ""
    not_asked: tuple[str, ...] = ()


def glance(referral: Referral, routing: Routing, sections: Sequence[Section]) -> list[Glance]:
    """Return what is happening, in the order in which a screener asks."""
    case_rows = [row for section in sections if section.scope == "case" for row in section.rows]
    lines = [
        _group("What the referrer is worried about", case_rows, WORRY),
        _group("Danger and safety", case_rows, SAFETY),
        *_records(sections, "child", CHILD_FIRST),
        *_records(sections, "person", PERSON_FIRST),
        _group("Calls made", case_rows, CALLS),
        Glance("What the referrer was told about the family", (), family_statement(kept_facts(routing.facts))),
        Glance("Reach the referrer", _phone(case_rows), _referrer(referral)),
    ]
    return [line for line in lines if line.values or line.text or line.not_asked]


def _group(label: str, rows: Sequence[Row], group: str) -> Glance:
    asked, not_asked = _split([row for row in rows if row.group == group])
    return Glance(label, asked, "", not_asked)


def _records(sections: Sequence[Section], scope: str, first: Sequence[str]) -> list[Glance]:
    """Return the first questions of each child or person, however many parts of the form they stand in."""
    found: dict[str, list[Row]] = {}
    for section in sections:
        if section.scope == scope:
            mine = found.setdefault(section.of or scope, [])
            mine += [row for row in section.rows if row.question in first]
    return [
        Glance(of.capitalize(), asked, "", not_asked)
        for of, (asked, not_asked) in ((of, _split(rows)) for of, rows in found.items())
    ]


def _phone(rows: Sequence[Row]) -> tuple[AnswerRow, ...]:
    return tuple(answer_row(row) for row in rows if row.question == PHONE_QUESTION)


def _referrer(referral: Referral) -> str:
    author = referral.author
    call = phone_contact_of(referral)
    if call is not None:
        return f"{call.caller}, by telephone; written down by {author.full_name}, {call.hub.name}"
    setting: Any = referral.organisation.name if referral.organisation else ""
    return ", ".join(part for part in (author.full_name, author.job_title, setting) if part)
