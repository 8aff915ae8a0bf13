"""What anyone can read before signing in: whom to call, what to say, what never to do."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Agency, DirectoryEntry, User
from tests.form_client import FormClient

pytestmark = [pytest.mark.urls("tests.safeguarding.echo_urls"), pytest.mark.django_db]
PUBLIC = ["/", "/help", "/pictures", "/privacy", "/accessibility", "/session/ended"]
WEDNESDAY_NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WEDNESDAY_NIGHT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)


@pytest.fixture
def hub() -> Agency:
    """The hub of Cumberland with drama numbers."""
    agency = Agency.objects.create(
        unit="cumberland_hub", kind="hub", name="Cumberland Safeguarding Hub", area="cumberland", partnership="cumbria"
    )
    DirectoryEntry.objects.create(
        agency=agency,
        day_number="01632 960 111",
        night_number="01632 960 222 option 2",
        hours={"wed": ["08:00", "17:00"]},
        checked_on=date(2026, 11, 1),
    )
    return agency


def start_page(client: FormClient, monkeypatch: pytest.MonkeyPatch, at: datetime) -> str:
    monkeypatch.setattr(timezone, "now", lambda: at)
    return client.get("/").content.decode()


def test_999_comes_first(client: FormClient) -> None:
    text = client.get("/").content.decode()
    assert text.index("call 999 now") < text.index("Start a referral")
    assert text.index('href="tel:999"') < text.index("Who to call now")


def test_the_number_open_now_is_shown_by_day(client: FormClient, hub: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    text = start_page(client, monkeypatch, WEDNESDAY_NOON)
    assert 'href="tel:01632960111"' in text
    assert "until 17:00 today" in text
    assert "01632 960 222" not in text


def test_the_number_open_now_is_shown_by_night(
    client: FormClient, hub: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = start_page(client, monkeypatch, WEDNESDAY_NIGHT)
    assert 'href="tel:01632960222"' in text
    assert "01632 960 222 option 2" in text
    assert "01632 960 111" not in text


def test_an_unknown_number_is_said_and_not_invented(client: FormClient, hub: Agency) -> None:
    text = client.get("/").content.decode()
    assert "We know no number of North East Lincolnshire Children’s Social Care for this hour." in text
    assert "ask for Humberside Police" in text


def test_whom_else_to_call(client: FormClient) -> None:
    text = client.get("/").content.decode()
    for number in ("0808 800 5000", "0800 1111", "0808 1000 900", "0800 789 321", "0800 068 4141", "116 123", "111"):
        assert number in text


def test_the_call_script_and_what_never_to_do(client: FormClient) -> None:
    text = client.get("/").content.decode()
    assert "ask for the duty inspector and do not name the person" in text
    assert "the child’s address" in text
    assert "Do not look for an indecent image of a child" in text
    assert "Do not copy, photograph, print, save, send or forward it" in text


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_need_no_account_and_keep_nothing(client: FormClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not Session.objects.exists()
    assert "portal_session" not in client.cookies
    assert "Leave this page quickly" in response.content.decode()


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_show_no_personal_data(client: FormClient, path: str) -> None:
    User.objects.create(email="carol@hub.example", full_name="Carol Example")
    text = client.get(path).content.decode()
    assert "Carol" not in text
    assert "@" not in text


def test_titles_hold_no_name(client: FormClient) -> None:
    client.force_login(User.objects.create(email="carol@hub.example", full_name="Carol Example"))
    text = client.get("/").content.decode()
    assert "Carol Example" in text
    assert "Carol" not in text[text.index("<title>") : text.index("</title>")]
    assert "Sign out" in text


def test_forbidden_and_missing_are_the_same(client: FormClient) -> None:
    forbidden, missing, nowhere = (client.get(path) for path in ("/forbidden", "/missing", "/nowhere"))
    assert forbidden.status_code == missing.status_code == nowhere.status_code == 404
    assert forbidden.content == missing.content == nowhere.content
    assert b"name of a child" not in missing.content


def test_a_failure_gives_numbers_and_no_detail(client: FormClient) -> None:
    client.raise_request_exception = False
    response = client.get("/broken")
    assert response.status_code == 500
    text = response.content.decode()
    assert "call 999" in text
    assert "0808 800 5000" in text
    assert "name of a child" not in text


def test_signing_in_is_asked_for_kindly(client: FormClient) -> None:
    response = client.get("/own-page")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/own-page"
