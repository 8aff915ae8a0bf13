"""Where the sign-in library asks this portal how it wants things."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import own_session
from accounts.actions.people import set_password
from accounts.encryption import open_bytes, seal_bytes


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email address and password do not go together. Check both, then try again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes their own account: an administrator or safeguarding lead does."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Every letter has the same subject: whoever looks over a shoulder at the mailbox learns nothing."""
        return settings.PORTAL_NAME

    def set_password(self, user: Any, password: str) -> None:
        """Every way to a new password ends here; the session in which its owner chose it goes on."""
        is_own = self.request is not None and self.request.user == user
        keep = own_session.of(self.request) if is_own else None
        set_password(user=user, password=password, keep=keep, by=user, at=timezone.now())


class MFAAdapter(DefaultMFAAdapter):
    """Keeps one-time-code secrets and recovery seeds sealed; the library would store them in clear."""

    _CONTEXT = "mfa|secret"

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal_bytes(text.encode("utf-8"), context=self._CONTEXT)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return open_bytes(base64.b64decode(encrypted_text), context=self._CONTEXT).decode("utf-8")


def user_display(user: Any) -> str:
    """How the sign-in pages call the person who is signed in."""
    return user.email
