"""Under which name and address an account was last matched with whom the referrals name."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.personal_data import PersonalData


class MatchedPerson(models.Model):
    """One account that was matched. Where its `digest` is not that of the account now, it must be matched again."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "person": PersonalData.LINK,
        "digest": PersonalData.INDEX,
        "matched_at": PersonalData.NONE,
    }

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    digest = models.CharField(max_length=64)
    """A keyed hash of the name and the address."""
    matched_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    def __str__(self) -> str:
        return f"matched {self.pk}"
