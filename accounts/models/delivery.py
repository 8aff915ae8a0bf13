"""Every attempt to send an email: what kind, to whom, when, and what came of it; nothing of what it said."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.personal_data import AtEnd, PersonalData


class Delivery(models.Model):
    """One attempt. `subject_id` is the row that called for the message: its attempts are numbered from one.

    `to` is empty for an invitation, which is to an address and not yet to anybody.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", "Word of something to read"
        REMINDER = "reminder", "Reminder of a task"
        DIGEST = "digest", "Daily overview for managers"
        TASK = "task", "Word of a task"
        NEW_PASSWORD = "new_password", "Link for a new password"
        INVITATION = "invitation", "Invitation"

    class Outcome(models.TextChoices):
        BEGUN = "begun", "Not known: the portal stopped while it was being sent"
        SENT = "sent", "Taken by the mail server"
        FAILED = "failed", "Not sent"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "subject_id": PersonalData.LINK,
        "to": PersonalData.LINK,
        "number": PersonalData.NONE,
        "attempted_at": PersonalData.NONE,
        "outcome": PersonalData.NONE,
        "failure": PersonalData.NONE,
    }
    AT_END: ClassVar[dict[str, AtEnd]] = dict.fromkeys(PERSONAL_DATA, AtEnd.DELETED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_id = models.UUIDField()
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True)
    number = models.PositiveIntegerField()
    attempted_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.BEGUN)
    failure = models.CharField(max_length=80, blank=True)
    """What went wrong, by the name of the fault alone: a mail server's words may quote an address or a line."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-attempted_at"]
        verbose_name_plural = "deliveries"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-attempted_at"], name="accounts_delivery_newest"),
            models.Index(fields=["subject_id", "number"], name="accounts_delivery_of_subject"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["notice", "reminder", "digest", "task", "new_password", "invitation"]),
                name="accounts_delivery_valid_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["begun", "sent", "failed"]), name="accounts_delivery_valid_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
