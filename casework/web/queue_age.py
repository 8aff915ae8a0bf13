"""Whether packs are late, so that whoever waits for one telephones instead (H-18)."""

from datetime import datetime

from casework.web.words import length_words
from referrals import outbox


def late_words(*, at: datetime) -> str:
    """Return how long the oldest waiting work has been waiting, or nothing while none is late."""
    return length_words(outbox.oldest_waiting(at=at)) if outbox.is_late(at=at) else ""
