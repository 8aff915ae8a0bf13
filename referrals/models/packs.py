"""A recipient's pack: its frozen snapshot, and the sealed file that was made from it."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedJSONField
from audit.personal_data import PersonalData
from referrals.models import visibility
from referrals.models.references import new_reference
from referrals.models.referral import Referral, paired
from referrals.models.routes import Route
from referrals.models.scoping import ScopedManager


class Pack(models.Model):
    """One version of one recipient's pack. Never overwritten: a later version is another row.

    `file_reference` is random and the only thing that the file's name and metadata show. `failure` is a code.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Queued"
        RENDERING = "rendering", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed, and being tried again"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "route": PersonalData.LINK,
        "number": PersonalData.NONE,
        "is_current": PersonalData.NONE,
        "state": PersonalData.NONE,
        "file_reference": PersonalData.LINK,
        "snapshot": PersonalData.NARRATIVE,
        "storage_name": PersonalData.LINK,
        "data_sha256": PersonalData.NONE,
        "file_sha256": PersonalData.NONE,
        "pages": PersonalData.NONE,
        "is_fallback": PersonalData.NONE,
        "attempts": PersonalData.NONE,
        "failure": PersonalData.NONE,
        "created_at": PersonalData.NONE,
        "rendering_since": PersonalData.NONE,
        "ready_at": PersonalData.NONE,
        "failed_at": PersonalData.NONE,
        "acknowledged_at": PersonalData.NONE,
        "acknowledged_by": PersonalData.LINK,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="packs")
    route = models.ForeignKey(Route, on_delete=models.PROTECT, related_name="packs")
    number = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file_reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    snapshot: "models.TextField[Any, Any]" = EncryptedJSONField()
    storage_name = models.CharField(max_length=200, blank=True)
    data_sha256 = models.CharField(max_length=64, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(null=True)
    is_fallback = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=80, blank=True)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    rendering_since = models.DateTimeField(null=True)
    ready_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    acknowledged_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    objects = ScopedManager["Pack"]()

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "route", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["route", "number"], name="referrals_pack_numbered_once"),
            models.UniqueConstraint(
                fields=["route"], condition=Q(is_current=True), name="referrals_pack_one_current_per_route"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "rendering", "ready", "failed"]), name="referrals_pack_valid_state"
            ),
            models.CheckConstraint(
                condition=(Q(state="ready", ready_at__isnull=False) & ~Q(storage_name="") & ~Q(file_sha256=""))
                | (~Q(state="ready") & Q(ready_at__isnull=True, storage_name="", file_sha256="")),
                name="referrals_pack_ready_has_a_file",
            ),
            models.CheckConstraint(
                condition=paired("acknowledged_at", "acknowledged_by"), name="referrals_pack_acknowledged_paired"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="referrals_pack_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"pack {self.pk}"

    @classmethod
    def scope(cls, user: Any, *, at: datetime) -> Q:
        """Return the condition on packs that this person may open."""
        return visibility.packs_open(user, at=at)

    @property
    def is_ready(self) -> bool:
        """Whether its file can be opened."""
        return self.state == self.State.READY

    @property
    def file_context(self) -> str:
        """Where the sealed file belongs: it opens under this alone."""
        return f"referrals.pack|{self.pk}|file"
