from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import requires
from accounts.permissions import Permission, memberships_of


@requires(Permission.USE_PORTAL)
def own_account(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own account: who the portal takes them for, and what it lets them do."""
    memberships = memberships_of(request.user, at=timezone.now())
    return render(request, "accounts/own_account.html", {"memberships": memberships})


@requires(Permission.USE_PORTAL)
def own_email(request: HttpRequest) -> HttpResponse:
    """Says who changes an account's email. It stands at the library's address for changing it oneself: an address is
    vouched for by the person's organisation."""
    return render(request, "accounts/own_email.html")
