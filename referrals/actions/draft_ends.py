"""Handing a draft to the safeguarding lead, and the ends of a draft that is not sent."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.permissions import Permission
from accounts.queries import organisations_where
from audit.record import record_event
from procedures.engine.edition import Edition
from referrals import facts, permissions
from referrals.actions import search_index
from referrals.actions.conflicts import keep_named_away
from referrals.actions.holding import take_draft
from referrals.models import Notice, Referral
from referrals.notifications import give_notice

WARN_BEFORE = timedelta(days=3)
REASONS = {
    "not_needed": "Not needed after all",
    "told_by_phone": "The hub or the police were told in another way",
    "sent_otherwise": "Sent in another referral",
    "mistake": "Started by mistake",
}
"""Why a draft was withdrawn, as its author says."""


class ShareRefusedError(Exception):
    """The draft cannot be shared. The text says why and what to do."""


@transaction.atomic
def share(*, referral: Referral, version: int, by: Any, at: datetime, lead: Any = None) -> Referral:
    """Hand the draft to the setting's safeguarding leads; `lead` is the one who is told, if one was chosen.

    Raises ShareRefusedError where it is about somebody at the setting, has not said whom it is about, or belongs to no
    setting; DraftChangedError, DraftClosedError, NotPermittedError.
    """
    draft = take_draft(referral, version=version, at=at)
    permissions.check(draft.author_id == by.pk and permissions.may_edit_draft(by, draft, at=at))
    if draft.organisation_id is None:
        raise ShareRefusedError("This draft belongs to no setting, so there is nobody to share it with.")
    if draft.is_hidden_from_setting:
        raise ShareRefusedError(
            "Say first whether this is about someone where you work. If it is, nobody there can see this draft."
        )
    keep_named_away(referral=draft, at=at)
    if lead is not None and permissions.is_kept_away(lead, draft):
        raise ShareRefusedError("This person is named in the draft, so they cannot see it. Choose another, or nobody.")
    if lead is not None and not _leads(lead, draft, at=at):
        raise ShareRefusedError("This person does not lead safeguarding at your setting. Choose another.")
    draft.lead = lead
    draft.shared_at, draft.shared_by = draft.shared_at or at, draft.shared_by or by
    draft.save(update_fields=["lead", "shared_at", "shared_by"])
    if lead is not None:
        give_notice(to=lead, kind=Notice.Kind.DRAFT_SHARED, referral=draft, at=at)
    record_event(event="draft.shared", by=by, at=at, subject=draft)
    return draft


@transaction.atomic
def withdraw(*, referral: Referral, version: int, reason: str, by: Any, at: datetime) -> Referral:
    """Withdraw a draft: its content goes, who, when and why stay (Z-14). `reason` is a code of REASONS."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is no reason for withdrawing. Use one of: {', '.join(REASONS)}.")
    draft = take_draft(referral, version=version, at=at)
    permissions.check(permissions.may_withdraw(by, draft, at=at))
    draft.status, draft.ended_at, draft.ended_by, draft.end_reason = Referral.Status.WITHDRAWN, at, by, reason
    _wipe(draft)
    record_event(event="draft.withdrawn", by=by, at=at, subject=draft, detail={"reason": reason})
    return draft


def expire_due(*, at: datetime) -> int:
    """End every draft whose time has run out, leaving its tombstone; return how many."""
    due = Referral.objects.system(reason="expire drafts").filter(status=Referral.Status.DRAFT, expires_at__lte=at)
    return sum(_expire(pk, at=at) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _expire(pk: Any, *, at: datetime) -> int:
    rows = Referral.objects.system(reason="expire one draft")
    still_due = rows.filter(pk=pk, status=Referral.Status.DRAFT, expires_at__lte=at)
    if not still_due.update(
        status=Referral.Status.EXPIRED, ended_at=at, end_reason="time_ran_out", version=F("version") + 1
    ):
        return 0  # saved or sent meanwhile
    draft = rows.get(pk=pk)
    _wipe(draft)
    record_event(event="draft.expired", by=None, at=at, subject=draft)
    return 1


def warn_expiring(*, at: datetime) -> int:
    """Tell the authors of drafts that expire within three days, once for each; return how many were told."""
    drafts = Referral.objects.system(reason="warn of expiry").filter(
        status=Referral.Status.DRAFT, expires_at__lte=at + WARN_BEFORE, expires_at__gt=at, expiry_warned_at__isnull=True
    )
    return sum(_warn(draft, at=at) for draft in drafts.select_related("author").defer("answers"))


@transaction.atomic
def _warn(draft: Referral, *, at: datetime) -> int:
    rows = Referral.objects.system(reason="warn of one expiry")
    if not rows.filter(pk=draft.pk, expiry_warned_at__isnull=True, status="draft").update(expiry_warned_at=at):
        return 0
    give_notice(to=draft.author, kind=Notice.Kind.DRAFT_EXPIRES, referral=draft, at=at)
    record_event(event="draft.expiry_warned", by=None, at=at, subject=draft)
    return 1


def _wipe(draft: Referral) -> None:
    """Take the content out of a draft that has ended. Of one about a conflict not even the children are kept."""
    try:
        edition = facts.form_edition(draft)
    except LookupError:
        edition = None  # no edition is at hand any more: a draft ends all the same
    if edition is not None:
        _keep_whom_it_was_about(draft, edition)
    draft.answers = {}
    draft.danger_since = None
    draft.save(update_fields=["answers", "danger_since", "status", "ended_at", "ended_by", "end_reason"])


def _keep_whom_it_was_about(draft: Referral, edition: Edition) -> None:
    said = facts.facts_of_referral(draft, edition=edition, today=facts.local_date(draft.last_saved_at))
    if not facts.must_be_sealed(said):
        search_index.index_ended(draft, edition, facts.sheet_of(draft))


def _leads(person: Any, draft: Referral, *, at: datetime) -> bool:
    organisations = organisations_where(person, Permission.LEAD_SETTING_REFERRALS, at=at)
    return organisations.filter(pk__in=[draft.organisation_id]).exists()
