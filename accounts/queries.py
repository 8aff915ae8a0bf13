"""Where a person may do something: the organisations and agencies that a permission reaches."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Agency, Membership, Organisation
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
