"""What a sent referral can be found by although its answers are sealed: keyed hashes, one for each term."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from audit.personal_data import PersonalData
from referrals.models.referral import Referral


class BlindToken(models.Model):
    """One term of one referral: part of a name, a date of birth, an account, or what a child is found by again.

    `token` is a keyed hash (`accounts.encryption.blind_token`): equal terms can be told to be equal, and no more.
    `child_key` names the child's record that alone holds the term, where not everybody who reads the case reads all of
    that record; blank elsewhere.
    """

    class Kind(models.TextChoices):
        NAME = "name", "Part of a name"
        BIRTH = "birth", "Date of birth"
        HANDLE = "handle", "Account name"
        PHONE = "phone", "Phone number"
        EMAIL = "email", "Email address"
        WEB = "web", "Web address"
        CHILD = "child", "A child’s name and date of birth"
        CLOSE = "close", "A child’s date of birth and name but for a part"
        SWAPPED = "swapped", "A child’s name and date of birth, day and month either way"
        NAMED = "named", "A child’s name"
        UNDATED = "undated", "The name of a child whose date of birth is not known"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.NONE,
        "referral": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "token": PersonalData.INDEX,
        "child_key": PersonalData.LINK,
    }

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="blind_tokens")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    token = models.CharField(max_length=64)
    child_key = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "token"], name="referrals_blind_token"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral", "kind", "token", "child_key"], name="referrals_blind_token_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "name",
                        "birth",
                        "handle",
                        "phone",
                        "email",
                        "web",
                        "child",
                        "close",
                        "swapped",
                        "named",
                        "undated",
                    ]
                ),
                name="referrals_blind_token_valid_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"term {self.pk}"
