"""What the hub tells the referrer, in the order in which it happened. Nothing else of the casework reaches them."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models.referral import Referral

LONGEST_REPLY = 4_000


class Milestone(models.Model):
    """How far a referral is, as its referrer may know it. It says nothing of what was found or decided."""

    class Kind(models.TextChoices):
        LOOKED_AT = "looked_at", "Being looked at"
        DECIDED = "decided", "Decided; the reply follows"
        REOPENED = "reopened", "Opened again"
        CLOSED = "closed", "Closed"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "referral": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "reached_at": PersonalData.NONE,
    }

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="milestones")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    reached_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "reached_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=["looked_at", "decided", "reopened", "closed"]),
                name="referrals_milestone_valid_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"milestone {self.kind} of {self.referral_id}"


class Reply(models.Model):
    """One reply of a hub to the referrer (C-058, N-066; Z-01). Never changed: a further reply corrects it."""

    class Family(models.TextChoices):
        NOTHING = "nothing", "Say nothing to the family yet"
        THIS = "this", "You may tell the family what is written here"
        OTHERS = "others", "Others tell the family: who and when is written here"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "number": PersonalData.NONE,
        "children": PersonalData.NONE,
        "outcome": PersonalData.SPECIAL,
        "reason": PersonalData.NARRATIVE,
        "who_leads": PersonalData.NARRATIVE,
        "what_to_do": PersonalData.NARRATIVE,
        "family": PersonalData.NONE,
        "family_words": PersonalData.NARRATIVE,
        "is_withheld": PersonalData.NONE,
        "withheld_reason": PersonalData.NARRATIVE,
        "sent_at": PersonalData.NONE,
        "sent_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="replies")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    children: "models.JSONField[list[int], Any]" = models.JSONField(default=list)
    """The places of the children it is about, from one; empty where no child is known."""
    outcome = EncryptedTextField(max_length=LONGEST_REPLY)
    """What happens, one line for each child, in the words that a referrer may read."""
    reason = EncryptedTextField(max_length=LONGEST_REPLY, blank=True, default="")
    """Blank where detail is withheld."""
    who_leads = EncryptedTextField(max_length=LONGEST_REPLY)
    what_to_do = EncryptedTextField(max_length=LONGEST_REPLY)
    family = models.CharField(max_length=10, choices=Family.choices)
    family_words = EncryptedTextField(max_length=LONGEST_REPLY, blank=True, default="")
    is_withheld = models.BooleanField(default=False)
    withheld_reason = EncryptedTextField(max_length=LONGEST_REPLY, blank=True, default="")
    """Why detail is withheld: for the hub's own record, never shown to the referrer."""
    sent_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "number"]
        verbose_name_plural = "replies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "number"], name="referrals_reply_in_sequence"),
            models.CheckConstraint(
                condition=Q(family__in=["nothing", "this", "others"]), name="referrals_reply_valid_family"
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.number} to {self.referral_id}"


class Message(models.Model):
    """What a hub writes to the referrer beside its replies: a note, or a question with a day to answer it by.

    Never changed: a further message corrects it. What the referrer answers is an `Addition` that names the question.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "number": PersonalData.NONE,
        "is_question": PersonalData.NONE,
        "children": PersonalData.NONE,
        "text": PersonalData.NARRATIVE,
        "answer_by": PersonalData.NONE,
        "token": PersonalData.LINK,
        "sent_at": PersonalData.NONE,
        "sent_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="messages")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    is_question = models.BooleanField()
    children: "models.JSONField[list[int], Any]" = models.JSONField(default=list)
    """The places of the children whom a question is about, from nought where no child is known; empty for a note."""
    text = EncryptedTextField(max_length=LONGEST_REPLY)
    answer_by: "models.DateField[date | None, date | None]" = models.DateField(null=True)
    token = models.UUIDField()
    """Given by the form, so that a double click sends once."""
    sent_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "number"], name="referrals_message_in_sequence"),
            models.UniqueConstraint(fields=["sent_by", "token"], name="referrals_message_once_per_token"),
            models.CheckConstraint(
                condition=Q(is_question=True, answer_by__isnull=False) | Q(is_question=False, answer_by__isnull=True),
                name="referrals_message_question_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.number} to {self.referral_id}"
