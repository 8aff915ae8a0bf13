"""Who is kept away from one referral: the conflict list that every reading of it applies (roles 7.4, Z-07, Z-19b)."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models.referral import Referral, paired

LONGEST_REASON = 1_000


class KeptAway(models.Model):
    """One person who may not know of one referral, until this is lifted. Its author keeps sight of what they filed.

    `visibility` applies it; nothing else decides by it.
    """

    class How(models.TextChoices):
        EMAIL = "email", "Their email address is among the answers about the person of concern"
        NAME = "name", "Their name is among the answers; whether it is the same person was not checked"
        BY_HAND = "by_hand", "Put on the list by hand"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "person": PersonalData.LINK,
        "how": PersonalData.NONE,
        "reason": PersonalData.NARRATIVE,
        "since": PersonalData.NONE,
        "added_by": PersonalData.LINK,
        "lifted_at": PersonalData.NONE,
        "lifted_by": PersonalData.LINK,
        "lift_reason": PersonalData.NARRATIVE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="kept_away")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices)
    reason = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    """Why, where it was by hand."""
    since: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Nobody where the portal found the match by itself."""
    lifted_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    lift_reason = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["since"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["person", "referral"], condition=Q(lifted_at__isnull=True), name="referrals_kept_away_now"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral", "person"],
                condition=Q(lifted_at__isnull=True),
                name="referrals_kept_away_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["email", "name", "by_hand"]), name="referrals_kept_away_valid_how"
            ),
            models.CheckConstraint(condition=paired("lifted_at", "lifted_by"), name="referrals_kept_away_lift_paired"),
        ]

    def __str__(self) -> str:
        return f"kept away {self.pk}"
