"""A part of a referral that a recipient's pack left out and that was released to them after all, with the reason."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models.packs import Pack
from referrals.models.referral import Referral
from referrals.models.routes import Route

LONGEST_REASON = 1_000


class ReleasedPart(models.Model):
    """One group of answers, released to one recipient. `pack` is the version that first held it. Never taken back:
    what somebody has read, they know."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "route": PersonalData.LINK,
        "pack": PersonalData.LINK,
        "group": PersonalData.NONE,
        "reason": PersonalData.NARRATIVE,
        "released_at": PersonalData.NONE,
        "released_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="released_parts")
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="released_parts")
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="released_parts")
    group = models.CharField(max_length=40)
    """The group's code in the edition that the referral is read under."""
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    released_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["released_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["route", "group"], name="referrals_part_released_once"),
        ]

    def __str__(self) -> str:
        return f"released part {self.pk}"
