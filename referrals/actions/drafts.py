"""Writing a draft: started, answered page by page, repeated for children and persons."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation
from audit.record import record_event
from procedures.engine.answers import NO_CHILD_KNOWN
from procedures.engine.edition import Edition
from referrals import facts, permissions
from referrals.actions.conflicts import keep_named_away
from referrals.actions.holding import take_draft
from referrals.answer_checks import AnswerRefusedError, checked_answer
from referrals.models import DRAFT_LIFE, Referral

MOST_RECORDS = 40
"""Children, or persons, in one referral."""
_PREFILLED = ("full_name", "job_title", "organisation", "email")
"""Not the telephone: the number for today and this evening is asked each time."""


class RecordRefusedError(Exception):
    """A child or person cannot be added or taken out. The text says why."""


@transaction.atomic
def start(
    *,
    by: Any,
    at: datetime,
    organisation: Organisation | None = None,
    setting_area: str = "unknown",
    referrer: Mapping[str, str] | None = None,
) -> Referral:
    """Start a draft for a setting (its area then counts), or for none. Private until shared.

    `referrer`: who refers where that is not `by`, as `full_name`, `job_title`, `organisation` and `email`.
    Raises NotPermittedError, or NoEditionError where no procedure is in force.
    """
    permissions.check(permissions.may_start(by, organisation, at=at))
    referral = Referral(
        author=by,
        organisation=organisation,
        editions=facts.pins_in_force(on=facts.local_date(at)),
        setting_area=organisation.area if organisation is not None else setting_area,
        created_at=at,
        last_saved_at=at,
        expires_at=at + DRAFT_LIFE,
        answers={"case": {}, "children": [], "persons": [_new_record()]},
    )
    known = dict(referrer) if referrer is not None else _known_of(by, organisation)
    referral.answers["case"] = _prefilled(facts.form_edition(referral), known)
    referral.save(force_insert=True)
    record_event(event="draft.started", by=by, at=at, subject=referral)
    return referral


@transaction.atomic
def save_answers(
    *,
    referral: Referral,
    version: int,
    page: str,
    answers: Mapping[str, Mapping[str, Any]],
    by: Any,
    at: datetime,
    key: str | None = None,
) -> Referral:
    """Save the answers of one page, for the case or for the child's or person's record `key`; return the draft.

    `answers` gives for each question of the page what `checked_answer` reads; one left out stays as it was, an empty
    one is taken out. Raises AnswerRefusedError, DraftChangedError (with both versions), DraftClosedError,
    NotPermittedError.
    """
    draft = take_draft(referral, version=version, at=at, yours=answers)
    permissions.check(permissions.may_edit_draft(by, draft, at=at))
    edition = facts.form_edition(draft)
    store = _store_of(edition, draft, page, key)
    on_page = set(edition.pages[page].questions)
    for question_id, data in answers.items():
        if question_id not in on_page:
            raise AnswerRefusedError(question_id, "chosen", "This page is out of date. Reload it and try again.")
        kept = checked_answer(edition.questions[question_id], data)
        if kept is None:
            store.pop(question_id, None)
        else:
            store[question_id] = kept
    _fit_children(draft)
    _write(draft, at=at)
    record_event(event="draft.saved", by=by, at=at, subject=draft, detail={"page": page, "version": draft.version})
    return draft


@transaction.atomic
def add_child(*, referral: Referral, version: int, by: Any, at: datetime) -> str:
    """Add an empty record for a further child; return its key. Raises RecordRefusedError beyond 40."""
    return _add(referral, "children", version=version, by=by, at=at)


@transaction.atomic
def add_person(*, referral: Referral, version: int, by: Any, at: datetime) -> str:
    """Add an empty record for a further person; return its key. Raises RecordRefusedError beyond 40."""
    return _add(referral, "persons", version=version, by=by, at=at)


@transaction.atomic
def remove_child(*, referral: Referral, version: int, key: str, by: Any, at: datetime) -> Referral:
    """Take a child's record out with its answers. Raises RecordRefusedError where there is none of this key."""
    return _remove(referral, "children", key, version=version, by=by, at=at)


