"""A pause of a clock: who stood it still, why, since when and until when. Never automatic (section 5.4)."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models.clocks import Clock

LONGEST_REASON = 1_000


class ClockPause(models.Model):
    """One pause. `due_before` stays: what was due when is never hidden by a pause. The reason is the hub's alone."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "clock": PersonalData.LINK,
        "paused_at": PersonalData.NONE,
        "paused_by": PersonalData.LINK,
        "reason": PersonalData.NARRATIVE,
        "due_before": PersonalData.NONE,
        "resumed_at": PersonalData.NONE,
        "resumed_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    paused_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    due_before: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    resumed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Who let it go on; none where it ended while it stood still and the portal did that."""

    class Meta:
        ordering: ClassVar[list[str]] = ["paused_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(resumed_at__isnull=True), name="referrals_clock_pause_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(resumed_by__isnull=True) | Q(resumed_at__isnull=False),
                name="referrals_clock_pause_resumed_paired",
            ),
            models.CheckConstraint(
                condition=Q(due_before__gt=F("paused_at")), name="referrals_clock_pause_before_it_was_due"
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"
