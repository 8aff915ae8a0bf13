"""What a hub writes down about a case: for itself, or for the partners whom a note names. Never the referrer's."""

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

LONGEST_NOTE = 10_000


class Note(models.Model):
    """One note of one unit. Never changed: a further note that names it corrects it."""

    class Audience(models.TextChoices):
        HUB = "hub", "The hub only"
        PARTNERS = "partners", "The hub and the partners named"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "audience": PersonalData.NONE,
        "corrects": PersonalData.LINK,
        "text": PersonalData.NARRATIVE,
        "token": PersonalData.LINK,
        "written_at": PersonalData.NONE,
        "written_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    """The unit that wrote it."""
    audience = models.CharField(max_length=10, choices=Audience.choices)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="corrections", null=True)
    text = EncryptedTextField(max_length=LONGEST_NOTE)
    token = models.UUIDField()
    """Given by the form, so that a double click writes once."""
    written_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "written_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["referral", "-written_at"], name="casework_note_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["written_by", "token"], name="casework_note_once_per_token"),
            models.CheckConstraint(condition=Q(audience__in=["hub", "partners"]), name="casework_note_valid_audience"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class NoteRecipient(models.Model):
    """One agency that a note for partners names: its people read the note beside their pack."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "note": PersonalData.LINK,
        "agency": PersonalData.NONE,
    }

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="recipients")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["note", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["note", "agency"], name="casework_note_recipient_once"),
        ]

    def __str__(self) -> str:
        return f"recipient {self.pk}"
