"""Sessions end when they should, to the minute, and take nothing typed with them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Agency, Membership, Organisation, User
from tests.form_client import FormClient

pytestmark = [pytest.mark.urls("tests.safeguarding.echo_urls"), pytest.mark.django_db]
BEGIN = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PAGE = {"HTTP_SEC_FETCH_MODE": "navigate"}
SCRIPT = {"HTTP_SEC_FETCH_MODE": "cors", "HTTP_ACCEPT": "application/json"}
WORRY = "He wrote “<b>nobody</b> will know” & more"
Clock = Callable[[timedelta], None]


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a function that moves the clock on from the first of September 2026, nine o'clock."""
    moment = [BEGIN]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def move_on(by: timedelta) -> None:
        moment[0] += by

    return move_on


def person(email: str, name: str) -> User:
    return User.objects.create(email=email, full_name=name)


@pytest.fixture
def alice() -> User:
    """Alice, a teacher."""
    school = Organisation.objects.create(
        name="Beckside School", kind="school", area="cumberland", email_domain="beckside.example"
    )
    user = person("alice@beckside.example", "Alice Example")
    Membership.objects.create(user=user, role="practitioner", organisation=school, starts_on=date(2026, 1, 1))
    return user


@pytest.fixture
def bob() -> User:
    """Bob, a hub screener."""
    hub = Agency.objects.create(
        unit="cumberland_hub", kind="hub", name="Cumberland Safeguarding Hub", area="cumberland", partnership="cumbria"
    )
    user = person("bob@hub.example", "Bob Example")
    Membership.objects.create(user=user, role="hub_screener", agency=hub, starts_on=date(2026, 1, 1))
    return user


def begin(client: FormClient, user: User) -> None:
    client.force_login(user)
    assert client.get("/own-page", **PAGE).status_code == 200


def is_signed_in(client: FormClient) -> bool:
    response = client.get("/own-page", **PAGE)
    return response.status_code == 200


@pytest.mark.parametrize(("who", "minutes"), [("alice", 30), ("bob", 15)])
def test_idle_limit(who: str, minutes: int, client: FormClient, move: Clock, request: pytest.FixtureRequest) -> None:
    begin(client, request.getfixturevalue(who))
    move(timedelta(minutes=minutes, seconds=-25))
    assert is_signed_in(client)
    move(timedelta(minutes=minutes, seconds=1))
    response = client.get("/own-page?tab=2", **PAGE)
    assert response.status_code == 302
    assert response.url == "/session/ended?next=%2Fown-page%3Ftab%3D2"
    assert not is_signed_in(client)


@pytest.mark.parametrize(("who", "hours"), [("alice", 4), ("bob", 10)])
def test_absolute_limit(who: str, hours: int, client: FormClient, move: Clock, request: pytest.FixtureRequest) -> None:
    begin(client, request.getfixturevalue(who))
    for _ in range(hours * 6 - 1):
        move(timedelta(minutes=10))
        assert is_signed_in(client)
    move(timedelta(minutes=9, seconds=50))
    assert is_signed_in(client)
    move(timedelta(seconds=11))
    assert not is_signed_in(client)


def test_a_copied_cookie_dies_with_the_session(client: FormClient, alice: User, move: Clock) -> None:
    begin(client, alice)
    thief = FormClient()
    thief.cookies = client.cookies.copy()
    move(timedelta(minutes=31))
    client.get("/own-page", **PAGE)
    assert not is_signed_in(thief)


def test_asking_for_the_time_left_is_no_activity(client: FormClient, alice: User, move: Clock) -> None:
    begin(client, alice)
    for _ in range(3):
        move(timedelta(minutes=9))
        client.get("/session/left", **SCRIPT)
        client.get("/own-page", **SCRIPT)
    assert client.get("/session/left", **SCRIPT).json() == {"seconds_left": 180}
    move(timedelta(minutes=3))
    response = client.get("/session/left", **SCRIPT)
    assert (response.status_code, response.json()) == (401, {"seconds_left": 0})


