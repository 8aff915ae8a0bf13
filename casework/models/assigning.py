"""Whom a case was given to before anybody took it: the clocks run on until they do (Z-11, Z-19c)."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from casework.models.taking import LONGEST_REASON
from referrals.models import Referral


class Assignment(models.Model):
    """One case for one person of a unit to take. It ends when anybody of the unit takes the case, or with the next."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "to": PersonalData.LINK,
        "note": PersonalData.NARRATIVE,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
        "ended_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="assignments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral", "agency"],
                condition=Q(ended_at__isnull=True),
                name="casework_assignment_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
