"""Guessing passwords: what is refused when one is chosen, what sign-in gives away, and who is slowed down."""

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.actions import letters
from accounts.models import User
from accounts.web.adapters import AccountAdapter
from tests.accounts.factories import make_member, make_user
from tests.form_client import FormClient

PASSWORD = "correct horse battery"
STRANGER, OWNER = "203.0.113.5", "198.51.100.7"


class CountingHasher(MD5PasswordHasher):
    """Hashes as quickly as tests need, and counts."""

    algorithm = "counting_md5"
    runs = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).runs += 1
        return super().encode(password, salt)


@pytest.fixture
def alice(db: None) -> User:
    return make_member("practitioner", user=make_user("alice@fellside.example.org", password=PASSWORD))


def wrong(browser: FormClient, email: str, address: str, **headers: str) -> str:
    form = {"login": email, "password": "wrong password"}
    return browser.post(reverse("account_login"), form, REMOTE_ADDR=address, **headers).content.decode()


def get_in(email: str, address: str, **headers: str) -> bool:
    form = {"login": email, "password": PASSWORD}
    return FormClient().post(reverse("account_login"), form, REMOTE_ADDR=address, **headers).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2024!",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "liverpool2024",
        "abcabcabcabc",
        "iloveyou1234!",
        "alice.fellside",
        "Safeguarding1",
    ],
)
def test_leaked_passwords_and_what_is_made_of_them_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(email="alice@fellside.example.org", full_name="Alice Fell-Hartley"))


@pytest.mark.parametrize("password", [PASSWORD, "another horse entirely", "k7Vq-m2Xs-p9Tz", "ŵyn tegell lamp"])
def test_others_are_accepted(password: str) -> None:
    validate_password(password, User(email="alice@fellside.example.org", full_name="Alice Fell-Hartley"))


def test_a_very_long_password_is_judged_quickly_and_accepted() -> None:
    validate_password("the lamp beside a wide river " * 40)


def test_a_leaked_password_cannot_be_chosen_on_the_page(client: FormClient, alice: User) -> None:
    client.force_login(alice)
    form = {"oldpassword": PASSWORD, "password1": "P@ssw0rd2024!", "password2": "P@ssw0rd2024!"}
    page = client.post(reverse("account_change_password"), form)
    assert "have leaked" in page.content.decode()


def test_known_and_unknown_addresses_cost_the_same_and_read_the_same(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_user("known@fellside.example.org", password=PASSWORD)
    make_user("without-password@fellside.example.org")
    make_user("closed@fellside.example.org", password=PASSWORD, is_active=False)
    counted, texts = {}, set()
    for who in ("known", "without-password", "closed", "unknown"):
        email = f"{who}@fellside.example.org"
        before = CountingHasher.runs
        text = wrong(FormClient(), email, STRANGER)
        counted[who] = CountingHasher.runs - before
        texts.add(text.replace(email, "").split("csrfmiddlewaretoken")[0])
        assert "do not go together" in text
    assert len(set(counted.values())) == 1, counted
    assert counted["known"] == 1
    assert len(texts) == 1


def test_a_stranger_cannot_lock_anybody_out(alice: User) -> None:
    stranger = FormClient()
    pages = [wrong(stranger, alice.email, STRANGER) for _ in range(12)]
    assert "Too many tries" in pages[-1]
    assert get_in(alice.email, OWNER)
    assert not get_in(alice.email, STRANGER)


def test_many_strangers_cannot_either(alice: User) -> None:
    for number in range(20):
        wrong(FormClient(), alice.email, f"203.0.113.{number + 10}")
    assert get_in(alice.email, OWNER)


def test_an_insider_does_not_wipe_the_count_of_an_address_by_showing_who_they_are(alice: User) -> None:
    insider = FormClient()
    insider.force_login(make_member("practitioner"))
    for _ in range(9):
        wrong(FormClient(), make_user(password=PASSWORD).email, STRANGER)
    insider.get(reverse("mfa_activate_totp"))
    code = format_hotp_value(hotp_value(insider.session[SECRET_SESSION_KEY], int(time.time()) // 30))
    answer = insider.post(reverse("mfa_activate_totp"), {"code": code}, REMOTE_ADDR=STRANGER)
    assert answer.status_code == 302
    pages = [wrong(FormClient(), make_user(password=PASSWORD).email, STRANGER) for _ in range(2)]
    assert ["Too many tries" in page for page in pages] == [False, True]
    assert get_in(alice.email, OWNER)


def test_a_new_password_forgets_the_tries_at_that_account_and_no_others(alice: User) -> None:
    bob = make_member("practitioner", user=make_user("bob@fellside.example.org", password=PASSWORD))
    for email in [alice.email] * 5 + [bob.email] * 3:
        wrong(FormClient(), email, OWNER)
    assert not get_in(alice.email, OWNER)
    request = RequestFactory().post("/", REMOTE_ADDR=OWNER)
    AccountAdapter(request)._delete_login_attempts_cached_email(request, email=alice.email)
    assert get_in(alice.email, OWNER)
    pages = [wrong(FormClient(), bob.email, OWNER) for _ in range(2)]
    assert ["Too many tries" in page for page in pages] == [False, True]


def test_a_stranger_cannot_keep_anybody_from_choosing_a_new_password(alice: User, mailoutbox: list[Any]) -> None:
    stranger = FormClient()
    for _ in range(10):
        stranger.post(reverse("account_reset_password"), {"email": alice.email}, REMOTE_ADDR=STRANGER)
    letters.send_due(at=timezone.now())
    sent = len(mailoutbox)
    assert 0 < sent < 10
    FormClient().post(reverse("account_reset_password"), {"email": alice.email}, REMOTE_ADDR=OWNER)
    letters.send_due(at=timezone.now())
    assert len(mailoutbox) == sent + 1


def test_behind_a_proxy_the_address_is_the_senders(alice: User, settings: Any) -> None:
    """Else one stranger would use up the tries of everybody."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    proxy = "192.0.2.1"
    # A sender may write what they like into the header; the proxy adds the true address last.
    for number in range(12):
        wrong(FormClient(), alice.email, proxy, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, {STRANGER}")
    assert not get_in(alice.email, proxy, HTTP_X_FORWARDED_FOR=STRANGER)
    assert get_in(alice.email, proxy, HTTP_X_FORWARDED_FOR=OWNER)
