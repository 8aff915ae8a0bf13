"""Sending a message again that did not go, or did not come."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import delivering
from accounts.actions import letters
from accounts.models import Delivery, Invitation, Letter
from accounts.permissions import Permission, has_permission
from accounts.reach import NotInReachError, reach_of
from audit.record import record_event

WITHOUT_CONTENT = frozenset({Delivery.Kind.NOTICE, Delivery.Kind.REMINDER, Delivery.Kind.DIGEST, Delivery.Kind.TASK})


class NotSentAgainError(Exception):
    """This message cannot be sent again; the text says what to do instead."""


@transaction.atomic
def send_again(*, delivery: Delivery, by: Any, at: datetime) -> None:
    """Hurry a message on that waits; of one that went, or was given up, send word of a task anew.

    All messages about work say the same, so the new one does. Raises NotSentAgainError, NotInReachError.
    """
    allowed = has_permission(by, Permission.MANAGE_PEOPLE, at=at)
    if not allowed or not delivering.latest(reach_of(by, at=at)).filter(pk=delivery.pk).exists():
        raise NotInReachError("This message is not this person's to send.")
    if not delivering.hurry(delivery, at=at):
        if delivery.kind not in WITHOUT_CONTENT or delivery.to is None:
            raise NotSentAgainError(
                "An invitation is sent again from the list of people; a link for a new password is asked for anew by "
                "whoever wants it."
            )
        letters.promise_task(to=[delivery.to], at=at)
    record_event(event="delivery.sent_again", by=by, at=at, subject=delivery, detail={"kind": delivery.kind})


def hurry_letter(letter_id: Any, *, at: datetime) -> bool:
    """Let a letter that waits for its next attempt go with the next round."""
    return bool(Letter.objects.filter(pk=letter_id, done_at__isnull=True).update(lease_until=None))


def hurry_invitation(invitation_id: Any, *, at: datetime) -> bool:
    """Let an invitation's letter that waits for its next attempt go with the next round."""
    open_ones = Invitation.objects.open(at=at)
    waiting = open_ones.filter(pk=invitation_id, emailed_at__isnull=True, secret__isnull=False)
    return bool(waiting.update(lease_until=None))
