"""A referral of somebody whose setting has not confirmed them: sent like any other, and the hub is told (Z-28)."""

from collections.abc import Callable

from django.utils import timezone

from accounts.actions import access
from accounts.models import Membership, User
from audit.models import Event
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import World, sent

As = Callable[[User], FormClient]
IN_INBOX, ON_CASE = "Author not confirmed", "The author is not confirmed"


def test_the_hub_is_told_until_the_lead_confirms_and_the_record_keeps_it(world: World, as_: As) -> None:
    Membership.objects.filter(user=world.alice).update(awaits_confirmation=True)
    referral = sent(world)
    hub = as_(world.hana)
    assert IN_INBOX in text_of(hub.get("/hub/"))
    assert ON_CASE in case_text(hub, referral.pk)
    access.confirm(membership=Membership.objects.get(user=world.alice), by=world.bob, at=timezone.now())
    assert IN_INBOX not in text_of(hub.get("/hub/"))
    assert ON_CASE not in case_text(hub, referral.pk)
    assert Event.objects.get(event="referral.submitted").detail["author_unconfirmed"] is True


def test_of_somebody_confirmed_nothing_is_said(world: World, as_: As) -> None:
    referral = sent(world)
    hub = as_(world.hana)
    assert IN_INBOX not in text_of(hub.get("/hub/"))
    assert ON_CASE not in case_text(hub, referral.pk)
    assert Event.objects.get(event="referral.submitted").detail["author_unconfirmed"] is False


def test_whom_the_lead_refuses_stays_marked(world: World, as_: As) -> None:
    Membership.objects.filter(user=world.alice).update(awaits_confirmation=True)
    referral = sent(world)
    access.refuse(membership=Membership.objects.get(user=world.alice), by=world.bob, at=timezone.now())
    assert ON_CASE in case_text(as_(world.hana), referral.pk)
