import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.user import User
from audit.personal_data import AtEnd, PersonalData


class SignedInSessionQuerySet(models.QuerySet["SignedInSession"]):
    def open(self, *, at: datetime) -> "SignedInSessionQuerySet":
        """Those that neither were ended nor have reached one of their limits."""
        within = Q()
        for kind in SignedInSession.Kind.values:
            within |= Q(
                kind=kind,
                active_at__gt=at - settings.SESSION_IDLE_LIMITS[kind],
                started_at__gt=at - settings.SESSION_ABSOLUTE_LIMITS[kind],
            )
        return self.filter(within, ended_at__isnull=True)


class SignedInSession(models.Model):
    """One browser in which a person is signed in: both clocks, and the mark that ends it.

    The browser's session holds this row's id, and every request asks the row; so whoever ends the row (a change of
    role, say, in its own transaction) ends the session, and every copy of its cookie, at the next request. What is
    kept of the browser is its kind in plain words: enough to know it again, and no address of a network.
    """

    class Kind(models.TextChoices):
        """Whose limits hold."""

        STAFF = "staff", "Works for an agency or the partnership"
        PRACTITIONER = "practitioner", "Refers"

    class Ending(models.TextChoices):
        """Why a session ended."""

        SIGNED_OUT = "signed_out", "Signed out there"
        TIME = "time", "Left alone for too long, or at its longest time"
        TOO_MANY = "too_many", "Signed in in too many places"
        REMOTE = "remote", "Signed out from another browser"
        ROLE_CHANGED = "role_changed", "A role was given or ended"
        ACCOUNT_CLOSED = "account_closed", "The account was closed"
        PASSWORD_CHANGED = "password_changed", "The password was changed"
        FACTOR_RESET = "factor_reset", "The second step was taken off, because it was lost"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "user": PersonalData.LINK,
        "kind": PersonalData.STAFF,
        "browser": PersonalData.STAFF,
        "started_at": PersonalData.STAFF,
        "active_at": PersonalData.STAFF,
        "proved_at": PersonalData.STAFF,
        "ended_at": PersonalData.STAFF,
        "ended_because": PersonalData.STAFF,
    }
    AT_END: ClassVar[dict[str, AtEnd]] = dict.fromkeys(PERSONAL_DATA, AtEnd.DELETED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    browser = models.CharField(max_length=80)
    started_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    active_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    # When the person last showed who they are: at sign-in, or again since.
    proved_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=Ending.choices, blank=True, default="")

    objects = SignedInSessionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "ended_at"], name="accounts_session_open")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=["practitioner", "staff"]), name="accounts_session_valid_kind"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | Q(
                    ended_at__isnull=False,
                    ended_because__in=[
                        "account_closed",
                        "factor_reset",
                        "password_changed",
                        "remote",
                        "role_changed",
                        "signed_out",
                        "time",
                        "too_many",
                    ],
                ),
                name="accounts_session_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def idle_limit(self) -> timedelta:
        """How long it lasts when nobody does anything."""
        return settings.SESSION_IDLE_LIMITS[self.kind]

    def time_left(self, *, at: datetime) -> timedelta:
        """The time until the earlier of both limits; zero or less when it is over."""
        longest = self.started_at + settings.SESSION_ABSOLUTE_LIMITS[self.kind]
        return min(self.active_at + self.idle_limit, longest) - at

    def is_open(self, *, at: datetime) -> bool:
        """Whether it was neither ended nor has reached one of its limits."""
        return self.ended_at is None and self.time_left(at=at) > timedelta(0)
