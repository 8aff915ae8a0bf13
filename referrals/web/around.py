"""What stands around a page's questions: what to do now, why we ask, how far the form has come, sending at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from procedures import editions
from procedures.engine import journey
from procedures.engine.answers import AREA_QUESTION, AnswerSheet
from procedures.engine.edition import Edition
from procedures.engine.facts import Child, Facts, FactValue
from procedures.engine.joining import route_by_area
from procedures.engine.schema import Question
from referrals import facts
from referrals.models import Referral
from referrals.source_words import source_words

NOT_SAID = FactValue(frozenset(), frozenset())
_OURS = ("Z-", "DD-", "F-", "H-", "P-", "M-")
"""Sources that are the portal's own decisions: shown where no paragraph and no guidance stands behind a question."""
_KINDS = ("now", "never")
TELL_YOUR_LEAD = "tell_your_lead"
"""Not shown before it is known that the concern is about nobody at the setting (Z-07)."""


@dataclass(frozen=True)
class Ground:
    """What a question rests on: where it stands, in words, and the page where it can be read."""

    title: str
    text: str
    href: str


@dataclass(frozen=True)
class Advice:
    """One item of the checklist: its code and its words."""

    code: str
    text: str


@dataclass(frozen=True)
class ToDo:
    """What to do now, and what never to do, for what was said so far."""

    now: tuple[Advice, ...]
    never: tuple[Advice, ...]

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
    """Return the checklist for what was said so far: what was not reached yet adds nothing, "I don't know" does.

    What this case asks for comes before what is always so.
    """
    today = facts.local_date(at)
    known = facts.facts_of_referral(referral, edition=edition, today=today)
    said = said_so_far(edition, sheet, known)
    in_force = editions.editions_in_force(on=today)
    items = {item.code: item for each in in_force.values() for item in each.content.checklists}
    steps = [step for step in route_by_area(in_force, said).checklist if step.code in items]
    if "own_setting" in known.values["about_staff_of"].possible:
        steps = [step for step in steps if step.code != TELL_YOUR_LEAD]
    steps.sort(key=lambda step: not items[step.code].only_by_rule and items[step.code].when is None)
    found = {kind: [Advice(step.code, step.text) for step in steps if items[step.code].do == kind] for kind in _KINDS}
    return ToDo(tuple(found["now"]), tuple(found["never"]))


def said_so_far(edition: Edition, sheet: AnswerSheet, known: Facts) -> Facts:
    """Return the facts with everything left out that no answer speaks of yet: neither yes, nor no, nor unknown."""
    spoken = {
        fill.fact for question in edition.questions.values() if _is_answered(question, sheet) for fill in question.fills
    }
    values = {code: value if value.known or code in spoken else NOT_SAID for code, value in known.values.items()}
    if not (AREA_QUESTION in sheet.case and sheet.case[AREA_QUESTION].is_given):
        return Facts(values, ())
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
        href = _address("procedures:source", edition.id, source)
        found[source] = Ground(guidance[source].publisher, guidance[source].title, href)
    return list(found.values())


def paragraph_address(edition: Edition, paragraph: str) -> str:
    """Return where a paragraph of the procedure can be read, or nothing where no such page is."""
    return _address("procedures:paragraph", edition.id, paragraph)


def _address(name: str, *parts: str) -> str:
    try:
        return reverse(name, args=parts)
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
    href = _address("procedures:source", edition.id, source)
    return {"id": source, "text": source_words(edition, source), "href": href}