@transaction.atomic
def remove_person(*, referral: Referral, version: int, key: str, by: Any, at: datetime) -> Referral:
    """Take a person's record out with its answers. Raises RecordRefusedError where there is none of this key."""
    return _remove(referral, "persons", key, version=version, by=by, at=at)


def _add(referral: Referral, kind: str, *, version: int, by: Any, at: datetime) -> str:
    draft = take_draft(referral, version=version, at=at)
    permissions.check(permissions.may_edit_draft(by, draft, at=at))
    if len(draft.answers[kind]) >= MOST_RECORDS:
        raise RecordRefusedError(f"One referral holds at most {MOST_RECORDS}. Send this one, then start another.")
    record = _new_record()
    draft.answers[kind].append(record)
    _write(draft, at=at)
    record_event(event="draft.record_added", by=by, at=at, subject=draft, detail={"kind": kind})
    return str(record["key"])


def _remove(referral: Referral, kind: str, key: str, *, version: int, by: Any, at: datetime) -> Referral:
    draft = take_draft(referral, version=version, at=at)
    permissions.check(permissions.may_edit_draft(by, draft, at=at))
    left = [record for record in draft.answers[kind] if record["key"] != key]
    if len(left) == len(draft.answers[kind]):
        raise RecordRefusedError("This record is not there any more. Reload the page.")
    draft.answers[kind] = left
    _fit_children(draft)
    _write(draft, at=at)
    record_event(event="draft.record_removed", by=by, at=at, subject=draft, detail={"kind": kind})
    return draft


def _new_record() -> dict[str, Any]:
    return {"key": secrets.token_hex(3), "answers": {}}


def _known_of(author: Any, organisation: Organisation | None) -> dict[str, str]:
    return {
        "full_name": author.full_name,
        "job_title": author.job_title,
        "organisation": organisation.name if organisation is not None else "",
        "email": author.contact_email,
    }


def _prefilled(edition: Edition, known: Mapping[str, str]) -> dict[str, Any]:
    return {
        question.id: {"chosen": [], "text": known[question.prefill], "details": {}, "rows": []}
        for question in edition.questions.values()
        if question.prefill in _PREFILLED and known[question.prefill]
    }


def _store_of(edition: Edition, draft: Referral, page: str, key: str | None) -> dict[str, Any]:
    """Return the answers that a page writes to."""
    if page not in edition.pages:
        raise AnswerRefusedError(page, "chosen", "This page is no longer part of the form. Go to the task list.")
    scope = edition.pages[page].scope
    if scope == "case":
        return draft.answers["case"]  # type: ignore[no-any-return]
    records = draft.answers["children" if scope == "child" else "persons"]
    for record in records:
        if record["key"] == key:
            return record["answers"]  # type: ignore[no-any-return]
    raise RecordRefusedError("This record is not there any more. Go to the task list.")


def _fit_children(draft: Referral) -> None:
    """Keep a child's record ready to be filled, and none where the answer is that no child is known (Z-10)."""
    area = draft.answers["case"].get(facts.AREA_QUESTION, {}).get("chosen", [])
    children = draft.answers["children"]
    if area == [NO_CHILD_KNOWN]:
        # What was written about a child stays: the person is asked to take it out.
        draft.answers["children"] = [record for record in children if record["answers"]]
    elif area and not children:
        children.append(_new_record())


def _write(draft: Referral, *, at: datetime) -> None:
    """Save the answers with all that follows from them at once: who may see the draft, and whether danger was said."""
    edition = facts.form_edition(draft)
    sheet = facts.sheet_of(draft)
    said = facts.facts_of_referral(draft, edition=edition, today=facts.local_date(at))
    draft.is_hidden_from_setting = facts.must_be_hidden(said)
    if facts.means_danger(edition, sheet, said):
        draft.danger_since = draft.danger_since or at
    else:
        draft.danger_since = draft.author_alerted_at = draft.lead_alerted_at = None
    draft.expires_at = at + DRAFT_LIFE
    draft.expiry_warned_at = None
    draft.save(
        update_fields=[
            "answers", "is_hidden_from_setting", "danger_since", "author_alerted_at", "lead_alerted_at", "expires_at",
            "expiry_warned_at",
        ]
    )  # fmt: skip
    if draft.is_shared:
        # Its leads can see it: one whom it names now may not from this moment.
        keep_named_away(referral=draft, at=at)
