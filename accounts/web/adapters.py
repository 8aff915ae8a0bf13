"""Where the sign-in library asks this portal how it wants things."""

import base64
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import own_session, second_factor
from accounts.actions.people import set_password
from accounts.encryption import open_bytes, seal_bytes

PASSWORD_TRIED = "password_tried"  # noqa: S105  the name of a count


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email address and password do not go together. Check both, then try again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes their own account: an administrator or safeguarding lead does."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> NoReturn:
        """No letter is sent in a request: how long it takes would tell whom it is sent to."""
        raise RuntimeError(f"{template_prefix} must leave through accounts.actions.letters, or be switched off.")

    def set_password(self, user: Any, password: str) -> None:
        """Every way to a new password ends here; the session in which its owner chose it goes on.

        Whoever has not shown that the address is theirs gets one with the letter's link alone.
        """
        if not user.is_proven:
            raise PermissionDenied
        is_own = self.request is not None and self.request.user == user
        keep = own_session.of(self.request) if is_own else None
        set_password(user=user, password=password, keep=keep, by=user, at=timezone.now())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever still needs a second step is led there at once."""
        if second_factor.is_missing(request, at=timezone.now()):
            return reverse("second_step")
        return super().get_login_redirect_url(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Setting up the first second step follows a sign-in: the password is not asked for again within minutes."""
        if (
            app == "allauth.mfa"
            and signed_in_just_now(context.request)
            and not second_factor.has_one(context.request.user)
        ):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this try at a password, apart from what the library counts under "login_failed".

        The library wipes all of that, the address's own count included, whenever a code, a security key or a set-up
        is accepted or a password was reset: an insider could so guess others' passwords without end, proving now and
        then who they are themselves. A right password takes its own try back and no other.
        """
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action=PASSWORD_TRIED, key=key)
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called after a password reset: forget the tries at this one account from this address, and no others."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        for rate in ratelimit.get_rates(app="allauth.account", action=PASSWORD_TRIED):
            if rate.per == "key":
                cache.delete(
                    ratelimit.get_cache_key(request, app="allauth.account", action=PASSWORD_TRIED, rate=rate, key=key)
                )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account *and* address: counted by account alone, a stranger who types five wrong
        ones every five minutes would keep its owner out."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}|{self.get_client_ip(request)}"


def signed_in_just_now(request: HttpRequest) -> bool:
    """Return whether the person signed in within the time for which a password counts as fresh."""
    records = get_authentication_records(request, request.user)
    now = timezone.now().timestamp()
    return any(0 <= now - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps one-time-code secrets sealed, where the library would store them in clear, and lets printed codes be a
    second factor of their own."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, is too old, or has been used already. Wait for the next one, then "
        "try again.",
    }
    _CONTEXT = "mfa|secret"

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal_bytes(text.encode("utf-8"), context=self._CONTEXT)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return open_bytes(base64.b64decode(encrypted_text), context=self._CONTEXT).decode("utf-8")

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """The library asks for an app or a key when it means: is there anything to ask for when signing in?"""
        if types is not None and set(types) == {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
            return not user.is_anonymous and second_factor.has_one(user)
        return super().is_mfa_enabled(user, types)


def user_display(user: Any) -> str:
    """How the sign-in pages call the person who is signed in."""
    return str(user.contact_email)
