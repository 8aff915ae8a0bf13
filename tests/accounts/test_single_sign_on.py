"""Single sign-on against a real provider: right answers get in, and each wrong one is refused and recorded."""

import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from accounts.models import SignedInSession, User
from audit.models import Event
from tests.accounts.at_provider import BEGIN, come_back, described, go, is_in, leave
from tests.accounts.factories import make_member
from tests.accounts.identity_provider import CLIENT, Memory
from tests.form_client import FormClient

pytestmark = pytest.mark.django_db


def refusal(browser: FormClient, answer: Any) -> str:
    """The reason on record for an answer that let nobody in."""
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You are not signed in" in page
    assert not is_in(browser)
    (event,) = Event.objects.filter(event="single_sign_on.refused")
    assert event.detail["provider"] == "cumbria_schools"
    assert f"<strong>{event.detail['reason']}</strong>" in page
    return event.detail["reason"]


def test_the_right_answer_gets_in_and_back_to_the_page(client: FormClient, alice: User, provider: Memory) -> None:
    assert "Sign in with your school account" in client.get(reverse("account_login")).content.decode()
    address = leave(client, next="/accounts/sessions/")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) == 32
    assert asked["max_age"] == ["36000"]
    answer = come_back(client, address)
    assert (answer.status_code, answer.url) == (302, "/accounts/sessions/")
    assert is_in(client)
    assert SignedInSession.objects.get().user == alice
    pinned = SocialAccount.objects.get()
    assert (pinned.user, pinned.uid, pinned.extra_data) == (alice, "alice-at-school", {})
    assert client.session["second_factor"]["how"] == "single_sign_on"
    assert list(Event.objects.values_list("event", flat=True)) == ["account.provider_linked", "account.signed_in"]
    client.post(reverse("account_logout"))
    assert go(client).status_code == 302
    assert is_in(client)


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another portal"}, "audience"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "audience"),
        ({"exp": NOW - 120}, "expired"),
        ({"iat": NOW + 86_400}, "expired"),
        ({"iat": None}, "expired"),
        ({"nonce": "of another sign-in, replayed"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"tid": "another council"}, "tenant"),
        ({"tid": None}, "tenant"),
        ({"email": None}, "email"),
        ({"email_verified": False}, "email"),
        ({"email_verified": "true"}, "email"),
        ({"email": "alice@hub.example.org"}, "domain"),
        ({"email": "alice@evil.fellside.example.org"}, "domain"),
        ({"auth_time": NOW - 11 * 3600}, "auth_time"),
        ({"auth_time": NOW + 3600}, "auth_time"),
        ({"auth_time": None}, "auth_time"),
        ({"amr": None}, "second_step"),
        ({"amr": ["pwd"]}, "second_step"),
        ({"amr": "mfa"}, "second_step"),
        ({"amr": None, "acr": "urn:password"}, "second_step"),
        ({"email": "stranger@fellside.example.org"}, "unknown_person"),
    ],
)
def test_a_wrong_answer_is_refused_and_recorded(
    client: FormClient, alice: User, provider: Memory, claims: dict[str, Any], reason: str
) -> None:
    provider.claims |= claims
    assert refusal(client, go(client)) == reason
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_nonce_changed_on_the_way_is_found(client: FormClient, alice: User, provider: Memory) -> None:
    address = urlsplit(leave(client))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()} | {"nonce": "x" * 32}
    assert refusal(client, come_back(client, address._replace(query=urlencode(asked)).geturl())) == "nonce"


@pytest.mark.parametrize("how", ["another key", "the public key as a secret", "none"])
def test_a_signature_that_is_not_the_providers_is_refused(
    client: FormClient, alice: User, provider: Memory, how: str
) -> None:
    if how == "another key":
        provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif how == "none":
        provider.signing_key, provider.algorithm = None, "none"
    else:
        provider.algorithm = "HS256"
    assert refusal(client, go(client)) == "signature"


def test_an_answer_to_another_browser_is_of_no_use(client: FormClient, alice: User, provider: Memory) -> None:
    answer = requests.get(leave(client), allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    other = FormClient()
    assert other.get(f"{back.path}?{back.query}").status_code == 403
    assert not is_in(other)
    assert not Event.objects.exists()


def test_whoever_has_the_address_later_is_not_the_same_person(
    client: FormClient, alice: User, provider: Memory
) -> None:
    go(client)
    client.post(reverse("account_logout"))
    provider.claims["sub"] = "the new alice"
    assert refusal(client, go(client)) == "other_person"


def test_a_known_name_with_another_address_is_not_the_same_person(
    client: FormClient, alice: User, provider: Memory
) -> None:
    go(client)
    client.post(reverse("account_logout"))
    provider.claims["email"] = "dan@fellside.example.org"
    assert refusal(client, go(client)) == "other_person"


def test_a_closed_account_stays_closed(client: FormClient, alice: User, provider: Memory) -> None:
    User.objects.update(is_active=False)
    assert refusal(client, go(client)) == "unknown_person"


def test_what_a_partnership_believes_is_its_own_to_say(
    client: FormClient, alice: User, provider: Memory, settings: Any, tmp_path: Path
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = described(
        tmp_path, issuer=provider.issuer, vouches_for_email=True, acr_values=["urn:two-steps"], tenant=""
    )
    provider.claims |= {"email_verified": None, "amr": None, "acr": "urn:two-steps", "tid": None}
    assert go(client).status_code == 302
    assert is_in(client)


def test_without_a_second_step_there_is_no_mark(
    client: FormClient, alice: User, provider: Memory, settings: Any, tmp_path: Path
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = described(tmp_path, issuer=provider.issuer, needs_second_step=False)
    provider.claims["amr"] = ["pwd"]
    go(client)
    assert is_in(client)
    assert "second_factor" not in client.session


@pytest.mark.parametrize(("amr", "is_open"), [(["pwd", "otp"], True), (["pwd"], False)])
def test_whoever_reads_others_referrals_needs_the_second_step_this_way_too(
    client: FormClient, alice: User, provider: Memory, settings: Any, tmp_path: Path, amr: list[str], is_open: bool
) -> None:
    make_member("hub_screener", user=alice)
    settings.SOCIALACCOUNT_PROVIDERS = described(tmp_path, issuer=provider.issuer, needs_second_step=False)
    provider.claims["amr"] = amr
    go(client)
    answer = client.get("/hub/")
    assert (answer.status_code == 200) is is_open
    assert is_open or answer.url.startswith(reverse("second_step"))


def test_a_cancelled_sign_in_and_a_dead_provider_say_so(
    client: FormClient, alice: User, provider: Memory, settings: Any, tmp_path: Path
) -> None:
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    page = client.get(f"{BEGIN}callback/?error=access_denied&state={state}")
    assert (page.status_code, "did not finish signing you in" in page.content.decode()) == (403, True)
    settings.SOCIALACCOUNT_PROVIDERS = described(tmp_path, issuer="http://127.0.0.1:9")
    page = client.post(BEGIN)
    assert (page.status_code, "does not answer" in page.content.decode()) == (403, True)


def test_a_link_cannot_change_what_is_asked_of_the_provider(client: FormClient, provider: Memory) -> None:
    page = client.post(f"{BEGIN}?auth_params=max_age%3D999999%26nonce%3Dchosen&scope=admin").content.decode()
    assert "999999" not in page
    assert "chosen" not in page
    assert "admin" not in page
    assert client.get(f"{BEGIN}?process=connect").status_code == 200
    for unknown in ("never_was", "openid_connect"):
        assert client.get(f"/accounts/oidc/{unknown}/login/").status_code == 404
