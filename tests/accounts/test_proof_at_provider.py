"""Whoever has no password here shows at their organisation's provider that it is still them."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignedInSession, User
from tests.accounts.at_provider import come_back, go, leave
from tests.accounts.factories import make_member, make_user
from tests.accounts.identity_provider import Memory
from tests.form_client import FormClient

pytestmark = pytest.mark.django_db


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_whoever_has_no_password_shows_it_at_the_provider(
    client: FormClient, alice: User, provider: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(client)
    later(monkeypatch)
    wanted = reverse("own_sessions_end_others")
    ask = client.get(wanted).url
    page = client.get(ask).content.decode()
    assert "Sign in with your school account" in page
    assert f'name="next" value="{wanted}"' in page
    address = leave(client, next=wanted)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["300"])
    provider.claims["auth_time"] = int(timezone.now().timestamp()) - 10
    provider.claims["exp"] = int(timezone.now().timestamp()) + 60
    assert come_back(client, address).url == wanted
    assert client.get(wanted).status_code == 200
    assert SignedInSession.objects.count() == 1


def test_whoever_has_a_password_too_may_choose_the_provider(
    client: FormClient, alice: User, provider: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    go(client)
    later(monkeypatch)
    wanted = reverse("own_sessions_end_others")
    ask = client.get(wanted).url
    assert ask.startswith("/accounts/reauthenticate/")
    page = client.get(ask).content.decode()
    assert "Sign in with your school account" in page
    assert page.count(f'name="next" value="{wanted}"') == 2


def test_an_old_sign_in_there_shows_nothing(
    client: FormClient, alice: User, provider: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(client)
    later(monkeypatch)
    provider.claims["exp"] = int(timezone.now().timestamp()) + 60
    answer = go(client)
    assert "It is too long since you signed in" in answer.content.decode()
    assert client.get(reverse("own_sessions_end_others")).status_code == 302


def test_another_person_there_shows_nothing(
    client: FormClient, alice: User, provider: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(client)
    dan = make_member("practitioner", user=make_user("dan@fellside.example.org"))
    EmailAddress.objects.create(user=dan, email=dan.email, verified=True, primary=True)
    later(monkeypatch)
    now = int(timezone.now().timestamp())
    provider.claims |= {"sub": "dan-at-school", "email": dan.email, "auth_time": now, "exp": now + 60}
    assert "belongs to somebody else" in go(client).content.decode()
    assert client.get(reverse("own_account")).context["user"] == alice
    assert client.get(reverse("own_sessions_end_others")).status_code == 302
