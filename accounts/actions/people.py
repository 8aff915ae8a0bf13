from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts import leaving, read_once
from accounts.actions import sessions
from accounts.models import SignedInSession, User
from audit.record import record_event


@transaction.atomic
def add_person(
    *,
    email: str,
    full_name: str,
    by: Any,
    at: datetime,
    job_title: str = "",
    phone: str = "",
    password: str | None = None,
) -> User:
    """Make an account for an address that is vouched for or proven; it may do nothing until given a role.

    Without ``password`` nobody can sign in until one is set by the reset link. Raises ValidationError for an
    address that is taken or malformed, or a password that the rules refuse.
    """
    user = new_person(
        email=email.strip().lower(), full_name=full_name, job_title=job_title, phone=phone, password=password, at=at
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record_event(event="account.added", by=by, at=at, subject=user)
    return user


def new_person(*, email: str, password: str | None, at: datetime, **said: Any) -> User:
    """Save a new row of a person for an action that records it; without ``password`` with one that nobody knows.

    Raises ValidationError as `add_person` does.
    """
    user = User(email=email, created_at=at, **said)
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    return user


@transaction.atomic
def take_up(*, user: User, email: str, full_name: str, job_title: str, phone: str, password: str, at: datetime) -> User:
    """Make a full account of one that began unproven, for whoever showed that the address is theirs.

    No way of signing in that was set up before goes with it: none can be, and none must. Raises ValidationError for
    what the rules refuse.
    """
    user.email, user.full_name, user.job_title, user.phone = email, full_name, job_title, phone
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    record_event(event="account.added", by=None, at=at, subject=user)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: Any, at: datetime, keep: SignedInSession | None = None) -> None:
    """Set a password that the rules have accepted, and end all the person's sessions but the one to ``keep``."""
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user=user, because=SignedInSession.Ending.PASSWORD_CHANGED, keep=keep, by=by, at=at)
    record_event(event="account.password_changed", by=by, at=at, subject=user)


@transaction.atomic
def close_account(*, user: User, by: Any, at: datetime) -> bool:
    """Close an account: nobody signs in with it, and every session of it ends. Returns False if it was closed."""
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        return False
    user.is_active = False
    sessions.end_all(user=user, because=SignedInSession.Ending.ACCOUNT_CLOSED, by=by, at=at)
    record_event(event="account.closed", by=by, at=at, subject=user)
    read_once.forget()
    leaving.hand_on(user, by=by, at=at)
    return True


@transaction.atomic
def reopen(*, user: User, full_name: str, job_title: str, phone: str, password: str, by: Any, at: datetime) -> User:
    """Open a closed account again for the same person, who says anew who they are and chooses a new password.

    Its second factors stay, and no session of before goes on. Raises ValidationError for what the rules refuse.
    """
    user.full_name, user.job_title, user.phone = full_name, job_title, phone
    validate_password(password, user)
    user.set_password(password)
    user.is_active = True
    user.full_clean()
    user.save()
    sessions.end_all(user=user, because=SignedInSession.Ending.PASSWORD_CHANGED, by=by, at=at)
    record_event(event="account.reopened", by=by, at=at, subject=user)
    return user
