"""What the hub found out: a page of the form answered anew, over the referrer's answers, which stay as they were."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from procedures.engine import journey
from procedures.engine.answers import facts_of
from procedures.engine.facts import Facts
from referrals import facts, permissions
from referrals.actions import search_index
from referrals.actions.conflicts import keep_named_away
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
    rows = Referral.objects.system(reason="write down what was found out about one referral")
    # Two at once would both take the next number. SQLite, which ignores this lock, has one writer anyway.
    held = rows.select_for_update(of=("self",)).get(pk=referral.pk)
    permissions.check(permissions.may_reroute(by, held, at=at))
    earlier = Correction.objects.filter(made_by=by, token=token).first()
    if earlier is not None:
        return earlier
    changed = _changed(held, page, key, answers)
    faults: dict[str, str] = {}
    words = _reason(how_known, faults)
    if not changed:
        faults[""] = "Nothing on this page is different from what is known already"
    if faults:
        raise CorrectionRefusedError(faults)
    correction = Correction(
        referral=held, sequence=held.corrections.count() + 1, page=page, record_key=key, answers=changed,
        how_known=words, token=token, made_at=at, made_by=by,
    )  # fmt: skip
    correction.save(force_insert=True)
    _follow(held, at=at)
    record_event(
        event="fact.corrected", by=by, at=at, subject=held,
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
    referral: Referral, page: str, key: str, answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    edition, sheet = facts.form_edition(referral), facts.sheet_now(referral)
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


def _follow(referral: Referral, *, at: datetime) -> None:
    """Let everything that hangs on the answers follow at once: who may see it, and what finds it.

    Raises CorrectionRefusedError for what a page of questions may not do.
    """
    said, keys = facts_now(referral)
    routing = current_routing(referral)
    before = routing.child_keys if routing is not None else []
    if keys[: len(before)] != list(before):
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
