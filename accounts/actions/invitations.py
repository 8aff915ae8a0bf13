"""Asking people to join, and their own asking; the link in the letter proves that the address is theirs."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.domains import owners_of
from accounts.models import Invitation
from accounts.reach import NotInReachError, Place, reach_of
from audit.record import record_event

LASTS = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(minutes=15)
"""Whoever asks by themselves is written to no more often than this, or a stranger could fill somebody's mailbox."""

ADDRESS_KEPT_FOR = timedelta(days=30)
MOST_AT_ONCE = 500


class InvitationError(Exception):
    """The invitation cannot be made or changed like this. The text says why."""


def digest_of(secret: str) -> str:
    """Return what is kept of the link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(*, email: str, role: str, place: Place, by: Any, at: datetime) -> Invitation:
    """Offer a role to a work address; the letter goes out by itself. Says nothing of whether it has an account.

    Raises NotInReachError where the role is not theirs to give there, InvitationError where the address is malformed,
    their own, or has the same offer already.
    """
    email = _checked(email)
    if not reach_of(by, at=at).may_give(role, place):
        raise NotInReachError("This role is not this person's to give there.")
    if email == by.email:
        raise InvitationError("This is your own address. Somebody else gives you a role.")
    invitation = Invitation(
        email=email,
        role=role,
        organisation=place.organisation,
        agency=place.agency,
        partnership=place.partnership,
        invited_by=by,
    )
    same = {name: getattr(invitation, name) for name in ("email", "role", "organisation", "agency", "partnership")}
    if Invitation.objects.open(at=at).filter(**same).exists():
        raise InvitationError("This address has that invitation already. Send it again from the list, or withdraw it.")
    _renew(invitation, at=at, is_new=True)
    record_event(event="invitation.made", by=by, at=at, subject=invitation, detail={"role": role, "place": place.code})
    return invitation


@transaction.atomic
def ask_to_join(*, email: str, at: datetime) -> Invitation | None:
    """Somebody asks for an account by themselves; None, and no letter, unless a setting owns the address's domain.

    None too where they asked a moment ago. Whoever asked is shown the same in each case. Raises InvitationError for
    what is no address.
    """
    email = _checked(email)
    asked = Invitation.objects.filter(email=email, invited_by__isnull=True)
    if not owners_of(email).exists() or asked.filter(created_at__gt=at - ASK_AGAIN_AFTER).exists():
        return None
    asked.open(at=at).update(expires_at=at)  # an older link of their own stops working with the new one
    invitation = Invitation(email=email, role="practitioner")
    _renew(invitation, at=at, is_new=True)
    record_event(event="invitation.asked_for", by=None, at=at, subject=invitation)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: Any, at: datetime) -> Invitation:
    """Send a new link for seven more days; the old one stops working. Raises NotInReachError, InvitationError."""
    _check_manages(invitation, by, at)
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if not unused.update(expires_at=at + LASTS):  # from here on no other transaction can use the row up
        raise InvitationError("This invitation was accepted or withdrawn. Make a new one.")
    invitation.refresh_from_db()
    _renew(invitation, at=at, is_new=False)
    record_event(event="invitation.sent_again", by=by, at=at, subject=invitation)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Any, at: datetime) -> None:
    """Withdraw an invitation: its link stops working. Raises NotInReachError; InvitationError once it is used."""
    _check_manages(invitation, by, at)
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if not unused.update(withdrawn_at=at, withdrawn_by=by, secret=None):
        raise InvitationError("This invitation was accepted or withdrawn already.")
    record_event(event="invitation.withdrawn", by=by, at=at, subject=invitation)


def end_run_out(*, at: datetime) -> int:
    """Note of each invitation whose link ran out that nobody accepted it; return how many. Safe to run twice.

    The letter's secret goes, and a month later what somebody who asked by themselves left here: their address.
    """
    unused = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__lte=at)
    ended = 0
    for invitation in unused.filter(ran_out_at__isnull=True).order_by("expires_at")[:MOST_AT_ONCE]:
        with transaction.atomic():
            row = unused.filter(pk=invitation.pk, ran_out_at__isnull=True)
            if row.update(ran_out_at=at, secret=None):
                record_event(event="invitation.ran_out", by=None, at=at, subject=invitation)
                ended += 1
    unused.filter(invited_by__isnull=True, ran_out_at__lt=at - ADDRESS_KEPT_FOR).delete()
    return ended


def _renew(invitation: Invitation, *, at: datetime, is_new: bool) -> None:
    secret = secrets.token_urlsafe(32)
    invitation.created_at = at
    invitation.expires_at = at + LASTS
    invitation.secret_digest, invitation.secret = digest_of(secret), secret
    invitation.emailed_at = invitation.lease_until = invitation.ran_out_at = None
    invitation.attempts = 0
    invitation.save(force_insert=is_new)


def _check_manages(invitation: Invitation, by: Any, at: datetime) -> None:
    place = Place(invitation.organisation, invitation.agency, invitation.partnership)
    if invitation.invited_by_id is None or not reach_of(by, at=at).may_give(invitation.role, place):
        raise NotInReachError("This invitation is not this person's to change.")


def _checked(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvitationError("Write a whole email address, such as name@school.example.org.") from None
    if len(email) > 254 or not email.isascii():
        raise InvitationError("Write the address in plain letters, as the mail system knows it.")
    return email
