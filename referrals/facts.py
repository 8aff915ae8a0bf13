"""A referral as the engine reads it: its answers, the edition that asks them, and the facts they come to."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from procedures import editions
from procedures.engine.answers import ADULT_AGE, AnswerSheet, facts_of, parse_sheet, years_in
from procedures.engine.edition import Edition
from procedures.engine.facts import Facts
from procedures.engine.units import conflict_in, is_about_staff
from referrals.models import Referral

LONDON = ZoneInfo("Europe/London")
AREA_QUESTION = "Q-SAF-5"


class NoEditionError(LookupError):
    """No procedure is in force, so nothing can be asked or routed."""

    def __init__(self, on: date) -> None:
        super().__init__(f"No edition is in force on {on.isoformat()}. Publish one, or correct its in_force_from.")


def local_date(at: datetime) -> date:
    """Return the date in England at a moment."""
    return at.astimezone(LONDON).date()


def sheet_of(referral: Referral) -> AnswerSheet:
    """Return the answers of a referral."""
    return parse_sheet(referral.answers)


def pins_in_force(*, on: date) -> list[dict[str, str]]:
    """Return id, version and digest of every edition in force on a date, each once. Raises NoEditionError."""
    found = {each.id: each for each in editions.editions_in_force(on=on).values()}
    if not found:
        raise NoEditionError(on)
    return [{"id": each.id, "version": each.version, "digest": each.digest} for each in found.values()]


def sheet_now(referral: Referral) -> AnswerSheet:
    """Return the answers with what the hub found out since standing over them. For the hub, never for a referrer.

    Corrections that the caller has loaded beforehand (`prefetch_related`) are not asked for again.
    """
    answers = deepcopy(referral.answers)
    for correction in sorted(referral.corrections.all(), key=lambda each: each.sequence):
        if correction.adds_child:
            answers.setdefault("children", []).append({"key": correction.record_key, "answers": {}})
        kept = stored_answers(answers, correction.record_key)
        if kept is not None:
            kept.update(correction.answers)
    return parse_sheet(answers)


def stored_answers(answers: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Return the answers of the case, or of the record of this key, to be read or written; None without such a one."""
    if not key:
        return answers["case"]  # type: ignore[no-any-return]
    records = [*answers.get("children", []), *answers.get("persons", [])]
    return next((record["answers"] for record in records if record["key"] == key), None)


def corrected_in(referral: Referral) -> frozenset[tuple[str, str]]:
    """Return `(key of the record or "", question)` of each answer that is the hub's."""
    return frozenset(
        (correction.record_key, question)
        for correction in referral.corrections.all()
        for question in correction.answers
    )


def pinned_editions(referral: Referral) -> dict[str, Edition]:
    """Return the edition that decides each area of a sent referral: those it was decided under, and for other areas
    those in force on the day it was sent."""
    day = local_date(referral.sent_at or referral.created_at)
    found = dict(editions.editions_in_force(on=day))
    for pin in referral.editions:
        edition = _at_hand(pin)
        found |= dict.fromkeys(edition.content.edition.areas, edition)
    return found


def form_edition(referral: Referral) -> Edition:
    """Return the edition whose questions this referral is asked: of those pinned to it, that of the child's area, else
    of the setting's, else the first.

    A pinned edition that is no longer at hand is replaced by the newest of its id. Raises NoEditionError.
    """
    pinned = [_at_hand(pin) for pin in referral.editions]
    if not pinned:
        raise NoEditionError(local_date(referral.created_at))
    answered = referral.answers.get("case", {}).get(AREA_QUESTION, {}).get("chosen", [])
    for area in [*answered, referral.setting_area]:
        for edition in pinned:
            if area in edition.content.edition.areas:
                return edition
    return pinned[0]


def _at_hand(pin: dict[str, str]) -> Edition:
    return editions.by_digest(pin["digest"]) or editions.get_edition(pin["id"])


def facts_of_referral(referral: Referral, *, edition: Edition | None = None, today: date) -> Facts:
    """Return the facts that the answers come to, under the referral's own or another edition's questions.

    The setting's area is the referral's own where no question says otherwise.
    """
    edition = edition or form_edition(referral)
    facts = facts_of(edition, sheet_of(referral), today=today)
    return with_setting_area(facts, referral.setting_area)


def with_setting_area(facts: Facts, area: str) -> Facts:
    """Return the facts with the setting's area filled in where they do not know it."""
    from procedures.engine.facts import FactValue

    if facts.values["setting_area"].known or area == "unknown":
        return facts
    only = frozenset((area,))
    return Facts({**facts.values, "setting_area": FactValue(only, only)}, facts.children)


def child_keys(edition: Edition, sheet: AnswerSheet, *, today: date) -> list[str]:
    """Return for each child of the facts, in order, the key of its record; "" for one that has no record of its own.

    Follows `facts_of`: a record of somebody 18 or over is no child, and those in a table of others come last.
    """
    ages = [
        question.id for question in edition.questions.values() if any(f.derive == "age_band" for f in question.fills)
    ]
    keys = []
    for record in sheet.children:
        answer = record.answers.get(ages[0]) if ages else None
        years = years_in([*answer.details.values(), answer.text], today) if answer is not None else None
        if years is None or years < ADULT_AGE:
            keys.append(record.key)
    count = len(facts_of(edition, sheet, today=today).children)
    if not sheet.children and count:
        keys.append("")
    return [*keys, *[""] * (count - len(keys))]


def must_be_hidden(facts: Facts) -> bool:
    """Return whether nobody at the setting may see the referral: not yet said whom it is about, or one of theirs, or
    sealed (Z-07, Z-19b)."""
    about = facts.values["about_staff_of"]
    return not about.is_settled or facts.has("about_staff_of", "own_setting") or conflict_in(facts)


def must_be_sealed(facts: Facts) -> bool:
    """Return whether only the author and the conflict units may see it once sent (M-13, Z-13, Z-19b)."""
    return conflict_in(facts)


def concerns_staff(facts: Facts) -> bool:
    """Return whether it is about staff of the police, the hub or the council (Z-13)."""
    return is_about_staff(facts)


def means_danger(edition: Edition, sheet: AnswerSheet, facts: Facts) -> bool:
    """Return whether danger or a child's self-harm was answered yes, or could not be ruled out after asking (Z-14)."""
    if facts.has("immediate_danger", "yes") or facts.has("missing_now", "yes"):
        return True
    if facts.values["child_self_harm"].known & {"acting_or_planning", "thoughts"}:
        return True
    return any(
        option.then == "danger" and option.value in sheet.get(question, None).chosen
        for question in edition.questions.values()
        if question.scope == "case"
        for option in question.options
    )
