"""Signing in, signing out and changing a password leave their audit event, in the request that does it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.utils import timezone

from audit.record import record_event


def connect() -> None:
    from allauth.account.signals import password_changed, password_reset

    for signal, receiver in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (password_changed, changed_password),
        (password_reset, changed_password),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}.{id(signal)}")


def signed_in(sender: Any, user: Any, **kwargs: Any) -> None:
    _record("account.signed_in", user)


def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:  # Django also sends this for a session that had nobody signed in
        _record("account.signed_out", user)


def changed_password(sender: Any, user: Any, **kwargs: Any) -> None:
    _record("account.password_changed", user)


def _record(event: str, user: Any) -> None:
    with transaction.atomic():
        record_event(event=event, by=user, at=timezone.now(), subject=user)
