"""Joining: by invitation or by one's own work address; the link works once, and no page says who has an account."""

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions import access, invitations, letters
from accounts.actions.invitations import InvitationError
from accounts.models import Invitation, Membership, Organisation, User
from accounts.permissions import Permission, has_permission
from accounts.reach import NotInReachError, Place
from audit.models import Event
from tests.accounts.factories import make_organisation
from tests.accounts.partnerships import Partnerships, browser_of
from tests.form_client import FormClient

pytestmark = pytest.mark.django_db
NEW = "zoe@fellside.example.org"
PASSWORD = "quiet lantern under the fell"
WHO = {
    "full_name": "Zoe Rigg",
    "job_title": "Teacher",
    "phone": "01632 960 444",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture
def world() -> Partnerships:
    world = Partnerships()
    Organisation.objects.filter(pk=world.school.pk).update(email_domain="fellside.example.org")
    return world


def invited(world: Partnerships, email: str = NEW, role: str = "practitioner") -> Invitation:
    place = Place(organisation=world.school)
    return invitations.invite(email=email, role=role, place=place, by=world.bob, at=timezone.now())


def letter() -> Any:
    """Have the waiting letters sent, and return the last one."""
    letters.send_due(at=timezone.now())
    return mail.outbox[-1]


def path_in(message: EmailMessage | Any) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body)[1]


def test_an_invitation_becomes_an_account_that_can_sign_in(world: Partnerships, client: FormClient) -> None:
    invitation = invited(world)
    page = client.get(path_in(letter()), follow=True)
    assert page.redirect_chain[-1][0] == "/join/accept"
    assert "You were invited as practitioner at Fellside (invented)." in page.content.decode()
    assert client.post("/join/accept", WHO).status_code == 302
    zoe = User.objects.get(email=NEW)
    assert (zoe.full_name, zoe.job_title, zoe.phone) == ("Zoe Rigg", "Teacher", "01632 960 444")
    assert has_permission(zoe, Permission.START_REFERRAL, at=timezone.now())
    assert not Membership.objects.get(user=zoe).awaits_confirmation
    assert client.post("/accounts/login/", {"login": NEW, "password": PASSWORD}).status_code == 302
    about = [event.event for event in Event.objects.about(invitation)]
    assert about == ["invitation.made", "invitation.emailed", "invitation.accepted"]


def test_the_letter_says_nothing_but_where_to_go(world: Partnerships) -> None:
    invited(world)
    message = letter()
    assert message.to == [NEW]
    for kept in ("Fellside", "Bob", "ractitioner", "chool", "Zoe"):
        assert kept not in message.subject + message.body
    assert re.fullmatch(r"/join/link/[\w-]{43}", path_in(message))


def test_the_secret_is_gone_from_the_database_once_the_letter_is_sent(world: Partnerships) -> None:
    invitation = invited(world)
    secret = path_in(letter()).rpartition("/")[2]
    invitation.refresh_from_db()
    assert invitation.secret is None
    assert invitation.secret_digest == invitations.digest_of(secret)


def test_a_link_works_once(world: Partnerships, client: FormClient) -> None:
    invited(world)
    path = path_in(letter())
    client.get(path)
    client.post("/join/accept", WHO)
    other = FormClient()
    assert other.get(path, follow=True).status_code == 410
    assert other.post("/join/accept", WHO).status_code == 410
    assert User.objects.filter(email=NEW).count() == 1


def test_a_link_stops_after_seven_days_when_withdrawn_and_sent_again(world: Partnerships, client: FormClient) -> None:
    now = timezone.now()
    invitation = invited(world)
    path = path_in(letter())
    assert client.get(path, follow=True).status_code == 200
    invitations.send_again(invitation=invitation, by=world.bob, at=now)
    assert client.get(path, follow=True).status_code == 410
    newer = path_in(letter())
    assert newer != path
    assert client.get(newer, follow=True).status_code == 200
    Invitation.objects.update(created_at=now - timedelta(days=8), expires_at=now - timedelta(days=1))
    assert client.get(newer, follow=True).status_code == 410
    invitations.send_again(invitation=invitation, by=world.bob, at=now)
    newest = path_in(letter())
    invitations.withdraw(invitation=invitation, by=world.bob, at=now)
    assert client.get(newest, follow=True).status_code == 410
    with pytest.raises(InvitationError, match="withdrawn"):
        invitations.send_again(invitation=invitation, by=world.bob, at=now)


def test_an_invitation_falls_with_the_role_of_who_made_it(world: Partnerships, client: FormClient) -> None:
    invited(world)
    path = path_in(letter())
    access.stop_access(person=world.bob, by=world.delia, at=timezone.now())
    assert client.get(path, follow=True).status_code == 410
    assert client.post("/join/accept", WHO).status_code == 410
    assert not User.objects.filter(email=NEW).exists()


