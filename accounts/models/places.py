import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from accounts.areas import Area
from audit.personal_data import PersonalData


class Organisation(models.Model):
    """A setting that refers: a school, a surgery, a youth club.

    ``email_domain``: the part after the @ of its work addresses; whoever proves to have one may ask for an account.
    ``closed_at``: it no longer exists or takes part; nobody has a role there any more.
    """

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        COLLEGE = "college", "College"
        EARLY_YEARS = "early_years", "Nursery or other early-years setting"
        HEALTH = "health", "Health service"
        YOUTH_WORK = "youth_work", "Youth work, club or sport"
        COUNCIL = "council", "Council service"
        POLICE = "police", "Police"
        CHARITY = "charity", "Charity or voluntary organisation"
        OTHER = "other", "Other"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "name": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "area": PersonalData.NONE,
        "email_domain": PersonalData.NONE,
        "closed_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    area = models.CharField(max_length=40, choices=Area.choices)
    email_domain = models.CharField(max_length=200, blank=True)
    closed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "area"], name="accounts_organisation_once_per_area"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["charity", "college", "council", "early_years", "health"])
                | models.Q(kind__in=["other", "police", "school", "youth_work"]),
                name="accounts_organisation_valid_kind",
            ),
            models.CheckConstraint(condition=models.Q(area__in=Area.values), name="accounts_organisation_valid_area"),
        ]

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """A unit that receives referrals: a hub, a police force, a Prevent team, a LADO, a conflict unit."""

    class Kind(models.TextChoices):
        HUB = "hub", "Safeguarding hub"
        POLICE = "police", "Police"
        PREVENT = "prevent", "Prevent team"
        LADO = "lado", "Local authority designated officer (LADO)"
        CONFLICT_OFFICER = "conflict_officer", "Conflict officer"
        PROFESSIONAL_STANDARDS = "professional_standards", "Police professional standards"
        SCHOOL_SPOC = "school_spoc", "School's own Prevent contact"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "unit": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "name": PersonalData.NONE,
        "area": PersonalData.NONE,
        "partnership": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    name = models.CharField(max_length=200)
    # Null: the unit serves more than one area (a police force, a Prevent team).
    area = models.CharField(max_length=40, choices=Area.choices, null=True, blank=True)  # noqa: DJ001
    # Blank: the unit serves every partnership (the school's own Prevent contact).
    partnership = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name_plural = "agencies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["conflict_officer", "hub", "lado", "police"])
                | models.Q(kind__in=["prevent", "professional_standards", "school_spoc"]),
                name="accounts_agency_valid_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(area__isnull=True) | models.Q(area__in=Area.values),
                name="accounts_agency_valid_area",
            ),
            models.CheckConstraint(
                condition=models.Q(area__isnull=False) | ~models.Q(kind__in=["hub", "lado", "conflict_officer"]),
                name="accounts_agency_council_unit_has_area",
            ),
        ]

    def __str__(self) -> str:
        return self.name
