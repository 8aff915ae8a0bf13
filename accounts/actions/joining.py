"""Accepting an invitation: the account is made, or the one there is gets the role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actions import letters, unproven
from accounts.actions.invitations import digest_of
from accounts.actions.memberships import MembershipError, grant
from accounts.actions.people import add_person, reopen, take_up
from accounts.domains import owners_of
from accounts.models import Invitation, Membership, Organisation, User
from accounts.reach import Place, reach_of, who_confirms
from audit.record import record_event


class InvitationOverError(Exception):
    """The link does not work (any more): used, withdrawn, too old, or whoever sent it may no longer give the role."""


@dataclass(frozen=True)
class NewPerson:
    """What somebody says of themselves when they join."""

    full_name: str
    job_title: str
    phone: str
    password: str


def find_open(secret: str, *, at: datetime) -> Invitation:
    """Return the invitation of a link. Raises InvitationOverError where it cannot be accepted now."""
    found = Invitation.objects.open(at=at).filter(secret_digest=digest_of(secret))
    invitation = found.select_related("organisation", "agency", "invited_by").first()
    if invitation is None or not _still_stands(invitation, at=at):
        raise InvitationOverError("This link has been used, has run out or was withdrawn.")
    return invitation


def places_of(invitation: Invitation) -> list[Organisation]:
    """The settings among which the person chooses, where they asked by themselves; none for an invitation."""
    return [] if invitation.invited_by_id else list(owners_of(invitation.email))


def account_of(invitation: Invitation) -> User | None:
    """The open account with the invited address, or None: then joining makes it, or opens the closed one again."""
    return User.objects.filter(email=invitation.email, is_active=True).first()


@transaction.atomic
def accept_as_new(
    *,
    secret: str,
    person: NewPerson,
    at: datetime,
    organisation: Organisation | None = None,
    began: Sequence[User] = (),
) -> User:
    """Make the account, give it the role, and use the link up.

    ``organisation``: the setting chosen, where the person asked by themselves. ``began``: which of the accounts that
    claim the address unproven they say they began; it becomes the account, with what was written in it. Raises
    InvitationOverError, MembershipError, and ValidationError for a password that the rules refuse.
    """
    invitation = find_open(secret, at=at)
    if account_of(invitation) is not None:
        raise InvitationOverError("There is an account with this address: sign in with it to accept.")
    closed = User.objects.filter(email=invitation.email).first()
    if closed is not None and invitation.invited_by_id is None:
        # Whoever was sent away may still have the mailbox: only somebody else lets them in again.
        raise InvitationOverError("This account was closed. Ask your safeguarding lead to invite you.")
    said = {"full_name": person.full_name, "job_title": person.job_title, "phone": person.phone}
    own = unproven.settle(address=invitation.email, mine=began, at=at)
    if own is not None and closed is None:
        user = take_up(user=own, email=invitation.email, password=person.password, at=at, **said)
    elif closed is None:
        user = add_person(email=invitation.email, password=person.password, by=None, at=at, **said)
    else:
        user = reopen(user=closed, password=person.password, by=None, at=at, **said)
    _use_up(invitation, user=user, organisation=organisation, at=at)
    return user


@transaction.atomic
def accept(*, secret: str, by: User, at: datetime) -> User:
    """Give the role to the person who is signed in with the invited address, and use the link up.

    Only by invitation: who has an account and asks by themselves is written that they have one.

    Raises InvitationOverError, also where ``by`` has another address; MembershipError where they have that role.
    """
    invitation = find_open(secret, at=at)
    if invitation.email != by.email or invitation.invited_by_id is None:
        raise InvitationOverError("This link is for another address than the one you are signed in with.")
    _use_up(invitation, user=by, organisation=None, at=at)
    return by


def _use_up(invitation: Invitation, *, user: User, organisation: Organisation | None, at: datetime) -> None:
    is_own_wish = invitation.invited_by_id is None
    if is_own_wish and (organisation is None or organisation not in places_of(invitation)):
        raise MembershipError("Choose the setting where you work.")
    used = Invitation.objects.open(at=at).filter(pk=invitation.pk, secret_digest=invitation.secret_digest)
    if not used.update(accepted_at=at, accepted_by=user, secret=None):
        raise InvitationOverError("This link has just been used.")
    place = organisation if is_own_wish else invitation.organisation
    begun = _begun_there(user, invitation.role, place, at=at)
    if begun is not None:
        if not is_own_wish:  # whoever invites somebody says that they belong there
            begun.awaits_confirmation, begun.confirmed_at, begun.confirmed_by = False, at, invitation.invited_by
            begun.save(update_fields=["awaits_confirmation", "confirmed_at", "confirmed_by"])
            record_event(event="membership.confirmed", by=invitation.invited_by, at=at, subject=begun)
    else:
        grant(
            user=user,
            role=invitation.role,
            organisation=place,
            agency=invitation.agency,
            partnership=invitation.partnership,
            awaits_confirmation=is_own_wish,
            by=invitation.invited_by or user,
            at=at,
        )
    if is_own_wish and organisation is not None:
        letters.promise_task(to=who_confirms(organisation, at=at), at=at)
    record_event(event="invitation.accepted", by=user, at=at, subject=invitation)


def _begun_there(user: User, role: str, organisation: Organisation | None, *, at: datetime) -> Membership | None:
    """The role that they have there since before the letter came, awaiting confirmation."""
    waiting = Membership.objects.open(at=at).filter(user=user, role=role, awaits_confirmation=True)
    return waiting.filter(organisation=organisation).first() if organisation is not None else None


def _still_stands(invitation: Invitation, *, at: datetime) -> bool:
    """Whether whoever offered the role may still give it: an administrator who left cannot let anybody in."""
    if invitation.invited_by_id is None:
        return owners_of(invitation.email).exists()
    place = Place(invitation.organisation, invitation.agency, invitation.partnership)
    return reach_of(invitation.invited_by, at=at).may_give(invitation.role, place)
