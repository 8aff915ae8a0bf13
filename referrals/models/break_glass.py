"""Opening a case that is out of scope, for a reason and for an hour; somebody else reviews it (roles 7.1, 7.2)."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models.referral import Referral, paired

OPEN_FOR = timedelta(minutes=60)
LONGEST_REASON = 1_000


class BreakGlass(models.Model):
    """One opening of one referral by one person. `visibility` applies it between `opened_at` and `closes_at`."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "person": PersonalData.LINK,
        "reason": PersonalData.NARRATIVE,
        "opened_at": PersonalData.NONE,
        "closes_at": PersonalData.NONE,
        "reviewed_at": PersonalData.NONE,
        "reviewed_by": PersonalData.LINK,
        "was_justified": PersonalData.NONE,
        "review_note": PersonalData.NARRATIVE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="openings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    opened_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    closes_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    reviewed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    was_justified = models.BooleanField(null=True)
    review_note = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "closes_at"], name="referrals_glass_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=paired("reviewed_at", "reviewed_by"), name="referrals_glass_paired"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(was_justified__isnull=False), name="referrals_glass_outcome"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")), name="referrals_glass_by_another"
            ),
            models.CheckConstraint(condition=Q(closes_at__gte=F("opened_at")), name="referrals_glass_ends_after"),
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"
