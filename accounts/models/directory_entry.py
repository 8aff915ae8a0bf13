from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models.places import Agency
from audit.personal_data import PersonalData

STALE_AFTER = timedelta(days=90)  # routing 3.6: reviewed every three months


class DirectoryEntry(models.Model):
    """How an agency is reached by day and by night. A blank number means that none is known, and is said so."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "agency": PersonalData.NONE,
        "day_number": PersonalData.NONE,
        "night_number": PersonalData.NONE,
        "hours": PersonalData.NONE,
        "intake": PersonalData.NONE,
        "source": PersonalData.NONE,
        "checked_on": PersonalData.NONE,
        "owner": PersonalData.STAFF,
        "keeper": PersonalData.LINK,
        "confirm_before_go_live": PersonalData.NONE,
        "notes": PersonalData.NONE,
        "edited_at": PersonalData.NONE,
    }

    id = models.BigAutoField(primary_key=True)
    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, related_name="directory_entry")
    day_number = models.CharField(max_length=80, blank=True)
    night_number = models.CharField(max_length=80, blank=True)
    # {"mon": ["08:00", "17:00"], ...} in Europe/London; a day left out is closed; {} means hours not known.
    hours: "models.JSONField[dict[str, list[str]], Any]" = models.JSONField(default=dict, blank=True)
    intake = models.TextField(blank=True)
    source = models.TextField(blank=True)
    checked_on: "models.DateField[date | None, date | None]" = models.DateField(null=True, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    # Who is told when the entry is stale; the text of `owner` may name a team, which nobody can write to.
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    confirm_before_go_live = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    # Set once a person has corrected the entry: from then on an edition no longer overwrites it.
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "directory entries"

    def __str__(self) -> str:
        return f"directory entry of {self.agency_id}"

    def is_stale(self, *, on: date) -> bool:
        """Not checked for more than 90 days, or never (routing 3.6)."""
        return self.checked_on is None or on - self.checked_on > STALE_AFTER
