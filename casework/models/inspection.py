"""What an inspector asks and nothing else records, as it was entered: never changed, only added to."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from casework.inspection import KINDS, SEEN_CHOICES
from casework.models.children import ChildCase
from referrals.models import Referral

LONGEST_WORDS = 4_000
LONGEST_WHO = 200


class InspectionEntry(models.Model):
    """One entry about a case, or one child of it. `happened_on` is the day of what it tells, in England."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "child": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "seen": PersonalData.NONE,
        "happened_on": PersonalData.NONE,
        "who": PersonalData.NARRATIVE,
        "words": PersonalData.NARRATIVE,
        "recorded_at": PersonalData.NONE,
        "recorded_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="inspection_entries")
    child = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="inspection_entries", null=True)
    kind = models.CharField(max_length=20)
    seen = models.CharField(max_length=15, choices=SEEN_CHOICES, blank=True)
    happened_on: "models.DateField[date, date]" = models.DateField()
    who = EncryptedTextField(max_length=LONGEST_WHO, blank=True, default="")
    words = EncryptedTextField(max_length=LONGEST_WORDS, blank=True, default="")
    recorded_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "recorded_at"]
        verbose_name_plural = "inspection entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="casework_inspection_valid_kind"),
            models.CheckConstraint(
                condition=Q(kind="child_seen", seen__in=["alone", "with_others", "not_seen"])
                | ~Q(kind="child_seen") & Q(seen=""),
                name="casework_inspection_seen_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"inspection entry {self.kind} {self.pk}"
