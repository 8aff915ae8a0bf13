"""What stands around a page's questions: what to do now, why we ask, how far the form has come, sending at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse

from procedures import editions
from procedures.engine import journey
from procedures.engine.answers import AnswerSheet
from procedures.engine.edition import Edition
from procedures.engine.facts import Child, Facts, FactValue
from procedures.engine.joining import route_by_area
from procedures.engine.schema import ChecklistItem, Question
from referrals import facts
from referrals.models import Referral
from referrals.source_words import source_words

NOT_SAID = FactValue(frozenset(), frozenset())
_OURS = ("Z-", "DD-", "F-", "H-", "P-", "M-")
"""Sources that are the portal's own decisions: shown where no paragraph and no guidance stands behind a question."""
EXPIRY_NOTE_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Ground:
    """What a question rests on: where it stands, in words, and the page where it can be read."""

    title: str
    text: str
    href: str


@dataclass(frozen=True)
class ToDo:
    """What to do now, and what never to do, for what was said so far."""

    now: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.now) + len(self.never)


def around_page(
    referral: Referral, edition: Edition, sheet: AnswerSheet, questions: Sequence[Question], *, at: datetime
) -> dict[str, Any]:
    """Return what every page of the form shows beside its questions."""
    return {
        "referral": referral,
        "to_do": to_do(referral, edition, sheet, at=at),
        "grounds": grounds(edition, questions),
        "can_send_now": not journey.missing(edition, sheet, quick=True),
        "expires_at": referral.expires_at,
    }


def progress_words(edition: Edition, sheet: AnswerSheet, part: str) -> str:
    """Return as in "Part 2 of 8: Safety now"."""
    shown = journey.parts(edition, sheet)
    ids = [each.id for each in shown]
    if part not in ids:
        return ""
    number = ids.index(part)
    return f"Part {number + 1} of {len(ids)}: {shown[number].title}"


def to_do(referral: Referral, edition: Edition, sheet: AnswerSheet, *, at: datetime) -> ToDo:
    """Return the checklist for what was said so far: what was not reached yet adds nothing, "I don't know" does."""
    today = facts.local_date(at)
    said = said_so_far(edition, sheet, facts.facts_of_referral(referral, edition=edition, today=today))
    in_force = editions.editions_in_force(on=today)
    items = {item.code: item for each in in_force.values() for item in each.content.checklists}
    steps = [items[step.code] for step in route_by_area(in_force, said).checklist if step.code in items]
    return split(steps)


def split(items: Sequence[ChecklistItem]) -> ToDo:
    """Return checklist items as what to do now and what never to do."""
    return ToDo(
        tuple(item.text for item in items if item.do == "now"), tuple(item.text for item in items if item.do == "never")
    )


def said_so_far(edition: Edition, sheet: AnswerSheet, known: Facts) -> Facts:
    """Return the facts with everything left out that no answer speaks of yet: neither yes, nor no, nor unknown."""
    spoken = {
        fill.fact for question in edition.questions.values() if _is_answered(question, sheet) for fill in question.fills
    }
    values = {code: value if value.known or code in spoken else NOT_SAID for code, value in known.values.items()}
    children = tuple(
        Child(
            {
                code: value if value.known or code == "area" or f"child.{code}" in spoken else NOT_SAID
                for code, value in child.values.items()
            }
        )
        for child in known.children
    )
    return Facts(values, children)


def _is_answered(question: Question, sheet: AnswerSheet) -> bool:
    keys = [None] if question.scope == "case" else [record.key for record in sheet.records(question.scope)]
    return any(sheet.get(question, key).is_given for key in keys)


def grounds(edition: Edition, questions: Sequence[Question]) -> list[Ground]:
    """Return what the questions of a page rest on: paragraphs of the procedure, then guidance, each once."""
    wanted = list(dict.fromkeys(source for question in questions for source in question.why))
    found: dict[str, Ground] = {}
    for section in edition.content.sections:
        for paragraph in section.paragraphs:
            if paragraph.id in wanted or set(paragraph.facts) & set(wanted):
                found[paragraph.id] = Ground(
                    f"{edition.content.edition.title}, {paragraph.source}",
                    paragraph.text,
                    paragraph_address(edition, paragraph.id),
                )
    guidance = {each.id: each for each in edition.content.guidance}
    outside = [each for each in wanted if each in guidance and not each.startswith(_OURS)]
    for source in outside or ([] if found else [each for each in wanted if each in guidance]):
        found[source] = Ground(guidance[source].publisher, guidance[source].title, "")
    return list(found.values())


def paragraph_address(edition: Edition, paragraph: str) -> str:
    """Return where a paragraph of the procedure can be read, or nothing where no such page is."""
    try:
        return reverse("procedures:paragraph", args=[edition.id, paragraph])
    except NoReverseMatch:
        return ""


def source_link(edition: Edition, source: str) -> dict[str, str]:
    """Return a source in words, with the page where it can be read."""
    for section in edition.content.sections:
        for paragraph in section.paragraphs:
            if source == paragraph.id or source in paragraph.facts:
                return {
                    "id": source,
                    "text": f"{paragraph.source}: {paragraph.text}",
                    "href": paragraph_address(edition, paragraph.id),
                }
    return {"id": source, "text": source_words(edition, source), "href": ""}
