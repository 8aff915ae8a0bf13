import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import letters
from accounts.models import Letter, User
from accounts.web.adapters import AccountAdapter, MFAAdapter
from audit.models import Event
from tests.accounts.factories import make_member, make_user
from tests.form_client import FormClient

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_member("practitioner", user=make_user("alice@fellside.example.org", password=PASSWORD))


def sign_in(client: Client, email: str = "alice@fellside.example.org", password: str = PASSWORD) -> object:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def verbs() -> list[str]:
    return list(Event.objects.values_list("event", flat=True))


def test_with_email_in_any_case_and_password(client: Client, alice: User) -> None:
    assert sign_in(client, "Alice@Fellside.example.org").status_code == 302
    assert client.get(reverse("own_account")).status_code == 200
    assert verbs() == ["account.signed_in"]
    assert Event.objects.get().by_id == str(alice.pk)


@pytest.mark.parametrize(
    ("email", "password"), [("alice@fellside.example.org", "wrong password"), ("nobody@fellside.example.org", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, alice: User, email: str, password: str
) -> None:
    page = sign_in(client, email, password)
    assert page.status_code == 200
    text = page.content.decode()
    assert "There is a problem" in text
    assert "That email address and password do not go together." in text
    assert password not in text
    assert f'value="{email}"' in text
    assert verbs() == []


def test_too_many_tries_are_slowed_down_in_the_portals_own_words(client: Client, alice: User) -> None:
    pages = [sign_in(client, password="wrong password") for _ in range(40)]
    assert "Too many tries" in pages[12].content.decode()
    assert pages[-1].status_code == 429
    assert "call 999" in pages[-1].content.decode()


def test_a_closed_account_cannot_sign_in(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save()
    sign_in(client)
    assert client.get(reverse("own_account")).status_code == 302
    assert verbs() == []


def test_signing_out_is_recorded_and_the_browser_told_to_forget(client: Client, alice: User) -> None:
    sign_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert verbs() == ["account.signed_in", "account.signed_out"]
    assert client.get(reverse("own_account")).status_code == 302


def test_nobody_can_make_their_own_account(client: Client) -> None:
    for answer in (
        client.get(reverse("account_signup")),
        client.post(
            reverse("account_signup"),
            {"email": "mallory@example.org", "password1": PASSWORD, "password2": PASSWORD},
        ),
    ):
        assert "How to get an account" in answer.content.decode()
    assert not User.objects.exists()


def test_changing_the_password_is_recorded(client: Client, alice: User) -> None:
    sign_in(client)
    new = "another horse entirely"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert "account.password_changed" in verbs()


def test_a_forgotten_password_is_chosen_anew_by_a_letter_that_says_nothing_else(client: Client, alice: User) -> None:
    client.post(reverse("account_reset_password"), {"email": alice.email})
    assert mail.outbox == []  # never in the request
    letters.send_due(at=timezone.now())
    (letter,) = mail.outbox
    assert letter.subject == "Online Safety Referral Portal"
    assert "O’Brien" not in letter.body
    (address,) = re.findall(r"https?://[^/]+(/\S+)", letter.body)
    new = "another horse entirely"
    page = client.get(address, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(client, password=new).status_code == 302


def test_a_letter_to_an_unknown_address_is_not_sent_and_the_answer_is_the_same(client: Client, alice: User) -> None:
    known = client.post(reverse("account_reset_password"), {"email": alice.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert letters.send_due(at=timezone.now()) == 1
    assert [message.to for message in mail.outbox] == [[alice.email]]
    assert not Letter.objects.filter(address__isnull=False).exists()


def test_asking_for_a_new_password_asks_the_database_the_same_for_every_address(alice: User) -> None:
    make_user("closed@fellside.example.org", is_active=False)
    asked = {}
    for number, email in enumerate((alice.email, "closed@fellside.example.org", "nobody@fellside.example.org")):
        with CaptureQueriesContext(connection) as queries:
            address = f"198.51.100.{number}"  # each the first from there: the limit counts by sender
            FormClient().post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=address)
        asked[email] = [re.sub(r"'[^']*'|\d+", "", each["sql"]) for each in queries]
    first, *others = asked.values()
    assert any("accounts_letter" in sql for sql in first)
    assert not any("accounts_user" in sql for sql in first)
    for other in others:
        assert other == first


def test_a_letter_that_fails_is_tried_again_under_the_same_id(client: Client, alice: User, settings: Any) -> None:
    now = timezone.now()
    client.post(reverse("account_reset_password"), {"email": alice.email})
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.accounts.test_joining.FailingServer"
    assert letters.send_due(at=now) == 0
    settings.EMAIL_BACKEND = works
    assert letters.send_due(at=now + timedelta(seconds=30)) == 0
    assert letters.send_due(at=now + timedelta(minutes=5)) == 1
    assert letters.send_due(at=now + timedelta(minutes=10)) == 0
    letter = Letter.objects.get()
    assert (letter.to, letter.was_sent) == (alice, True)
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<letter-{letter.pk}@")
    letters.send_due(at=now + timedelta(days=31))
    assert not Letter.objects.exists()


def test_nobodys_mailbox_is_filled_with_links(alice: User) -> None:
    now = timezone.now()
    for _ in range(14):
        letters.promise_new_password(address=alice.email, at=now)
    assert letters.send_due(at=now) == letters.MOST_PASSWORDS_AN_HOUR
    letters.promise_new_password(address=alice.email, at=now)
    assert letters.send_due(at=now + timedelta(minutes=61)) == 1


def test_the_library_sends_no_letter_of_its_own(alice: User) -> None:
    with pytest.raises(RuntimeError, match=r"accounts\.actions\.letters"):
        AccountAdapter().send_mail("account/email/password_changed", alice.email, {})


def test_every_page_of_the_own_account_opens_in_the_portals_frame(client: Client, alice: User) -> None:
    public = ("account_login", "account_signup", "account_reset_password", "account_reset_password_done")
    own = (
        "own_account",
        "account_email",
        "account_change_password",
        "account_logout",
        "mfa_index",
        "mfa_activate_totp",
    )
    for names in (public, own):
        for name in names:
            page = client.get(reverse(name), follow=True)
            assert page.status_code == 200, name
            assert "govuk-template" in page.content.decode(), name
            assert "data:image" not in page.content.decode(), name
        sign_in(client)


def test_one_time_code_secrets_are_sealed(client: Client, alice: User) -> None:
    sealed = MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert MFAAdapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in str(Authenticator.objects.get().data)
