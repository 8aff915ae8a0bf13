"""The outbox: work that was promised in the transaction that called for it, remembered until it is done."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from audit.personal_data import PersonalData


class Job(models.Model):
    """One piece of work on one row, named by kind and id: nothing of any case stands here.

    A worker claims it by setting `lease_token` and `lease_until` in one conditional UPDATE that counts the attempt;
    a lease that ran out can be claimed again. `held_at`: not to be done until somebody lets it go (after a restore).
    """

    class Kind(models.TextChoices):
        RENDER_PACK = "render_pack", "Make a pack"
        EMAIL_NOTICE = "email_notice", "Send the email of a notice"
        EMAIL_REMINDER = "email_reminder", "Send the email of a reminder"
        EMAIL_DIGEST = "email_digest", "Send the email of a manager's overview"
        LOOK_FOR_LINKS = "look_for_links", "Look for referrals that speak of the same"
        EXPORT_CASE = "export_case", "Make the PDF of a case"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "subject_id": PersonalData.LINK,
        "created_at": PersonalData.NONE,
        "due_at": PersonalData.NONE,
        "hinted_at": PersonalData.NONE,
        "attempts": PersonalData.NONE,
        "lease_token": PersonalData.NONE,
        "lease_until": PersonalData.NONE,
        "failure": PersonalData.NONE,
        "held_at": PersonalData.NONE,
        "done_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_id = models.UUIDField()
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    due_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    """Not before this moment: later than `created_at` only after a failure."""
    hinted_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    failure = models.CharField(max_length=80, blank=True)
    held_at = models.DateTimeField(null=True)
    done_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="referrals_job_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="referrals_job_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "render_pack",
                        "email_notice",
                        "email_reminder",
                        "email_digest",
                        "look_for_links",
                        "export_case",
                    ]
                ),
                name="referrals_job_valid_kind",
            ),
            models.CheckConstraint(
                condition=Q(lease_token__isnull=True, lease_until__isnull=True)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="referrals_job_lease_paired",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(lease_token__isnull=True), name="referrals_job_done_is_free"
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"
