from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import leaving, read_once
from accounts.actions import sessions
from accounts.models import Agency, Membership, Organisation, SignedInSession, User
from accounts.models.membership import LONDON
from accounts.roles import ROLES, Target
from audit.record import record_event


class MembershipError(Exception):
    """The role cannot be given or ended like this. The text says why."""


@transaction.atomic
def grant(
    *,
    user: User,
    role: str,
    by: Any,
    at: datetime,
    organisation: Organisation | None = None,
    agency: Agency | None = None,
    partnership: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    awaits_confirmation: bool = False,
) -> Membership:
    """Give somebody a role in one setting, one agency or one partnership, from today unless said otherwise.

    ``ends_on`` is the first day it no longer counts; ``awaits_confirmation`` marks a practitioner whom the setting's
    lead has yet to confirm. Whether ``by`` may give it, ``actions.access`` says. Raises MembershipError when the role
    is unknown, its target is missing, closed or of the wrong kind, the dates are out of order, or the person has the
    role there already.
    The person's sessions end: what they may do is settled anew at sign-in, their limits and second step with it.
    """
    _check_target(role, organisation, agency, partnership)
    membership = Membership(
        user=user,
        role=role,
        organisation=organisation,
        agency=agency,
        partnership=partnership,
        starts_on=starts_on or at.astimezone(LONDON).date(),
        ends_on=ends_on,
        awaits_confirmation=awaits_confirmation,
    )
    try:
        membership.full_clean()
    except ValidationError as error:
        if _has_already(membership):
            raise MembershipError("This person has that role there already.") from error
        raise MembershipError(f"{role} cannot be given: {' '.join(error.messages)}") from error
    membership.save(force_insert=True)
    read_once.forget()
    _end_sessions(membership, by=by, at=at)
    record_event(event="membership.granted", by=by, at=at, subject=membership, detail=_detail(membership))
    return membership


@transaction.atomic
def end(*, membership: Membership, by: Any, at: datetime) -> Membership:
    """End a membership now, and the person's sessions with it. Raises MembershipError once ended."""
    today = at.astimezone(LONDON).date()
    # A role that was to start later ends on the day it would have started, never having counted.
    last = max(today, membership.starts_on)
    open_rows = Membership.objects.filter(pk=membership.pk).exclude(ends_on__lte=last)
    if not open_rows.update(ends_on=last):
        raise MembershipError("This membership has ended already.")
    membership.refresh_from_db()
    read_once.forget()
    _end_sessions(membership, by=by, at=at)
    record_event(event="membership.ended", by=by, at=at, subject=membership, detail=_detail(membership))
    leaving.hand_on(membership.user, by=by, at=at)
    return membership


def _has_already(wanted: Membership) -> bool:
    same = {name: getattr(wanted, name) for name in ("user", "role", "organisation", "agency", "partnership")}
    return Membership.objects.filter(**same, ends_on__isnull=True).exists()


def _check_target(role: str, organisation: Organisation | None, agency: Agency | None, partnership: str) -> None:
    if role not in ROLES:
        raise MembershipError(f"There is no role {role!r}. Roles: {', '.join(sorted(ROLES))}.")
    data = ROLES[role]
    given = {
        Target.ORGANISATION: organisation is not None,
        Target.AGENCY: agency is not None,
        Target.PARTNERSHIP: bool(partnership),
    }
    if [target for target, is_given in given.items() if is_given] != [data.target]:
        raise MembershipError(f"{role} is given in one {data.target.value}, and nothing else.")
    if organisation is not None and organisation.closed_at is not None:
        raise MembershipError("This setting is closed: nobody can be given a role there.")
    if agency is not None and agency.kind not in data.agency_kinds:
        kinds = " or ".join(sorted(data.agency_kinds))
        raise MembershipError(f"{role} is given in an agency of kind {kinds}; {agency.unit} is a {agency.kind}.")


def _end_sessions(membership: Membership, *, by: Any, at: datetime) -> None:
    sessions.end_all(user=membership.user, because=SignedInSession.Ending.ROLE_CHANGED, by=by, at=at)


def _detail(membership: Membership) -> dict[str, str]:
    target = membership.organisation_id or membership.agency_id or membership.partnership
    return {"user": str(membership.user_id), "role": membership.role, "target": str(target)}
