"""May this person? Denial is the default; only memberships that count now, of an active account, say yes."""

from datetime import datetime
from typing import Any

from accounts.models import Membership
from accounts.models.membership import LONDON, MembershipQuerySet
from accounts.read_once import once
from accounts.roles import ROLES, Permission

__all__ = ["Permission", "has_permission", "held_by", "memberships_of", "memberships_with", "roles_with"]


def roles_with(permission: Permission) -> list[str]:
    """The codes of the roles that are given this permission, sorted."""
    return sorted(code for code, role in ROLES.items() if permission in role.permissions)


def memberships_of(user: Any, *, at: datetime) -> MembershipQuerySet:
    """The memberships of this person that count at this moment; none for a visitor or a closed account."""
    if not (user.is_authenticated and user.is_active):
        return Membership.objects.none()
    return Membership.objects.filter(user=user).current(at=at).select_related("organisation", "agency")


def held_by(user: Any, *, at: datetime) -> tuple[Membership, ...]:
    """The same, read: in a request once, whatever time of the day it is asked for."""
    if not (user.is_authenticated and user.is_active):
        return ()
    day = at.astimezone(LONDON).date()
    return once(("memberships", user.pk, day), lambda: tuple(memberships_of(user, at=at)))


def memberships_with(user: Any, permission: Permission, *, at: datetime) -> MembershipQuerySet:
    """Those of this person's current memberships whose role is given the permission."""
    return memberships_of(user, at=at).filter(role__in=roles_with(permission))


def has_permission(user: Any, permission: Permission, *, at: datetime) -> bool:
    """Whether any current membership gives this. ``use_portal`` comes with an active account alone.

    This says what kind of thing a person may do; which rows, the scoping querysets say.
    """
    if not (user.is_authenticated and user.is_active):
        return False
    if permission is Permission.USE_PORTAL:
        return True
    return any(permission in each.role_data.permissions for each in held_by(user, at=at))
