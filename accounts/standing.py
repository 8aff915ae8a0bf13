"""What one person may do, and where, at one moment: their memberships, read once and asked from memory."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Agency, Membership
from accounts.permissions import held_by
from accounts.read_once import once
from accounts.roles import ROLES, Permission


@dataclass(frozen=True)
class Standing:
    """The memberships of one person that count at one moment. It knows nothing of changes made after it was read."""

    user_id: Any
    memberships: tuple[Membership, ...]
    reached: tuple[Agency, ...]
    """The agencies of the partnerships in which a role of this person reaches agencies."""

    def may(self, permission: Permission) -> bool:
        """Whether any membership gives the permission."""
        return any(permission in each.role_data.permissions for each in self.memberships)

    def organisations(self, permission: Permission) -> frozenset[uuid.UUID]:
        """The organisations in which this person has the permission, by id."""
        return frozenset(
            each.organisation_id
            for each in self.memberships
            if each.organisation_id is not None and permission in each.role_data.permissions
        )

    def agencies(self, permission: Permission) -> Mapping[uuid.UUID, str]:
        """The agencies in which this person has the permission: `{id: kind of agency}`.

        An agency role reaches its own agency; a partnership role the agencies of that partnership whose kind the role
        names (an out-of-hours worker: its hubs), and most reach none.
        """
        found: dict[uuid.UUID, str] = {}
        for each in self.memberships:
            if permission not in each.role_data.permissions:
                continue
            if each.agency is not None:
                found[each.agency.pk] = each.agency.kind
            found |= {agency.pk: agency.kind for agency in self.reached if _reaches(each, agency)}
        return found


def standing_of(user: Any, *, at: datetime) -> Standing:
    """Read what this person may do at this moment; nothing for a visitor or a closed account."""
    memberships = held_by(user, at=at)
    wide = Q()
    for each in memberships:
        if each.partnership and ROLES[each.role].agency_kinds:
            wide |= Q(partnership=each.partnership, kind__in=ROLES[each.role].agency_kinds)
    reached = once(("reached", wide), lambda: tuple(Agency.objects.filter(wide))) if wide else ()
    return Standing(user.pk, memberships, reached)


def _reaches(membership: Membership, agency: Agency) -> bool:
    kinds = membership.role_data.agency_kinds
    return membership.partnership != "" and membership.partnership == agency.partnership and agency.kind in kinds
