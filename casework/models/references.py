"""The numbers under which others know a case: the police's incident and crime, the council's system (Z-22, Z-23)."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from casework.models.children import ChildCase
from referrals.models import Referral

LONGEST_REFERENCE = 60


class CaseReference(models.Model):
    """One number as it was given or changed; the newest of its kind counts, and every earlier one stays.

    A blank value says that an earlier one was wrong and none is known.
    """

    class Kind(models.TextChoices):
        POLICE_INCIDENT = "police_incident", "Police incident"
        POLICE_CRIME = "police_crime", "Police crime reference"
        COUNCIL = "council", "Council’s system"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "child": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "sequence": PersonalData.NONE,
        "value": PersonalData.CASE,
        "agency": PersonalData.NONE,
        "set_at": PersonalData.NONE,
        "set_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="case_references")
    child = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="references", null=True)
    """The child whose number it is: the council's are a child's, the police's are the case's."""
    kind = models.CharField(max_length=20, choices=Kind.choices)
    sequence = models.PositiveIntegerField()
    value = EncryptedTextField(max_length=LONGEST_REFERENCE, blank=True, default="")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    """Whose worker gave it."""
    set_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "kind", "sequence"]
        verbose_name = "reference"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # The swap: of two who change one number at once, the database lets one in.
            models.UniqueConstraint(
                fields=["referral", "kind", "sequence"], condition=Q(child__isnull=True),
                name="casework_reference_in_sequence",
            ),
            models.UniqueConstraint(
                fields=["child", "kind", "sequence"], condition=Q(child__isnull=False),
                name="casework_reference_of_child_in_sequence",
            ),
            models.CheckConstraint(
                condition=Q(kind="council", child__isnull=False)
                | Q(kind__in=["police_incident", "police_crime"], child__isnull=True),
                name="casework_reference_valid_kind",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="casework_reference_from_one"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"reference {self.pk}"
