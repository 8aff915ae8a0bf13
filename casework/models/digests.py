"""The daily overview of one manager: that it was made, and when its email went. What it shows is read when it is."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.personal_data import PersonalData


class Digest(models.Model):
    """One person's overview of one day; made once, whatever stood still meanwhile."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "to": PersonalData.LINK,
        "day": PersonalData.NONE,
        "made_at": PersonalData.NONE,
        "emailed_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day: "models.DateField[date, date]" = models.DateField()
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    emailed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """Empty where there was nothing to say, or the email is still to go."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["to", "day"], name="casework_digest_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"digest {self.pk}"
