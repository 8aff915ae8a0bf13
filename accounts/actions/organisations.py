"""Settings: adding, correcting and closing them. The demo and the seed add as the system; people through `by`."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.memberships import end
from accounts.domains import clean_domain
from accounts.models import Invitation, Membership, Organisation
from accounts.reach import NotInReachError, reach_of
from audit.record import record_event


@transaction.atomic
def add_organisation(*, name: str, kind: str, area: str, by: Any, at: datetime, email_domain: str = "") -> Organisation:
    """Add a setting that refers. ``kind`` and ``area`` are codes of Organisation.Kind and Area.

    Raises ValidationError for an unknown code, a second setting of that name in the area or a domain that is none,
    and NotInReachError where a person adds one outside the areas of their partnership.
    """
    if by is not None:
        _check_area(area, by, at)
    organisation = Organisation(name=name.strip(), kind=kind, area=area, email_domain=clean_domain(email_domain))
    organisation.full_clean()
    organisation.save(force_insert=True)
    record_event(
        event="organisation.added", by=by, at=at, subject=organisation, detail={"kind": str(kind), "area": str(area)}
    )
    return organisation


@transaction.atomic
def correct_organisation(
    *, organisation: Organisation, name: str, kind: str, email_domain: str, by: Any, at: datetime
) -> Organisation:
    """Correct a setting's name, kind and domain. Its area stays: a setting elsewhere is another one.

    Raises ValidationError, and NotInReachError where it is not this person's to keep right.
    """
    _check_area(organisation.area, by, at)
    wanted = {"name": name.strip(), "kind": kind, "email_domain": clean_domain(email_domain)}
    changed = [field for field, value in wanted.items() if getattr(organisation, field) != value]
    if not changed:
        return organisation
    for field in changed:
        setattr(organisation, field, wanted[field])
    organisation.full_clean()
    organisation.save(update_fields=changed)
    record_event(event="organisation.corrected", by=by, at=at, subject=organisation, detail={"changed": changed})
    return organisation


@transaction.atomic
def close_organisation(*, organisation: Organisation, by: Any, at: datetime) -> int:
    """Close a setting: every role there ends now and its invitations are withdrawn. Returns how many roles ended.

    Its referrals stay with those who received them. Raises NotInReachError; ValidationError where it is closed already,
    or ``by`` has a role there themselves, which somebody else ends first.
    """
    _check_area(organisation.area, by, at)
    open_there = list(Membership.objects.open(at=at).filter(organisation=organisation))
    if any(each.user_id == by.pk for each in open_there):
        raise ValidationError("You have a role there yourself. Have another administrator close it.")
    if not Organisation.objects.filter(pk=organisation.pk, closed_at__isnull=True).update(closed_at=at):
        raise ValidationError("This setting is closed already.")
    for membership in open_there:
        end(membership=membership, by=by, at=at)
    offered = Invitation.objects.open(at=at).filter(organisation=organisation)
    offered.update(withdrawn_at=at, withdrawn_by=by, secret=None)
    organisation.refresh_from_db()
    detail = {"ended": len(open_there)}
    record_event(event="organisation.closed", by=by, at=at, subject=organisation, detail=detail)
    return len(open_there)


def _check_area(area: str, by: Any, at: datetime) -> None:
    reach = reach_of(by, at=at)
    if not reach.directory or area not in reach.areas:
        raise NotInReachError("This setting is not this person's to keep right.")
