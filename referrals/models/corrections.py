"""What a hub found out after a referral was sent: answers that stand over the referrer's own, which stay as they were.

Hub-only: a referrer's page reads none of it.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models.referral import Referral
from referrals.models.routes import CODES, MODES, URGENCIES, Route

LONGEST_REASON = 1_000


class Correction(models.Model):
    """One page of questions answered anew by the hub. Never changed: a further correction stands over it."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "page": PersonalData.NONE,
        "record_key": PersonalData.LINK,
        "adds_child": PersonalData.NONE,
        "answers": PersonalData.NARRATIVE,
        "how_known": PersonalData.NARRATIVE,
        "token": PersonalData.LINK,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="corrections")
    sequence = models.PositiveIntegerField()
    page = models.CharField(max_length=80)
    record_key = models.CharField(max_length=40, blank=True)
    """The child's or person's record; blank for a page of the case."""
    adds_child = models.BooleanField(default=False)
    """Whether it tells of a child whom the referrer did not know of; the record is then this one's."""
    answers: "models.TextField[Any, Any]" = EncryptedJSONField()
    """`{question id: answer}` of the questions whose answer changed, each as `Referral.answers` keeps one."""
    how_known = EncryptedTextField(max_length=LONGEST_REASON)
    token = models.UUIDField()
    """Given by the form, so that a double click corrects once."""
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "sequence"], name="referrals_correction_in_sequence"),
            models.UniqueConstraint(fields=["made_by", "token"], name="referrals_correction_once_per_token"),
        ]

    def __str__(self) -> str:
        return f"correction {self.sequence} of {self.referral_id}"


class Override(models.Model):
    """A hub's own word on one destination, over what the rules say. The newest of a destination counts."""

    class Kind(models.TextChoices):
        ADDED = "added", "Added by the hub"
        DROPPED = "dropped", "Dropped by the hub"
        DECLINED = "declined", "Proposed by the rules and not sent"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "route": PersonalData.LINK,
        "code": PersonalData.NONE,
        "unit": PersonalData.NONE,
        "agency": PersonalData.NONE,
        "mode": PersonalData.NONE,
        "urgency": PersonalData.NONE,
        "was_must": PersonalData.NONE,
        "reason": PersonalData.NARRATIVE,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="overrides")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="overrides", null=True)
    """The destination that was added or dropped; none where a proposed one was never sent."""
    code = models.CharField(max_length=20)
    unit = models.CharField(max_length=80, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True)
    mode = models.CharField(max_length=10)
    urgency = models.CharField(max_length=10)
    was_must = models.BooleanField(default=False)
    """Whether only whoever decides for the unit might leave it out."""
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "sequence"], name="referrals_override_in_sequence"),
            models.CheckConstraint(
                condition=Q(kind__in=["added", "dropped", "declined"]), name="referrals_override_valid_kind"
            ),
            models.CheckConstraint(condition=Q(code__in=CODES), name="referrals_override_valid_code"),
            models.CheckConstraint(condition=Q(mode__in=MODES), name="referrals_override_valid_mode"),
            models.CheckConstraint(condition=Q(urgency__in=URGENCIES), name="referrals_override_valid_urgency"),
            models.CheckConstraint(
                condition=Q(kind="declined", route__isnull=True)
                | Q(kind__in=["added", "dropped"], route__isnull=False),
                name="referrals_override_declined_was_not_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.sequence} of {self.referral_id}"
