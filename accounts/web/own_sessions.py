"""Where the signed-in person is signed in, and signing out of there from here."""

import uuid
from typing import cast

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import own_session
from accounts.access import deny, recently_authenticated, requires
from accounts.actions import sessions
from accounts.models import SignedInSession, User
from accounts.permissions import Permission

REMOTE = SignedInSession.Ending.REMOTE


@requires(Permission.USE_PORTAL)
@require_safe
def own_sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which this person is signed in now, the present one marked."""
    here = own_session.of(request)
    rows = SignedInSession.objects.open(at=timezone.now()).filter(user=_person(request))
    others = [each for each in rows if here is None or each.pk != here.pk]
    context = {"here": here, "others": others, "at_most": sessions.AT_MOST}
    return render(request, "accounts/own_sessions.html", context)


@requires(Permission.USE_PORTAL)
@recently_authenticated
@require_http_methods(["GET", "POST"])
def end_others(request: HttpRequest) -> HttpResponseBase:
    """Ask, then sign this person out everywhere but here."""
    here = own_session.of(request)
    if request.method == "GET":
        return render(request, "accounts/end_session.html", {"session": None})
    count = sessions.end_all(user=_person(request), because=REMOTE, keep=here, by=request.user, at=timezone.now())
    messages.success(request, "You are signed in here alone." if count else "You were signed in nowhere else.")
    return redirect("own_sessions")


@requires(Permission.USE_PORTAL)
@recently_authenticated
@require_http_methods(["GET", "POST"])
def end_one(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Ask, then sign this person out of one of their other browsers."""
    session = SignedInSession.objects.filter(pk=pk).first()
    if session is None or session.user_id != request.user.pk:
        deny(request, Permission.USE_PORTAL, subject=session)
    if request.method == "GET":
        return render(request, "accounts/end_session.html", {"session": session})
    sessions.end(session=session, because=REMOTE, by=request.user, at=timezone.now())
    messages.success(request, f"Signed out: {session.browser}.")
    return redirect("own_sessions")


@requires(Permission.USE_PORTAL)
@require_safe
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """For whoever has neither a password nor a second step here: how to show once more who they are."""
    return render(request, "accounts/sign_in_again.html", {"redirect_to": get_next_redirect_url(request)})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
