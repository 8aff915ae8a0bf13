"""A concern that was told to a hub by telephone: who rang, and when they confirmed it in writing."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from accounts.encryption import EncryptedTextField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models.referral import Referral, paired

LONGEST_PART = 120


class PhoneContact(models.Model):
    """The caller behind a referral that a hub's own worker wrote down: its author is that worker."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "referral": PersonalData.LINK,
        "hub": PersonalData.NONE,
        "caller_name": PersonalData.CASE,
        "caller_role": PersonalData.CASE,
        "caller_setting": PersonalData.CASE,
        "caller_number": PersonalData.CASE,
        "email_token": PersonalData.INDEX,
        "called_at": PersonalData.NONE,
        "confirmed_at": PersonalData.NONE,
        "confirmed_by": PersonalData.LINK,
    }

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, primary_key=True, related_name="phone_contact")
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    caller_name = EncryptedTextField(max_length=LONGEST_PART)
    caller_role = EncryptedTextField(max_length=LONGEST_PART)
    caller_setting = EncryptedTextField(max_length=LONGEST_PART, blank=True, default="")
    caller_number = EncryptedTextField(max_length=LONGEST_PART)
    email_token = models.CharField(max_length=64, blank=True, db_index=True)
    """The caller's work address as a keyed hash: by it their own account finds what is to be confirmed."""
    called_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    confirmed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=paired("confirmed_at", "confirmed_by"), name="referrals_phone_contact_confirmed_paired"
            ),
        ]

    def __str__(self) -> str:
        return f"phone contact {self.pk}"

    @property
    def is_confirmed(self) -> bool:
        """Whether the caller has put in writing what they said."""
        return self.confirmed_at is not None

    @property
    def caller(self) -> str:
        """Who rang, without the number: name, role, setting."""
        return ", ".join(part for part in (self.caller_name, self.caller_role, self.caller_setting) if part)


def phone_contact_of(referral: Referral) -> PhoneContact | None:
    """Return the call behind a referral, or None where its author filed it themselves."""
    return getattr(referral, "phone_contact", None)
