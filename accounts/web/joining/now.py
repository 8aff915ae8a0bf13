"""Going on before the letter has come: who somebody is, and straight into a referral (Z-28)."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.actions.memberships import MembershipError
from accounts.actions.unproven import TooManyBegunError, begin_unproven
from accounts.domains import owners_of
from accounts.web.joining.forms import PersonForm

ADDRESS = "joining_address"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOTED = (
    "You can write and send a referral now. The hub is told that you have yet to open the letter. Open it within seven "
    "days to come back to what you wrote; until then you can come back in this browser alone, while you are signed in."
)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def now(request: HttpRequest) -> HttpResponse:
    """Ask who somebody is, and let them file. Whether the address has an account changes nothing here."""
    address = request.session.get(ADDRESS, "")
    if request.user.is_authenticated or not address:
        return redirect("web:start" if request.user.is_authenticated else "joining:ask")
    organisations = list(owners_of(address))
    if not organisations:
        return render(request, "accounts/joining/not_now.html", {"is_known": False})
    form = PersonForm(organisations, request.POST or None)
    if request.method == "POST":
        if refused := ratelimit.consume_or_429(request, action="begin_unproven"):
            return refused
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("full_name", "job_title", "phone")}
            try:
                user = begin_unproven(address=address, organisation=form.organisation, at=timezone.now(), **said)
            except TooManyBegunError:
                return render(request, "accounts/joining/not_now.html", {"is_known": True}, status=429)
            except MembershipError as error:
                form.add_error(None, str(error))
            else:
                del request.session[ADDRESS]
                login(request, user, backend=BACKEND)
                messages.success(request, NOTED)
                return redirect("referrals:start")
    context = {"form": form, "address": address}
    return render(request, "accounts/joining/now.html", context, status=400 if form.errors else 200)
