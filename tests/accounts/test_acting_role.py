"""Whoever has several roles sees in which one they act, chooses it, and the record says which it was (roles 7.1)."""

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from audit.chain import first_break
from audit.models import Event
from tests.accounts.factories import make_agency, make_member, make_organisation, make_user
from tests.form_client import FormClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya() -> User:
    """Manages the hub, and leads a school's safeguarding besides."""
    person = make_member("hub_manager", make_agency("cumberland_hub"), user=make_user(full_name="Priya Dacre"))
    return make_member("dsl", make_organisation("Fellside (invented)"), user=person)


@pytest.fixture
def browser(priya: User) -> FormClient:
    browser = FormClient()
    browser.force_login(priya)
    return browser


def act_as(browser: FormClient, person: User, role: str, **sent: str) -> object:
    chosen = Membership.objects.get(user=person, role=role)
    return browser.post(reverse("own_role"), {"role": str(chosen.pk), **sent})


def header(browser: FormClient) -> str:
    page = browser.get(reverse("own_account")).content.decode()
    return page.split("portal-header__account")[1].split("</header>")[0]


def test_the_header_names_the_active_role_and_leads_to_the_choice(browser: FormClient, priya: User) -> None:
    assert "Designated safeguarding lead, Fellside (invented)" in header(browser)
    assert "Change role" in header(browser)
    came = browser.get(reverse("own_role"), headers={"referer": "http://testserver/people/"}).content.decode()
    assert 'name="next" value="/people/"' in came
    assert "evil" not in browser.get(reverse("own_role"), headers={"referer": "http://evil.example/x"}).content.decode()
    assert act_as(browser, priya, "hub_manager", next="/people/").url == "/people/"
    assert "Hub manager, cumberland_hub (invented)" in header(browser)
    event = Event.objects.get(event="account.role_chosen")
    assert (event.by_id, event.by_role) == (str(priya.pk), "hub_manager")


def test_whoever_has_one_role_has_nothing_to_change() -> None:
    browser = FormClient()
    browser.force_login(make_member("practitioner", make_organisation("Sandside (invented)")))
    assert "Practitioner, Sandside (invented)" in header(browser)
    assert "Change role" not in header(browser)


def test_the_record_names_the_chosen_role_where_it_gives_what_was_done_else_the_one_that_does(
    browser: FormClient, priya: User
) -> None:
    def role_of_denial(path: str) -> str:
        before = Event.objects.count()
        assert browser.get(path).status_code == 404
        return Event.objects.order_by("sequence")[before].by_role

    nobody = "/people/9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77"
    no_case = "/cases/9b2f4f0e-8f0a-4c53-9d3e-0e6a1c3b5a77/"
    for chosen in ("hub_manager", "dsl"):
        act_as(browser, priya, chosen)
        assert role_of_denial(nobody) == "dsl"
        assert role_of_denial(no_case) == "hub_manager"
        assert role_of_denial("/record/sample") == chosen  # neither role gives it
    assert first_break(Event.objects.order_by("sequence")) is None


def test_both_roles_count_whichever_is_chosen(browser: FormClient, priya: User) -> None:
    for chosen in ("dsl", "hub_manager"):
        act_as(browser, priya, chosen)
        assert browser.get("/people/").status_code == browser.get("/hub/").status_code == 200


def test_nobody_acts_in_anothers_role_or_one_that_has_ended(browser: FormClient, priya: User) -> None:
    other = make_member("auditor")
    theirs = Membership.objects.get(user=other)
    assert browser.post(reverse("own_role"), {"role": str(theirs.pk)}).status_code == 404
    assert browser.post(reverse("own_role"), {"role": "nonsense"}).status_code == 404
    act_as(browser, priya, "hub_manager")
    Membership.objects.filter(user=priya, role="hub_manager").update(ends_on="2020-01-02")
    assert "Designated safeguarding lead" in header(browser)
    assert browser.get("/hub/").status_code == 404
