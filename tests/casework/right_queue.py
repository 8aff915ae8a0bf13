"""Whether the lines of the queue are as they would be if they were made anew: asked after whatever a test did."""

from casework.actions import queue
from casework.models import QueueEntry
from referrals.models import Referral

_FIELDS = [field.attname for field in QueueEntry._meta.concrete_fields if not field.primary_key]


def lines() -> list[str]:
    """Return every line as text, in an order of their own."""
    return sorted(map(str, QueueEntry.objects.values_list(*_FIELDS)))


def is_as_made_anew() -> bool:
    """Whether making the lines of every sent referral anew changes nothing."""
    kept = lines()
    for referral in Referral.objects.system(reason="a test compares the queue").filter(status=Referral.Status.SENT):
        queue.refresh(referral=referral)
    return lines() == kept
