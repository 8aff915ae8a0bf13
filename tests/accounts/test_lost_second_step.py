"""An administrator lets somebody who lost their second step set up another, and nobody else does."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from accounts.actions import access
from accounts.actions.memberships import grant
from accounts.models import SignedInSession, User
from accounts.reach import NotInReachError
from audit.models import Event
from tests.accounts.partnerships import Partnerships, browser_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LINK = "They lost their telephone or key"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Partnerships:
    world = Partnerships()
    for person in (world.hana, world.bob, world.delia, world.nadia):
        TOTP.activate(person, SECRET)
    return world


def address(person: User) -> str:
    return f"/people/{person.pk}/lost-second-step"


def test_an_administrator_takes_it_off_and_every_session_ends(world: Partnerships) -> None:
    theirs, browser = browser_of(world.hana), browser_of(world.delia)
    assert LINK in browser.get(f"/people/{world.hana.pk}").content.decode()
    assert "Make sure first that it is they" in browser.get(address(world.hana)).content.decode()
    assert browser.post(address(world.hana)).url == f"/people/{world.hana.pk}"
    assert not Authenticator.objects.filter(user=world.hana).exists()
    assert theirs.get("/accounts/").status_code == 302
    event = Event.objects.get(event="account.second_factor_reset")
    assert (event.by_id, event.subject_id) == (str(world.delia.pk), str(world.hana.pk))
    assert LINK not in browser.get(f"/people/{world.hana.pk}").content.decode()


def test_it_asks_who_it_is(world: Partnerships) -> None:
    browser = browser_of(world.delia)
    SignedInSession.objects.filter(user=world.delia).update(proved_at=timezone.now() - timedelta(minutes=6))
    assert "reauthenticate" in browser.post(address(world.hana)).url


def test_neither_a_lead_nor_another_partnership_nor_oneself(world: Partnerships) -> None:
    grant(user=world.alice, role="school_prevent_spoc", organisation=world.school, by=None, at=timezone.now())
    TOTP.activate(world.alice, SECRET)
    for who, whose in ((world.bob, world.alice), (world.eli, world.hana), (world.delia, world.delia)):
        browser = browser_of(who)
        assert browser.get(address(whose)).status_code == browser.post(address(whose)).status_code == 404
        with pytest.raises(NotInReachError):
            access.take_off_second_step(person=whose, by=who, at=timezone.now())
    assert LINK not in browser_of(world.bob).get(f"/people/{world.alice.pk}").content.decode()


def test_not_where_the_person_works_for_another_partnership_too(world: Partnerships) -> None:
    grant(user=world.hana, role="hub_screener", agency=world.far_hub, by=None, at=timezone.now())
    assert browser_of(world.delia).get(address(world.hana)).status_code == 404
    assert Authenticator.objects.filter(user=world.hana).exists()
