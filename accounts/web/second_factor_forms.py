"""The forms of the second step: a code, from an app or from paper, and a new security key or passkey."""

import re
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as library
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils import timezone

from accounts.actions.printed_codes import use_printed_code


class TakesCode(forms.Form):
    """The library's form, but printed codes are ours, and a code is refused for as long as it could be used again."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Six digits from your authenticator app, or a code from your printed list",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages={"required": "Enter a code"},
    )
    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        # By person: only somebody with the right password gets here. A success takes its own try back and no other:
        # the library would forget all that this address had tried.
        tries = ratelimit.consume(
            context.request, app="allauth.account", action="login_failed", key=f"second-factor|{self.user.pk}"
        )
        if not tries:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        code: str = self.cleaned_data["code"]
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
        factors = sorted(
            Authenticator.objects.filter(user=self.user, type__in=kinds), key=lambda each: kinds.index(each.type)
        )
        for factor in factors:
            factor.user = self.user
            if is_accepted(factor, code):
                self.authenticator = factor
                tries.rollback()
                return code
        if factors:
            self._emit_authentication_failed(factors[0])  # type: ignore[attr-defined]
        raise get_adapter().validation_error("incorrect_code")


def is_accepted(factor: Authenticator, code: str) -> bool:
    """Return whether the code is right and was not used before; from now on it is used."""
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        return use_printed_code(by=factor.user, code=code, at=timezone.now())
    return bool(factor.wrap().validate_code(code)) and is_first_use(factor.user_id, code)


def is_first_use(user_id: Any, code: str) -> bool:
    """Note a code as used. The library forgets it after one period, but takes it in the next and the one before."""
    digits = re.sub(r"\D", "", code)
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return cache.add(f"accounts.code_used.{user_id}.{digits}", True, timeout=valid_for)


class AuthenticateForm(TakesCode, library.AuthenticateForm):
    pass


class ReauthenticateForm(TakesCode, library.ReauthenticateForm):
    pass


class AddKeyForm(AddWebAuthnForm):
    """The library's form, in plain words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of the key or passkey"
        self.fields["passwordless"].label = "Use it without my password"
        self.fields["passwordless"].help_text = ""
