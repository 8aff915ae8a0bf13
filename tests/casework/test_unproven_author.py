"""Somebody files before the letter to their address has come: held as unproven, the hub told (Z-28)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.actions import access, letters, unproven
from accounts.actions.invitations import invite
from accounts.actions.memberships import MembershipError
from accounts.models import Membership, Organisation, User
from accounts.reach import Place, waiting_for
from audit.models import Event
from referrals.actions import jobs
from referrals.models import Job, Notice, Referral
from tests.casework.reading import case_text, text_of
from tests.form_client import FormClient
from tests.referrals.people import NOW, World, all_packs, answer, filled, send

As = Callable[[User], FormClient]
ZOE = "zoe@academy.example.org"
PASSWORD = "quiet lantern under the fell"
WHO = {"full_name": "Zoe Rigg", "job_title": "Teacher", "phone": "01632 960444"}
JOIN = WHO | {"password": PASSWORD, "again": PASSWORD}
ON_CASE = "they have not shown that the address they gave is theirs"


@pytest.fixture
def school(world: World) -> Organisation:
    Organisation.objects.filter(pk=world.school.pk).update(email_domain="academy.example.org")
    world.school.refresh_from_db()
    return world.school


def begun(address: str = ZOE, **who: str) -> tuple[FormClient, User]:
    """Somebody asks with this address and goes on without the letter; return their browser and account."""
    browser = FormClient()
    assert browser.post("/join/", {"email": address}).status_code == 200
    answer = browser.post("/join/now", WHO | who)
    assert (answer.status_code, answer.url) == (302, "/referrals/start/")
    return browser, User.objects.get(pk=browser.session["_auth_user_id"])


def link() -> str:
    letters.send_due(at=timezone.now())
    (letter,) = [each for each in mail.outbox if each.to == [ZOE]]
    found = re.search(r"https?://[^/]+(/\S+)", str(letter.body))
    assert found
    return found[1]


def test_it_is_filed_and_the_hub_is_told_then_proven_then_confirmed(
    world: World, as_: As, school: Organisation
) -> None:
    browser, zoe = begun()
    assert browser.get("/referrals/start/").status_code == 200
    draft = filled(world, by=zoe)
    referral = send(draft, zoe)
    event = Event.objects.get(event="referral.submitted")
    assert (event.detail["author_unconfirmed"], event.detail["address_unproven"]) == (True, True)
    hub = as_(world.hana)
    assert "Author not confirmed" in text_of(hub.get("/hub/"))
    assert ON_CASE in case_text(hub, referral.pk)
    for pack in all_packs(referral).values():
        lines = {each["label"]: each["text"] for each in pack.snapshot["at_a_glance"]}
        assert ON_CASE in lines["Not confirmed when this was made"]

    membership = Membership.objects.get(user=zoe)
    with pytest.raises(MembershipError, match="not shown yet"):
        access.confirm(membership=membership, by=world.bob, at=NOW)
    lead = text_of(as_(world.bob).get("/people/"))
    assert "anybody could have typed it" in lead
    assert "Confirm Zoe" not in lead

    assert browser.get(link(), follow=True).status_code == 200
    assert browser.post("/join/accept", JOIN).status_code == 400  # whether it was she is not said
    assert browser.post("/join/accept", JOIN | {"began_0": "yes"}).url == "/accounts/login/"
    zoe.refresh_from_db()
    assert (zoe.email, zoe.is_proven) == (ZOE, True)
    assert not Membership.objects.exclude(pk=membership.pk).filter(user=zoe).exists()
    assert ON_CASE not in case_text(as_(world.hana), referral.pk)
    assert "lead has not said that they belong there" in case_text(as_(world.hana), referral.pk)
    again = FormClient()
    assert again.post("/accounts/login/", {"login": ZOE, "password": PASSWORD}).status_code == 302
    assert again.get(f"/referrals/{referral.pk}/sent/").status_code == 200
    access.confirm(membership=membership, by=world.bob, at=NOW)
    assert "not confirmed" not in case_text(as_(world.hana), referral.pk)


def test_whoever_opens_the_letter_disowns_what_another_began(world: World, as_: As, school: Organisation) -> None:
    stranger, shadow = begun(full_name="Zoe R")
    referral = send(filled(world, by=shadow), shadow)
    zoe = FormClient()
    zoe.get(link())
    assert zoe.post("/join/accept", JOIN | {"began_0": "no"}).status_code == 302
    account = User.objects.get(email=ZOE)
    shadow.refresh_from_db()
    assert account.pk != shadow.pk
    assert not shadow.is_active
    waiting = text_of(as_(world.bob).get("/people/")).split("Find somebody")[0]
    assert "Zoe Rigg" in waiting
    assert "Zoe R," not in waiting
    assert stranger.get("/referrals/mine/").status_code == 302
    assert ON_CASE in case_text(as_(world.hana), referral.pk)
    assert Event.objects.filter(event="account.address_disowned", subject_id=str(shadow.pk)).exists()
    signed_in = as_(account)
    assert signed_in.get(f"/referrals/{referral.pk}/sent/").status_code == 404


def test_an_address_with_an_account_looks_the_same_and_comes_no_nearer_to_it(
    world: World, as_: As, school: Organisation
) -> None:
    User.objects.filter(pk=world.alice.pk).update(email="alice@academy.example.org")
    pages = {}
    for address in ("alice@academy.example.org", ZOE):
        browser = FormClient()
        browser.post("/join/", {"email": address})
        page = browser.get("/join/now").content.decode().replace(address, "")
        pages[address] = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    assert len(set(pages.values())) == 1
    browser, shadow = begun("alice@academy.example.org")
    assert shadow.pk != world.alice.pk
    assert "alice@academy.example.org" in text_of(browser.get("/accounts/"))
    assert User.objects.get(email="alice@academy.example.org").pk == world.alice.pk


def test_nobody_signs_in_with_it_nor_gets_a_password_or_a_letter(world: World, school: Organisation) -> None:
    browser, zoe = begun()
    form = {"password1": PASSWORD, "password2": PASSWORD}
    assert browser.post(reverse("account_set_password"), form).status_code == 404
    zoe.refresh_from_db()
    assert not zoe.has_usable_password()
    assert browser.get("/people/").status_code == 404
    letters.promise_new_password(address=ZOE, at=timezone.now())
    mail.outbox.clear()
    letters.send_due(at=timezone.now())
    assert [each.to for each in mail.outbox if "/reset/" in str(each.body)] == []
    draft = answer(world.draft(zoe), "danger", zoe, Q_SAF_1="yes")
    notice = Notice.objects.create(to=zoe, kind="unsent_danger", referral=draft, created_at=NOW)
    job = Job.objects.create(kind=Job.Kind.EMAIL_NOTICE, subject_id=notice.pk, created_at=NOW, due_at=NOW)
    mail.outbox.clear()
    assert jobs.run(job_id=job.pk, at=NOW)
    assert mail.outbox == []
    assert not Event.objects.filter(event="notice.emailed").exists()


def test_no_way_of_signing_in_is_set_up_before_the_address_is_proven(world: World, school: Organisation) -> None:
    browser, zoe = begun()
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "printed_codes"):
        assert browser.get(reverse(name)).status_code == browser.post(reverse(name)).status_code == 404, name
    TOTP.activate(zoe, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")  # as if there were a way
    browser.get(link())
    assert browser.post("/join/accept", JOIN | {"began_0": "yes"}).status_code == 302
    assert User.objects.get(email=ZOE) == zoe
    assert not Authenticator.objects.filter(user=zoe).exists()


def test_it_needs_a_known_domain_and_not_more_than_three_begin(world: World, school: Organisation) -> None:
    browser = FormClient()
    assert browser.get("/join/now").url == "/join/"
    browser.post("/join/", {"email": "zoe@elsewhere.example.org"})
    assert "belongs to no setting that we know" in text_of(browser.get("/join/now"))
    assert browser.post("/join/now", WHO).status_code == 200
    for _ in range(3):
        begun()
    fourth = FormClient()
    fourth.post("/join/", {"email": ZOE})
    refused = fourth.post("/join/now", WHO)
    assert refused.status_code == 429
    assert "Please call instead" in text_of(refused)
    assert User.objects.filter(claimed_email__isnull=False).count() == 3


def test_what_nobody_proved_is_closed_after_the_letter_has_run_out(world: World, school: Organisation) -> None:
    browser, zoe = begun()
    referral = send(filled(world, by=zoe), zoe)
    assert unproven.close_old(at=timezone.now() + timedelta(days=7)) == 0
    assert unproven.close_old(at=timezone.now() + timedelta(days=9)) == 1
    assert not waiting_for(world.bob, at=timezone.now() + timedelta(days=9)).exists()
    assert browser.get("/referrals/mine/").status_code == 302
    assert Referral.objects.system(reason="a test reads it").get(pk=referral.pk).is_sent


def test_being_invited_by_the_lead_confirms_what_began_unproven(world: World, school: Organisation) -> None:
    _, zoe = begun()
    mail.outbox.clear()
    invite(email=ZOE, role="practitioner", place=Place(organisation=school), by=world.bob, at=timezone.now())
    letters.send_due(at=timezone.now())
    paths = [re.search(r"https?://[^/]+(/\S+)", str(each.body)) for each in mail.outbox if each.to == [ZOE]]
    opened = FormClient()
    opened.get(paths[-1][1] if paths[-1] else "")
    assert opened.post("/join/accept", JOIN | {"began_0": "yes"}).status_code == 302
    membership = Membership.objects.get(user=zoe)
    assert (membership.awaits_confirmation, membership.confirmed_by) == (False, world.bob)
