from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.models import User
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
    """Make an account for somebody whose work email an administrator vouches for; it may do nothing until given a role.

    Without ``password`` nobody can sign in until one is set by the reset link. Raises ValidationError for an
    address that is taken or malformed, or a password that the rules refuse.
    """
    user = User(email=email.strip().lower(), full_name=full_name, job_title=job_title, phone=phone, created_at=at)
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record_event(event="account.added", by=by, at=at, subject=user)
    return user
