"""The letters of invitations, with a one-time link. An invitation is its own outbox: what is due is found by looking.

A letter goes out at least once, always under one Message-ID for one link, and says nothing but where to go.
"""

import logging
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.delivering import deliver
from accounts.models import Delivery, Invitation, User
from audit.record import record_event

LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
MOST_AT_ONCE = 50
BODY = """You have been asked, or have asked, to join {portal}. Open this address to choose a password:

{link}

It works once, within seven days. If you did not expect this message, do nothing.
"""
BODY_KNOWN = """Somebody asked for an account with this address at {portal}. It has one, or had one. Sign in here:

{link}

If you have forgotten the password, choose a new one there. If your account was closed, ask your safeguarding lead to
invite you. If it was not you who asked, do nothing.
"""
_log = logging.getLogger("safeguarding.letters")


def send_due(*, at: datetime) -> int:
    """Send the letters that wait; return how many went. Safe to run twice at once: a letter is claimed before it goes.

    One that cannot be sent is tried again, later each time, until its link has run out.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    waiting = Invitation.objects.open(at=at).filter(free, emailed_at__isnull=True, secret__isnull=False)
    sent = 0
    for key in list(waiting.order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        claimed = waiting.filter(pk=key).update(lease_until=at + LEASE, attempts=F("attempts") + 1)
        if claimed and _send(Invitation.objects.get(pk=key), at=at):
            sent += 1
    return sent


def _send(invitation: Invitation, *, at: datetime) -> bool:
    """Send one claimed letter and mark it as sent; False where the mail server refused it."""
    try:
        deliver(_message(invitation), kind=Delivery.Kind.INVITATION, subject_id=invitation.pk, to=None, at=at)
    except OSError as error:  # smtplib's errors among them
        _log.warning("A letter was not sent (%s); it is tried again.", type(error).__name__)
        wait = min(LEASE * 2 ** min(invitation.attempts, 10), LONGEST_WAIT)
        Invitation.objects.filter(pk=invitation.pk, emailed_at__isnull=True).update(lease_until=at + wait)
        return False
    with transaction.atomic():
        # Sent again meanwhile: that letter has another secret and is still to go.
        same = Invitation.objects.filter(pk=invitation.pk, secret_digest=invitation.secret_digest)
        if same.update(emailed_at=at, lease_until=None, secret=None):
            record_event(event="invitation.emailed", by=None, at=at, subject=invitation)
    return True


def _message(invitation: Invitation) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "portal.invalid"
    path, body = reverse("joining:link", args=[invitation.secret]), BODY
    # Told here and not on the page where it was asked for, so that a stranger learns nothing, not even by the clock.
    if invitation.invited_by_id is None and User.objects.filter(email=invitation.email).exists():
        path, body = reverse("account_login"), BODY_KNOWN
    link = settings.PORTAL_ADDRESS.rstrip("/") + path
    return EmailMessage(
        subject=settings.PORTAL_NAME,
        body=body.format(portal=settings.PORTAL_NAME, link=link),
        to=[invitation.email],
        headers={"Message-ID": f"<invitation-{invitation.secret_digest[:32]}@{domain}>"},
    )
