"""What a hub decided for one child, with everything that an inspector asks of a decision (section 5.2)."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from casework.decisions import AGREEMENT_CHOICES, DECISION_CODES, FAMILY_CHOICES, SEEN_CHOICES
from casework.models.children import ChildCase
from referrals.models.referral import paired

LONGEST_TEXT = 10_000
LONGEST_LINE = 1_000


class Decision(models.Model):
    """One decision for one child: proposed, then agreed or returned. It counts once agreed, and is never changed."""

    class Standing(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        AGREED = "agreed", "Agreed"
        RETURNED = "returned", "Returned to whoever proposed it"
        REPLACED = "replaced", "Replaced by a later proposal"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "child": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "standing": PersonalData.NONE,
        "code": PersonalData.NONE,
        "level": PersonalData.NONE,
        "evidence": PersonalData.NARRATIVE,
        "analysis": PersonalData.NARRATIVE,
        "safety": PersonalData.NARRATIVE,
        "other_children": PersonalData.NARRATIVE,
        "family": PersonalData.NONE,
        "family_why": PersonalData.NARRATIVE,
        "child_seen": PersonalData.NONE,
        "child_view": PersonalData.NARRATIVE,
        "parent_view": PersonalData.NARRATIVE,
        "checks": PersonalData.NARRATIVE,
        "where": PersonalData.NARRATIVE,
        "agreement": PersonalData.NONE,
        "review_on": PersonalData.NONE,
        "risk_assessment": PersonalData.NARRATIVE,
        "next_step": PersonalData.NARRATIVE,
        "decided_at": PersonalData.NONE,
        "decided_by": PersonalData.LINK,
        "settled_at": PersonalData.NONE,
        "settled_by": PersonalData.LINK,
        "return_reason": PersonalData.NARRATIVE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="decisions")
    sequence = models.PositiveIntegerField()
    standing = models.CharField(max_length=10, choices=Standing.choices)
    code = models.CharField(max_length=30)
    level = models.CharField(max_length=20, blank=True)
    evidence = EncryptedTextField(max_length=LONGEST_TEXT)
    analysis = EncryptedTextField(max_length=LONGEST_TEXT)
    safety = EncryptedTextField(max_length=LONGEST_TEXT)
    other_children = EncryptedTextField(max_length=LONGEST_TEXT, blank=True, default="")
    family = models.CharField(max_length=15, choices=FAMILY_CHOICES)
    family_why = EncryptedTextField(max_length=LONGEST_LINE)
    child_seen = models.CharField(max_length=15, choices=SEEN_CHOICES)
    child_view = EncryptedTextField(max_length=LONGEST_TEXT, blank=True, default="")
    parent_view = EncryptedTextField(max_length=LONGEST_TEXT, blank=True, default="")
    checks = EncryptedTextField(max_length=LONGEST_TEXT)
    where = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")
    """The answer to what only this decision asks: which service, council, power or lead."""
    agreement = models.CharField(max_length=10, choices=AGREEMENT_CHOICES, blank=True)
    review_on: "models.DateField[date | None, date | None]" = models.DateField(null=True)
    risk_assessment = EncryptedTextField(max_length=LONGEST_TEXT, blank=True, default="")
    next_step = EncryptedTextField(max_length=LONGEST_LINE)
    decided_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    """Who agreed to it or returned it: another person wherever two are needed."""
    return_reason = EncryptedTextField(max_length=LONGEST_LINE, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["child", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["child", "sequence"], name="casework_decision_in_sequence"),
            models.UniqueConstraint(
                fields=["child"], condition=Q(standing="proposed"), name="casework_decision_one_proposed"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["proposed", "agreed", "returned", "replaced"]),
                name="casework_decision_valid_standing",
            ),
            models.CheckConstraint(condition=Q(code__in=sorted(DECISION_CODES)), name="casework_decision_valid_code"),
            models.CheckConstraint(
                condition=paired("settled_at", "settled_by"), name="casework_decision_settled_paired"
            ),
            models.CheckConstraint(
                condition=Q(standing="proposed", settled_at__isnull=True)
                | ~Q(standing="proposed") & Q(settled_at__isnull=False),
                name="casework_decision_settled_says_how",
            ),
            # No self-approval: what one person may decide alone never waits for a second.
            models.CheckConstraint(
                condition=~Q(code="no_further_action", standing="agreed") | ~Q(settled_by=F("decided_by")),
                name="casework_decision_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.sequence} for {self.child_id}"
