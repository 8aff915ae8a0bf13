"""A case as one PDF for a manager: asked for with a reason, made by the worker, gone after a day."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models import Referral

LONGEST_REASON = 1_000
EXPORT_LIFE = timedelta(hours=24)
LATE_AFTER = timedelta(minutes=3)
"""A worker makes it within seconds. After this whoever asked can have it made without one."""


class CaseExport(models.Model):
    """One export, for whoever asked and nobody else. The sealed file goes when it expires; the row stays."""

    class State(models.TextChoices):
        WAITING = "waiting", "Queued"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed, being tried again"
        REFUSED = "refused", "Not made: you may not read this case any more"
        EXPIRED = "expired", "Expired"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "reason": PersonalData.NARRATIVE,
        "state": PersonalData.NONE,
        "asked_at": PersonalData.NONE,
        "asked_by": PersonalData.LINK,
        "ready_at": PersonalData.NONE,
        "expires_at": PersonalData.NONE,
        "storage_name": PersonalData.LINK,
        "file_sha256": PersonalData.NONE,
        "failure": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="exports")
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ready_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    expires_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    storage_name = models.CharField(max_length=120, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], condition=~Q(storage_name=""), name="casework_export_expiry"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "ready", "failed", "refused", "expired"]),
                name="casework_export_valid_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(ready_at__isnull=False) & ~Q(storage_name="") & ~Q(file_sha256="")),
                name="casework_export_ready_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def file_reference(self) -> str:
        """What the file is called: random, as every document's name."""
        return f"c-{self.pk.hex[:12]}"

    @property
    def file_context(self) -> str:
        """What the sealed file is bound to."""
        return f"casework.export|{self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether its PDF is still to be made."""
        return self.state in (self.State.WAITING, self.State.FAILED)

    def is_late(self, *, at: datetime) -> bool:
        """Whether nobody has made it in the time in which a worker does, and its day is not over."""
        return self.is_waiting and self.asked_at + LATE_AFTER <= at < self.expires_at

    def is_open(self, *, at: datetime) -> bool:
        """Whether its file can still be opened."""
        return self.state == self.State.READY and at < self.expires_at
