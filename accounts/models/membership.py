import uuid
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from accounts.models.places import Agency, Organisation
from accounts.models.user import User
from accounts.roles import ROLES, Role, Target, role_codes
from audit.personal_data import PersonalData

LONDON = ZoneInfo("Europe/London")

_ONE_TARGET = {
    Target.ORGANISATION: Q(organisation__isnull=False, agency__isnull=True, partnership=""),
    Target.AGENCY: Q(organisation__isnull=True, agency__isnull=False, partnership=""),
    Target.PARTNERSHIP: Q(organisation__isnull=True, agency__isnull=True) & ~Q(partnership=""),
}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, *, at: datetime) -> "MembershipQuerySet":
        """Those that count at this moment, of people whose account is active."""
        today = at.astimezone(LONDON).date()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today, user__is_active=True)


class Membership(models.Model):
    """One person's role in one setting, one agency, or (partnership roles) across one partnership.

    ``starts_on`` is the first day it counts, ``ends_on`` the first day it no longer does, so that ending one
    today takes effect at the next request.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "user": PersonalData.LINK,
        "role": PersonalData.STAFF,
        "organisation": PersonalData.STAFF,
        "agency": PersonalData.STAFF,
        "partnership": PersonalData.STAFF,
        "starts_on": PersonalData.STAFF,
        "ends_on": PersonalData.STAFF,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40, choices=[(role.code, role.label) for role in ROLES.values()])
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True)
    partnership = models.CharField(max_length=80, blank=True)
    starts_on: "models.DateField[date, date]" = models.DateField()
    ends_on: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_on", "role"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(role__in=role_codes()), name="accounts_membership_valid_role"),
            models.CheckConstraint(
                condition=(_ONE_TARGET[Target.ORGANISATION] & Q(role__in=role_codes(Target.ORGANISATION)))
                | (_ONE_TARGET[Target.AGENCY] & Q(role__in=role_codes(Target.AGENCY)))
                | (_ONE_TARGET[Target.PARTNERSHIP] & Q(role__in=role_codes(Target.PARTNERSHIP))),
                name="accounts_membership_one_target_fitting_role",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="accounts_membership_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(ends_on__isnull=True, organisation__isnull=False),
                name="accounts_membership_once_open_organisation",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "agency"],
                condition=Q(ends_on__isnull=True, agency__isnull=False),
                name="accounts_membership_once_open_agency",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "partnership"],
                condition=Q(ends_on__isnull=True) & ~Q(partnership=""),
                name="accounts_membership_once_open_partnership",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    @property
    def role_data(self) -> Role:
        """The role itself, from the table of roles."""
        return ROLES[self.role]

    @property
    def place(self) -> str:
        """What the role is given in, in words: the setting, the agency or the partnership's code."""
        if self.organisation is not None:
            return self.organisation.name
        return self.agency.name if self.agency is not None else self.partnership
