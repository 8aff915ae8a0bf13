"""Inviting an address, sending the link again, withdrawing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import deny, recently_authenticated, requires
from accounts.actions import invitations
from accounts.permissions import Permission
from accounts.reach import NotInReachError, reach_of
from accounts.web.people.forms import InviteForm
from accounts.web.people.loading import invitation_or_404
from accounts.web.people.steps import MANAGES, button

SENT = "The invitation is on its way. Its link works once, for seven days."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*MANAGES)
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


send_again = button(
    invitation_or_404,
    lambda row, by, at: invitations.send_again(invitation=row, by=by, at=at),
    back="people:people",
    done=SENT,
    changes_access=True,
)
withdraw = button(
    invitation_or_404,
    lambda row, by, at: invitations.withdraw(invitation=row, by=by, at=at),
    back="people:people",
    done="The invitation is withdrawn.",
)
