"""Invented people sign in with a code too, and nobody else's code can be printed."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import second_factor
from accounts.actions.demo import load_demo_partnership
from accounts.demo import DEMO_PASSWORD, demo_accounts
from accounts.models import User
from accounts.roles import ROLES
from audit.models import Event
from tests.accounts.factories import make_member, make_user
from tests.form_client import FormClient

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AUDITOR = "auditor@cumbria.example.org"
pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> None:
    load_demo_partnership(at=AT)


def printed(email: str) -> str:
    out = StringIO()
    call_command("demo_code", email, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_each_who_needs_one_has_a_secret_of_their_own_sealed(demo: None) -> None:
    roles = {account.email: account.role for account in demo_accounts()}
    people = User.objects.filter(email__in=roles)
    need = {person.pk for person in people if second_factor.is_needed_in(ROLES[roles[person.email]])}
    factors = list(Authenticator.objects.filter(type="totp"))
    assert {factor.user_id for factor in factors} == need
    assert len({factor.wrap().instance.data["secret"] for factor in factors}) == len(factors)
    assert Event.objects.filter(event="account.second_factor_added").count() == len(need)
    load_demo_partnership(at=AT)
    assert Authenticator.objects.count() == len(factors)


def test_the_printed_code_signs_in(demo: None) -> None:
    browser = FormClient()
    browser.post(reverse("account_login"), {"login": AUDITOR, "password": DEMO_PASSWORD})
    browser.post(reverse("mfa_authenticate"), {"code": printed(AUDITOR)})
    assert browser.get(reverse("own_account")).status_code == 200


def test_a_practitioner_has_none_and_is_told_so(demo: None) -> None:
    with pytest.raises(CommandError, match="signs in with the password alone"):
        printed("teacher@fellside.example.org")


def test_nobody_elses_code_is_printed(demo: None) -> None:
    real = make_member("auditor", user=make_user("real@council.example.org"))
    TOTP.activate(real, "JBSWY3DPEHPK3PXP")
    with pytest.raises(CommandError, match="for invented people only"):
        printed(real.email)


def test_an_app_of_somebodys_own_is_not_read(demo: None) -> None:
    """Somebody may have taken a demo account over and set up their own phone."""
    Authenticator.objects.filter(user__email=AUDITOR).delete()
    TOTP.activate(User.objects.get(email=AUDITOR), "JBSWY3DPEHPK3PXP")
    with pytest.raises(CommandError, match="an app of their own"):
        printed(AUDITOR)


def test_without_the_invented_partnership_there_is_nothing_to_print() -> None:
    with pytest.raises(CommandError, match="load_demo"):
        printed(AUDITOR)


def test_a_real_portal_refuses(settings: Any, demo: None) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="never where real cases are kept"):
        printed(AUDITOR)


def test_the_list_says_who_is_asked_for_one() -> None:
    out = StringIO()
    call_command("load_demo", "--list", stdout=out)
    lines = out.getvalue().splitlines()
    (teacher,) = [line for line in lines if "teacher@fellside" in line]
    (screener,) = [line for line in lines if "screener@cumberland" in line]
    assert "code" not in teacher
    assert screener.endswith("+ code")
    assert "make demo-code EMAIL" in out.getvalue()
