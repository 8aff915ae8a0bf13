"""A clock that runs: when it started, when it is due and how that was counted, when it ended."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models.referral import Referral
from referrals.models.routes import CODES, Route

NEVER_PAUSED = frozenset({"K-01", "K-04", "K-10", "K-16"})
"""Danger, a first look at what is urgent, and what the law limits: no manager stops these. Nor any that only reminds
of an appointment (S-…)."""


class Clock(models.Model):
    """One clock of one recipient. `computation` says in words how the due time was counted; it names no one."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "route": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "recipient": PersonalData.NONE,
        "agency": PersonalData.NONE,
        "source": PersonalData.NONE,
        "about": PersonalData.LINK,
        "starts_at": PersonalData.NONE,
        "due_at": PersonalData.NONE,
        "counted_in": PersonalData.NONE,
        "computation": PersonalData.NONE,
        "plan": PersonalData.NONE,
        "next_stage_at": PersonalData.NONE,
        "paused_at": PersonalData.NONE,
        "ended_at": PersonalData.NONE,
        "ended_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="clocks")
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="clocks", null=True)
    """The destination whose clock it is; none for a clock of the owning hub alone."""
    kind = models.CharField(max_length=4)
    recipient = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True)
    source = models.CharField(max_length=200)
    about = models.CharField(max_length=36, blank=True, default="")
    """The identifier of the row of the casework whose clock it is, where a case has several of a kind; else blank."""
    starts_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    due_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    counted_in = models.CharField(max_length=20, blank=True)
    """What its limit is counted in, as the edition says; blank where it was started before this was kept."""
    computation = models.TextField()
    plan: "models.JSONField[list[dict[str, Any]], Any]" = models.JSONField(default=list)
    """Who is reminded when, counted at the start: `{"stage": code, "at": ISO moment, "to": [audience], "late": bool}`
    each, in the order of time."""
    next_stage_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """When the next stage of the plan is reached; none after the last, and none while it is paused."""
    paused_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """Since when it stands still; none where it runs. Its pauses say who, why and for how long."""
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Who did what ended it; none where the portal did."""

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at", "kind"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="referrals_clock_running"),
            models.Index(
                fields=["next_stage_at"],
                condition=Q(ended_at__isnull=True, next_stage_at__isnull=False),
                name="referrals_clock_reminders",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral", "kind", "recipient", "agency", "about"],
                condition=Q(ended_at__isnull=True),
                name="referrals_clock_runs_once",
            ),
            models.CheckConstraint(condition=Q(recipient__in=CODES), name="referrals_clock_valid_recipient"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False), name="referrals_clock_ended_paired"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("starts_at")), name="referrals_clock_due_after_start"),
        ]

    def __str__(self) -> str:
        return f"clock {self.kind} {self.pk}"

    def can_be_paused(self, *, at: datetime) -> bool:
        """Whether it runs, is not due yet, and is of a kind that a manager may stop."""
        is_of_kind = self.kind not in NEVER_PAUSED and self.kind.startswith("K-")
        return is_of_kind and self.ended_at is None and self.paused_at is None and self.due_at > at

    def is_overdue(self, *, at: datetime) -> bool:
        """Whether it ran out, either still running or ended too late."""
        return (self.ended_at or at) > self.due_at
