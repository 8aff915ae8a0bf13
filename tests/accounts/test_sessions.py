"""Where somebody is signed in, what ends it, and that an ended session is refused at its next request (G17)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.access import stop_access
from accounts.actions.memberships import end, grant
from accounts.actions.people import close_account, reopen
from accounts.actions.second_factor import reset_second_factor
from accounts.browsers import describe
from accounts.models import Membership, SignedInSession, User
from audit.models import Event
from tests.accounts.factories import make_agency, make_member, make_organisation, make_user
from tests.accounts.signing_in import FIREFOX, PASSWORD, Clock, signed_in
from tests.form_client import FormClient

NEW_PASSWORD = "another horse entirely"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 "
    "Edg/140.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
    "Mobile/15E148 Safari/604.1"
)


pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_member("practitioner", user=make_user("alice@fellside.example.org", password=PASSWORD))


def copied(browser: FormClient) -> FormClient:
    """Another browser, with the cookies of this one."""
    thief = FormClient(headers={"sec-fetch-mode": "navigate"})
    thief.cookies = browser.cookies.copy()
    return thief


def is_in(browser: FormClient) -> bool:
    return browser.get(reverse("own_account")).status_code == 200


def why(browser: FormClient) -> str:
    """What somebody reads at the next click, where it leads to the page for a session that was ended."""
    answer = browser.get(reverse("own_account"))
    assert answer.status_code == 302
    assert answer.url.startswith("/session/ended")
    return browser.get(answer.url).content.decode()


def verbs() -> list[str]:
    return list(Event.objects.order_by("sequence").values_list("event", flat=True))


# --- The list -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (FIREFOX, "Firefox on a Linux computer"),
        (EDGE, "Edge on a Windows computer"),
        (IPHONE, "Safari on an iPhone"),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome on an Android telephone",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on a Chromebook"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("", "A browser on a device we do not know"),
        ("<script>alert(1)</script>" * 50, "A browser on a device we do not know"),
    ],
)
def test_a_browser_is_named_in_plain_words(sent: str, words: str) -> None:
    assert describe(sent) == words


def test_the_list_shows_each_browser_and_marks_this_one(alice: User) -> None:
    signed_in(make_member("dsl", user=make_user("dan@fellside.example.org", password=PASSWORD)), IPHONE)
    signed_in(alice, EDGE)
    page = signed_in(alice).get(reverse("own_sessions")).content.decode()
    assert page.count("This one") == 1
    assert page.index("Firefox on a Linux computer") < page.index("This one") < page.index("Edge on a Windows computer")
    assert "iPhone" not in page
    assert "You can be signed in at 3 places" in page


def test_one_browser_is_signed_out_from_another(alice: User) -> None:
    far, here = signed_in(alice, EDGE), signed_in(alice)
    row = SignedInSession.objects.get(browser="Edge on a Windows computer")
    assert "Sign out of Edge" in here.get(reverse("own_session_end", args=[row.pk])).content.decode()
    assert is_in(far)
    answer = here.post(reverse("own_session_end", args=[row.pk]), follow=True)
    assert "Signed out: Edge on a Windows computer." in answer.content.decode()
    assert "from another browser" in why(far)
    assert not is_in(far)
    assert is_in(here)
    event = Event.objects.get(event="account.signed_out")
    assert (event.subject_id, event.detail) == (str(alice.pk), {"because": "remote"})


def test_all_other_browsers_are_signed_out_at_once(alice: User) -> None:
    first, second, here = signed_in(alice, EDGE), signed_in(alice, IPHONE), signed_in(alice)
    answer = here.post(reverse("own_sessions_end_others"), follow=True)
    assert "You are signed in here alone." in answer.content.decode()
    assert [is_in(browser) for browser in (first, second, here)] == [False, False, True]
    assert Event.objects.get(event="account.sessions_ended").detail == {"because": "remote", "sessions": 2}


def test_nobody_ends_anothers_session(alice: User) -> None:
    dan = make_member("practitioner", user=make_user("dan@fellside.example.org", password=PASSWORD))
    his = signed_in(dan)
    row = SignedInSession.objects.get(user=dan)
    mine = signed_in(alice)
    absent = alice.pk
    for method in (mine.get, mine.post):
        assert method(reverse("own_session_end", args=[row.pk])).status_code == 404
        assert method(reverse("own_session_end", args=[absent])).status_code == 404
    assert is_in(his)
    denied = Event.objects.filter(event="access.denied", by_id=str(alice.pk))
    assert [event.subject_id for event in denied] == [str(row.pk), "", str(row.pk), ""]


# --- Three at most --------------------------------------------------------------------------------------------


def test_the_fourth_sign_in_ends_the_oldest_and_says_so(alice: User, move: Clock) -> None:
    browsers = []
    for agent in (EDGE, IPHONE, FIREFOX, FIREFOX):
        browsers.append(signed_in(alice, agent))
        move(timedelta(minutes=1))
    page = browsers[-1].get(reverse("own_account")).content.decode()
    assert "You can be signed in at 3 places at a time." in page
    assert "Edge on a Windows computer, since 10:00 on 1 September" in page
    assert "three places" in why(browsers[0])
    assert [is_in(browser) for browser in browsers] == [False, True, True, True]
    assert Event.objects.get(event="account.sessions_ended").detail == {"because": "too_many", "sessions": 1}


def test_one_that_ran_out_by_itself_does_not_count(alice: User, move: Clock) -> None:
    old = signed_in(alice)
    move(timedelta(minutes=31))
    browsers = [signed_in(alice) for _ in range(3)]
    assert all(is_in(browser) for browser in browsers)
    assert not is_in(old)
    assert "account.sessions_ended" not in verbs()


# --- What ends the others, in its own transaction ---------------------------------------------------------------


def test_a_role_that_is_given_ends_the_sessions(alice: User) -> None:
    browser = signed_in(alice)
    grant(user=alice, role="hub_screener", agency=make_agency(), by=make_user(), at=timezone.now())
    assert "gave you a role or ended one" in why(browser)
    assert SignedInSession.objects.filter(user=alice, ended_because="role_changed").count() == 1
    signed_in(alice)
    assert SignedInSession.objects.open(at=timezone.now()).get(user=alice).kind == "staff"


def test_a_role_that_is_ended_ends_every_copy_of_the_session(alice: User) -> None:
    browser = signed_in(alice)
    thief = copied(browser)
    assert is_in(thief)
    end(membership=Membership.objects.get(user=alice), by=make_user(), at=timezone.now())
    assert not is_in(thief)
    assert not is_in(browser)


def test_a_change_of_role_that_fails_ends_nothing(alice: User) -> None:
    browser = signed_in(alice)

    def fail() -> None:
        with transaction.atomic():
            grant(user=alice, role="dsl", organisation=make_organisation(), by=None, at=timezone.now())
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        fail()
    assert is_in(browser)
    assert verbs() == ["account.signed_in"]


def test_a_copied_cookie_is_worth_nothing_once_the_account_is_closed(alice: User) -> None:
    browser = signed_in(alice)
    thief = copied(browser)
    assert is_in(thief)
    assert close_account(user=alice, by=make_user(), at=timezone.now())
    assert not close_account(user=alice, by=None, at=timezone.now())
    for each in (thief, browser):
        assert each.get(reverse("own_account")).url.startswith("/accounts/login/")
    User.objects.filter(pk=alice.pk).update(is_active=True)
    assert not is_in(copied(browser)), "reopening the account does not bring its sessions back"
    assert verbs().count("account.closed") == 1


def test_a_new_password_ends_the_others_and_not_this_one(alice: User) -> None:
    other, here = signed_in(alice, EDGE), signed_in(alice)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(reverse("account_change_password"), form).status_code == 302
    assert is_in(here)
    assert not is_in(other)
    assert SignedInSession.objects.get(ended_because="password_changed").browser == "Edge on a Windows computer"
    assert verbs()[-2:] == ["account.sessions_ended", "account.password_changed"]


def test_a_copied_cookie_is_worth_nothing_after_signing_out(alice: User) -> None:
    browser = signed_in(alice)
    thief = copied(browser)
    assert browser.post(reverse("account_logout"))["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(thief)


def test_an_ended_session_shows_no_name_even_where_no_page_is(alice: User) -> None:
    browser = signed_in(alice)
    assert "Brien-Smith" in browser.get("/never-was/").content.decode()
    SignedInSession.objects.update(ended_at=timezone.now(), ended_because="remote")
    page = browser.get("/never-was/")
    assert page.status_code == 404
    assert "Brien-Smith" not in page.content.decode()


def test_a_session_that_names_anothers_row_is_refused(alice: User) -> None:
    browser = signed_in(alice)
    SignedInSession.objects.update(user=make_user())
    assert not is_in(browser)


def test_nothing_that_was_shown_stays_in_the_browser(alice: User) -> None:
    browser = signed_in(alice)
    for name in ("own_account", "own_sessions", "web:start", "account_change_password", "account_logout"):
        assert "no-store" in browser.get(reverse(name))["Cache-Control"], name
    SignedInSession.objects.update(ended_at=timezone.now(), ended_because="remote")
    ended = browser.get(reverse("own_account"))
    assert "no-store" in ended["Cache-Control"]
    assert ended["Clear-Site-Data"] == '"cache", "storage"'


def test_a_page_fetched_beforehand_is_no_activity(alice: User, move: Clock) -> None:
    browser = signed_in(alice)
    move(timedelta(minutes=20))
    browser.get(reverse("own_account"), headers={"sec-purpose": "prefetch"})
    move(timedelta(minutes=11))
    assert not is_in(browser)


def test_a_lost_second_step_and_an_account_opened_again_end_every_session(alice: User) -> None:
    first = signed_in(alice)
    reset_second_factor(user=alice, by=None, at=timezone.now())
    assert "second step was taken off" in why(first)
    second = signed_in(alice)
    again = {"full_name": "Alice Appleby", "job_title": "Teacher", "phone": "01632 960001", "password": NEW_PASSWORD}
    reopen(user=alice, by=None, at=timezone.now(), **again)
    assert not is_in(second)
    reasons = SignedInSession.objects.order_by("started_at").values_list("ended_because", flat=True)
    assert list(reasons) == ["factor_reset", "password_changed"]


def test_stopping_access_everywhere_ends_sessions_with_it(alice: User) -> None:
    browser = signed_in(alice)
    admin = make_member("partnership_admin", "cumbria")
    make_agency("cumberland_hub")
    stopped = stop_access(person=alice, by=admin, at=timezone.now())
    assert stopped.is_closed
    assert not SignedInSession.objects.filter(user=alice, ended_at__isnull=True).exists()
    assert browser.get(reverse("own_account")).status_code == 302
