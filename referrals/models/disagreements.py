"""A professional's disagreement with a hub's decision, its stages and every word of both sides (section 5.5)."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models.correspondence import Reply
from referrals.models.referral import Referral, paired

LONGEST_WORDS = 4_000


class Disagreement(models.Model):
    """One disagreement, open until both sides agree or whoever raised it withdraws it; it never closes by itself.

    `raised_for` is the agency whose professional raised it; none for the referrer's own side, whose pages show no
    other. `version` rises by one with every act: whoever acts names the version they saw.
    """

    class Standing(models.TextChoices):
        OPEN = "open", "Open"
        AGREED = "agreed", "Settled: both sides agree"
        WITHDRAWN = "withdrawn", "Withdrawn"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "raised_for": PersonalData.NONE,
        "reply": PersonalData.LINK,
        "what": PersonalData.NARRATIVE,
        "why": PersonalData.NARRATIVE,
        "wanted": PersonalData.NARRATIVE,
        "plan": PersonalData.NONE,
        "stage": PersonalData.NONE,
        "version": PersonalData.NONE,
        "standing": PersonalData.NONE,
        "raised_at": PersonalData.NONE,
        "raised_by": PersonalData.LINK,
        "ended_at": PersonalData.NONE,
        "ended_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="disagreements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    """The unit whose decision it is, and which answers."""
    raised_for = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True)
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="disagreements", null=True)
    """The unit's newest reply to the referrer when it was raised; none where a professional raised it before one."""
    what = EncryptedTextField(max_length=LONGEST_WORDS)
    why = EncryptedTextField(max_length=LONGEST_WORDS)
    wanted = EncryptedTextField(max_length=LONGEST_WORDS)
    plan: "models.JSONField[list[dict[str, Any]], Any]" = models.JSONField(default=list)
    """The stages as the edition had them when it was raised, in their order (`actions.disagreeing.plan_of`)."""
    stage = models.PositiveSmallIntegerField(default=1)
    """On which stage it is, from one."""
    version = models.PositiveIntegerField(default=1)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.OPEN)
    raised_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "-raised_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency"], condition=Q(standing="open"), name="referrals_disagreement_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral", "agency"],
                condition=Q(standing="open", raised_for__isnull=True),
                name="referrals_disagreement_one_open",
            ),
            models.UniqueConstraint(
                fields=["referral", "agency", "raised_for"],
                condition=Q(standing="open", raised_for__isnull=False),
                name="referrals_disagreement_one_of_each",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["open", "agreed", "withdrawn"]), name="referrals_disagreement_valid_standing"
            ),
            models.CheckConstraint(condition=paired("ended_at", "ended_by"), name="referrals_disagreement_end_paired"),
            models.CheckConstraint(
                condition=Q(standing="open", ended_at__isnull=True) | ~Q(standing="open") & Q(ended_at__isnull=False),
                name="referrals_disagreement_ended_says_how",
            ),
            models.CheckConstraint(condition=Q(stage__gte=1), name="referrals_disagreement_stage_from_one"),
        ]

    def __str__(self) -> str:
        return f"disagreement {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be settled."""
        return self.standing == self.Standing.OPEN

    @property
    def step(self) -> dict[str, Any]:
        """The stage it is on, as `plan` keeps it."""
        return self.plan[self.stage - 1]

    @property
    def has_next_stage(self) -> bool:
        """Whether it can be taken further."""
        return self.stage < len(self.plan)


class DisagreementStage(models.Model):
    """One stage that a disagreement came to: by when the answer was due, how that was counted, when it came."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "disagreement": PersonalData.LINK,
        "number": PersonalData.NONE,
        "code": PersonalData.NONE,
        "title": PersonalData.NONE,
        "started_at": PersonalData.NONE,
        "due_at": PersonalData.NONE,
        "computation": PersonalData.NONE,
        "answered_at": PersonalData.NONE,
        "left_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="stages")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    started_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    due_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    computation = models.TextField()
    answered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    left_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """When it was taken further or settled."""

    class Meta:
        ordering: ClassVar[list[str]] = ["disagreement", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["disagreement", "number"], name="referrals_disagreement_stage_once"),
        ]

    def __str__(self) -> str:
        return f"stage {self.number} of {self.disagreement_id}"

    def is_late(self, *, at: datetime) -> bool:
        """Whether its answer came, or is still to come, after it was due."""
        return (self.answered_at or self.left_at or at) > self.due_at


class DisagreementEntry(models.Model):
    """One thing that a side said or did. Never changed: a further one corrects it."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered"
        MOVED_ON = "moved_on", "Taken to the next stage"
        AGREED = "agreed", "Agreed that it is settled"
        WITHDRAWN = "withdrawn", "Withdrew it"

    class Outcome(models.TextChoices):
        CHANGED = "changed", "The decision is changed"
        PARTLY = "partly", "The decision stands in part"
        KEPT = "kept", "The decision stands"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "disagreement": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "stage": PersonalData.NONE,
        "kind": PersonalData.NONE,
        "is_hubs": PersonalData.NONE,
        "outcome": PersonalData.NONE,
        "words": PersonalData.NARRATIVE,
        "hub_words": PersonalData.NARRATIVE,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disagreement = models.ForeignKey(Disagreement, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    """The version of the disagreement that this led to."""
    stage = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_hubs = models.BooleanField()
    """Whether the answering side said it; else it was the side that disagrees."""
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    words = EncryptedTextField(max_length=LONGEST_WORDS)
    """What both sides read."""
    hub_words = EncryptedTextField(max_length=LONGEST_WORDS, blank=True, default="")
    """For the answering unit's own record: nobody of the other side reads it."""
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["disagreement", "sequence"]
        verbose_name_plural = "disagreement entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["disagreement", "sequence"], name="referrals_disagreement_in_sequence"),
            models.CheckConstraint(
                condition=Q(kind__in=["answered", "moved_on", "agreed", "withdrawn"]),
                name="referrals_disagreement_valid_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="answered", is_hubs=True, outcome__in=["changed", "partly", "kept"])
                | ~Q(kind="answered") & Q(outcome=""),
                name="referrals_disagreement_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.sequence} of {self.disagreement_id}"
