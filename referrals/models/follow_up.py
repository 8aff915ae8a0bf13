"""What the author does and adds after sending: checklist steps ticked off, and further detail."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models.correspondence import Message
from referrals.models.referral import Referral, paired

LONGEST_NAMES = 500


class ChecklistStep(models.Model):
    """One item of the checklist as it was shown, and when it was ticked off."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "referral": PersonalData.LINK,
        "position": PersonalData.NONE,
        "code": PersonalData.NONE,
        "text": PersonalData.NONE,
        "sources": PersonalData.NONE,
        "is_never": PersonalData.NONE,
        "can_tick": PersonalData.NONE,
        "ticked_at": PersonalData.NONE,
        "ticked_by": PersonalData.LINK,
    }

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="checklist_steps")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=80)
    text = models.TextField()
    """The words that were shown, as the edition then had them."""
    sources = models.JSONField(default=list)
    is_never = models.BooleanField(default=False)
    can_tick = models.BooleanField(default=True)
    ticked_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "code"], name="referrals_step_once_per_referral"),
            models.CheckConstraint(condition=paired("ticked_at", "ticked_by"), name="referrals_step_ticked_paired"),
        ]

    def __str__(self) -> str:
        return f"step {self.code} of {self.referral_id}"


class Addition(models.Model):
    """Detail added after sending. Never changed: what is wrong is corrected by a further addition."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "added_at": PersonalData.NONE,
        "added_by": PersonalData.LINK,
        "text": PersonalData.NARRATIVE,
        "names": PersonalData.CASE,
        "token": PersonalData.LINK,
        "question": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="additions")
    added_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField(max_length=10_000)
    names = EncryptedTextField(max_length=LONGEST_NAMES, null=True)
    """Whom the detail names as a person of concern or as living in the home: the conflict list reads it. Nothing in
    detail from before this was asked: a sealed column cannot be filled in by a migration."""
    token = models.UUIDField()
    """Given by the form, so that a double click adds once."""
    question = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="answers", null=True)
    """The hub's question that it answers; none where the referrer added it unasked."""

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["added_by", "token"], name="referrals_addition_once_per_token"),
        ]

    def __str__(self) -> str:
        return f"addition {self.pk}"

    @property
    def in_full(self) -> str:
        """The text, and on a line of its own whom it names."""
        return f"{self.text}\nPerson of concern, or living in the home: {self.names}" if self.names else self.text