def test_who_has_an_account_signs_in_and_accepts(world: Partnerships, client: FormClient) -> None:
    place = Place(organisation=world.school)
    invitations.invite(email=world.nadia.email, role="dsl", place=place, by=world.delia, at=timezone.now())
    path = path_in(letter())
    assert "Sign in to accept" in client.get(path, follow=True).content.decode()
    assert client.post("/join/accept", WHO).status_code == 200  # no second account, no new password
    wrong = browser_of(world.alice)
    assert "signed in with another address" in wrong.get(path, follow=True).content.decode()
    right = browser_of(world.nadia)
    assert "Accept the invitation" in right.get(path, follow=True).content.decode()
    assert right.post("/join/accept").status_code == 302
    assert has_permission(world.nadia, Permission.LEAD_SETTING_REFERRALS, at=timezone.now())


def test_a_closed_account_opens_again_by_invitation_alone(world: Partnerships, client: FormClient) -> None:
    User.objects.filter(pk=world.alice.pk).update(email="alice@fellside.example.org")
    world.alice.refresh_from_db()
    access.stop_access(person=world.alice, by=world.bob, at=timezone.now())
    client.post("/join/", {"email": world.alice.email})
    message = letter()
    assert path_in(message) == "/accounts/login/"
    assert "one" in message.body
    invited(world, email=world.alice.email)
    client.get(path_in(letter()))
    assert client.post("/join/accept", WHO).status_code == 302
    world.alice.refresh_from_db()
    assert world.alice.is_active
    assert world.alice.check_password(PASSWORD)


def test_nobody_invites_beyond_their_reach_or_themselves(world: Partnerships) -> None:
    now, school = timezone.now(), Place(organisation=world.school)
    for role, place in (("health_partner", school), ("dsl", Place(organisation=world.far_school))):
        with pytest.raises(NotInReachError):
            invitations.invite(email=NEW, role=role, place=place, by=world.bob, at=now)
    with pytest.raises(InvitationError, match="your own address"):
        invitations.invite(email=world.bob.email, role="dsl", place=school, by=world.bob, at=now)
    invitation = invited(world)
    with pytest.raises(InvitationError, match="already"):
        invited(world)
    for act in (invitations.withdraw, invitations.send_again):
        with pytest.raises(NotInReachError):
            act(invitation=invitation, by=world.eli, at=now)


def test_asking_by_oneself_makes_a_practitioner_to_be_confirmed(world: Partnerships, client: FormClient) -> None:
    assert client.post("/join/", {"email": NEW.upper()}).status_code == 200
    client.get(path_in(letter()))
    assert client.post("/join/accept", WHO).status_code == 302
    membership = Membership.objects.get(user__email=NEW)
    assert (membership.role, membership.organisation, membership.awaits_confirmation) == (
        "practitioner",
        world.school,
        True,
    )
    page = browser_of(world.bob).get("/people/").content.decode()
    assert "Waiting for your confirmation" in page
    assert browser_of(world.bob).post(f"/people/roles/{membership.pk}/confirm").status_code == 302
    membership.refresh_from_db()
    assert not membership.awaits_confirmation


