"""Handing a case to another hub, or to a council outside the portal: sent, then accepted, rejected or withdrawn."""

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
from referrals.models.referral import paired

LONGEST_REASON = 1_000


class Transfer(models.Model):
    """One transfer of a case. Until it is accepted the sender stays the owner; nothing is without one."""

    class Standing(models.TextChoices):
        SENT = "sent", "Waits for an answer"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn by the sender"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "from_unit": PersonalData.NONE,
        "to_unit": PersonalData.NONE,
        "to_council": PersonalData.NONE,
        "standing": PersonalData.NONE,
        "reason": PersonalData.NARRATIVE,
        "sent_at": PersonalData.NONE,
        "sent_by": PersonalData.LINK,
        "answer": PersonalData.NARRATIVE,
        "settled_at": PersonalData.NONE,
        "settled_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="transfers")
    from_unit = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True)
    """None for a council outside the portal."""
    to_council = models.CharField(max_length=200, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.SENT)
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    sent_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    """Why it was rejected or withdrawn; of a council outside, who there received it."""
    settled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "sent_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to_unit"], condition=Q(standing="sent"), name="casework_transfer_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(standing="sent"), name="casework_transfer_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(to_unit__isnull=True) & ~Q(to_council="") | Q(to_unit__isnull=False, to_council=""),
                name="casework_transfer_to_one_place",
            ),
            models.CheckConstraint(
                condition=Q(standing="sent", settled_at__isnull=True)
                | Q(standing__in=["accepted", "rejected", "withdrawn"], settled_at__isnull=False),
                name="casework_transfer_settled_says_when",
            ),
            models.CheckConstraint(
                condition=paired("settled_at", "settled_by"), name="casework_transfer_settled_paired"
            ),
        ]

    def __str__(self) -> str:
        return f"transfer {self.pk}"

    @property
    def to_name(self) -> str:
        """Where it goes, in words."""
        return self.to_unit.name if self.to_unit is not None else self.to_council

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.standing == self.Standing.SENT
