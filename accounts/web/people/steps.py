"""The one-step pages about somebody's access: load a row in reach, ask or do one thing, say how it went, lead back."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import View, check_recent_proof, recently_authenticated, requires
from accounts.permissions import Permission
from accounts.web.people.loading import telling

MANAGES = (Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
Loads = Callable[..., Any]
"""``load(request, key, at=…)`` returns the row of an address where it is in reach; else an audited 404."""
Acts = Callable[..., Any]
"""``act(row, by=…, at=…)`` makes the one call."""


def button(load: Loads, act: Acts, *, back: str, done: str = "", changes_access: bool = False) -> View:
    """Return the view behind a button in a list; ``back`` names the list.

    With ``changes_access`` a stranger at a screen that was left open is asked who they are; the person then finds the
    button again on the list, since what it sends cannot be opened.
    """

    @require_POST
    @requires(*MANAGES)
    def view(request: HttpRequest, **key: uuid.UUID) -> HttpResponse:
        at = timezone.now()
        row = load(request, *key.values(), at=at)
        if changes_access:
            check_recent_proof(request, back=reverse(back))
        with telling(request, done=done):
            act(row, by=request.user, at=at)
        return redirect(back)

    return view


def question(
    load: Loads,
    act: Acts,
    *,
    template: str,
    context: Callable[..., dict[str, Any]],
    person: Callable[[Any], Any],
    done: str,
) -> View:
    """Return the view of a page that says what will happen and asks, then does it; it leads back to the person.

    ``context(request, row, at=…)`` is what the page shows; ``person(row)`` is whose access it is.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @requires(*MANAGES)
    @recently_authenticated
    def view(request: HttpRequest, **key: uuid.UUID) -> HttpResponse:
        at = timezone.now()
        row = load(request, *key.values(), at=at)
        shown = context(request, row, at=at)
        if request.method != "POST":
            return render(request, template, shown)
        with telling(request, done=done):
            act(row, by=request.user, at=at)
        return redirect("people:person", person_id=person(row))

    return view
