"""Who must show a second factor when signing in, and whether it was shown in this session.

The mark stands in the session and names the person it is for, so that it does not pass to somebody else who signs
in with the same browser. What sets it: a code, a printed code, a security key or a passkey (accounts/factor_audit.py
hears of each), setting one of them up, and single sign-on whose claims say that the provider asked for one.
"""

from datetime import datetime
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest

from accounts.roles import Permission, Role
from accounts.standing import Standing, standing_of

KEY = "second_factor"
How = Literal["totp", "webauthn", "recovery_codes", "single_sign_on"]

# Whoever can only write and read their own referrals may do so with a password alone: a second step between a
# frightened teacher and a referral costs more than it saves. Every other permission, those of tomorrow included,
# lets somebody read what others wrote, or change who may, and needs two.
ONE_FACTOR_IS_ENOUGH = frozenset({Permission.USE_PORTAL, Permission.START_REFERRAL, Permission.READ_OWN_REFERRALS})


def is_needed_in(role: Role) -> bool:
    """Return whether the role gives anything that one factor is not enough for."""
    return bool(role.permissions - ONE_FACTOR_IS_ENOUGH)


def is_required(standing: Standing) -> bool:
    """Return whether any membership of this person needs a second factor."""
    return any(is_needed_in(membership.role_data) for membership in standing.memberships)


def is_done(request: HttpRequest) -> bool:
    """Return whether the person who is signed in has shown a second factor in this session."""
    mark = request.session.get(KEY)
    return isinstance(mark, dict) and mark.get("user") == str(request.user.pk)


def is_missing(request: HttpRequest, *, at: datetime) -> bool:
    """Return whether this session is confined: somebody who needs a second factor is signed in without it."""
    return request.user.is_authenticated and not is_done(request) and is_required(standing_of(request.user, at=at))


def mark_done(request: HttpRequest, *, how: How, at: datetime, user: Any = None) -> None:
    """Note that this person has shown a second factor. ``user``: for the moment before they are signed in."""
    person = user or request.user
    request.session[KEY] = {"user": str(person.pk), "how": how, "at": at.timestamp()}


def take_back(request: HttpRequest) -> None:
    """Forget that a second factor was shown: the session is confined again, where one is required."""
    request.session.pop(KEY, None)


def has_one(user: Any) -> bool:
    """Return whether this person has set up a second factor that they can show.

    Printed codes count once one of them was typed in: somebody who closed the page before printing it would else
    be locked out.
    """
    from allauth.mfa.models import Authenticator

    kinds = Authenticator.Type
    return Authenticator.objects.filter(
        Q(type__in=[kinds.TOTP, kinds.WEBAUTHN]) | Q(type=kinds.RECOVERY_CODES, data__confirmed=True), user_id=user.pk
    ).exists()
