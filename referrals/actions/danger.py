"""Danger in a draft: that its page was shown, and what happens when such a draft stays unsent (Z-14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit.record import record_event
from referrals import permissions
from referrals.models import KeptAway, Notice, Referral
from referrals.notifications import give_notice

ALERT_AUTHOR_AFTER = timedelta(minutes=30)
ALERT_LEAD_AFTER = timedelta(minutes=60)


@transaction.atomic
def record_shown(*, referral: Referral, page: str, numbers: Sequence[str] = (), by: Any, at: datetime) -> None:
    """Record that the page "call 999 now" (`danger`) or "find out now" (`find_out`) was shown, each time it is.

    `numbers`: the hubs' numbers that stood on it, beside 999 and 101, each one short line.
    """
    permissions.check(permissions.may_edit_draft(by, referral, at=at))
    rows = Referral.objects.system(reason="record that the danger page was shown")
    if page == "danger":
        rows.filter(pk=referral.pk, danger_seen_at__isnull=True).update(danger_seen_at=at)
    record_event(event="danger.shown", by=by, at=at, subject=referral, detail={"page": page, "numbers": list(numbers)})


def alert_unsent(*, at: datetime) -> int:
    """Alert the authors of drafts about danger that were not sent within 30 minutes, and after 60 the lead they chose;
    return how many were alerted. Nobody at the setting is told of a draft that is hidden from it (Z-07)."""
    drafts = Referral.objects.system(reason="alert about unsent danger").filter(status=Referral.Status.DRAFT)
    late = drafts.filter(danger_since__lte=at - ALERT_AUTHOR_AFTER, author_alerted_at__isnull=True)
    later = drafts.filter(
        danger_since__lte=at - ALERT_LEAD_AFTER,
        lead_alerted_at__isnull=True,
        lead__isnull=False,
        shared_at__isnull=False,
        is_hidden_from_setting=False,
    ).exclude(Exists(KeptAway.objects.filter(referral=OuterRef("pk"), person=OuterRef("lead"), lifted_at=None)))
    told = [
        _alert(draft, draft.author, "author_alerted_at", Notice.Kind.UNSENT_DANGER, at=at)
        for draft in late.select_related("author").defer("answers")
    ]
    told += [
        _alert(draft, draft.lead, "lead_alerted_at", Notice.Kind.UNSENT_DANGER_LEAD, at=at)
        for draft in later.select_related("lead").defer("answers")
    ]
    return sum(told)


@transaction.atomic
def _alert(draft: Referral, person: Any, field: str, kind: str, *, at: datetime) -> int:
    rows = Referral.objects.system(reason="alert about one unsent draft")
    once = rows.filter(
        pk=draft.pk, status=Referral.Status.DRAFT, danger_since__isnull=False, **{f"{field}__isnull": True}
    )
    if not once.update(**{field: at}):
        return 0
    give_notice(to=person, kind=kind, referral=draft, at=at)
    record_event(event="danger.unsent_alerted", by=None, at=at, subject=draft, detail={"to": str(person.pk)})
    return 1
