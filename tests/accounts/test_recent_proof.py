"""What a stranger at an unlocked screen must not do asks for the password again after five minutes."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, reverse

from accounts.access import recently_authenticated, requires
from accounts.models import SignedInSession, User
from accounts.permissions import Permission
from tests.accounts.factories import make_member, make_user
from tests.accounts.signing_in import PASSWORD, Clock, signed_in
from tests.form_client import FormClient


@requires(Permission.USE_PORTAL)
@recently_authenticated
def export(request: HttpRequest) -> HttpResponse:
    return HttpResponse("exported because " + request.POST.get("reason", "nothing"))


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
urlpatterns = [path("export", export), path("", include("safeguarding.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def alice() -> User:
    return make_member("practitioner", user=make_user("alice@fellside.example.org", password=PASSWORD))


def test_within_five_minutes_of_signing_in_nothing_is_asked(alice: User, move: Clock) -> None:
    browser = signed_in(alice)
    move(timedelta(minutes=4, seconds=59))
    assert browser.post("/export", {"reason": "court"}).content == b"exported because court"
    move(timedelta(seconds=1))
    assert browser.get("/export").url == "/accounts/reauthenticate/?next=%2Fexport"


def test_the_password_opens_it_for_five_minutes_more(alice: User, move: Clock) -> None:
    browser = signed_in(alice)
    move(timedelta(minutes=6))
    ask = browser.get("/export").url
    page = browser.get(ask).content.decode()
    assert "Is it still you?" in page
    assert browser.post(ask, {"password": "wrong password", "next": "/export"}).status_code == 200
    assert browser.get("/export").status_code == 302
    assert browser.post(ask, {"password": PASSWORD, "next": "/export"}).url == "/export"
    assert browser.get("/export").status_code == 200
    move(timedelta(minutes=5))
    assert browser.get("/export").status_code == 302


def test_the_proof_counts_in_its_own_browser_alone(alice: User, move: Clock) -> None:
    here, there = signed_in(alice), signed_in(alice)
    move(timedelta(minutes=6))
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/export"})
    assert here.get("/export").status_code == 200
    assert there.get("/export").status_code == 302


def test_a_form_sent_too_late_is_kept_while_the_password_is_asked(alice: User, move: Clock) -> None:
    browser = signed_in(alice)
    move(timedelta(minutes=6))
    assert browser.post("/export", {"reason": "The court asked"}).url == "/accounts/reauthenticate/?next=%2Fexport"
    assert "court" not in str(dict(browser.session.items()))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/export"})
    page = browser.get("/export").content.decode()
    assert "We kept what you typed" in page
    assert 'name="reason" value="The court asked"' in page
    assert browser.post("/export", {"reason": "The court asked"}).content == b"exported because The court asked"


def test_signing_out_elsewhere_asks_too(alice: User, move: Clock) -> None:
    browser = signed_in(alice)
    move(timedelta(minutes=6))
    row = SignedInSession.objects.get()
    for address in (reverse("own_sessions_end_others"), reverse("own_session_end", args=[row.pk])):
        for answer in (browser.get(address), browser.post(address)):
            assert answer.url.startswith("/accounts/reauthenticate/"), address


def test_whoever_has_no_password_is_told_to_sign_in_again(move: Clock) -> None:
    browser = FormClient()
    browser.force_login(make_user())
    move(timedelta(minutes=6))
    ask = browser.get("/export").url
    assert ask == "/accounts/sign-in-again/?next=%2Fexport"
    assert "needs a sign-in within the last five minutes" in browser.get(ask).content.decode()


def test_a_code_of_the_app_leads_back_to_what_was_asked(alice: User, move: Clock) -> None:
    TOTP.activate(alice, SECRET)
    browser = FormClient()
    browser.force_login(alice)
    move(timedelta(minutes=6))
    ask = browser.get("/export?month=8").url
    other = re.findall(r'href="(/accounts/2fa/reauthenticate/[^"]*)"', browser.get(ask).content.decode())
    assert other == ["/accounts/2fa/reauthenticate/?next=%2Fexport%3Fmonth%3D8"]
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    assert browser.post(other[0], {"code": code, "next": "/export?month=8"}).url == "/export?month=8"
    assert browser.get("/export?month=8").status_code == 200
