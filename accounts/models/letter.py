"""A letter that is promised and leaves by itself: the web process sends none."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models.user import User
from audit.personal_data import AtEnd, PersonalData


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self, *, at: datetime) -> "LetterQuerySet":
        """Those that are still to be dealt with and that no process holds at this moment."""
        return self.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=at), done_at__isnull=True)


class Letter(models.Model):
    """One letter to somebody: a link for a new password, or word of a task.

    A request for a new password keeps, sealed, the address that was typed, whoever it belongs to: whether there is an
    account is looked up when the letter goes, so that asking takes the same time and leaves the same row for every
    address. ``to`` is known then, and from the start for a task. ``was_sent`` says whether a letter went in the end.
    """

    class Kind(models.TextChoices):
        NEW_PASSWORD = "new_password", "A link to choose a new password"
        TASK = "task", "Word of a task"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "to": PersonalData.LINK,
        "address": PersonalData.STAFF,
        "created_at": PersonalData.NONE,
        "lease_until": PersonalData.NONE,
        "attempts": PersonalData.NONE,
        "done_at": PersonalData.NONE,
        "was_sent": PersonalData.NONE,
    }
    AT_END: ClassVar[dict[str, AtEnd]] = dict.fromkeys(PERSONAL_DATA, AtEnd.DELETED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    address = EncryptedTextField(max_length=254, null=True)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    lease_until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    was_sent = models.BooleanField(default=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], condition=Q(done_at__isnull=True), name="accounts_letter_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=["new_password", "task"]), name="accounts_letter_valid_kind"),
            models.CheckConstraint(
                condition=Q(kind="new_password") | Q(to__isnull=False), name="accounts_letter_task_is_somebodys"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(address__isnull=True), name="accounts_letter_forgets_address"
            ),
            models.CheckConstraint(
                condition=Q(was_sent=False) | Q(done_at__isnull=False, to__isnull=False),
                name="accounts_letter_sent_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"
