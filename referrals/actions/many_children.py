"""Adding many children of one incident at once (Z-25)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.record import record_event
from referrals import facts, permissions
from referrals.actions.drafts import MOST_RECORDS, RecordRefusedError, _new_record, _write
from referrals.actions.holding import take_draft
from referrals.answer_checks import AnswerRefusedError, checked_answer
from referrals.models import Referral


@transaction.atomic
def add_children(
    *, referral: Referral, version: int, children: Sequence[Mapping[str, Mapping[str, Any]]], by: Any, at: datetime
) -> Referral:
    """Add a record for each child with its answers, all or none; a record that is still empty is used first.

    `children` gives for each child its answers by question id, as `checked_answer` reads them. Raises
    RecordRefusedError beyond 40 records, AnswerRefusedError, DraftChangedError, DraftClosedError, NotPermittedError.
    """
    draft = take_draft(referral, version=version, at=at)
    permissions.check(permissions.may_edit_draft(by, draft, at=at))
    edition = facts.form_edition(draft)
    kept = [record for record in draft.answers["children"] if record["answers"]]
    if len(kept) + len(children) > MOST_RECORDS:
        raise RecordRefusedError(
            f"One referral holds at most {MOST_RECORDS} children. Send this one, then start another."
        )
    for given in children:
        record = _new_record()
        for question_id, data in given.items():
            question = edition.questions.get(question_id)
            if question is None or question.scope != "child":
                raise AnswerRefusedError(
                    question_id, "chosen", "This form is out of date. Reload the page and try again."
                )
            answer = checked_answer(question, data)
            if answer is not None:
                record["answers"][question_id] = answer
        kept.append(record)
    draft.answers["children"] = kept
    _write(draft, at=at)
    record_event(event="draft.children_added", by=by, at=at, subject=draft, detail={"count": len(children)})
    return draft
