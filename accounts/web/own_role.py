"""Choosing in which of one's roles one acts."""

from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts import acting
from accounts.access import deny, requires
from accounts.actions.acting import choose_role
from accounts.permissions import Permission, memberships_of


@requires(Permission.USE_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def own_role(request: HttpRequest) -> HttpResponse:
    """Show the person's roles with the active one marked; a POST makes another one active and leads back."""
    at = timezone.now()
    memberships = list(memberships_of(request.user, at=at))
    if request.method == "POST":
        chosen = next((each for each in memberships if str(each.pk) == request.POST.get("role", "")), None)
        if chosen is None:
            deny(request, Permission.USE_PORTAL)
        choose_role(membership=chosen, by=request.user, at=at)
        acting.choose(request, chosen)
        messages.success(request, f"You act as: {chosen.role_data.label}, {chosen.place}.")
        return redirect(get_next_redirect_url(request) or "own_account")
    context = {
        "memberships": memberships,
        "active": acting.active(request, memberships),
        "redirect_to": get_next_redirect_url(request) or _came_from(request),
    }
    return render(request, "accounts/own_role.html", context)


def _came_from(request: HttpRequest) -> str:
    """Return the page of this portal that the header's link was followed on, or nothing.

    Not written into the link: a page that does not exist for somebody is the same for every address.
    """
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(said)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
