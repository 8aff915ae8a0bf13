"""Every address of the portal says who may open it, and the door does what is said there."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern

from accounts.access import public, requires
from accounts.permissions import Permission
from audit.models import Event
from tests.accounts.factories import make_user

# The sign-in library's own views. Each is named here, so that a new version cannot add one unseen.
OPEN_BEFORE_SIGN_IN = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_confirm_login_code",
    "account_email_verification_sent", "account_confirm_email",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "mfa_authenticate", "mfa_login_webauthn",
    "socialaccount_login_cancelled", "socialaccount_signup", "openid_connect_login", "openid_connect_callback",
}  # fmt: skip
OWN_ACCOUNT = {
    "account_reauthenticate", "account_email", "account_change_password", "account_set_password",
    "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
    "socialaccount_login_error", "socialaccount_connections",
}  # fmt: skip
VALUES = {"uuid": "9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77", "int": "1", "slug": "x", "str": "x", "path": "x"}

Address = tuple[str, str, Callable[..., Any]]


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[Address]:
    """Give each address below a resolver: its pattern, its name and its view."""
    for each in resolver.url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each, pattern)
        else:
            assert isinstance(each, URLPattern)
            yield pattern, each.name or "", each.callback


def is_the_librarys(view: Callable[..., Any]) -> bool:
    return view.__module__.startswith("allauth.") and not hasattr(view, "public")


def says_neither(resolver: URLResolver) -> list[str]:
    """Return the addresses of views that are not the library's and have neither @requires nor @public."""
    return [
        pattern
        for pattern, _, view in addresses(resolver)
        if not is_the_librarys(view) and not hasattr(view, "permission") and not hasattr(view, "public")
    ]


def ours_with_a_permission(*, needs_a_role: bool = False) -> list[str]:
    """Return an address to ask for, for each view that has a permission; on request only of those an account lacks."""
    return sorted(
        re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES[found[1] or "str"], pattern)
        for pattern, _, view in addresses(get_resolver())
        if hasattr(view, "permission") and not (needs_a_role and view.permission == Permission.USE_PORTAL)
    )


def test_each_of_our_views_says_who_may_open_it() -> None:
    assert says_neither(get_resolver()) == []


def test_a_view_that_does_not_say_is_found() -> None:
    def view(request: object) -> HttpResponse:
        return HttpResponse()

    @public
    def open_view(request: object) -> HttpResponse:
        return HttpResponse()

    guarded = requires(Permission.USE_PORTAL)(view)
    here = [path("bare", view), path("open", open_view), path("guarded", guarded)]
    resolver = URLResolver(RegexPattern(r"^"), [path("below/", (here, "", ""))])
    assert says_neither(resolver) == ["/below/bare"]


def test_the_sign_in_librarys_views_are_those_we_know() -> None:
    theirs = [(name, getattr(view, "login_required", True)) for _, name, view in addresses(get_resolver())
              if is_the_librarys(view)]  # fmt: skip
    assert {name for name, needs_sign_in in theirs if not needs_sign_in} == OPEN_BEFORE_SIGN_IN
    assert {name for name, needs_sign_in in theirs if needs_sign_in} == OWN_ACCOUNT


def test_there_are_addresses_to_walk() -> None:
    assert len(ours_with_a_permission(needs_a_role=True)) > 30


@pytest.mark.django_db
@pytest.mark.parametrize("address", ours_with_a_permission())
def test_a_visitor_is_asked_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_whoever_has_no_role_finds_nothing_and_each_try_is_recorded(client: Client) -> None:
    client.force_login(make_user())
    answers = {address: client.get(address).status_code for address in ours_with_a_permission(needs_a_role=True)}
    # 405: a view that takes forms alone says so before it asks who sends one.
    assert {address: status for address, status in answers.items() if status not in {404, 405}} == {}
    denied = Event.objects.filter(event="access.denied").count()
    assert denied == list(answers.values()).count(404)
