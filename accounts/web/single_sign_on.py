"""Signing in through an organisation's own identity provider (OpenID Connect), with the checks that the library lacks.

The library keeps the state and the code verifier and fetches the token. Checked here: the token's signature, and
what accounts/claims.py wants of its issuer, audience, times, nonce, tenant, address and second step. It signs in
people who have an account; it makes none.
"""

import json
from datetime import timedelta
from typing import Any, NoReturn

import jwt
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from accounts import second_factor
from accounts.access import public
from accounts.claims import Policy, Refusal, email_of, refusal_of, show_second_step
from accounts.models import User
from audit.record import record_alone

# Signatures with a key pair alone: with a shared secret, the public key could be taken for one.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


@public
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Ask (GET), then lead to the provider (POST). Whoever is signed in already shows there again who they are."""
    provider = _provider(request, provider_id)
    onward = get_next_redirect_url(request)
    if request.method == "GET":
        return render(request, "accounts/single_sign_on.html", {"provider": provider, "redirect_to": onward})
    again = request.user.is_authenticated
    nonce = get_random_string(32)
    asked = {"nonce": nonce, "max_age": str(int(_longest(provider, again=again).total_seconds()))}
    try:
        answer = provider.redirect(
            request,
            AuthProcess.REDIRECT if again else AuthProcess.LOGIN,
            next_url=onward,
            auth_params=asked | ({"prompt": "login"} if again else {}),
            nonce=nonce,
            again=again,
        )
    except (OAuth2Error, RequestException):
        return refused_page(request, provider, Refusal.UNREACHABLE)
    # A page, not a redirect: the policy "form-action 'self'" holds for where a form's answer leads, too.
    return render(request, "accounts/single_sign_on_leave.html", {"provider": provider, "url": answer.url})


@public
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take the provider's answer, and let in or refuse."""
    provider = _provider(request, provider_id)
    try:
        return CheckedCallback.adapter_view(CheckedAdapter(request, provider_id))(request)
    except RequestException:
        return refused_page(request, provider, Refusal.UNREACHABLE)


class CheckedCallback(OAuth2CallbackView):
    """Hands the state that this browser began with to the adapter, which needs its nonce."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """Reads the identity token, and nothing else, once it has been found right."""

    state: dict[str, Any]

    def parse_token(self, data: Any) -> SocialToken:
        """The access token opens nothing that is wanted here."""
        return SocialToken(token="")

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Return the login that the token speaks for. Ends in the page that refuses, recorded, for any other token."""
        provider = self.get_provider()
        claims = self._read(kwargs["response"].get("id_token"))
        if claims is None:
            refuse(request, provider, Refusal.SIGNATURE)
        again = bool(self.state.get("again"))
        policy = _policy(provider)
        reason = refusal_of(
            claims,
            policy,
            nonce=self.state.get("nonce", ""),
            longest=_longest(provider, again=again),
            at=timezone.now(),
        )
        if reason or not isinstance(claims.get("sub"), str):
            refuse(request, provider, reason or Refusal.NOT_FINISHED)
        told = {"sub": claims["sub"], "email": email_of(claims), "email_verified": True}
        login = provider.sociallogin_from_response(request, {"id_token": told})
        login.account.extra_data = {}
        login.showed_second_step = show_second_step(claims, policy)
        return login

    def _read(self, id_token: Any) -> dict[str, Any] | None:
        """The claims, if the provider's own key signed them."""
        if not isinstance(id_token, str):
            return None
        try:
            with get_adapter().get_requests_session() as session:
                answer = session.get(self.openid_config["jwks_uri"])
                answer.raise_for_status()
            header = jwt.get_unverified_header(id_token)
            keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.key_id == header.get("kid")]
            return jwt.decode(
                id_token,
                keys[0],
                algorithms=ALGORITHMS,
                # Each of these is checked with the rest, so that its own reason is given.
                options={"verify_exp": False, "verify_aud": False, "verify_iss": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, json.JSONDecodeError, LookupError):
            return None


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Who the person is here: the one whose verified address it is, and always the same at that provider."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse strangers, closed accounts, and another person than the one known by this address or signed in."""
        provider = sociallogin.provider or _provider(request, sociallogin.account.provider)
        user = sociallogin.user if sociallogin.is_existing else None
        if user is None or not user.is_active:
            refuse(request, provider, Refusal.UNKNOWN_PERSON)
        known = SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider)
        addresses = {each.email.lower() for each in sociallogin.email_addresses}
        own = EmailAddress.objects.filter(user=user, verified=True, email__in=addresses)
        if known.exclude(uid=sociallogin.account.uid).exists() or not own.exists():
            refuse(request, provider, Refusal.OTHER_PERSON, user=user)
        if sociallogin.state.get("again"):
            if request.user != user:
                refuse(request, provider, Refusal.OTHER_PERSON, user=user)
            record_authentication(request, user, method="socialaccount", reauthenticated=True)
        if getattr(sociallogin, "showed_second_step", False):
            second_factor.mark_done(request, how="single_sign_on", at=timezone.now(), user=user)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """A provider's word alone makes no account."""
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """The library's page for what went wrong before any token was had; nothing is known of whom to record."""
        raise ImmediateHttpResponse(refused_page(request, provider, Refusal.NOT_FINISHED))


def refuse(request: HttpRequest, provider: Any, reason: Refusal, *, user: User | None = None) -> NoReturn:
    """Record that somebody was not let in, and say why."""
    record_alone(
        event="single_sign_on.refused",
        by=None,
        at=timezone.now(),
        subject=user,
        detail={"provider": provider.app.provider_id, "reason": reason.value},
    )
    raise ImmediateHttpResponse(refused_page(request, provider, reason))


def refused_page(request: HttpRequest, provider: Any, reason: Refusal) -> HttpResponse:
    """The page that says why, with the code for whoever helps."""
    words = str(reason.label).format(name=provider.name)
    context = {"words": words, "code": reason.value}
    return render(request, "accounts/single_sign_on_refused.html", context, status=403)


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        provider = get_adapter().get_provider(request, provider_id)
    except (SocialApp.DoesNotExist, SocialApp.MultipleObjectsReturned) as error:
        raise Http404 from error
    if provider.app.provider_id != provider_id:  # the library also takes the name of the protocol
        raise Http404
    return provider


def _policy(provider: Any) -> Policy:
    said = provider.app.settings["policy"]
    return Policy(
        issuer=said["issuer"],
        client_id=provider.app.client_id,
        email_domains=frozenset(said["email_domains"]),
        tenant=said["tenant"],
        vouches_for_email=said["vouches_for_email"],
        acr_values=frozenset(said["acr_values"]),
        needs_second_step=said["needs_second_step"],
    )


def _longest(provider: Any, *, again: bool) -> timedelta:
    """How long ago somebody may have signed in there: to show again who they are, no longer than with a password."""
    seconds = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT if again else provider.app.settings["longest_sign_in"]
    return timedelta(seconds=seconds)
