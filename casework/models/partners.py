"""What the agencies that a case was sent to tell the hub of it, and packs that come back as not theirs."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models import Referral, Route
from referrals.models.referral import paired

LONGEST_REASON = 4_000


class PartnerReport(models.Model):
    """All that one agency has told of a case, as it stood at one moment. Never changed: the next one stands beside it.

    `said` is `{name of a field of casework.partner_words: text, code, list of codes or ISO date}`.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "sequence": PersonalData.NONE,
        "said": PersonalData.SPECIAL,
        "told_at": PersonalData.NONE,
        "told_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="partner_reports")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    sequence = models.PositiveIntegerField()
    said: "models.TextField[Any, Any]" = EncryptedJSONField()
    told_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "agency", "sequence"]
        verbose_name = "report of an agency"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # The swap: of two who write for one agency at once, the database lets one in.
            models.UniqueConstraint(fields=["referral", "agency", "sequence"], name="casework_report_in_sequence"),
            models.CheckConstraint(condition=Q(kind__in=["police", "prevent", "lado"]), name="casework_report_kind"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="casework_report_sequence_from_one"),
        ]

    def __str__(self) -> str:
        return f"report {self.sequence} on {self.referral_id}"


class PackReturn(models.Model):
    """A pack that came back as not theirs. It is the owning hub's to settle: nobody else has it meanwhile."""

    class Settled(models.TextChoices):
        SENT_ON = "sent_on", "Somebody else has it now"
        ASKED_AGAIN = "asked_again", "They are asked to look again"
        NOT_NEEDED = "not_needed", "Nobody needs to have it"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "route": PersonalData.LINK,
        "reason": PersonalData.NARRATIVE,
        "whose": PersonalData.NARRATIVE,
        "returned_at": PersonalData.NONE,
        "returned_by": PersonalData.LINK,
        "settled": PersonalData.NONE,
        "settled_words": PersonalData.NARRATIVE,
        "settled_at": PersonalData.NONE,
        "settled_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="pack_returns")
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="returns")
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    whose = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    """Whose it is, as far as those know who return it."""
    returned_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled = models.CharField(max_length=15, choices=Settled.choices, blank=True)
    settled_words = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    settled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-returned_at"]
        verbose_name = "returned pack"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["route"], condition=Q(settled_at__isnull=True), name="casework_return_one_open"
            ),
            models.CheckConstraint(condition=paired("settled_at", "settled_by"), name="casework_return_settled_paired"),
            models.CheckConstraint(
                condition=Q(settled="", settled_at__isnull=True)
                | Q(settled__in=["sent_on", "asked_again", "not_needed"], settled_at__isnull=False),
                name="casework_return_settled_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"return {self.pk}"
