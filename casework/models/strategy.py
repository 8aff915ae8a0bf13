"""A strategy discussion: when, who chairs, which children, and how far it is (section 5.3; Z-27)."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from casework.models.children import ChildCase
from referrals.models import Referral
from referrals.models.referral import paired

LONGEST_LINE = 1_000
LONGEST_BRIEFING = 4_000


class StrategyDiscussion(models.Model):
    """One discussion of one unit about children of one case. Once signed it is never changed; addenda follow it.

    `version` rises with every change of the plan. `is_restricted`: its record is for those who were there alone.
    """

    class Kind(models.TextChoices):
        FIRST = "first", "First"
        REVIEW = "review", "Review"
        RECONVENED = "reconvened", "Reconvened"

    class Method(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "Video"
        PHONE = "phone", "Telephone"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held, to be signed"
        SIGNED = "signed", "Signed"
        CANCELLED = "cancelled", "Called off"

    class Quoracy(models.TextChoices):
        FULL = "full", "Social care, police and health were there"
        EXCEPTED = "excepted", "Not all were there: a manager signed the exception"
        NIGHT = "night", "Held by two agencies at night"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "number": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "previous": PersonalData.LINK,
        "status": PersonalData.NONE,
        "version": PersonalData.NONE,
        "planned_for": PersonalData.NONE,
        "method": PersonalData.NONE,
        "joining": PersonalData.NARRATIVE,
        "agenda": PersonalData.NARRATIVE,
        "briefing": PersonalData.NARRATIVE,
        "chair": PersonalData.LINK,
        "is_restricted": PersonalData.NONE,
        "planned_at": PersonalData.NONE,
        "planned_by": PersonalData.LINK,
        "cancelled_at": PersonalData.NONE,
        "cancelled_by": PersonalData.LINK,
        "cancel_reason": PersonalData.NARRATIVE,
        "held_at": PersonalData.NONE,
        "recorded_at": PersonalData.NONE,
        "recorded_by": PersonalData.LINK,
        "quoracy": PersonalData.NONE,
        "missing": PersonalData.NONE,
        "exception_reason": PersonalData.NARRATIVE,
        "ratified_at": PersonalData.NONE,
        "ratified_by": PersonalData.LINK,
        "signed_at": PersonalData.NONE,
        "signed_by": PersonalData.LINK,
        "seal": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="strategy_discussions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    """The unit that decides for the children and holds the discussion."""
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, related_name="following", null=True)
    """The discussion that this one reviews or reconvenes."""
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    version = models.PositiveIntegerField(default=1)
    planned_for: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    method = models.CharField(max_length=10, choices=Method.choices)
    joining = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    """The place, the number to ring, the address of the video meeting."""
    agenda = EncryptedTextField(max_length=LONGEST_BRIEFING, blank=True, default="")
    briefing = EncryptedTextField(max_length=LONGEST_BRIEFING, blank=True, default="")
    """What those invited need to know in order to prepare; nothing else of the case is open to them."""
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_restricted = models.BooleanField(default=False)
    planned_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cancelled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    cancel_reason = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    held_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """When it took place; `recorded_at` is when that was put on record."""
    recorded_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    quoracy = models.CharField(max_length=10, choices=Quoracy.choices, blank=True)
    missing: "models.JSONField[list[str], Any]" = models.JSONField(default=list)
    """The core agencies that were not there, as `casework.quoracy` codes them."""
    exception_reason = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    """Who was missing, why, and how what they know was obtained."""
    ratified_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    ratified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    signed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    seal = models.CharField(max_length=64, blank=True)
    """SHA-256 of the whole record as it was signed; the audit holds it too."""

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "number"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["chair", "status"], name="casework_strategy_chaired"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "number"], name="casework_strategy_in_sequence"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "held", "signed", "cancelled"]),
                name="casework_strategy_valid_status",
            ),
            models.CheckConstraint(
                condition=Q(quoracy__in=["", "full", "excepted", "night"]), name="casework_strategy_valid_quoracy"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "cancelled"], held_at__isnull=True)
                | Q(status__in=["held", "signed"], held_at__isnull=False, recorded_by__isnull=False) & ~Q(quoracy=""),
                name="casework_strategy_held_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(status="signed") | Q(signed_by=F("chair"), signed_at__isnull=False) & ~Q(seal=""),
                name="casework_strategy_chair_signs",
            ),
            models.CheckConstraint(condition=paired("signed_at", "signed_by"), name="casework_strategy_signed_paired"),
            models.CheckConstraint(
                condition=paired("ratified_at", "ratified_by"), name="casework_strategy_ratified_paired"
            ),
            # No self-approval: whoever put a night's discussion on record, or chaired it, does not ratify it.
            models.CheckConstraint(
                condition=Q(ratified_by__isnull=True) | ~Q(ratified_by=F("recorded_by")) & ~Q(ratified_by=F("chair")),
                name="casework_strategy_ratified_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"strategy discussion {self.number} of {self.referral_id}"

    @property
    def is_planned(self) -> bool:
        """Whether it is still to be held."""
        return self.status == self.Status.PLANNED

    @property
    def is_held(self) -> bool:
        """Whether it took place and was put on record, signed or not."""
        return self.status in (self.Status.HELD, self.Status.SIGNED)

    @property
    def is_signed(self) -> bool:
        """Whether the chair signed the record."""
        return self.status == self.Status.SIGNED

    @property
    def awaits_ratification(self) -> bool:
        """Whether two agencies held it at night and no manager has ratified that yet."""
        return self.is_held and self.quoracy == self.Quoracy.NIGHT and self.ratified_at is None


class StrategyChild(models.Model):
    """One child whom a discussion is about, and what it decided on section 47; `place` counts from one."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "discussion": PersonalData.LINK,
        "child": PersonalData.LINK,
        "place": PersonalData.NONE,
        "section_47": PersonalData.NONE,
    }

    id = models.BigAutoField(primary_key=True)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="children")
    child = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="strategy_discussions")
    place = models.PositiveIntegerField()
    section_47 = models.CharField(max_length=3, blank=True)
    """yes or no from when it is held; blank before."""

    class Meta:
        ordering: ClassVar[list[str]] = ["discussion", "place"]
        verbose_name_plural = "strategy children"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["discussion", "child"], name="casework_strategy_child_once"),
            models.UniqueConstraint(fields=["discussion", "place"], name="casework_strategy_child_place"),
            models.CheckConstraint(
                condition=Q(section_47__in=["", "yes", "no"]), name="casework_strategy_child_valid_section_47"
            ),
        ]

    def __str__(self) -> str:
        return f"child {self.place} of {self.discussion_id}"
