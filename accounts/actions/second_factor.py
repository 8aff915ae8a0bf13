from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.actions import sessions
from accounts.models import SignedInSession, User
from audit.record import record_event


@transaction.atomic
def reset_second_factor(*, user: User, by: Any, at: datetime) -> int:
    """Remove every factor of somebody who lost theirs, so that they set one up anew at the next sign-in.

    Whoever asks must have made sure, in person or by a number known before, that it is them who asks. Returns how many
    were removed. Every session of the account ends with them: whoever has the lost telephone may be signed in.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user=user, because=SignedInSession.Ending.FACTOR_RESET, by=by, at=at)
    record_event(event="account.second_factor_reset", by=by, at=at, subject=user, detail={"removed": removed})
    return removed
