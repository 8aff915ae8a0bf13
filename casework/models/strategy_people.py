"""Who is invited to a strategy discussion, what they answered and brought, and who was sent its record."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from casework.models.strategy import LONGEST_LINE, StrategyDiscussion
from casework.quoracy import AGENCY_KINDS, ATTENDANCE
from referrals.models.referral import paired

LONGEST_INFORMATION = 10_000


class StrategyInvitee(models.Model):
    """One person invited: by account, or by name where they have none and are told by telephone.

    Somebody who declares a conflict sees nothing of it from then on.
    """

    class Reply(models.TextChoices):
        WAITING = "waiting", "No answer yet"
        COMING = "coming", "Comes"
        NOT_COMING = "not_coming", "Cannot come"
        CONFLICT = "conflict", "Declares a conflict of interest"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "discussion": PersonalData.LINK,
        "person": PersonalData.LINK,
        "name": PersonalData.STAFF,
        "contact": PersonalData.STAFF,
        "agency_kind": PersonalData.NONE,
        "agency_name": PersonalData.STAFF,
        "role": PersonalData.STAFF,
        "reply": PersonalData.NONE,
        "reply_note": PersonalData.NARRATIVE,
        "replied_at": PersonalData.NONE,
        "information": PersonalData.NARRATIVE,
        "information_at": PersonalData.NONE,
        "attendance": PersonalData.NONE,
        "is_senior_enough": PersonalData.NONE,
        "obtained": PersonalData.NARRATIVE,
        "invited_at": PersonalData.NONE,
        "invited_by": PersonalData.LINK,
        "withdrawn_at": PersonalData.NONE,
        "withdrawn_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="invitees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    name = EncryptedTextField(max_length=200, blank=True, default="")
    contact = EncryptedTextField(max_length=200, blank=True, default="")
    """How somebody without an account is reached."""
    agency_kind = models.CharField(max_length=20, choices=list(AGENCY_KINDS.items()))
    agency_name = EncryptedTextField(max_length=200, blank=True, default="")
    role = EncryptedTextField(max_length=200, blank=True, default="")
    reply = models.CharField(max_length=12, choices=Reply.choices, default=Reply.WAITING)
    reply_note = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    replied_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    information = EncryptedTextField(max_length=LONGEST_INFORMATION, blank=True, default="")
    """What their agency knows, its source, and since when."""
    information_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    attendance = models.CharField(max_length=12, choices=list(ATTENDANCE.items()), blank=True)
    is_senior_enough = models.BooleanField(null=True)
    """Whether they may commit their agency; none until it is on record."""
    obtained = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    """Where they were not there: why, and how what they know was obtained."""
    invited_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["discussion", "invited_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["discussion", "person"],
                condition=Q(withdrawn_at__isnull=True, person__isnull=False),
                name="casework_strategy_invited_once",
            ),
            models.CheckConstraint(
                condition=Q(agency_kind__in=sorted(AGENCY_KINDS)), name="casework_strategy_valid_agency_kind"
            ),
            models.CheckConstraint(
                condition=Q(attendance__in=["", *sorted(ATTENDANCE)]), name="casework_strategy_valid_attendance"
            ),
            models.CheckConstraint(
                condition=paired("withdrawn_at", "withdrawn_by"), name="casework_strategy_withdrawn_paired"
            ),
        ]

    def __str__(self) -> str:
        return f"invitee {self.pk}"

    @property
    def full_name(self) -> str:
        """The person's name, by account or as written."""
        return self.person.full_name if self.person is not None else self.name

    @property
    def has_conflict(self) -> bool:
        """Whether they declared a conflict of interest."""
        return self.reply == self.Reply.CONFLICT


class StrategyCirculation(models.Model):
    """One sending of a signed record to one person, and their receipt."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "discussion": PersonalData.LINK,
        "invitee": PersonalData.LINK,
        "how": PersonalData.NARRATIVE,
        "sent_at": PersonalData.NONE,
        "sent_by": PersonalData.LINK,
        "received_at": PersonalData.NONE,
        "receipt_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="circulations")
    invitee = models.ForeignKey(StrategyInvitee, on_delete=models.PROTECT, related_name="circulations")
    how = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    """How it was handed to somebody without an account."""
    sent_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    receipt_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Who said so: the reader, or whoever handed it over."""

    class Meta:
        ordering: ClassVar[list[str]] = ["discussion", "sent_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["invitee"], name="casework_strategy_circulated_once"),
            models.CheckConstraint(
                condition=paired("received_at", "receipt_by"), name="casework_strategy_receipt_paired"
            ),
        ]

    def __str__(self) -> str:
        return f"circulation {self.pk}"
