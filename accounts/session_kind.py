"""Whether a person's session has the limits of staff or of a practitioner."""

from datetime import datetime
from typing import Any, Literal

from accounts.permissions import memberships_of
from accounts.roles import ROLES, Target

Kind = Literal["staff", "practitioner"]


def of(user: Any, *, at: datetime) -> Kind:
    """Return "staff" for whoever works for an agency or the partnership, else "practitioner".

    Asked once, when the session's clocks start: a change of role ends the session.
    """
    targets = {ROLES[membership.role].target for membership in memberships_of(user, at=at)}
    return "staff" if targets - {Target.ORGANISATION} else "practitioner"
