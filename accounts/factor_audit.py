"""Setting up, using, mistyping and removing a second factor: its audit event, and the mark in the session."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone

from accounts import second_factor
from audit.record import record_event


def connect() -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.signals import authentication_failed, authenticator_removed, authenticator_used

    post_save.connect(added, sender=Authenticator, dispatch_uid="accounts.second_factor.added")
    authenticator_used.connect(used, dispatch_uid="accounts.second_factor.used")
    authentication_failed.connect(mistyped, dispatch_uid="accounts.second_factor.mistyped")
    authenticator_removed.connect(removed, dispatch_uid="accounts.second_factor.removed")


def added(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    """Recorded where the row is made, in its transaction. Printed codes have an action of their own."""
    if created and instance.type != instance.Type.RECOVERY_CODES:
        by = None if instance.data.get("demo") else instance.user
        _record("account.second_factor_added", instance.user, by, instance)


def used(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    second_factor.mark_done(request, how=authenticator.type, at=timezone.now(), user=user)
    _record("account.second_factor_used", user, user, authenticator)


def mistyped(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _record("account.second_factor_refused", user, None, authenticator)


def removed(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Whoever removed their last one must set up another before they go on."""
    if not second_factor.has_one(user):
        second_factor.take_back(request)
    _record("account.second_factor_removed", user, user, authenticator)


def _record(event: str, user: Any, by: Any, authenticator: Any) -> None:
    with transaction.atomic():
        record_event(event=event, by=by, at=timezone.now(), subject=user, detail={"kind": str(authenticator.type)})
