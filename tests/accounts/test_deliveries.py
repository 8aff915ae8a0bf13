"""Every attempt to send an email is on the administrator's page, and what did not go is sent again."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts import delivering
from accounts.actions import deliveries, invitations, letters
from accounts.models import Delivery, Letter
from accounts.reach import NotInReachError, Place, reach_of
from audit.models import Event
from tests.accounts.partnerships import AT, Partnerships, browser_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class BrokenServer(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"hana@example.org": (550, b"no such person as hana@example.org")})


@pytest.fixture
def world() -> Partnerships:
    return Partnerships()


@pytest.fixture
def broken(settings: Any) -> Callable[[], None]:
    """Let the mail server refuse everything, until the test says that it works again."""
    working = settings.EMAIL_BACKEND

    def mended() -> None:
        settings.EMAIL_BACKEND = working

    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    return mended


def page(world: Partnerships) -> str:
    return " ".join(browser_of(world.delia).get("/people/messages").content.decode().split())


def test_what_went_is_listed_without_content(world: Partnerships) -> None:
    letters.promise_task(to=[world.hana], at=AT)
    letters.send_due(at=AT)
    row = Delivery.objects.get()
    assert (row.kind, row.to, row.number, row.outcome) == ("task", world.hana, 1, "sent")
    shown = page(world)
    assert "Every message has gone" in shown
    assert "Hana Birkett" in shown
    assert mail.outbox[0].body not in shown


def test_what_failed_is_shown_and_tried_again_until_it_goes(world: Partnerships, broken: Any) -> None:
    (letter,) = letters.promise_task(to=[world.hana], at=AT)
    for minutes in (0, 1, 20, 60):
        letters.send_due(at=AT + minutes * MINUTE)
    assert list(Delivery.objects.order_by("number").values_list("number", "outcome", "failure")) == [
        (number, "failed", "SMTPRecipientsRefused") for number in (1, 2, 3)
    ]
    shown = page(world)
    assert "The mail server refused the address" in shown
    assert "attempt 3" in shown
    assert "attempt 2" not in shown
    assert "(1 not sent)" in browser_of(world.delia).get("/people/").content.decode()
    broken()
    letters.send_due(at=AT + timedelta(hours=5))
    assert "Every message has gone" in page(world)
    assert Letter.objects.get(pk=letter.pk).was_sent


def test_send_again_hurries_on_what_waits(world: Partnerships, broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + MINUTE)
    letters.promise_task(to=[world.hana], at=AT)
    letters.send_due(at=AT)
    broken()
    letters.send_due(at=AT + MINUTE)
    assert mail.outbox == []
    row = Delivery.objects.get()
    answer = browser_of(world.delia).post(f"/people/messages/{row.pk}/again", follow=True)
    assert "It is sent again" in answer.content.decode()
    letters.send_due(at=AT + MINUTE)
    assert [message.to for message in mail.outbox] == [[world.hana.email]]
    assert Event.objects.filter(event="delivery.sent_again", by_id=str(world.delia.pk)).count() == 1


def test_what_went_and_did_not_come_is_followed_by_another(world: Partnerships) -> None:
    letters.promise_task(to=[world.hana], at=AT)
    letters.send_due(at=AT)
    deliveries.send_again(delivery=Delivery.objects.get(), by=world.delia, at=AT)
    letters.send_due(at=AT)
    assert len(mail.outbox) == 2
    assert mail.outbox[0].body == mail.outbox[1].body


def test_a_link_is_not_sent_again_but_asked_for_anew(world: Partnerships) -> None:
    letters.promise_new_password(address=world.hana.email, at=AT)
    letters.send_due(at=AT)
    row = Delivery.objects.get()
    with pytest.raises(deliveries.NotSentAgainError, match="asked for anew"):
        deliveries.send_again(delivery=row, by=world.delia, at=AT)
    assert "asked for anew" in browser_of(world.delia).post(
        f"/people/messages/{row.pk}/again", follow=True
    ).content.decode()  # fmt: skip


def test_an_address_without_an_account_leaves_no_row(world: Partnerships) -> None:
    letters.promise_new_password(address="nobody@example.org", at=AT)
    letters.send_due(at=AT)
    assert not Delivery.objects.exists()


def test_an_invitation_is_listed_by_its_address(world: Partnerships, broken: Any) -> None:
    place = Place(organisation=world.school)
    invitations.invite(email="new@fellside.example.org", role="practitioner", place=place, by=world.delia, at=AT)
    letters.send_due(at=AT)
    assert "new@fellside.example.org" in page(world)
    broken()
    deliveries.send_again(delivery=Delivery.objects.get(), by=world.delia, at=AT)
    letters.send_due(at=AT)
    assert len(mail.outbox) == 1
    with pytest.raises(deliveries.NotSentAgainError):
        deliveries.send_again(delivery=Delivery.objects.get(number=2), by=world.delia, at=AT)


def test_nobody_reads_another_partnerships_log(world: Partnerships) -> None:
    letters.promise_task(to=[world.hana], at=AT)
    letters.send_due(at=AT)
    row = Delivery.objects.get()
    assert "Hana" not in browser_of(world.eli).get("/people/messages").content.decode()
    assert browser_of(world.eli).post(f"/people/messages/{row.pk}/again").status_code == 404
    for person in (world.bob, world.hana):
        assert browser_of(person).get("/people/messages").status_code == 404
        with pytest.raises(NotInReachError):
            deliveries.send_again(delivery=row, by=person, at=AT)


def test_a_portal_that_stopped_while_sending_says_so(world: Partnerships) -> None:
    (letter,) = letters.promise_task(to=[world.hana], at=AT)
    Delivery.objects.create(kind="task", subject_id=letter.pk, to=world.hana, number=1, attempted_at=AT)
    assert "the portal stopped while it was being sent" in page(world)
    assert delivering.not_gone(reach_of(world.delia, at=AT)).count() == 1


def test_attempts_are_kept_for_ninety_days(world: Partnerships) -> None:
    letters.promise_task(to=[world.hana], at=AT)
    letters.send_due(at=AT)
    letters.send_due(at=AT + timedelta(days=91))
    assert not Delivery.objects.exists()


def test_a_fault_without_words_is_named() -> None:
    assert delivering.fault_words("OddError") == "The mail server did not take it (OddError)"
