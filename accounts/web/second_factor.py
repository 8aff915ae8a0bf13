"""Pages of the second step: which to set up, setting it up, and codes to print."""

from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factor
from accounts.access import View, deny, requires
from accounts.actions.printed_codes import make_printed_codes
from accounts.permissions import Permission
from accounts.web.second_factor_forms import is_first_use


@requires(Permission.USE_PORTAL)
@require_safe
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Lead on to what is missing: the code, where one is set up, else the choice of what to set up."""
    after = way_back(request)
    if second_factor.is_done(request):
        return redirect(after or "mfa_index")
    if second_factor.has_one(request.user):
        kinds = Authenticator.objects.filter(user_id=request.user.pk).exclude(type=Authenticator.Type.WEBAUTHN)
        page = reverse("mfa_reauthenticate" if kinds.exists() else "mfa_reauthenticate_webauthn")
        return redirect(f"{page}?{urlencode({'next': after or '/'})}")
    is_required = second_factor.is_missing(request, at=timezone.now())
    return render(request, "accounts/second_step.html", {"is_required": is_required})


def of_the_proven(view: View) -> View:
    """Show the page to those alone who have shown that their address is theirs.

    Whoever began before opening the letter has nothing to show again who they are, so anybody at the same screen could
    set up their own key, and would sign in with it once the account has become somebody's.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(Any, request.user).is_proven:
            deny(request, Permission.USE_PORTAL)
        return view(request, *args, **kwargs)

    return guarded


@requires(Permission.USE_PORTAL)
@of_the_proven
@reauthentication_required(app="allauth.mfa")
@require_http_methods(["GET", "HEAD", "POST"])
def printed_codes(request: HttpRequest) -> HttpResponse:
    """Explain codes on paper; a POST makes new ones and shows them, this once."""
    if request.method != "POST":
        old = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
        return render(request, "accounts/printed_codes.html", {"left": old.data["left"] if old else 0})
    codes = make_printed_codes(by=request.user, at=timezone.now())
    return render(request, "accounts/printed_codes_made.html", {"codes": codes})


class SetUpApp(ActivateTOTPView):
    """The library's page for an authenticator app. Whoever typed its first code has shown that they have it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        # Whoever watched it being typed must not sign in with it while it still counts.
        is_first_use(self.request.user.pk, form.cleaned_data["code"])
        second_factor.mark_done(self.request, how="totp", at=timezone.now())
        return response


class AddKey(AddWebAuthnView):
    """The library's page for a security key or passkey. Whoever touched it has shown that they have it."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        second_factor.mark_done(self.request, how="webauthn", at=timezone.now())
        return response


set_up_app = requires(Permission.USE_PORTAL)(of_the_proven(SetUpApp.as_view()))
add_key = requires(Permission.USE_PORTAL)(of_the_proven(AddKey.as_view()))


def way_back(request: HttpRequest) -> str:
    """Return the page of this portal that was asked for, or nothing."""
    after = request.GET.get("next", "")
    return after if after.startswith("/") and url_has_allowed_host_and_scheme(after, allowed_hosts=None) else ""
