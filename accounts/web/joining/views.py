"""Joining: asking for an account, opening the link of the letter, and saying who one is. No page here knows a case."""

from datetime import datetime
from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public
from accounts.actions import joining
from accounts.actions.invitations import InvitationError, ask_to_join
from accounts.actions.joining import InvitationOverError, NewPerson
from accounts.actions.memberships import MembershipError
from accounts.actions.unproven import begun_with
from accounts.models import Invitation, User
from accounts.web.joining.forms import AskForm, NewPersonForm
from accounts.web.joining.now import ADDRESS

SECRET = "joining_secret"  # noqa: S105  the name under which the session keeps it


@public
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an account with a work address. What is answered depends on nothing but the form of the address."""
    form = AskForm(request.POST or None)
    if request.method == "POST":
        if refused := ratelimit.consume_or_429(request, action="signup"):
            return refused
        if form.is_valid():
            try:
                ask_to_join(email=form.cleaned_data["email"], at=timezone.now())
                request.session[ADDRESS] = form.cleaned_data["email"].strip().lower()
            except InvitationError as error:
                form.add_error("email", str(error))
            else:
                return render(request, "accounts/joining/asked.html")
    return render(request, "accounts/joining/ask.html", {"form": form}, status=400 if form.errors else 200)


@public
@require_safe
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Open the letter's link: the secret leaves the address at once. Looking uses nothing up."""
    request.session[SECRET] = secret
    return redirect("joining:accept")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Accept: as somebody new, or as the account that has the address, signed in."""
    at = timezone.now()
    secret = request.session.get(SECRET, "")
    try:
        invitation = joining.find_open(secret, at=at)
        account = joining.account_of(invitation)
        begun = list(begun_with(invitation.email))
        if account is None and (not request.user.is_authenticated or request.user in begun):
            return _as_new(request, secret, invitation, begun, at)
        if account is not None and request.user.is_authenticated and request.user.pk == account.pk:
            return _as_known(request, secret, invitation, at)
    except InvitationOverError:
        return render(request, "accounts/joining/over.html", status=410)
    return render(request, "accounts/joining/sign_in_first.html", {"email": invitation.email})


def _as_new(request: HttpRequest, secret: str, invitation: Invitation, begun: list[User], at: datetime) -> HttpResponse:
    form = NewPersonForm(joining.places_of(invitation), begun, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("full_name", "job_title", "phone", "password")}
        try:
            joining.accept_as_new(
                secret=secret, person=NewPerson(**said), organisation=form.organisation, began=form.began, at=at
            )
        except ValidationError as error:
            form.add_error("password", error.messages)
        except MembershipError as error:
            form.add_error(None, str(error))
        else:
            logout(request)  # whoever went on without the letter may still be signed in; the session is over
            messages.success(request, "Your account is ready. Sign in with your address and the password you chose.")
            return redirect("account_login")
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/joining/new_person.html", context, status=400 if form.errors else 200)


def _as_known(request: HttpRequest, secret: str, invitation: Invitation, at: datetime) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            joining.accept(secret=secret, by=cast(User, request.user), at=at)
        except MembershipError as refused:
            error = str(refused)
        else:
            del request.session[SECRET]
            messages.success(request, "You have the role from now on.")
            return redirect("own_account")
    context = {"error": error, "invitation": invitation}
    return render(request, "accounts/joining/known_person.html", context, status=400 if error else 200)
