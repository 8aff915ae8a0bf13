"""Where a person may do something: the organisations and agencies that a permission reaches."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, DirectoryEntry, Membership, Organisation, User
from accounts.models.membership import LONDON
from accounts.roles import Permission
from accounts.standing import standing_of


def organisations_where(user: Any, permission: Permission, *, at: datetime) -> QuerySet[Organisation]:
    """The organisations in which this person currently has the permission."""
    return Organisation.objects.filter(pk__in=standing_of(user, at=at).organisations(permission))


def agencies_where(user: Any, *permissions: Permission, at: datetime) -> QuerySet[Agency]:
    """The agencies in which this person currently has one of the permissions (see `Standing.agencies`)."""
    standing = standing_of(user, at=at)
    return Agency.objects.filter(pk__in={pk for permission in permissions for pk in standing.agencies(permission)})


def unconfirmed_authors(people: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return (person, organisation) wherever the organisation has never said that the person belongs there.

    That is so while they wait for its safeguarding lead to confirm them, and stays so when the lead refused (Z-28).
    """
    known = Membership.objects.filter(user__in=people, organisation__isnull=False)
    pairs = known.values_list("user", "organisation", "awaits_confirmation")
    confirmed = {(user, organisation) for user, organisation, awaits in pairs if not awaits}
    return {(user, organisation) for user, organisation, awaits in pairs if awaits} - confirmed


def keepers_of(entry: DirectoryEntry, *, at: datetime) -> QuerySet[User]:
    """Return who may keep an entry right: the agency's own people, its partnership's, and who keeps it now."""
    agency = entry.agency
    there = Membership.objects.current(at=at).filter(Q(agency=agency) | Q(partnership=agency.partnership or "-"))
    mine = Q(pk__in=there.values("user"), is_active=True) | Q(pk=entry.keeper_id)
    return User.objects.filter(mine).order_by("full_name")


def entries_to_check(user: Any, *, at: datetime) -> list[DirectoryEntry]:
    """Return the stale directory entries of which this person is the keeper."""
    today = at.astimezone(LONDON).date()
    entries = DirectoryEntry.objects.filter(keeper=user.pk).select_related("agency")
    return [entry for entry in entries if entry.is_stale(on=today)]
