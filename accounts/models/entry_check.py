"""Who was told that a directory entry has not been checked for 90 days (section 5.5, last row)."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.models.directory_entry import DirectoryEntry
from audit.personal_data import PersonalData


class EntryCheck(models.Model):
    """One person told once of one stage; the rows of an entry go when it is checked, so that the next time counts."""

    class Stage(models.TextChoices):
        KEEPER = "keeper", "Its keeper"
        ADMIN = "admin", "The partnership’s administrators"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "entry": PersonalData.NONE,
        "stage": PersonalData.NONE,
        "to": PersonalData.LINK,
        "told_at": PersonalData.NONE,
    }

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(DirectoryEntry, on_delete=models.CASCADE, related_name="checks_asked_for")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "stage", "to"], name="accounts_entry_check_once"),
            models.CheckConstraint(
                condition=models.Q(stage__in=["keeper", "admin"]), name="accounts_entry_check_valid_stage"
            ),
        ]

    def __str__(self) -> str:
        return f"check asked for {self.entry_id}"
