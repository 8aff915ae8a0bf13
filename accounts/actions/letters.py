"""Promising letters, and sending what was promised: a new password's link, word of a task, and invitations.

The web process sends nothing, so a mail server that hangs holds nobody up, and how long a page takes does not tell
whether an account exists. A letter goes out at least once, always under one Message-ID.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts import letter_words
from accounts.actions import invitation_letters
from accounts.delivering import deliver, forget_old
from accounts.models import Delivery, Letter, User
from audit.record import record_event

LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=2)
KEPT_FOR = timedelta(days=30)
MOST_AT_ONCE = 50
MOST_PASSWORDS_AN_HOUR = 10
"""Whoever asks for new passwords from many places must not fill somebody's mailbox."""
EVENTS = {Letter.Kind.NEW_PASSWORD: "account.password_link_emailed", Letter.Kind.TASK: "account.task_emailed"}
_log = logging.getLogger("safeguarding.letters")


@transaction.atomic
def promise_new_password(*, address: str, at: datetime) -> Letter:
    """Promise the link for a new password to an address, known or not: the same row and the same work for each."""
    return Letter.objects.create(kind=Letter.Kind.NEW_PASSWORD, address=address.strip().lower(), created_at=at)


@transaction.atomic
def promise_task(*, to: Iterable[User], at: datetime) -> list[Letter]:
    """Promise word of a task to these people; nobody who has such a letter waiting gets a second one."""
    people = list(to)
    told = set(Letter.objects.filter(kind=Letter.Kind.TASK, to__in=people, done_at__isnull=True).values_list("to"))
    return [
        Letter.objects.create(kind=Letter.Kind.TASK, to=person, created_at=at)
        for person in people
        if (person.pk,) not in told
    ]


def send_due(*, at: datetime) -> int:
    """Send what waits, invitations too; return how many went. Safe to run twice at once: each is claimed first.

    One that cannot be sent is tried again, later each time, for two days.
    """
    Letter.objects.filter(done_at__lt=at - KEPT_FOR).delete()
    forget_old(at=at)
    sent = invitation_letters.send_due(at=at)
    waiting = Letter.objects.waiting(at=at)
    for key in list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        claimed = waiting.filter(pk=key).update(lease_until=at + LEASE, attempts=F("attempts") + 1)
        if claimed and _deal_with(Letter.objects.select_related("to").get(pk=key), at=at):
            sent += 1
    return sent


def _deal_with(letter: Letter, *, at: datetime) -> bool:
    """Send one claimed letter, or close it where there is nobody to send it to; True where it went."""
    person = _recipient(letter, at=at)
    if person is None or at - letter.created_at > GIVEN_UP_AFTER:
        _close(letter, None, at=at)
        return False
    try:
        deliver(_message(letter, person), kind=Delivery.Kind(letter.kind), subject_id=letter.pk, to=person, at=at)
    except OSError as error:  # smtplib's errors among them
        _log.warning("A letter was not sent (%s); it is tried again.", type(error).__name__)
        wait = min(LEASE * 2 ** min(letter.attempts, 10), LONGEST_WAIT)
        Letter.objects.filter(pk=letter.pk, done_at__isnull=True).update(lease_until=at + wait)
        return False
    _close(letter, person, at=at)
    return True


@transaction.atomic
def _close(letter: Letter, person: User | None, *, at: datetime) -> None:
    undone = Letter.objects.filter(pk=letter.pk, done_at__isnull=True)
    closed = undone.update(
        done_at=at, was_sent=person is not None, to=person or letter.to, address=None, lease_until=None
    )
    if closed and person is not None:
        record_event(event=EVENTS[Letter.Kind(letter.kind)], by=None, at=at, subject=person)


def _recipient(letter: Letter, *, at: datetime) -> User | None:
    if letter.kind == Letter.Kind.TASK:
        return letter.to if letter.to and letter.to.is_active and letter.to.is_proven else None
    person = User.objects.filter(email=letter.address, is_active=True).first()
    lately = Letter.objects.filter(kind=letter.kind, to=person, was_sent=True, done_at__gt=at - timedelta(hours=1))
    return person if person is None or lately.count() < MOST_PASSWORDS_AN_HOUR else None


def _message(letter: Letter, person: User) -> EmailMessage:
    subject, body = letter_words.TASK_SUBJECT, letter_words.TASK
    if letter.kind == Letter.Kind.NEW_PASSWORD:
        # Made here: the token speaks for the password and the sign-in that there are when the letter goes.
        key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
        link = settings.PORTAL_ADDRESS.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)
        subject, body = settings.PORTAL_NAME, letter_words.FORGOTTEN.format(link=link)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "portal.invalid"
    return EmailMessage(
        subject=subject, body=body, to=[person.email], headers={"Message-ID": f"<letter-{letter.pk}@{domain}>"}
    )
