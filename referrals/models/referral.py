"""One referral: a draft, then what was sent, or the tombstone of a draft that was not."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.areas import Area
from accounts.encryption import EncryptedJSONField
from accounts.models import Agency, Organisation
from audit.personal_data import PersonalData
from referrals.models import visibility
from referrals.models.references import new_reference
from referrals.models.scoping import ScopedManager

DRAFT_LIFE = timedelta(days=28)
"""How long a draft is kept after it was last saved (Z-14)."""


def paired(at: str, by: str) -> Q:
    """Return the condition that a moment and the person it belongs to are given together."""
    return Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


class Referral(models.Model):
    """A concern as one author files it.

    `answers` is `{"case": {question id: answer}, "children": [{"key", "answers"}], "persons": [{"key", "answers"}]}`.
    `version` rises by one with every saved change: whoever saves names the version they saw.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Not sent"
        SENT = "sent", "Sent"
        WITHDRAWN = "withdrawn", "Withdrawn before it was sent"
        EXPIRED = "expired", "Expired before it was sent"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "reference": PersonalData.LINK,
        "author": PersonalData.LINK,
        "organisation": PersonalData.STAFF,
        "status": PersonalData.NONE,
        "version": PersonalData.NONE,
        "answers": PersonalData.NARRATIVE,
        "editions": PersonalData.NONE,
        "setting_area": PersonalData.NONE,
        "created_at": PersonalData.NONE,
        "last_saved_at": PersonalData.NONE,
        "expires_at": PersonalData.NONE,
        "lead": PersonalData.LINK,
        "shared_at": PersonalData.NONE,
        "shared_by": PersonalData.LINK,
        "is_hidden_from_setting": PersonalData.NONE,
        "is_sealed": PersonalData.NONE,
        "is_about_staff": PersonalData.NONE,
        "danger_since": PersonalData.NONE,
        "danger_seen_at": PersonalData.NONE,
        "author_alerted_at": PersonalData.NONE,
        "lead_alerted_at": PersonalData.NONE,
        "expiry_warned_at": PersonalData.NONE,
        "ended_at": PersonalData.NONE,
        "ended_by": PersonalData.LINK,
        "end_reason": PersonalData.NONE,
        "sent_at": PersonalData.NONE,
        "sent_by": PersonalData.LINK,
        "submission_token": PersonalData.LINK,
        "is_quick": PersonalData.NONE,
        "urgency": PersonalData.NONE,
        "owner_unit": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    answers: "models.TextField[Any, Any]" = EncryptedJSONField()
    editions: "models.JSONField[list[dict[str, str]], Any]" = models.JSONField(default=list)
    """The editions under which the draft is asked: `{"id", "version", "digest"}` each."""
    setting_area = models.CharField(max_length=40, choices=Area.choices)

    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    last_saved_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    expires_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """The safeguarding lead whom the author chose; told when a draft about danger stays unsent (Z-14)."""
    shared_at = models.DateTimeField(null=True)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    # Hidden until the author has answered whom it is about: nobody at the setting may see it by default (Z-07).
    is_hidden_from_setting = models.BooleanField(default=True)
    is_sealed = models.BooleanField(default=False)
    is_about_staff = models.BooleanField(default=False)
    """Whether the seal is because of the police, the hub or the council's own staff (Z-13)."""

    danger_since = models.DateTimeField(null=True)
    """When danger or a child's self-harm was first answered yes; none while neither is."""
    danger_seen_at = models.DateTimeField(null=True)
    """When the author was first shown the "call 999 now" page."""
    author_alerted_at = models.DateTimeField(null=True)
    lead_alerted_at = models.DateTimeField(null=True)
    expiry_warned_at = models.DateTimeField(null=True)

    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Who withdrew it; none where it expired."""
    end_reason = models.CharField(max_length=40, blank=True)

    sent_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    submission_token = models.UUIDField(null=True)
    is_quick = models.BooleanField(default=False)
    """Whether it was sent now, with detail to be added later (Z-20)."""
    urgency = models.CharField(max_length=10, blank=True)
    owner_unit = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True)

    objects = ScopedManager["Referral"]()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "expires_at"], name="referrals_draft_expiry"),
            models.Index(fields=["owner_unit", "status", "sent_at"], name="referrals_owner_inbox"),
            models.Index(fields=["author", "-created_at"], name="referrals_author"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "sent", "withdrawn", "expired"]),
                name="referrals_referral_valid_status",
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=["", "standard", "urgent", "emergency"]),
                name="referrals_referral_valid_urgency",
            ),
            models.CheckConstraint(condition=Q(setting_area__in=Area.values), name="referrals_referral_valid_area"),
            models.CheckConstraint(condition=paired("shared_at", "shared_by"), name="referrals_referral_shared_paired"),
            models.CheckConstraint(condition=paired("sent_at", "sent_by"), name="referrals_referral_sent_paired"),
            models.CheckConstraint(
                condition=Q(
                    status="sent", sent_at__isnull=False, owner_unit__isnull=False, submission_token__isnull=False
                )
                & ~Q(urgency="")
                | ~Q(status="sent") & Q(sent_at__isnull=True, owner_unit__isnull=True, urgency=""),
                name="referrals_referral_sent_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", ended_at__isnull=False, ended_by__isnull=False)
                | Q(status="expired", ended_at__isnull=False, ended_by__isnull=True)
                | Q(status__in=["draft", "sent"], ended_at__isnull=True, ended_by__isnull=True),
                name="referrals_referral_ended_says_how",
            ),
            models.CheckConstraint(
                condition=Q(is_sealed=False) | Q(is_hidden_from_setting=True), name="referrals_referral_seal_hides"
            ),
            models.CheckConstraint(
                condition=Q(is_about_staff=False) | Q(is_sealed=True), name="referrals_referral_staff_seals"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="referrals_referral_version_from_one"),
            models.UniqueConstraint(fields=["author", "submission_token"], name="referrals_referral_one_per_token"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"

    @classmethod
    def scope(cls, user: Any, *, at: datetime) -> Q:
        """Return the condition on referrals that exist for this person."""
        return visibility.referrals_known(user, at=at)

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed by its author."""
        return self.status == self.Status.DRAFT

    @property
    def is_sent(self) -> bool:
        """Whether it was sent."""
        return self.status == self.Status.SENT

    @property
    def is_shared(self) -> bool:
        """Whether its author handed the draft to the safeguarding lead."""
        return self.shared_at is not None