def test_stay_signed_in_by_post_alone(client: FormClient, alice: User, move: Clock) -> None:
    begin(client, alice)
    move(timedelta(minutes=29))
    assert client.get("/session/extend", **SCRIPT).status_code == 405
    assert client.post("/session/extend", **SCRIPT).json() == {"seconds_left": 1800}
    move(timedelta(minutes=29))
    assert client.post("/session/extend", **PAGE).url == "/"
    assert is_signed_in(client)


def test_extending_never_passes_the_absolute_limit(client: FormClient, alice: User, move: Clock) -> None:
    begin(client, alice)
    for _ in range(8):
        move(timedelta(minutes=29))
        client.post("/session/extend", **SCRIPT)
    assert client.get("/session/left", **SCRIPT).json() == {"seconds_left": 480}


def test_extending_needs_the_form_token(alice: User, move: Clock) -> None:
    client = FormClient(enforce_csrf_checks=True)
    begin(client, alice)
    assert client.post("/session/extend", **SCRIPT).status_code == 403


def test_the_warning_is_on_pages_of_signed_in_people_only(client: FormClient, alice: User, move: Clock) -> None:
    assert "data-idle-warning" not in client.get("/").content.decode()
    begin(client, alice)
    text = client.get("/", **PAGE).content.decode()
    assert 'data-seconds-left="1800"' in text
    assert 'data-warn-seconds="120"' in text
    assert "Stay signed in" in text


def send_too_late(client: FormClient, user: User, move: Clock) -> None:
    begin(client, user)
    move(timedelta(minutes=35))
    response = client.post(
        "/own-page", {"worry": "He wrote “<b>nobody</b> will know” & more", "tick": ["a", "b"]}, **PAGE
    )
    assert response.url == "/session/ended?next=%2Fown-page"
    assert "What you had just typed is kept" in client.get(response.url).content.decode()


def test_what_was_typed_too_late_comes_back_to_the_same_person(client: FormClient, alice: User, move: Clock) -> None:
    send_too_late(client, alice, move)
    client.force_login(alice)
    text = client.get("/own-page", **PAGE).content.decode()
    assert "We kept what you typed" in text
    hidden = [(n, unescape(v)) for n, v in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text)]
    fields = [pair for pair in hidden if pair[0] != "csrfmiddlewaretoken"]
    assert fields == [("worry", WORRY), ("tick", "a"), ("tick", "b")]
    assert "will know" in client.post("/own-page", dict(fields), **PAGE).content.decode()
    assert client.get("/own-page", **PAGE).content == b"page: nothing sent"


def test_nobody_else_gets_what_was_typed(client: FormClient, alice: User, bob: User, move: Clock) -> None:
    send_too_late(client, alice, move)
    client.force_login(bob)
    assert client.get("/own-page", **PAGE).content == b"page: nothing sent"
    client.force_login(alice)
    assert client.get("/own-page", **PAGE).content == b"page: nothing sent"


def test_what_was_typed_is_thrown_away_on_request_and_after_an_hour(
    client: FormClient, alice: User, move: Clock
) -> None:
    send_too_late(client, alice, move)
    client.force_login(alice)
    assert client.get("/own-page?without_kept=1", **PAGE).content == b"page: nothing sent"
    assert client.get("/own-page", **PAGE).content == b"page: nothing sent"
    client.logout()
    send_too_late(client, alice, move)
    move(timedelta(minutes=61))
    client.force_login(alice)
    assert client.get("/own-page", **PAGE).content == b"page: nothing sent"


def test_what_was_typed_is_sealed_in_the_database(client: FormClient, alice: User, move: Clock) -> None:
    send_too_late(client, alice, move)
    stored = [str(session.get_decoded()) for session in Session.objects.all()]
    assert any("kept_text" in text for text in stored)
    assert not any("nobody" in text or "worry" in text for text in stored)


def test_the_way_back_stays_on_this_site(client: FormClient) -> None:
    for address in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere.example"):
        assert "elsewhere" not in client.get("/session/ended", {"next": address}).content.decode()
    assert "next=%2Fown-page" in client.get("/session/ended", {"next": "/own-page"}).content.decode()
