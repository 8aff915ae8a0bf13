"""Confines a session in which somebody who needs a second factor has not shown it (security.md, "Sign-in").

By whatever way they came in, only these pages answer; every other address leads to the second step:

- what a visitor without an account may read as well, so that help and telephone numbers are never further away;
- giving the code, and signing out;
- the session's own addresses;
- setting a factor up, for whoever has none yet. Whoever has one must show it first: a stolen password must not be
  enough to add another.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import second_factor

ALWAYS = frozenset(
    {"second_step", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "web:session_left", "web:session_extend"}
)
SETTING_UP = frozenset({"mfa_activate_totp", "mfa_add_webauthn", "printed_codes", "account_reauthenticate"})


class SecondFactorMiddleware:
    """Stands before SessionLimitsMiddleware, which gives kept text back: not to somebody half signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Lead on to the second step, unless it was done, is not required, or the page is one of the few."""
        if not second_factor.is_missing(request, at=timezone.now()):
            return None
        request.is_confined = True  # type: ignore[attr-defined]
        if is_open(request, view):
            return None
        after = request.get_full_path() if request.method == "GET" else ""
        return redirect(f"{reverse('second_step')}?{urlencode({'next': after})}" if after else "second_step")


def is_open(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Return whether a confined session may have this page."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if getattr(view, "public", False) or name in ALWAYS:
        return True
    return name in SETTING_UP and not second_factor.has_one(request.user)
