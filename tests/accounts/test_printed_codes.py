"""Codes on paper: shown once, good once, and enough by themselves where phones are banned."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.urls import reverse

from accounts import second_factor
from accounts.actions.printed_codes import make_printed_codes, use_printed_code
from accounts.models import User
from audit.models import Event
from tests.accounts.factories import make_member, make_user
from tests.accounts.test_second_factor import PASSWORD, sign_in
from tests.form_client import FormClient

pytestmark = pytest.mark.django_db
CODE = r"[2-9a-hjkmnp-z]{4}-[2-9a-hjkmnp-z]{4}-[2-9a-hjkmnp-z]{4}"


@pytest.fixture
def hana() -> User:
    return make_member("hub_screener", user=make_user("hana@hub.example.org", password=PASSWORD))


def make_them(browser: FormClient) -> list[str]:
    page = browser.post(reverse("printed_codes")).content.decode()
    return re.findall(CODE, page)


def test_they_are_shown_once_and_kept_nowhere(client: FormClient, hana: User) -> None:
    sign_in(client, hana)
    codes = make_them(client)
    assert len(set(codes)) == 10
    for name in ("printed_codes", "second_step", "mfa_reauthenticate"):
        page = client.get(reverse(name), follow=True).content.decode()
        assert not re.search(CODE, page), name
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    assert "seed" not in stored


def test_typing_one_finishes_setting_them_up_and_opens_the_portal(client: FormClient, hana: User) -> None:
    sign_in(client, hana)
    codes = make_them(client)
    assert client.get(reverse("casework:inbox")).status_code == 302
    assert not second_factor.has_one(hana)
    client.post(reverse("mfa_reauthenticate"), {"code": codes[0].upper().replace("-", " "), "next": "/"})
    assert client.get(reverse("casework:inbox")).status_code == 200
    assert "9 left" in client.get(reverse("mfa_index")).content.decode()


def test_they_are_asked_for_when_signing_in_and_each_works_once(client: FormClient, hana: User) -> None:
    sign_in(client, hana)
    codes = make_them(client)
    client.post(reverse("mfa_reauthenticate"), {"code": codes[0], "next": "/"})
    for code, gets_in in ((codes[1], True), (codes[1], False), (codes[0], False), (codes[2], True)):
        browser = FormClient()
        assert sign_in(browser, hana).headers["Location"] == reverse("mfa_authenticate")
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in browser.session) is gets_in, code
    assert [event.detail for event in Event.objects.filter(event="account.printed_code_used")][-1] == {"left": 7}


def test_a_list_that_nobody_printed_locks_nobody_out(client: FormClient, hana: User) -> None:
    sign_in(client, hana)
    make_them(client)
    again = FormClient()
    assert sign_in(again, hana).headers["Location"] == reverse("second_step")
    assert again.get(reverse("printed_codes")).status_code == 200


def test_new_ones_end_the_old_and_are_nobody_elses(hana: User) -> None:
    at = hana.created_at
    old = make_printed_codes(by=hana, at=at)
    new = make_printed_codes(by=hana, at=at)
    assert Authenticator.objects.count() == 1
    assert not use_printed_code(by=hana, code=old[0], at=at)
    assert not use_printed_code(by=make_user(), code=new[0], at=at)
    assert use_printed_code(by=hana, code=new[0], at=at)
