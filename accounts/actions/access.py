"""Giving, moving, confirming and ending other people's access: what each person may do to whom is checked here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions.memberships import MembershipError, end, grant
from accounts.actions.people import close_account
from accounts.actions.second_factor import reset_second_factor
from accounts.models import Invitation, Membership, User
from accounts.reach import NotInReachError, Place, reach_of
from audit.record import record_event


@dataclass(frozen=True)
class Stopped:
    """How many memberships ended, and whether the account was closed because none is left anywhere."""

    ended: int
    is_closed: bool


@transaction.atomic
def give_role(
    *,
    person: User,
    role: str,
    place: Place,
    by: Any,
    at: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """Give somebody another role. Raises NotInReachError, and MembershipError with the reason where it does not fit.

    Somebody who is known in no place that ``by`` manages is invited instead.
    """
    reach = reach_of(by, at=at)
    if person.pk == by.pk or not reach.may_give(role, place) or not reach.people().filter(pk=person.pk).exists():
        raise NotInReachError("This role is not this person's to give here.")
    if not person.is_active:
        raise MembershipError("This account is closed. Invite the address again: they then choose a new password.")
    return grant(
        user=person,
        role=role,
        organisation=place.organisation,
        agency=place.agency,
        partnership=place.partnership,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        at=at,
    )


@transaction.atomic
def end_role(*, membership: Membership, by: Any, at: datetime) -> Membership:
    """End one role of somebody else now. Raises NotInReachError; MembershipError once it has ended."""
    _check_manages(membership, by, at)
    return end(membership=membership, by=by, at=at)


@transaction.atomic
def move(*, membership: Membership, to: Place, by: Any, at: datetime) -> Membership:
    """End a role here and give it there, in one step: there is no moment with both or with neither.

    Raises NotInReachError where either place is not theirs to manage, MembershipError where the role does not fit.
    """
    _check_manages(membership, by, at)
    if not reach_of(by, at=at).may_give(membership.role, to):
        raise NotInReachError("That place is not this person's to give roles in.")
    until = membership.ends_on
    end(membership=membership, by=by, at=at)
    return grant(
        user=membership.user,
        role=membership.role,
        organisation=to.organisation,
        agency=to.agency,
        partnership=to.partnership,
        ends_on=until,
        by=by,
        at=at,
    )


@transaction.atomic
def stop_access(*, person: User, by: Any, at: datetime) -> Stopped:
    """End at once all that a person has in what ``by`` manages; the account closes when nothing is left elsewhere.

    Invitations to their address are withdrawn with it. Raises NotInReachError where there is nothing to end.
    """
    reach = reach_of(by, at=at)
    ending = list(reach.memberships().open(at=at).filter(user=person))
    if person.pk == by.pk or not ending:
        raise NotInReachError("This person has nothing here that could be ended.")
    for membership in ending:
        end(membership=membership, by=by, at=at)
    offered = reach.invitations().open(at=at).filter(email=person.contact_email)
    withdrawn = Invitation.objects.filter(pk__in=[each.pk for each in offered]).update(
        withdrawn_at=at, withdrawn_by=by, secret=None
    )
    is_closed = not Membership.objects.open(at=at).filter(user=person).exists()
    if is_closed:
        close_account(user=person, by=by, at=at)
    record_event(
        event="account.access_stopped",
        by=by,
        at=at,
        subject=person,
        detail={"ended": len(ending), "closed": is_closed, "invitations": withdrawn},
    )
    return Stopped(len(ending), is_closed)


@transaction.atomic
def take_off_second_step(*, person: User, by: Any, at: datetime) -> int:
    """Let somebody who lost what they showed when signing in set up another; return how many were taken off.

    An administrator's alone, and only where every role of the person is theirs to manage: what is weakened for a while
    is the way to all of them. Raises NotInReachError.
    """
    if not may_take_off_second_step(by, person, at=at):
        raise NotInReachError("This person's second step is not this person's to take off.")
    return reset_second_factor(user=person, by=by, at=at)


def may_take_off_second_step(by: Any, person: User, *, at: datetime) -> bool:
    """Whether `take_off_second_step` would let this person do it."""
    reach = reach_of(by, at=at)
    roles = list(Membership.objects.open(at=at).filter(user=person).select_related("organisation", "agency"))
    return bool(reach.partnerships and roles) and all(reach.may_manage(each) for each in roles)


@transaction.atomic
def keep(*, membership: Membership, by: Any, at: datetime) -> Membership:
    """Say at the quarterly review that somebody still needs a role. Raises NotInReachError; MembershipError if over."""
    _check_manages(membership, by, at)
    open_rows = Membership.objects.open(at=at).filter(pk=membership.pk)
    if not open_rows.update(reviewed_at=at, reviewed_by=by):
        raise MembershipError("This role has ended already: there is nothing to keep.")
    record_event(event="membership.kept", by=by, at=at, subject=membership)
    membership.refresh_from_db()
    return membership


@transaction.atomic
def confirm(*, membership: Membership, by: Any, at: datetime) -> Membership:
    """Say that somebody who asked to join belongs to the setting (Z-28).

    Raises NotInReachError; MembershipError where nothing waits to be confirmed, it has ended, or the person has yet to
    show that the address is theirs: anybody could have typed the name of a colleague.
    """
    _check_manages(membership, by, at)
    if User.objects.filter(pk=membership.user_id, claimed_email__isnull=False).exists():
        raise MembershipError("They have not shown yet that the address is theirs. Ask them to open the letter's link.")
    waiting = Membership.objects.open(at=at).filter(pk=membership.pk, awaits_confirmation=True)
    if not waiting.update(awaits_confirmation=False, confirmed_at=at, confirmed_by=by):
        raise MembershipError("This has been decided already.")
    record_event(event="membership.confirmed", by=by, at=at, subject=membership)
    membership.refresh_from_db()
    return membership


@transaction.atomic
def refuse(*, membership: Membership, by: Any, at: datetime) -> Membership:
    """Say that somebody who asked to join does not belong to the setting: the role ends, what they sent stays marked.

    Raises NotInReachError; MembershipError where nothing waits to be confirmed.
    """
    _check_manages(membership, by, at)
    if not Membership.objects.open(at=at).filter(pk=membership.pk, awaits_confirmation=True).exists():
        raise MembershipError("This has been decided already.")
    record_event(event="membership.refused", by=by, at=at, subject=membership)
    return end(membership=membership, by=by, at=at)


def _check_manages(membership: Membership, by: Any, at: datetime) -> None:
    if not reach_of(by, at=at).may_manage(membership):
        raise NotInReachError("This membership is not this person's to manage.")
