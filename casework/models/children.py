"""Where a child of a referral stands with the unit that decides for it, and every move that led there."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from casework.states import SENT, STATE_CODES, STATES
from referrals.models import Referral

LONGEST_REASON = 1_000
_CODES = sorted(STATE_CODES)


class ChildCase(models.Model):
    """One child within a referral; also the one row of a referral in which no child is known.

    `version` rises by one with every move: whoever decides names the version they saw.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "child_key": PersonalData.LINK,
        "number": PersonalData.NONE,
        "agency": PersonalData.NONE,
        "state": PersonalData.NONE,
        "level": PersonalData.NONE,
        "version": PersonalData.NONE,
        "opened_at": PersonalData.NONE,
        "changed_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="child_cases")
    child_key = models.CharField(max_length=40, blank=True)
    """The key of the child's record in the answers; blank where no child is known."""
    number = models.PositiveIntegerField()
    """The child's place in the referral, from one; nought where no child is known."""
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default=SENT)
    level = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    opened_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    changed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "number"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency", "state", "referral"], name="casework_child_queue"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "child_key"], name="casework_child_once_per_referral"),
            models.CheckConstraint(condition=Q(state__in=_CODES), name="casework_child_valid_state"),
            models.CheckConstraint(condition=Q(version__gte=1), name="casework_child_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"child {self.number} of {self.referral_id}"

    @property
    def state_label(self) -> str:
        """The state in words."""
        return STATES[self.state].label

    @property
    def is_in_triage(self) -> bool:
        """Whether the referrer has had no reply about this child yet."""
        return STATES[self.state].is_triage


class ChildMove(models.Model):
    """One move of one child from a state to the next. Never changed: what was wrong is stepped back from (Z-29)."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "child": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "verb": PersonalData.NONE,
        "source": PersonalData.NONE,
        "target": PersonalData.NONE,
        "reason": PersonalData.NARRATIVE,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="moves")
    sequence = models.PositiveIntegerField()
    """The version of the child that this move led to."""
    verb = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    reason = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["child", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["child", "sequence"], name="casework_move_in_sequence"),
            models.CheckConstraint(
                condition=Q(source__in=_CODES, target__in=_CODES), name="casework_move_valid_states"
            ),
        ]

    def __str__(self) -> str:
        return f"move {self.sequence} of {self.child_id}"
