"""What the hub found out over the referrer's answers, each answer beside what stood there before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procedures.engine.answers import Answer, parse_sheet
from referrals import facts, summary
from referrals.models import Correction, Referral
from referrals.queries import children_in_full


@dataclass(frozen=True)
class Change:
    """One answer, in words as they were given."""

    label: str
    now: str
    before: str


@dataclass(frozen=True)
class Finding:
    """One page of questions answered anew: who, when and how it is known say `correction`."""

    correction: Correction
    changes: tuple[Change, ...]


def found_out(user: Any, case: Referral, *, at: datetime) -> list[Finding]:
    """Return what the hub found out, the newest first.

    Of a child whose record this person does not read in full, nothing.
    """
    in_full = children_in_full(user, case, at=at)
    not_theirs = {record.key for record in facts.sheet_now(case).children} - (in_full or set())
    edition, sheet = facts.form_edition(case), facts.sheet_of(case)
    before: dict[tuple[str, str], Answer] = {}
    found = []
    for correction in case.corrections.select_related("made_by").order_by("sequence"):
        if in_full is not None and correction.record_key in not_theirs:
            continue
        changes = []
        answers = parse_sheet({"case": correction.answers, "children": [], "persons": []}).case
        for question_id, new in answers.items():
            question = edition.questions.get(question_id)
            if question is None:
                continue
            key = correction.record_key or None
            old = before.get((correction.record_key, question_id)) or sheet.get(question, key)
            before[correction.record_key, question_id] = new
            changes.append(Change(question.short, _words(question, new), _words(question, old)))
        found.append(Finding(correction, tuple(changes)))
    return found[::-1]


def _words(question: Any, answer: Answer) -> str:
    return "not known" if answer.is_not_known else "; ".join(summary.lines_of(question, answer)) or "not asked"
