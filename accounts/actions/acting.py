from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Membership
from audit.record import record_event


@transaction.atomic
def choose_role(*, membership: Membership, by: Any, at: datetime) -> None:
    """Record that somebody acts in another of their roles from now on. The session keeps which (accounts/acting.py)."""
    record_event(event="account.role_chosen", by=by, at=at, subject=membership, by_role=membership.role)
