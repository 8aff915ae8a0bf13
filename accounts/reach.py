"""Whom a person may manage: an administrator their own partnership, a safeguarding lead the setting they lead (7.1).

Nobody manages themselves: not to give, to end, to move or to keep. So a partnership never ends its last administrator
by their own hand, and a second person has seen each change of access.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.areas import Area
from accounts.models import Agency, Invitation, Membership, Organisation, User
from accounts.models.invitation import InvitationQuerySet
from accounts.models.membership import MembershipQuerySet
from accounts.permissions import roles_with
from accounts.roles import GIVEN_BY_LEADS, ROLES, Permission, Role, Target
from accounts.standing import standing_of


class NotInReachError(Exception):
    """This person may not do this to that membership, place or entry. Pages answer as if it did not exist."""


@dataclass(frozen=True)
class Place:
    """Where a role is given: one setting, one agency or one partnership; exactly one of the three."""

    organisation: Organisation | None = None
    agency: Agency | None = None
    partnership: str = ""

    @property
    def code(self) -> str:
        """What a form sends for it: the kind of place and its id or code."""
        if self.organisation is not None:
            return f"organisation:{self.organisation.pk}"
        return f"agency:{self.agency.pk}" if self.agency is not None else f"partnership:{self.partnership}"

    @property
    def name(self) -> str:
        """The place in words."""
        if self.organisation is not None:
            return self.organisation.name
        return self.agency.name if self.agency is not None else self.partnership

    def fits(self, role: Role) -> bool:
        """Whether this role is given in a place of this kind."""
        if self.agency is not None:
            return role.target is Target.AGENCY and self.agency.kind in role.agency_kinds
        return role.target is (Target.ORGANISATION if self.organisation is not None else Target.PARTNERSHIP)


@dataclass(frozen=True)
class Reach:
    """What one person may manage at one moment."""

    user_id: Any
    partnerships: frozenset[str]
    """The partnerships whose people they manage."""
    directory: frozenset[str]
    """The partnerships whose agencies and settings they keep right."""
    areas: frozenset[str]
    """The areas of both: what the agencies of a partnership cover, and those that no partnership's do.

    A setting elsewhere refers here too, about a child who lives here. Somebody must keep it right and invite its
    people: every administrator may, whichever partnership's they are.
    """
    outside: frozenset[str]
    """Those of the areas that no partnership covers."""
    led: frozenset[uuid.UUID]
    """The settings they lead."""

    def memberships(self) -> MembershipQuerySet:
        """Every membership they may see and, where it is another's, manage; past ones too."""
        return Membership.objects.filter(self._scope()).select_related("user", "organisation", "agency")

    def invitations(self) -> InvitationQuerySet:
        """The invitations into what they manage."""
        return Invitation.objects.filter(self._scope()).select_related("organisation", "agency", "invited_by")

    def people(self) -> QuerySet[User]:
        """The people who have or had a role there."""
        return User.objects.filter(pk__in=self.memberships().values("user"))

    def organisations(self) -> QuerySet[Organisation]:
        """The settings they keep right: those in the areas of their partnerships."""
        return Organisation.objects.filter(area__in=self.areas) if self.directory else Organisation.objects.none()

    def agencies(self) -> QuerySet[Agency]:
        """The agencies they keep right. One that serves every partnership (no code) is nobody's to change here."""
        return Agency.objects.filter(partnership__in=self.directory).select_related("directory_entry__keeper")

    def places(self) -> list[Place]:
        """Where they may give a role: settings, agencies, partnerships, each by name."""
        settings = Organisation.objects.filter(self._settings(), closed_at__isnull=True)
        agencies = Agency.objects.filter(partnership__in=self.partnerships)
        return [
            *(Place(organisation=each) for each in settings),
            *(Place(agency=each) for each in agencies),
            *(Place(partnership=each) for each in sorted(self.partnerships)),
        ]

    def roles(self) -> list[Role]:
        """The roles they may give."""
        if self.partnerships:
            return list(ROLES.values())
        return [role for role in ROLES.values() if self.led and role.code in GIVEN_BY_LEADS]

    def may_give(self, role: str, place: Place) -> bool:
        """Whether they may give this role there."""
        if role not in ROLES:
            return False
        if place.organisation is not None:
            is_led = place.organisation.pk in self.led and role in GIVEN_BY_LEADS
            return is_led or (bool(self.partnerships) and place.organisation.area in self.areas)
        return (place.agency.partnership if place.agency is not None else place.partnership) in self.partnerships

    def may_manage(self, membership: Membership) -> bool:
        """Whether they may end, move, keep or confirm this membership; never their own."""
        place = Place(membership.organisation, membership.agency, membership.partnership)
        return membership.user_id != self.user_id and self.may_give(membership.role, place)

    def __bool__(self) -> bool:
        return bool(self.partnerships or self.led or self.directory)

    def _settings(self) -> Q:
        return Q(area__in=self.areas if self.partnerships else ()) | Q(pk__in=self.led)

    def _scope(self) -> Q:
        led = Q(organisation__in=self.led, role__in=GIVEN_BY_LEADS)
        if not self.partnerships:
            return led
        wide = Q(organisation__area__in=self.areas) | Q(agency__partnership__in=self.partnerships)
        return led | wide | Q(partnership__in=self.partnerships)


def reach_of(user: Any, *, at: datetime) -> Reach:
    """Read what this person may manage at this moment; nothing for most."""
    standing = standing_of(user, at=at)
    people = frozenset(_partnerships(standing.memberships, Permission.MANAGE_PEOPLE))
    directory = frozenset(_partnerships(standing.memberships, Permission.MANAGE_DIRECTORY))
    led = standing.organisations(Permission.LEAD_SETTING_REFERRALS)
    if not people | directory:
        return Reach(user.pk, people, directory, frozenset(), frozenset(), led)
    covered = list(Agency.objects.filter(area__isnull=False).values_list("partnership", "area").distinct())
    outside = frozenset(Area.values) - {area for partnership, area in covered if partnership}
    own = frozenset(area for partnership, area in covered if area and partnership in people | directory)
    return Reach(user.pk, people, directory, own | outside, outside, led)


def who_confirms(organisation: Organisation, *, at: datetime) -> QuerySet[User]:
    """Return who says whether somebody belongs to a setting: its safeguarding leads, else the administrators."""
    current = Membership.objects.current(at=at)
    leads = current.filter(organisation=organisation, role__in=roles_with(Permission.LEAD_SETTING_REFERRALS))
    covering = Agency.objects.filter(area=organisation.area).exclude(partnership="").values("partnership")
    admins = current.filter(partnership__in=covering, role__in=roles_with(Permission.MANAGE_PEOPLE))
    return User.objects.filter(pk__in=(leads if leads.exists() else admins).values("user"))


def waiting_for(user: Any, *, at: datetime) -> MembershipQuerySet:
    """Return the roles that wait for this person's word on whether somebody belongs to a setting; never their own."""
    return reach_of(user, at=at).memberships().open(at=at).filter(awaits_confirmation=True).exclude(user=user.pk)


def area_labels(areas: frozenset[str]) -> list[tuple[str, str]]:
    """Areas as a form's choices, in the order of the list of areas."""
    return [(area.value, str(area.label)) for area in Area if area.value in areas]


def _partnerships(memberships: tuple[Membership, ...], permission: Permission) -> Iterator[str]:
    return (each.partnership for each in memberships if each.partnership and permission in each.role_data.permissions)
