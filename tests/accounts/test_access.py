import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from accounts.access import public, requires
from accounts.models import User
from accounts.permissions import Permission
from audit.chain import first_break
from audit.models import Event
from tests.accounts.factories import make_member, make_user
from tests.form_client import FormClient


@requires(Permission.READ_HUB_CASES)
def inbox(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the inbox")


@public
def leaflet(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for all")


urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("leaflet/", leaflet, name="leaflet"),
    path("", include("safeguarding.urls")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def signed_in(user: User) -> FormClient:
    browser = FormClient()
    browser.force_login(user)
    return browser


def test_a_page_says_who_it_is_for() -> None:
    assert inbox.permission is Permission.READ_HUB_CASES
    assert leaflet.public is True


def test_whoever_has_the_permission_gets_the_page() -> None:
    assert signed_in(make_member("hub_screener")).get("/inbox/").content == b"the inbox"


def test_a_visitor_is_asked_to_sign_in_and_the_public_page_is_open() -> None:
    assert FormClient().get("/inbox/").status_code == 302
    assert FormClient().get("/leaflet/").content == b"for all"


def test_to_others_the_page_does_not_exist_and_the_denial_is_on_record() -> None:
    alice = make_member("practitioner")
    browser = signed_in(alice)
    for method in (browser.get, browser.post):
        refused, absent = method("/inbox/"), method("/never-was/")
        assert (refused.status_code, absent.status_code) == (404, 404)
        assert refused.content == absent.content
    denied = Event.objects.filter(event="access.denied")
    assert [event.detail["method"] for event in denied] == ["GET", "POST"]
    assert {event.by_id for event in denied} == {str(alice.pk)}
    assert denied[0].detail["permission"] == "read_hub_cases"
    assert denied[0].detail["view"] == "inbox"
    assert first_break(Event.objects.all()) is None


def test_the_denial_stays_on_record_when_the_request_ends() -> None:
    browser = signed_in(make_user())
    browser.get("/inbox/")
    assert Event.objects.filter(event="access.denied").count() == 1


def test_a_role_that_ended_no_longer_opens_the_page_at_the_next_request() -> None:
    hana = make_member("hub_screener")
    browser = signed_in(hana)
    assert browser.get("/inbox/").status_code == 200
    hana.memberships.update(ends_on="2021-01-01")
    assert browser.get("/inbox/").status_code == 404
