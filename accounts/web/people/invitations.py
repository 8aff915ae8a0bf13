"""Inviting an address, sending the link again, withdrawing it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import deny, recently_authenticated, requires
from accounts.actions import invitations
from accounts.permissions import Permission
from accounts.reach import NotInReachError, reach_of
from accounts.web.people.forms import InviteForm
from accounts.web.people.loading import invitation_or_404, telling

SENT = "The invitation is on its way. Its link works once, for seven days."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
@recently_authenticated
def invite(request: HttpRequest) -> HttpResponse:
    """Offer a role to a work address. The answer is the same whether or not it has an account."""
    at = timezone.now()
    form = InviteForm(reach_of(request.user, at=at), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(by=request.user, at=at, **form.cleaned_data)
        except NotInReachError:
            deny(request, Permission.MANAGE_PEOPLE)
        except invitations.InvitationError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, SENT)
            return redirect("people:people")
    return render(request, "accounts/people/invite.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
def send_again(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Send a new link; the old one stops working."""
    at = timezone.now()
    invitation = invitation_or_404(request, invitation_id, at=at)
    with telling(request, done=SENT):
        invitations.send_again(invitation=invitation, by=request.user, at=at)
    return redirect("people:people")


@require_POST
@requires(Permission.MANAGE_PEOPLE, Permission.LEAD_SETTING_REFERRALS)
def withdraw(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Withdraw an invitation; its link stops working."""
    at = timezone.now()
    invitation = invitation_or_404(request, invitation_id, at=at)
    with telling(request, done="The invitation is withdrawn."):
        invitations.withdraw(invitation=invitation, by=request.user, at=at)
    return redirect("people:people")
