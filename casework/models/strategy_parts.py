"""The record of a strategy discussion: its groups of fields, its actions, and what was added after it was signed."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedJSONField, EncryptedTextField
from audit.personal_data import PersonalData
from casework.models.strategy import LONGEST_BRIEFING, LONGEST_LINE, StrategyDiscussion
from casework.strategy_record import SECTIONS
from referrals.models.referral import paired


class StrategyPart(models.Model):
    """One group of fields of a record, of one child where it is per child. Several people may write at once.

    `version` rises with every saving; whoever saves names the one they saw. The database itself refuses a new version
    once the record is signed (`signed_guard`).
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "discussion": PersonalData.LINK,
        "section": PersonalData.NONE,
        "place": PersonalData.NONE,
        "content": PersonalData.NARRATIVE,
        "version": PersonalData.NONE,
        "saved_at": PersonalData.NONE,
        "saved_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="parts")
    section = models.CharField(max_length=15)
    place = models.PositiveIntegerField(default=0)
    """The child's place in the discussion; nought where the group is not per child."""
    content: "models.JSONField[dict[str, Any], Any]" = EncryptedJSONField(default=dict)  # type: ignore[assignment]
    """`{field: text, code or ISO day}`, as `casework.strategy_record` names them."""
    version = models.PositiveIntegerField(default=0)
    saved_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["discussion", "section", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["discussion", "section", "place"], name="casework_strategy_part_once"),
            models.CheckConstraint(
                condition=Q(section__in=sorted(SECTIONS)), name="casework_strategy_part_valid_section"
            ),
            models.CheckConstraint(condition=paired("saved_at", "saved_by"), name="casework_strategy_part_paired"),
        ]

    def __str__(self) -> str:
        return f"part {self.section} of {self.discussion_id}"


class StrategyAction(models.Model):
    """One thing agreed: what, who, by when; marked done by its owner or the chair. Its clock is K-11."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "discussion": PersonalData.LINK,
        "number": PersonalData.NONE,
        "what": PersonalData.NARRATIVE,
        "owner": PersonalData.LINK,
        "owner_name": PersonalData.STAFF,
        "due_on": PersonalData.NONE,
        "agreed_at": PersonalData.NONE,
        "agreed_by": PersonalData.LINK,
        "done_at": PersonalData.NONE,
        "done_by": PersonalData.LINK,
        "done_note": PersonalData.NARRATIVE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveIntegerField()
    what = EncryptedTextField(max_length=LONGEST_LINE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Whoever has an account and was there; else `owner_name`, and the chair is reminded."""
    owner_name = EncryptedTextField(max_length=200, blank=True, default="")
    due_on: "models.DateField[date, date]" = models.DateField()
    agreed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    done_note = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["discussion", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["discussion", "number"], name="casework_strategy_action_in_sequence"),
            models.CheckConstraint(condition=paired("done_at", "done_by"), name="casework_strategy_action_done_paired"),
        ]

    def __str__(self) -> str:
        return f"action {self.number} of {self.discussion_id}"


class StrategyAddendum(models.Model):
    """What was added to a record after it was signed; never changed itself."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "discussion": PersonalData.LINK,
        "number": PersonalData.NONE,
        "text": PersonalData.NARRATIVE,
        "added_at": PersonalData.NONE,
        "added_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveIntegerField()
    text = EncryptedTextField(max_length=LONGEST_BRIEFING)
    added_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["discussion", "number"]
        verbose_name_plural = "strategy addenda"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["discussion", "number"], name="casework_strategy_addendum_in_sequence"),
        ]

    def __str__(self) -> str:
        return f"addendum {self.number} to {self.discussion_id}"
