"""What people have said of a likeness between two referrals: that it is the same, that it is not, or not yet either.

What is alike is found anew from the search index whenever somebody looks (`queries.links`); only what people have
said of it is kept, and every saying of it.
"""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData
from casework.models.children import ChildCase
from referrals.models import Referral

LONGEST_REASON = 1_000


class Link(models.Model):
    """One likeness of two referrals that somebody has judged. `a` is the one with the smaller identifier.

    `version` rises by one with every act: whoever judges names the version they saw.
    """

    class Kind(models.TextChoices):
        CHILD = "child", "Same child"
        HANDLE = "handle", "Same account name"
        PHONE = "phone", "Same phone number"
        EMAIL = "email", "Same email address"
        WEB = "web", "Same web address"

    class Strength(models.TextChoices):
        STRONG = "strong", "Alike in all"
        WEAK = "weak", "Nearly alike"

    class Standing(models.TextChoices):
        SUGGESTED = "suggested", "Not judged"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Rejected"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "a": PersonalData.LINK,
        "b": PersonalData.LINK,
        "a_child": PersonalData.LINK,
        "b_child": PersonalData.LINK,
        "strength": PersonalData.NONE,
        "standing": PersonalData.NONE,
        "version": PersonalData.NONE,
        "judged_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    a = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    a_child = models.CharField(max_length=40, blank=True)
    """The key of the child's record in `a`; blank where it is no link of children."""
    b_child = models.CharField(max_length=40, blank=True)
    strength = models.CharField(max_length=10, choices=Strength.choices)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    version = models.PositiveIntegerField(default=1)
    judged_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["judged_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["a", "b", "kind", "a_child", "b_child"], name="casework_link_once"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="casework_link_smaller_first"),
            models.CheckConstraint(
                condition=Q(kind__in=["child", "handle", "phone", "email", "web"]), name="casework_link_valid_kind"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["suggested", "confirmed", "rejected"]), name="casework_link_valid_standing"
            ),
            models.CheckConstraint(condition=Q(strength__in=["strong", "weak"]), name="casework_link_valid_strength"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class LinkAct(models.Model):
    """One saying about a link: confirmed, rejected, or either taken back. Never changed (H-22)."""

    class Verb(models.TextChoices):
        CONFIRM = "confirm", "Confirmed"
        REJECT = "reject", "Rejected"
        UNDO = "undo", "Taken back"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "link": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "verb": PersonalData.NONE,
        "reason": PersonalData.NARRATIVE,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="acts")
    sequence = models.PositiveIntegerField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["link", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["link", "sequence"], name="casework_link_act_in_sequence"),
            models.CheckConstraint(
                condition=Q(verb__in=["confirm", "reject", "undo"]), name="casework_link_act_valid_verb"
            ),
        ]

    def __str__(self) -> str:
        return f"act {self.sequence} on {self.link_id}"


class Merge(models.Model):
    """One child's case that goes on in another case of the same child. Nothing is deleted; undoing ends the row."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "child": PersonalData.LINK,
        "into": PersonalData.LINK,
        "reason": PersonalData.NARRATIVE,
        "made_at": PersonalData.NONE,
        "made_by": PersonalData.LINK,
        "undone_at": PersonalData.NONE,
        "undone_by": PersonalData.LINK,
        "undo_reason": PersonalData.NARRATIVE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(ChildCase, on_delete=models.PROTECT, related_name="merged_here")
    reason = EncryptedTextField(max_length=LONGEST_REASON)
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    undo_reason = EncryptedTextField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["child"], condition=Q(undone_at__isnull=True), name="casework_merge_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(child=F("into")), name="casework_merge_into_another"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="casework_merge_undone_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"
