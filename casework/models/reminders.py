"""What somebody was reminded of: one stage of one clock, told to one person once (section 5.5)."""

import uuid
from datetime import datetime, time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.personal_data import PersonalData
from referrals.models import Clock


class Reminder(models.Model):
    """One reminder or escalation in a person's list. Its email says only that there is a task (H-04, H-06)."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "clock": PersonalData.LINK,
        "stage": PersonalData.NONE,
        "to": PersonalData.LINK,
        "is_escalation": PersonalData.NONE,
        "reached_at": PersonalData.NONE,
        "made_at": PersonalData.NONE,
        "seen_at": PersonalData.NONE,
        "emailed_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="reminders")
    stage = models.CharField(max_length=60)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_escalation = models.BooleanField()
    reached_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    """When the stage was reached: earlier than `made_at` where the portal had stood still."""
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    seen_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    emailed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to", "-made_at"], condition=Q(seen_at__isnull=True), name="casework_reminder_unseen"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["clock", "stage", "to"], name="casework_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class QuietHours(models.Model):
    """When a person wants no email; what is an emergency comes all the same. Over midnight where it ends earlier."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "person": PersonalData.LINK,
        "starts": PersonalData.STAFF,
        "ends": PersonalData.STAFF,
    }

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="quiet_hours"
    )
    starts: "models.TimeField[time, time]" = models.TimeField()
    ends: "models.TimeField[time, time]" = models.TimeField()

    class Meta:
        verbose_name_plural = "quiet hours"

    def __str__(self) -> str:
        return f"quiet hours of {self.person_id}"
