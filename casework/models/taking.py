"""Who has a case: one person for each unit that works on it, until they give it back."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models import Referral

LONGEST_REASON = 1_000


class Taking(models.Model):
    """One taking of a referral by one unit. Giving it back ends the row (Z-29); taking it again makes another."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "taken_at": PersonalData.NONE,
        "taken_by": PersonalData.LINK,
        "released_at": PersonalData.NONE,
        "released_by": PersonalData.LINK,
        "release_reason": PersonalData.NARRATIVE,
        "given_by": PersonalData.LINK,
        "note": PersonalData.NARRATIVE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="takings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    taken_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    release_reason = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Who handed it over to `taken_by`; none where they took it themselves."""
    note = EncryptedTextField(max_length=LONGEST_REASON, null=True)
    """What whoever handed it over wrote for them; none where they took it themselves."""

    class Meta:
        ordering: ClassVar[list[str]] = ["taken_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # The swap of take: of two at once, the database lets one in.
            models.UniqueConstraint(
                fields=["referral", "agency"],
                condition=Q(released_at__isnull=True),
                name="casework_taking_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="casework_taking_released_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"taking {self.pk}"
