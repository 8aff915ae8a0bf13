"""Asking for a link to choose a new password. What is done and shown depends on nothing but the form of the address."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import letters


class AskForm(ResetPasswordForm):
    """The library's form, but it looks nobody up and sends nothing: the letter is promised, and leaves by itself."""

    def clean_email(self) -> str:
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        letters.promise_new_password(address=email, at=timezone.now())
        return email