def test_what_is_answered_to_who_asks_depends_on_no_account(world: Partnerships) -> None:
    User.objects.filter(pk=world.alice.pk).update(email="alice@fellside.example.org")
    addresses = (NEW, "alice@fellside.example.org", "nobody@elsewhere.example.org", "mallory@gmail.com", NEW)
    answers = [FormClient().post("/join/", {"email": each}) for each in addresses]
    texts = {re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", each.content.decode()) for each in answers}
    assert len(texts) == 1
    assert {each.status_code for each in answers} == {200}
    letters.send_due(at=timezone.now())
    assert sorted(message.to[0] for message in mail.outbox) == ["alice@fellside.example.org", NEW]


def test_a_part_of_a_known_domain_is_not_that_domain(world: Partnerships) -> None:
    for other in ("zoe@sub.fellside.example.org", "zoe@notfellside.example.org", "zoe@example.org"):
        assert invitations.ask_to_join(email=other, at=timezone.now()) is None


def test_asking_again_within_a_quarter_of_an_hour_sends_no_second_letter(world: Partnerships) -> None:
    now = timezone.now()
    assert invitations.ask_to_join(email=NEW, at=now)
    assert invitations.ask_to_join(email=NEW, at=now + timedelta(minutes=14)) is None
    assert invitations.ask_to_join(email=NEW, at=now + timedelta(minutes=16))
    assert Invitation.objects.open(at=now + timedelta(minutes=16)).count() == 1


def test_where_settings_share_a_domain_the_person_chooses_among_those_alone(
    world: Partnerships, client: FormClient
) -> None:
    second = make_organisation("Fellside Infants (invented)")
    Organisation.objects.filter(pk=second.pk).update(email_domain="fellside.example.org")
    client.post("/join/", {"email": NEW})
    client.get(path_in(letter()))
    for wrong in ({}, {"organisation": str(world.far_school.pk)}):
        assert client.post("/join/accept", WHO | wrong).status_code == 400
    assert not User.objects.filter(email=NEW).exists()
    assert client.post("/join/accept", WHO | {"organisation": str(second.pk)}).status_code == 302
    assert Membership.objects.get(user__email=NEW).organisation == second


def test_a_weak_or_mistyped_password_keeps_what_was_typed_and_makes_no_account(
    world: Partnerships, client: FormClient
) -> None:
    invited(world)
    client.get(path_in(letter()))
    for wrong in ({"password": "short", "again": "short"}, {"again": "another thing altogether"}):
        page = client.post("/join/accept", WHO | wrong)
        assert page.status_code == 400
        assert 'value="Zoe Rigg"' in page.content.decode()
        assert PASSWORD not in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.open(at=timezone.now()).exists()


@pytest.mark.parametrize("name", ["Zoe\u202eRigg", "Zoe\nRigg\u2028", "Zoe\u200bRigg", "Zoe\x07"])
def test_a_name_with_unseen_characters_is_refused(world: Partnerships, client: FormClient, name: str) -> None:
    invited(world)
    client.get(path_in(letter()))
    assert client.post("/join/accept", WHO | {"full_name": name}).status_code == 400


class FailingServer:
    """A mail server that refuses; Django's own backends cannot be made to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


def test_a_letter_that_fails_goes_later_and_under_the_same_id(world: Partnerships, settings: Any) -> None:
    invited(world)
    now = timezone.now()
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.FailingServer"
    assert letters.send_due(at=now) == 0
    settings.EMAIL_BACKEND = works
    assert letters.send_due(at=now + timedelta(seconds=30)) == 0  # not at once
    assert letters.send_due(at=now + timedelta(minutes=5)) == 1
    assert letters.send_due(at=now + timedelta(minutes=10)) == 0
    assert mail.outbox[0].extra_headers["Message-ID"].startswith("<invitation-")


def test_two_senders_at_once_send_one_letter(world: Partnerships) -> None:
    invitation = invited(world)
    Invitation.objects.filter(pk=invitation.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    assert letters.send_due(at=timezone.now()) == 0


def test_the_pages_before_sign_in_need_no_account(client: Client) -> None:
    assert client.get("/join/").status_code == 200
    assert client.get("/join/accept").status_code == 410
    assert "/join/" in client.get("/accounts/signup/").content.decode()


def ask_and_join(client: FormClient) -> None:
    """Zoe asks by herself, opens the letter's link and says who she is."""
    client.post("/join/", {"email": NEW})
    client.get(path_in(letter()))
    assert client.post("/join/accept", WHO).status_code == 302


def test_whoever_confirms_is_told_by_a_letter_that_names_nobody_and_by_the_menu(
    world: Partnerships, client: FormClient
) -> None:
    ask_and_join(client)
    letters.send_due(at=timezone.now())
    told = mail.outbox[-1]
    assert (told.to, told.body) == ([world.bob.email], "You have a safeguarding task. Sign in.")
    assert "People (1 to confirm)" in browser_of(world.bob).get("/people/").content.decode()
    assert "to confirm" not in browser_of(world.alice).get("/").content.decode()


def test_where_nobody_leads_the_administrator_is_told(world: Partnerships, client: FormClient) -> None:
    Membership.objects.filter(user=world.bob).update(ends_on="2024-12-31", starts_on="2024-01-01")
    ask_and_join(client)
    letters.send_due(at=timezone.now())
    assert [message.to for message in mail.outbox[1:]] == [[world.delia.email]]


def test_an_invitation_that_ran_out_is_ended_once_and_can_be_sent_again(world: Partnerships) -> None:
    invitation = invited(world)
    later = timezone.now() + timedelta(days=7, minutes=1)
    assert invitations.end_run_out(at=timezone.now()) == 0
    assert [invitations.end_run_out(at=later) for _ in range(2)] == [1, 0]
    assert Event.objects.get(event="invitation.ran_out").subject_id == str(invitation.pk)
    invitation.refresh_from_db()
    assert invitation.secret is None
    again = invitations.send_again(invitation=invitation, by=world.bob, at=later)
    assert again.ran_out_at is None
    assert Invitation.objects.open(at=later).exists()


def test_the_address_of_whoever_asked_and_never_came_is_forgotten(world: Partnerships) -> None:
    now = timezone.now()
    invitations.ask_to_join(email=NEW, at=now)
    invited(world, email="yan@fellside.example.org")
    invitations.end_run_out(at=now + timedelta(days=8))
    invitations.end_run_out(at=now + timedelta(days=39))
    assert [each.email for each in Invitation.objects.all()] == ["yan@fellside.example.org"]
