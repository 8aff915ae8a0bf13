"""What the hub found out: a page of the form answered anew, over the referrer's answers, which stay as they were."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from procedures.engine import journey
from procedures.engine.answers import AnswerSheet, Record, facts_of
from procedures.engine.facts import Facts
from referrals import facts, permissions
from referrals.actions import search_index
from referrals.actions.conflicts import keep_named_away
from referrals.actions.drafts import MOST_RECORDS
from referrals.answer_checks import checked_answer
from referrals.models import Correction, Referral
from referrals.models.corrections import LONGEST_REASON
from referrals.queries import current_routing
from referrals.text import TextRefusedError, clean_text


class CorrectionRefusedError(ValueError):
    """What was found out cannot be kept as it stands; `faults` says by field what to mend, "" for the whole page."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("The correction is not whole: " + "; ".join(self.faults.values()))


@transaction.atomic
def correct(
    *, referral: Referral, page: str, key: str, answers: Mapping[str, Mapping[str, Any]], how_known: str,
    token: uuid.UUID, by: Any, at: datetime
) -> Correction:  # fmt: skip
    """Write down what the hub found out on one page of the form; only answers that differ are kept.

    `key` is the child's or person's record, blank for the case; `answers` as `answer_checks.checked_answer` takes them.
    Nothing is sent: `rerouting.rerouting` says where it leads. The same form twice corrects once. Raises
    CorrectionRefusedError (also where it would seal the case, or take a child out of it), AnswerRefusedError,
    NotPermittedError.
    """
    held = _hold(referral, by=by, at=at)
    earlier = Correction.objects.filter(made_by=by, token=token).first()
    if earlier is not None:
        return earlier
    changed = _changed(held, facts.sheet_now(held), page, key, answers)
    return _keep(held, page, key, changed, how_known, token, by=by, at=at)


@transaction.atomic
def add_child(
    *, referral: Referral, page: str, answers: Mapping[str, Mapping[str, Any]], how_known: str, token: uuid.UUID,
    by: Any, at: datetime
) -> Correction:  # fmt: skip
    """Write down a further child, whom the hub found out about, with what one page about a child asks.

    The child stands after those who are known; `record_key` of what is returned is where the other pages are answered.
    Of a child of whom only nothing was known, it is the first record. The same form twice adds once. Raises as
    `correct` does.
    """
    held = _hold(referral, by=by, at=at)
    earlier = Correction.objects.filter(made_by=by, token=token).first()
    if earlier is not None:
        return earlier
    sheet = facts.sheet_now(held)
    if len(sheet.children) >= MOST_RECORDS:
        raise CorrectionRefusedError(
            {"": f"One case holds at most {MOST_RECORDS} children. Ask for a further referral"}
        )
    key = secrets.token_hex(3)
    changed = _changed(held, with_child(sheet, key), page, key, answers)
    return _keep(held, page, key, changed, how_known, token, by=by, at=at, adds_child=True)


def with_child(sheet: AnswerSheet, key: str) -> AnswerSheet:
    """Return the answers with an empty record for a further child."""
    return replace(sheet, children=(*sheet.children, Record(key, {})))


def _hold(referral: Referral, *, by: Any, at: datetime) -> Referral:
    rows = Referral.objects.system(reason="write down what was found out about one referral")
    # Two at once would both take the next number. SQLite, which ignores this lock, has one writer anyway.
    held = rows.select_for_update(of=("self",)).get(pk=referral.pk)
    permissions.check(permissions.may_reroute(by, held, at=at))
    return held


def _keep(
    held: Referral, page: str, key: str, changed: dict[str, dict[str, Any]], how_known: str, token: uuid.UUID, *,
    by: Any, at: datetime, adds_child: bool = False
) -> Correction:  # fmt: skip
    faults: dict[str, str] = {}
    words = _reason(how_known, faults)
    if not changed:
        faults[""] = "Nothing on this page is different from what is known already"
    if faults:
        raise CorrectionRefusedError(faults)
    correction = Correction(
        referral=held, sequence=held.corrections.count() + 1, page=page, record_key=key, adds_child=adds_child,
        answers=changed, how_known=words, token=token, made_at=at, made_by=by,
    )  # fmt: skip
    correction.save(force_insert=True)
    _follow(held, adds_child=adds_child, at=at)
    search_index.promise_look(correction, at=at)
    record_event(
        event="child.added" if adds_child else "fact.corrected", by=by, at=at, subject=held,
        detail={"correction": str(correction.pk), "questions": sorted(changed)},
    )  # fmt: skip
    return correction


def facts_now(referral: Referral) -> tuple[Facts, list[str]]:
    """Return the facts of a sent referral as they are known now, and the keys of its children in their order.

    Ages are those of the day on which it was sent, so that a birthday alone changes nothing.
    """
    edition, sheet = facts.form_edition(referral), facts.sheet_now(referral)
    day = facts.local_date(referral.sent_at or referral.created_at)
    said = facts.with_setting_area(facts_of(edition, sheet, today=day), referral.setting_area)
    return said, facts.child_keys(edition, sheet, today=day)


def _changed(
    referral: Referral, sheet: AnswerSheet, page: str, key: str, answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    edition = facts.form_edition(referral)
    step = journey.find(journey.steps(edition, sheet), page, key or None)
    if step is None:
        raise CorrectionRefusedError({"": "This page is not part of the case any more. Choose another"})
    changed = {}
    for question in step.questions:
        given = checked_answer(question, answers.get(question.id, {}))
        if given is not None and given != sheet.get(question, key or None).as_data():
            changed[question.id] = given
    return changed


def _reason(text: str, faults: dict[str, str]) -> str:
    try:
        words = clean_text(text, limit=LONGEST_REASON)
    except TextRefusedError as refused:
        faults["how_known"] = str(refused)
        return ""
    if not words:
        faults["how_known"] = "Write how this is known: who said it, or what it was seen in"
    return words


def _follow(referral: Referral, *, adds_child: bool, at: datetime) -> None:
    """Let everything that hangs on the answers follow at once: who may see it, and what finds it.

    Raises CorrectionRefusedError for what a page of questions may not do.
    """
    said, keys = facts_now(referral)
    routing = current_routing(referral)
    before = list(routing.child_keys) if routing is not None else []
    if before[:1] == [""] and keys and not facts.sheet_of(referral).children:
        before[0] = keys[0]  # nothing was known of this child, who has a record now
    if adds_child and keys[: len(before)] != before:
        raise CorrectionRefusedError(
            {"": "Some children of this case were only listed beside a person. Add this child to that list instead"}
        )
    if keys[: len(before)] != before:
        raise CorrectionRefusedError(
            {"": "This would take a child out of the case. Decide for that child instead, and say there what was found"}
        )
    if facts.must_be_sealed(said) and not (
        referral.is_sealed and referral.is_about_staff >= facts.concerns_staff(said)
    ):
        raise CorrectionRefusedError(
            {"": "This would seal the case. Do not write it here: ring the conflict officer, who takes it over"}
        )
    if facts.must_be_hidden(said) and not referral.is_hidden_from_setting:
        referral.is_hidden_from_setting = True
        referral.save(update_fields=["is_hidden_from_setting"])
    keep_named_away(referral=referral, at=at)
    search_index.index_sent(referral, facts.form_edition(referral), facts.sheet_now(referral))
