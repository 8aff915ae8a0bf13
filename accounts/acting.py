"""In which of their roles somebody acts (roles 7.1: the screens show which role is active).

The choice narrows nothing: what a person may do stays the sum of their roles, so that nobody has to change over while
a child is in danger, and a stranger gains nothing by changing it. It says under which role an event goes on record: the
chosen one where it gives what was done, else the one that does.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest

from accounts.models import Membership
from accounts.roles import Permission

KEY = "acting_in"


def active(request: HttpRequest, memberships: Sequence[Membership]) -> Membership | None:
    """Return the membership that the person chose in this session, else the first they were given; None without any."""
    named = request.session.get(KEY)
    chosen = next((each for each in memberships if str(each.pk) == named), None)
    return chosen or next(iter(memberships), None)


def choose(request: HttpRequest, membership: Membership) -> None:
    """Act in this role from now on, in this session alone."""
    request.session[KEY] = str(membership.pk)


def note(request: HttpRequest, memberships: Sequence[Membership], *permissions: Permission) -> None:
    """Put the role under which this page is opened where the record reads it, at the user of this request.

    ``permissions``: those that let the person in; ``use_portal`` comes with any role and without one.
    """
    wanted = frozenset(permissions) - {Permission.USE_PORTAL}
    now = active(request, memberships)
    giving = [each for each in memberships if each.role_data.permissions & wanted]
    acting = now if now is None or not giving or now in giving else giving[0]
    cast(Any, request.user).acting_role = acting.role if acting else ""
