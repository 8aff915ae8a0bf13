"""How one person likes their queue: with or without initials, and the lists they come back to."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData

LONGEST_NAME = 60
LONGEST_QUERY = 500


class QueueTaste(models.Model):
    """Whether a person's queue shows the initials of the children."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "person": PersonalData.LINK,
        "shows_initials": PersonalData.STAFF,
    }

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="queue_taste"
    )
    shows_initials = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"queue taste of {self.person_id}"


class SavedView(models.Model):
    """A tab with filters under a name of one's own. `query` is what stands in the address: codes alone."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "person": PersonalData.LINK,
        "name": PersonalData.NARRATIVE,
        "query": PersonalData.STAFF,
        "saved_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = EncryptedTextField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    saved_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["person", "saved_at"]

    def __str__(self) -> str:
        return f"saved view {self.pk}"
