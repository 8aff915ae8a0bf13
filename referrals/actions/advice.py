"""What a referrer was advised once it was sent: which numbers the receipt named, kept as an inspector asks for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.models import Event
from audit.record import record_event
from referrals import permissions
from referrals.models import Referral

SHOWN = "advice.shown"


@transaction.atomic
def record_shown(*, referral: Referral, numbers: Sequence[str], by: Any, at: datetime) -> None:
    """Record that the receipt was shown with these numbers: the first time, and whenever they are others than before.

    The words of the advice are the checklist's, kept as they were shown. Raises NotPermittedError.
    """
    permissions.check(permissions.may_read_answers(by, referral, at=at))
    last = Event.objects.about(referral).filter(event=SHOWN).order_by("-sequence").first()
    if last is not None and last.detail.get("numbers") == list(numbers):
        return
    used = [f"{pin['id']}@{pin['version']}" for pin in referral.editions]
    record_event(event=SHOWN, by=by, at=at, subject=referral, detail={"numbers": list(numbers), "editions": used})
