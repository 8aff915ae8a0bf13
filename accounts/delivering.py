"""Sending an email, with a row for each attempt; and having a message that did not go sent again.

Nothing of a message is kept but what kind it was and for whom. The apps that promise messages say how one of theirs is
hurried on.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Delivery
from accounts.reach import Reach

KEPT_FOR = timedelta(days=90)
LONGEST_FAILURE = 80
Hurry = Callable[..., bool]
_hurries: dict[str, Hurry] = {}
_FAULTS = {
    "SMTPRecipientsRefused": "The mail server refused the address",
    "SMTPSenderRefused": "The mail server refused the portal as the sender",
    "SMTPAuthenticationError": "The mail server did not let the portal in",
    "SMTPServerDisconnected": "The mail server broke off",
    "ConnectionRefusedError": "The mail server could not be reached",
    "TimeoutError": "The mail server did not answer",
    "gaierror": "The mail server could not be found",
}


def deliver(message: EmailMessage, *, kind: Delivery.Kind, subject_id: uuid.UUID, to: Any, at: datetime) -> None:
    """Send a message, outside any transaction, and keep what came of it. Raises what the mail server raised."""
    number = Delivery.objects.filter(subject_id=subject_id).count() + 1
    row = Delivery.objects.create(kind=kind, subject_id=subject_id, to=to, number=number, attempted_at=at)
    try:
        message.send()
    except Exception as error:
        failure = type(error).__name__[:LONGEST_FAILURE]
        Delivery.objects.filter(pk=row.pk).update(outcome=Delivery.Outcome.FAILED, failure=failure)
        raise
    Delivery.objects.filter(pk=row.pk).update(outcome=Delivery.Outcome.SENT)


def forget_old(*, at: datetime) -> None:
    """Let go of attempts that nobody asks about any more."""
    Delivery.objects.filter(attempted_at__lt=at - KEPT_FOR).delete()


def hurry_with(kind: Delivery.Kind, hurry: Hurry) -> None:
    """Say how a message of a kind is sent at once: ``hurry(subject_id, at=…)`` is False where it is not waiting."""
    _hurries[kind] = hurry


def hurry(delivery: Delivery, *, at: datetime) -> bool:
    """Have a message that waits for its next attempt go now; False where it went or was given up."""
    known = _hurries.get(delivery.kind)
    return known is not None and known(delivery.subject_id, at=at)


def latest(reach: Reach) -> QuerySet[Delivery]:
    """Return the latest attempt of each message to the people, and of the invitations, in somebody's reach."""
    newer = Delivery.objects.filter(subject_id=OuterRef("subject_id"), number__gt=OuterRef("number"))
    mine = Q(to__in=reach.people()) | Q(kind=Delivery.Kind.INVITATION, subject_id__in=reach.invitations().values("pk"))
    return Delivery.objects.filter(mine, ~Exists(newer)).select_related("to").order_by("-attempted_at")


def not_gone(reach: Reach) -> QuerySet[Delivery]:
    """Return those of them whose message has not gone, or may not have."""
    return latest(reach).exclude(outcome=Delivery.Outcome.SENT)


def fault_words(failure: str) -> str:
    """Return what went wrong in plain words; the name of a fault that has none."""
    return _FAULTS.get(failure, f"The mail server did not take it ({failure})")
