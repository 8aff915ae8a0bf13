import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from accounts.models.places import Agency, Organisation
from accounts.models.user import User
from accounts.roles import ROLES, Role, Target, role_codes
from audit.personal_data import PersonalData

LONDON = ZoneInfo("Europe/London")
REVIEW_AFTER = timedelta(days=91)
"""A quarter of a year."""

_ONE_TARGET = {
    Target.ORGANISATION: Q(organisation__isnull=False, agency__isnull=True, partnership=""),
    Target.AGENCY: Q(organisation__isnull=True, agency__isnull=False, partnership=""),
    Target.PARTNERSHIP: Q(organisation__isnull=True, agency__isnull=True) & ~Q(partnership=""),
}


def paired(at: str, by: str) -> Q:
    """Return the condition that a moment and the person it belongs to are given together."""
    return Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, *, at: datetime) -> "MembershipQuerySet":
        """Those that count at this moment, of people whose account is active."""
        today = at.astimezone(LONDON).date()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today, user__is_active=True)

    def open(self, *, at: datetime) -> "MembershipQuerySet":
        """Those that are not over at this moment: current ones, and ones that begin later."""
        today = at.astimezone(LONDON).date()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today)).exclude(ends_on=F("starts_on"))


class Membership(models.Model):
    """One person's role in one setting, one agency, or (partnership roles) across one partnership.

    ``starts_on`` is the first day it counts, ``ends_on`` the first day it no longer does, so that ending one
    today takes effect at the next request. ``awaits_confirmation``: the person asked for it with a work address, and
    the setting's safeguarding lead has not said yet that they belong there; only a practitioner's role can await it.
    ``reviewed_at`` and ``reviewed_by``: the last access review that kept it.
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
        "awaits_confirmation": PersonalData.STAFF,
        "confirmed_at": PersonalData.STAFF,
        "confirmed_by": PersonalData.LINK,
        "reviewed_at": PersonalData.STAFF,
        "reviewed_by": PersonalData.LINK,
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
    awaits_confirmation = models.BooleanField(default=False)
    confirmed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reviewed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(awaits_confirmation=False)
                | Q(role="practitioner", confirmed_at__isnull=True, confirmed_by__isnull=True),
                name="accounts_membership_only_practitioners_await",
            ),
            models.CheckConstraint(
                condition=paired("confirmed_at", "confirmed_by"), name="accounts_membership_confirmed_paired"
            ),
            models.CheckConstraint(
                condition=paired("reviewed_at", "reviewed_by"), name="accounts_membership_reviewed_paired"
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
    def last_reviewed_on(self) -> date:
        """The day on which somebody last said that this is right: the last review that kept it, or its first day."""
        return self.reviewed_at.astimezone(LONDON).date() if self.reviewed_at else self.starts_on

    @property
    def review_due_on(self) -> date:
        """The last day of the quarter within which somebody is to look at this role (7.2)."""
        return max(self.last_reviewed_on, self.starts_on) + REVIEW_AFTER

    def is_due_for_review(self, *, on: date) -> bool:
        """Whether that day has passed: the review is overdue."""
        return on > self.review_due_on

    @property
    def place(self) -> str:
        """What the role is given in, in words: the setting, the agency or the partnership."""
        if self.organisation is not None:
            return self.organisation.name
        return self.agency.name if self.agency is not None else self.partnership
