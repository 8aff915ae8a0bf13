"""Where a person may do something: the organisations and agencies that a permission reaches."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Agency, Organisation
from accounts.permissions import memberships_with
from accounts.roles import ROLES, Permission


def organisations_where(user: Any, permission: Permission, *, at: datetime) -> QuerySet[Organisation]:
    """The organisations in which this person currently has the permission."""
    memberships = memberships_with(user, permission, at=at).filter(organisation__isnull=False)
    return Organisation.objects.filter(pk__in=memberships.values("organisation"))


def agencies_where(user: Any, permission: Permission, *, at: datetime) -> QuerySet[Agency]:
    """The agencies in which this person currently has the permission.

    An agency role reaches its own agency; a partnership role reaches the agencies of that partnership whose
    kind the role names (an out-of-hours worker: its hubs), and most reach none.
    """
    reached = Q(pk__in=[])
    for membership in memberships_with(user, permission, at=at):
        if membership.agency_id:
            reached |= Q(pk=membership.agency_id)
        elif membership.partnership:
            kinds = ROLES[membership.role].agency_kinds
            reached |= Q(partnership=membership.partnership, kind__in=kinds)
    return Agency.objects.filter(reached)
