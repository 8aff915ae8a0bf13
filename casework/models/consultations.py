"""Advice that a hub gave without a referral (Z-32; C-046, N-058): who asked, what, and what they were told."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models import BlindToken, Referral

LONGEST_TEXT = 10_000
LONGEST_PART = 120
"""Of what is written of the asker: it goes into a referral as the caller's."""


class Consultation(models.Model):
    """One consultation as it was written down. Never changed: a correction is a further row of the same `key`."""

    class How(models.TextChoices):
        TELEPHONE = "telephone", "By telephone"
        VIDEO = "video", "By video"
        IN_PERSON = "in_person", "In person"
        IN_WRITING = "in_writing", "In writing"

    class Advised(models.TextChoices):
        REFER = "refer", "To refer now"
        IF_CHANGED = "if_changed", "To refer if something changes, as written below"
        NOT_TO = "not_to", "That no referral is needed"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "key": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "reference": PersonalData.LINK,
        "agency": PersonalData.NONE,
        "asker_name": PersonalData.CASE,
        "asker_role": PersonalData.CASE,
        "asker_setting": PersonalData.CASE,
        "asker_number": PersonalData.CASE,
        "how": PersonalData.NONE,
        "asked_at": PersonalData.NONE,
        "is_named": PersonalData.NONE,
        "child_name": PersonalData.CASE,
        "child_birth": PersonalData.CASE,
        "child": PersonalData.CASE,
        "question": PersonalData.NARRATIVE,
        "advice": PersonalData.NARRATIVE,
        "advised": PersonalData.NONE,
        "next_step": PersonalData.NARRATIVE,
        "correction_why": PersonalData.NARRATIVE,
        "recorded_at": PersonalData.NONE,
        "recorded_by": PersonalData.LINK,
        "token": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField()
    """The same for every row of one consultation, and its address."""
    sequence = models.PositiveIntegerField()
    reference = models.CharField(max_length=9)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asker_name = EncryptedTextField(max_length=LONGEST_PART)
    asker_role = EncryptedTextField(max_length=LONGEST_PART)
    asker_setting = EncryptedTextField(max_length=LONGEST_PART, blank=True, default="")
    asker_number = EncryptedTextField(max_length=LONGEST_PART, blank=True, default="")
    how = models.CharField(max_length=15, choices=How.choices)
    asked_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    is_named = models.BooleanField()
    child_name = EncryptedTextField(max_length=LONGEST_PART, blank=True, null=True)
    child_birth = EncryptedTextField(max_length=10, blank=True, null=True)
    """As 2012-05-31, where it was said: by name and date of birth the child is found again. Null, both of them, where
    it was written down before they were asked for by themselves; sealed values have no default in the database."""
    child = EncryptedTextField(max_length=LONGEST_TEXT, blank=True, default="")
    """What else was said of whom it is about, where they were named."""
    question = EncryptedTextField(max_length=LONGEST_TEXT)
    advice = EncryptedTextField(max_length=LONGEST_TEXT)
    advised = models.CharField(max_length=15, choices=Advised.choices)
    next_step = EncryptedTextField(max_length=LONGEST_TEXT)
    correction_why = EncryptedTextField(max_length=LONGEST_TEXT, blank=True, default="")
    recorded_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField()
    """Given by the form, so that a double click records once."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-sequence"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency", "-asked_at"], name="casework_consultation_list"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # The swap: of two corrections at once, the database lets one in.
            models.UniqueConstraint(fields=["key", "sequence"], name="casework_consultation_in_sequence"),
            models.UniqueConstraint(fields=["recorded_by", "token"], name="casework_consultation_once_per_token"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="casework_consultation_from_one"),
            models.CheckConstraint(
                condition=Q(how__in=["telephone", "video", "in_person", "in_writing"])
                & Q(advised__in=["refer", "if_changed", "not_to"]),
                name="casework_consultation_valid_codes",
            ),
        ]

    def __str__(self) -> str:
        return f"consultation {self.key}"


class ConsultationTerm(models.Model):
    """One term by which a consultation about a named child is found, as it stands now: part of the name, the date of
    birth, what a child is found by again. `token` is a keyed hash, as of a referral's own terms (`BlindToken`)."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "key": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "token": PersonalData.INDEX,
    }

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField()
    kind = models.CharField(max_length=10, choices=BlindToken.Kind.choices)
    token = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "token"], name="casework_consultation_term"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "kind", "token"], name="casework_consultation_term_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["name", "birth", "child", "close", "swapped", "named", "undated"]),
                name="casework_consultation_term_valid_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"term {self.pk}"


class ConsultationReferral(models.Model):
    """A referral that a consultation became."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "referral": PersonalData.LINK,
        "key": PersonalData.LINK,
        "started_at": PersonalData.NONE,
        "started_by": PersonalData.LINK,
    }

    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, primary_key=True, related_name="consultation_behind"
    )
    key = models.UUIDField(db_index=True)
    started_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "referral of a consultation"

    def __str__(self) -> str:
        return f"referral {self.referral_id} of consultation {self.key}"
