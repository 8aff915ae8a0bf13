"""Notices in the portal and the emails that go with them. An email never says more than that there is a task."""

import uuid
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet

from accounts.delivering import deliver
from accounts.letter_words import TASK, TASK_SUBJECT
from accounts.models import Delivery
from referrals import outbox
from referrals.models import Job, Notice, Referral
from referrals.permissions import openings_to_review


def give_notice(*, to: Any, kind: str, referral: Referral, at: datetime) -> Notice | None:
    """Put one notice before a person, its email promised, in the caller's transaction; None if they have it unseen."""
    notice, is_new = Notice.objects.get_or_create(
        to=to, kind=kind, referral=referral, seen_at=None, defaults={"created_at": at}
    )
    if not is_new:
        return None
    outbox.enqueue(kind=Job.Kind.EMAIL_NOTICE, subject_id=notice.pk, at=at)
    return notice


def unseen_notices(user: Any, *, at: datetime) -> QuerySet[Notice]:
    """Return the notices this person has not seen, the newest first: of referrals that exist for them, and of openings
    from outside that they review without reading the case."""
    exists = Q(referral__in=Referral.objects.visible_to(user, at=at))
    openings = openings_to_review(user, at=at).order_by()
    reviews = Q(kind=Notice.Kind.BROKEN_GLASS, referral__in=openings.values("referral"))
    return Notice.objects.filter(exists | reviews, to=user, seen_at__isnull=True).order_by("-created_at", "-pk")


def send_email(notice: Notice, *, at: datetime) -> None:
    """Send the email of a notice: at least once, and always under one Message-ID, so that a second is known as such."""
    send_task_email(notice.to, kind=Delivery.Kind.NOTICE, subject_id=notice.pk, at=at)


def send_task_email(to: Any, *, kind: Delivery.Kind, subject_id: uuid.UUID, at: datetime) -> None:
    """Send the one email that the portal sends about its work, under one Message-ID for one row; log the attempt."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "portal.invalid"
    message = EmailMessage(
        subject=TASK_SUBJECT, body=TASK, to=[to.email], headers={"Message-ID": f"<{kind}-{subject_id}@{domain}>"}
    )
    deliver(message, kind=kind, subject_id=subject_id, to=to, at=at)
