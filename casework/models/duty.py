"""Who is on duty for a unit, and when (Z-11)."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models.referral import paired


class Duty(models.Model):
    """One person's duty for one unit. What was wrong is taken back and entered anew; the row stays."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "person": PersonalData.LINK,
        "starts_at": PersonalData.NONE,
        "ends_at": PersonalData.NONE,
        "entered_at": PersonalData.NONE,
        "entered_by": PersonalData.LINK,
        "taken_back_at": PersonalData.NONE,
        "taken_back_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    ends_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    entered_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_back_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        verbose_name_plural = "duties"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["agency", "ends_at"], condition=Q(taken_back_at__isnull=True), name="casework_duty_now"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="casework_duty_ends_after_start"),
            models.CheckConstraint(
                condition=paired("taken_back_at", "taken_back_by"), name="casework_duty_taken_back_paired"
            ),
        ]

    def __str__(self) -> str:
        return f"duty {self.pk}"
