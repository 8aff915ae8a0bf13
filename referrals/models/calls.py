"""Calls as records: who spoke to whom, when, how long it took to get through, what was agreed (Z-11, Z-31).

The referrer's calls and the hub's stand in tables of their own, so that nothing of the hub's can reach a referrer's
page by a forgotten condition.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from referrals.models.referral import Referral

LONGEST_NAME = 200
LONGEST_NUMBER = 60
LONGEST_AGREED = 4_000
LONGEST_WAIT = 24 * 60
"""In minutes."""


class CallRecord(models.Model):
    """One call. Never changed: what was wrong is corrected by a further row, which says why."""

    class With(models.TextChoices):
        EMERGENCY = "999", "999"
        POLICE_101 = "101", "Police on 101"
        POLICE = "police", "A police officer or team"
        HUB = "hub", "A hub or children’s social care"
        OUT_OF_HOURS = "out_of_hours", "An out-of-hours team"
        REFERRER = "referrer", "The referrer, or their setting"
        FAMILY = "family", "A parent or carer"
        HEALTH = "health", "A health service"
        PREVENT = "prevent", "Prevent"
        LADO = "lado", "The LADO"
        OTHER = "other", "Somebody else"

    class Direction(models.TextChoices):
        MADE = "made", "We rang them"
        RECEIVED = "received", "They rang us"

    class Ended(models.TextChoices):
        ANSWERED = "answered", "Somebody was spoken to"
        ABANDONED = "abandoned", "Given up before anybody answered"
        CUT_OFF = "cut_off", "Engaged, or cut off"
        MESSAGE = "message", "A message was left"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    other_kind = models.CharField(max_length=15, choices=With.choices)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    other = EncryptedTextField(max_length=LONGEST_NAME, blank=True, default="")
    """Who was spoken to: name, role, team; blank where nobody was."""
    number = EncryptedTextField(max_length=LONGEST_NUMBER, blank=True, default="")
    """The number dialled, or shown by the telephone."""
    own_caller = EncryptedTextField(max_length=LONGEST_NAME, blank=True, default="")
    """Who spoke on this side; blank: whoever recorded it."""
    began_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    waited_minutes: "models.PositiveIntegerField[int | None, int | None]" = models.PositiveIntegerField(null=True)
    """How long it took until somebody answered or it was given up; none where not known."""
    ended = models.CharField(max_length=10, choices=Ended.choices)
    agreed = EncryptedTextField(max_length=LONGEST_AGREED, blank=True, default="")
    reference = EncryptedTextField(max_length=LONGEST_NUMBER, blank=True, default="")
    """The incident or log number that was given on the call."""
    is_late = models.BooleanField(default=False)
    late_why = EncryptedTextField(max_length=LONGEST_AGREED, blank=True, default="")
    corrects: "models.OneToOneField[Any, Any]" = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    """The row that this one puts right: of two corrections at once the database lets one in."""
    correction_why = EncryptedTextField(max_length=LONGEST_AGREED, blank=True, default="")
    recorded_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField()
    """Given by the form, so that a double click records once."""

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-began_at", "-recorded_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["recorded_by", "token"], name="%(app_label)s_%(class)s_once_per_token"),
            models.CheckConstraint(
                condition=Q(
                    direction__in=["made", "received"], ended__in=["answered", "abandoned", "cut_off", "message"]
                ),
                name="%(app_label)s_%(class)s_valid_codes",
            ),
            models.CheckConstraint(
                condition=Q(
                    other_kind__in=[
                        "999", "101", "police", "hub", "out_of_hours", "referrer", "family", "health", "prevent",
                        "lado", "other",
                    ]
                ),
                name="%(app_label)s_%(class)s_valid_kind",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"call {self.pk}"

    @property
    def was_answered(self) -> bool:
        """Whether somebody was spoken to."""
        return self.ended == self.Ended.ANSWERED


CALL_DATA: dict[str, PersonalData] = {
    "id": PersonalData.LINK,
    "other_kind": PersonalData.NONE,
    "direction": PersonalData.NONE,
    "other": PersonalData.NARRATIVE,
    "number": PersonalData.CASE,
    "own_caller": PersonalData.NARRATIVE,
    "began_at": PersonalData.NONE,
    "waited_minutes": PersonalData.NONE,
    "ended": PersonalData.NONE,
    "agreed": PersonalData.NARRATIVE,
    "reference": PersonalData.CASE,
    "is_late": PersonalData.NONE,
    "late_why": PersonalData.NARRATIVE,
    "corrects": PersonalData.LINK,
    "correction_why": PersonalData.NARRATIVE,
    "recorded_at": PersonalData.NONE,
    "recorded_by": PersonalData.LINK,
    "token": PersonalData.LINK,
}


class ReferrersCall(CallRecord):
    """A call of whoever sent the referral, or of their safeguarding lead; they read it, and so does the hub."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = CALL_DATA | {"referral": PersonalData.LINK}

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="referrers_calls")

    class Meta(CallRecord.Meta):
        verbose_name = "call"
