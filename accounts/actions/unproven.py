"""Beginning before the letter has come: an account of somebody who has yet to show that their address is theirs (Z-28).

It can file, in the one session in which it began, marked for the hub as unproven; nobody signs in with it. It never
takes the address it claims: whoever types another's address must not come near that person's account, and nothing
tells them whether there is one. Whoever opens the letter's link says whether it was they who began.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.actions import letters, sessions
from accounts.actions.memberships import MembershipError, end, grant
from accounts.actions.people import close_account, new_person
from accounts.domains import owners_of
from accounts.models import Membership, Organisation, SignedInSession, User
from accounts.reach import who_confirms
from audit.record import record_event

AT_MOST = 3
"""So many may have begun with one address: more is nobody in a hurry."""
CLOSES_AFTER = timedelta(days=8)
"""A day longer than the letter's link works."""


class TooManyBegunError(Exception):
    """With this address so many have begun that no further one is let in. The page says whom to call."""


@transaction.atomic
def begin_unproven(
    *, address: str, full_name: str, job_title: str, phone: str, organisation: Organisation | None, at: datetime
) -> User:
    """Make an account that can file at once, as a practitioner of a setting whose domain the address has.

    Whoever confirms people there is told. Raises MembershipError where the setting is none of the domain's,
    TooManyBegunError.
    """
    address = address.strip().lower()
    if organisation is None or organisation not in owners_of(address):
        raise MembershipError("Choose the setting where you work.")
    if begun_with(address).count() >= AT_MOST:
        raise TooManyBegunError
    user = new_person(
        email=f"{_mark(address)}.{secrets.token_hex(8)}@unproven.invalid",
        claimed_email=address,
        full_name=full_name,
        job_title=job_title,
        phone=phone,
        password=None,
        at=at,
    )
    record_event(event="account.begun_unproven", by=user, at=at, subject=user)
    grant(user=user, role="practitioner", organisation=organisation, awaits_confirmation=True, by=user, at=at)
    letters.promise_task(to=who_confirms(organisation, at=at), at=at)
    return user


def begun_with(address: str) -> QuerySet[User]:
    """Return the open accounts that claim this address unproven, the oldest first."""
    mark = _mark(address.strip().lower())
    return User.objects.filter(email__startswith=f"{mark}.", claimed_email__isnull=False, is_active=True).order_by(
        "created_at"
    )


@transaction.atomic
def settle(*, address: str, mine: Sequence[User], at: datetime) -> User | None:
    """Take the word of whoever opened the letter's link on which of those who began were they; return the first.

    That one is theirs to make an account of. A further one of theirs is proven and closed, and what it sent stays with
    those who received it; one that was not theirs is closed unproven, and stays marked as such.
    Every session of all ends.
    """
    own = {each.pk for each in mine}
    kept: User | None = None
    for begun in begun_with(address):
        sessions.end_all(user=begun, because=SignedInSession.Ending.PASSWORD_CHANGED, by=None, at=at)
        if begun.pk in own:
            begun.claimed_email = None
            begun.save(update_fields=["claimed_email"])
            record_event(event="account.address_proven", by=None, at=at, subject=begun)
            if kept is None:
                kept = begun
                continue
        else:
            record_event(event="account.address_disowned", by=None, at=at, subject=begun)
        _close(begun, at=at)
    return kept


@transaction.atomic
def close_old(*, at: datetime) -> int:
    """Close the accounts whose letter nobody opened in time; return how many. What they sent stays marked."""
    old = User.objects.filter(claimed_email__isnull=False, is_active=True, created_at__lt=at - CLOSES_AFTER)
    closing = list(old)
    for each in closing:
        _close(each, at=at)
    return len(closing)


def _close(user: User, *, at: datetime) -> None:
    """Close the account and end its roles, or they would wait to be confirmed for ever."""
    for membership in Membership.objects.open(at=at).filter(user=user):
        end(membership=membership, by=None, at=at)
    close_account(user=user, by=None, at=at)


def _mark(address: str) -> str:
    # The claimed address is sealed and cannot be looked up; addresses are no secret here (they stand in clear as what
    # people sign in with), so a plain hash finds those that claim one.
    return hashlib.sha256(address.encode()).hexdigest()[:32]
