"""An address that was asked, or asked, to join; and the letter with the one-time link that goes to it."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.encryption import EncryptedTextField
from accounts.models.membership import paired
from accounts.models.places import Agency, Organisation
from accounts.models.user import User
from accounts.roles import ROLES, Role, role_codes
from audit.personal_data import PersonalData


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, at: datetime) -> "InvitationQuerySet":
        """Those that can be accepted at this moment."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)


class Invitation(models.Model):
    """One role offered to one work address.

    ``invited_by`` is nobody where the person asked by themselves: then the setting is known once they have opened the
    link, and their role awaits confirmation. The database keeps a digest of the link's secret; the secret itself is
    kept, sealed, only until the letter has gone. The row is its own outbox: a letter is due while ``emailed_at`` is
    empty, and whoever sends it holds ``lease_until`` meanwhile. ``ran_out_at``: when it was noted, on record, that
    nobody used the link in time.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "email": PersonalData.STAFF,
        "role": PersonalData.STAFF,
        "organisation": PersonalData.STAFF,
        "agency": PersonalData.STAFF,
        "partnership": PersonalData.STAFF,
        "invited_by": PersonalData.LINK,
        "created_at": PersonalData.NONE,
        "expires_at": PersonalData.NONE,
        "secret_digest": PersonalData.SECRET,
        "secret": PersonalData.SECRET,
        "emailed_at": PersonalData.NONE,
        "attempts": PersonalData.NONE,
        "lease_until": PersonalData.NONE,
        "accepted_at": PersonalData.STAFF,
        "accepted_by": PersonalData.LINK,
        "withdrawn_at": PersonalData.NONE,
        "withdrawn_by": PersonalData.LINK,
        "ran_out_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=40, choices=[(role.code, role.label) for role in ROLES.values()])
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    partnership = models.CharField(max_length=80, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    expires_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    secret_digest = models.CharField(max_length=64, unique=True)
    secret = EncryptedTextField(max_length=64, null=True)
    emailed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    accepted_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    ran_out_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["created_at"], condition=Q(emailed_at__isnull=True), name="accounts_invitation_unsent"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(role__in=role_codes()), name="accounts_invitation_valid_role"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, agency__isnull=True, partnership="")
                | Q(organisation__isnull=True, agency__isnull=False, partnership="")
                | Q(organisation__isnull=True, agency__isnull=True) & ~Q(partnership="")
                | Q(organisation__isnull=True, agency__isnull=True, partnership="", invited_by__isnull=True),
                name="accounts_invitation_one_target_or_own_wish",
            ),
            models.CheckConstraint(
                condition=Q(invited_by__isnull=False) | Q(role="practitioner"),
                name="accounts_invitation_own_wish_is_practitioner",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_invitation_email_lower_case"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_invitation_dates"),
            models.CheckConstraint(
                condition=Q(emailed_at__isnull=True) | Q(secret__isnull=True),
                name="accounts_invitation_secret_goes_with_letter",
            ),
            models.CheckConstraint(
                condition=paired("accepted_at", "accepted_by"), name="accounts_invitation_accepted_paired"
            ),
            models.CheckConstraint(
                condition=paired("withdrawn_at", "withdrawn_by"), name="accounts_invitation_withdrawn_paired"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="accounts_invitation_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def role_data(self) -> Role:
        """The role itself, from the table of roles."""
        return ROLES[self.role]

    @property
    def place(self) -> str:
        """What the role is offered in, in words; nothing where the person asked by themselves."""
        if self.organisation is not None:
            return self.organisation.name
        return self.agency.name if self.agency is not None else self.partnership
