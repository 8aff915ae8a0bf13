"""Nobody who may read what others wrote goes anywhere with a password alone (security.md, G6)."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from accounts import second_factor
from accounts.actions import letters
from accounts.encryption import seal_bytes
from accounts.models import User
from accounts.roles import ROLES, Permission
from audit.models import Event
from safeguarding.middleware import kept_text
from tests.accounts.factories import make_member, make_user
from tests.form_client import FormClient
from tests.house.test_addresses import VALUES, addresses

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEEDS = sorted(code for code, role in ROLES.items() if second_factor.is_needed_in(role))
pytestmark = pytest.mark.django_db

# A named group of the addresses that are written as regular expressions.
GROUP = re.compile(r"\(\?P<\w+>(?:[^()\[\]]|\[[^\]]*\])*\)")
ALWAYS = {"second_step", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "web:session_left", "web:session_extend"}
SETTING_UP = {"mfa_activate_totp", "mfa_add_webauthn", "printed_codes", "account_reauthenticate"}


def every_address() -> Iterator[tuple[str, str, bool]]:
    """Give each address of the portal, written out, its name, and whether a visitor may read it too."""
    for pattern, _, _ in addresses(get_resolver()):
        plain = GROUP.sub("x", pattern).replace("^", "").replace("$", "")
        address = re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES[found[1] or "str"], plain)
        found = resolve(address)
        yield address, found.view_name, getattr(found.func, "public", False)


EVERY_ADDRESS = sorted(set(every_address()))


def code_at_this_time() -> str:
    return format_hotp_value(hotp_value(SECRET, int(timezone.now().timestamp()) // 30))


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def member(role: str) -> User:
    return make_member(role, user=make_user(f"{role.replace('_', '-')}@agency.example.org", password=PASSWORD))


def sign_in(browser: FormClient, user: User, password: str = PASSWORD) -> object:
    return browser.post(reverse("account_login"), {"login": user.email, "password": password})


def by_password(user: User) -> FormClient:
    browser = FormClient()
    sign_in(browser, user)
    return browser


def by_password_reset(user: User) -> FormClient:
    browser = FormClient()
    browser.post(reverse("account_reset_password"), {"email": user.email})
    letters.send_due(at=timezone.now())
    (address,) = re.findall(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)
    page = browser.get(address, follow=True)
    new = "another horse entirely"
    browser.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    sign_in(browser, user, new)
    return browser


def by_single_sign_on_that_says_nothing(user: User) -> FormClient:
    browser = FormClient()
    browser.force_login(user, with_second_factor=False)
    return browser


def by_password_while_an_app_was_set_up_elsewhere(user: User) -> FormClient:
    browser = by_password(user)
    with_app(user)
    return browser


WAYS_IN = [
    by_password,
    by_password_reset,
    by_single_sign_on_that_says_nothing,
    by_password_while_an_app_was_set_up_elsewhere,
]


def test_one_factor_is_enough_for_own_referrals_alone() -> None:
    assert sorted(set(ROLES) - set(NEEDS)) == ["practitioner"]
    reads_others = {
        Permission.LEAD_SETTING_REFERRALS, Permission.READ_PREVENT_ADVICE, Permission.READ_HUB_CASES,
        Permission.READ_ASSIGNED_CASES, Permission.READ_AGENCY_INBOX, Permission.READ_PACK,
        Permission.HANDLE_CONFLICT_CASES, Permission.READ_AUDIT, Permission.READ_SAMPLED_CASES,
        Permission.MANAGE_PEOPLE, Permission.EXPORT_CASE, Permission.CONTRIBUTE_TO_STRATEGY,
    }  # fmt: skip
    assert not reads_others & second_factor.ONE_FACTOR_IS_ENOUGH


def test_there_are_addresses_to_walk() -> None:
    assert len(EVERY_ADDRESS) > 80
    names = {name for _, name, _ in EVERY_ADDRESS}
    assert names > ALWAYS | SETTING_UP
    closed = {name for _, name, is_public in EVERY_ADDRESS if not is_public} - ALWAYS - SETTING_UP
    assert closed > {"casework:inbox", "casework:packs", "referrals:mine", "own_account", "mfa_index", "account_login"}


def check_confined(user: User, browser: FormClient, asked: list[tuple[str, str, bool]], *methods: str) -> None:
    """Ask for each address that is not open to this session: all lead to the second step."""
    open_to = ALWAYS | (set() if second_factor.has_one(user) else SETTING_UP)
    for address, name, is_public in asked:
        if is_public or name in open_to:
            continue
        for method in methods:
            answer = getattr(browser, method)(address)
            led_to = answer.headers.get("Location", "").split("?")[0]
            told = f"{method} {address} ({name}) answered with {answer.status_code} {led_to}"
            assert (answer.status_code, led_to) == (302, reverse("second_step")), told


@pytest.mark.parametrize("role", NEEDS)
def test_with_a_password_alone_every_address_leads_to_the_second_factor(role: str) -> None:
    user = member(role)
    browser = by_password(user)
    assert browser.session["_auth_user_id"] == str(user.pk)
    check_confined(user, browser, EVERY_ADDRESS, "get")


def test_whatever_the_method() -> None:
    user = member("hub_manager")
    check_confined(user, by_password(user), EVERY_ADDRESS, "head", "post", "put", "patch", "delete", "options")


@pytest.mark.parametrize("role", NEEDS)
@pytest.mark.parametrize("way", WAYS_IN[1:], ids=lambda way: way.__name__)
def test_by_whatever_way_in(role: str, way: Callable[[User], FormClient]) -> None:
    """The session is what is confined; a page of each part of the portal shows it."""
    user = member(role)
    browser = way(user)
    assert browser.session["_auth_user_id"] == str(user.pk)
    of_each_part = {address.split("/")[1]: (address, name, public) for address, name, public in EVERY_ADDRESS}
    own = [each for each in EVERY_ADDRESS if each[1] in SETTING_UP | {"own_account", "casework:inbox", "mfa_index"}]
    check_confined(user, browser, [*of_each_part.values(), *own], "get")


@pytest.mark.parametrize("role", NEEDS)
def test_whoever_has_an_app_is_not_signed_in_before_its_code(role: str) -> None:
    user = with_app(member(role))
    browser = FormClient()
    assert sign_in(browser, user).headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    assert browser.get(reverse("own_account")).headers["Location"].startswith(reverse("account_login"))
    browser.post(reverse("mfa_authenticate"), {"code": code_at_this_time()})
    assert browser.get(reverse("own_account")).status_code == 200
    used = Event.objects.get(event="account.second_factor_used")
    assert (used.by_id, used.detail) == (str(user.pk), {"kind": "totp"})


def test_the_pages_that_stay_open_answer() -> None:
    browser = by_password(member("hub_screener"))
    for name in ("web:help", "web:start", "second_step", "mfa_activate_totp", "mfa_add_webauthn", "printed_codes"):
        page = browser.get(reverse(name))
        assert page.status_code == 200, name
        assert "Hub inbox" not in page.content.decode()
    assert browser.get(reverse("web:session_left")).json()["seconds_left"] > 0
    assert browser.post(reverse("account_logout")).status_code == 302


def test_a_practitioner_needs_none_and_may_set_one_up() -> None:
    browser = by_password(member("practitioner"))
    assert browser.get(reverse("referrals:mine")).status_code == 200
    assert "you need not" in browser.get(reverse("second_step")).content.decode()
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_role_given_while_signed_in_confines_at_the_next_request() -> None:
    alice = member("practitioner")
    browser = by_password(alice)
    assert browser.get(reverse("own_account")).status_code == 200
    make_member("dsl", user=alice)
    assert browser.get(reverse("own_account")).headers["Location"].startswith(reverse("second_step"))


def test_setting_up_an_app_opens_the_portal_and_needs_no_second_password() -> None:
    user = member("hub_screener")
    browser = FormClient()
    assert sign_in(browser, user).headers["Location"] == reverse("second_step")
    assert browser.get(reverse("mfa_activate_totp")).status_code == 200
    secret = browser.session[SECRET_SESSION_KEY]
    code = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    wrong = browser.post(reverse("mfa_activate_totp"), {"code": "0000000"})
    assert "That code is not right" in wrong.content.decode()
    assert browser.get(reverse("own_account")).status_code == 302
    assert browser.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert browser.get(reverse("casework:inbox")).status_code == 200
    assert Event.objects.filter(event="account.second_factor_added", by_id=str(user.pk)).count() == 1
    onlooker = FormClient()
    sign_in(onlooker, user)
    assert "used already" in onlooker.post(reverse("mfa_authenticate"), {"code": code}).content.decode()


def test_a_password_is_not_enough_to_add_another_factor() -> None:
    browser = by_single_sign_on_that_says_nothing(with_app(member("lado")))
    for name in SETTING_UP:
        assert browser.get(reverse(name)).headers["Location"].startswith(reverse("second_step"))
    step = browser.get(reverse("second_step"), {"next": "/packs/"})
    assert step.headers["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2Fpacks%2F"
    answer = browser.post(reverse("mfa_reauthenticate"), {"code": code_at_this_time(), "next": "/packs/"})
    assert answer.headers["Location"] == "/packs/"
    assert browser.get(reverse("own_account")).status_code == 200


def test_removing_the_last_factor_confines_again() -> None:
    user = with_app(member("dsl"))
    browser = FormClient()
    sign_in(browser, user)
    browser.post(reverse("mfa_authenticate"), {"code": code_at_this_time()})
    browser.post(f"{reverse('account_reauthenticate')}?next=/accounts/", {"password": PASSWORD})
    assert browser.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()
    assert browser.get(reverse("own_account")).headers["Location"].startswith(reverse("second_step"))
    assert Event.objects.filter(event="account.second_factor_removed").count() == 1


def test_whoever_lost_everything_is_let_in_to_set_up_anew() -> None:
    user = with_app(member("lado"))
    call_command("reset_second_factor", user.email.upper(), stdout=StringIO())
    assert Event.objects.get(event="account.second_factor_reset").detail == {"removed": 1}
    assert sign_in(FormClient(), user).headers["Location"] == reverse("second_step")
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("reset_second_factor", "nobody@example.org")


def test_what_was_typed_before_is_not_shown_before_the_second_factor() -> None:
    user = member("lado")
    browser = by_password(user)
    sealed = seal_bytes(json.dumps([["worry", "what a child said"]]).encode(), context=kept_text.context(str(user.pk)))
    session = browser.session
    until = timezone.now().timestamp() + 600
    fields = base64.b64encode(sealed).decode()
    session[kept_text.KEY] = {"owner": str(user.pk), "path": "/accounts/", "until": until, "fields": fields}
    session.save()
    assert browser.get("/accounts/").status_code == 302
    session = browser.session
    session[second_factor.KEY] = {"user": str(user.pk), "how": "totp", "at": 0}
    session.save()
    assert "what a child said" in browser.get("/accounts/").content.decode()


def test_the_mark_is_for_one_person() -> None:
    browser = by_single_sign_on_that_says_nothing(member("auditor"))
    session = browser.session
    session[second_factor.KEY] = {"user": str(make_user().pk), "how": "totp", "at": 0}
    session.save()
    assert browser.get(reverse("own_account")).status_code == 302


def test_single_sign_on_with_a_second_factor_counts() -> None:
    browser = FormClient()
    user = member("police_liaison")
    browser.force_login(user, with_second_factor=False)
    request = browser.get(reverse("second_step")).wsgi_request
    assert second_factor.is_missing(request, at=timezone.now())
    second_factor.mark_done(request, how="single_sign_on", at=timezone.now())
    request.session.save()
    assert browser.get(reverse("own_account")).status_code == 200


def test_a_wrong_code_is_refused_and_on_record() -> None:
    user = with_app(member("lado"))
    browser = FormClient()
    sign_in(browser, user)
    page = browser.post(reverse("mfa_authenticate"), {"code": "0000000"})
    assert "That code is not right" in page.content.decode()
    refused = Event.objects.get(event="account.second_factor_refused")
    assert (refused.by_id, refused.subject_id) == ("system", str(user.pk))
    for _ in range(5):
        page = browser.post(reverse("mfa_authenticate"), {"code": "0000000"})
    assert "Too many tries" in page.content.decode()


def test_a_code_works_once() -> None:
    user = with_app(member("lado"))
    code = code_at_this_time()
    first, second = FormClient(), FormClient()
    for browser in (first, second):
        sign_in(browser, user)
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert first.get(reverse("own_account")).status_code == 200
    assert second.get(reverse("own_account")).headers["Location"].startswith(reverse("account_login"))


def test_a_code_stays_used_for_as_long_as_it_would_be_taken(settings: object) -> None:
    """The library takes a code for three periods and remembers it for one."""
    from django.core.cache import cache

    from accounts.web.second_factor_forms import is_first_use

    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")  # type: ignore[attr-defined]
    assert is_first_use("x", "123 456")
    assert not is_first_use("x", "123456")
    assert is_first_use("y", "123456")
    with_expiry = [row for row in cached_rows() if "code_used.x" in row[0]]
    assert 85 < (with_expiry[0][1] - datetime.now(UTC)).total_seconds() <= 91
    cache.clear()


def cached_rows() -> list[tuple[str, datetime]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, expires FROM portal_cache")
        rows = cursor.fetchall()
    moments = [(key, at if isinstance(at, datetime) else datetime.fromisoformat(at)) for key, at in rows]
    return [(key, at if at.tzinfo else at.replace(tzinfo=UTC)) for key, at in moments]
