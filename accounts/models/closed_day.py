"""A day on which a partnership does not work, beside the bank holidays that everybody has."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.personal_data import PersonalData


class ClosedDay(models.Model):
    """One day that no clock of this partnership counts: a one-off holiday, a day of training, a closed office.

    Whoever withdraws it ends the row; clocks that were counted with it stay as they were counted.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "partnership": PersonalData.NONE,
        "day": PersonalData.NONE,
        "reason": PersonalData.NONE,
        "added_at": PersonalData.NONE,
        "added_by": PersonalData.LINK,
        "withdrawn_at": PersonalData.NONE,
        "withdrawn_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.CharField(max_length=80)
    day: "models.DateField[date, date]" = models.DateField()
    reason = models.CharField(max_length=80)
    added_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["partnership", "day"], condition=Q(withdrawn_at__isnull=True), name="accounts_closed_day_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="accounts_closed_day_withdrawn_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"closed day {self.day} of {self.partnership}"
