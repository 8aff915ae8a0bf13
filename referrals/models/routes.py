"""Where a referral went and why: each routing with its facts and reasons, and one route for each destination."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.encryption import EncryptedJSONField
from accounts.models import Agency
from audit.personal_data import PersonalData
from referrals.models import visibility
from referrals.models.referral import Referral
from referrals.models.scoping import ScopedManager

CODES = ("police", "hub", "prevent_spoc", "lado")
URGENCIES = ("standard", "urgent", "emergency")
MODES = ("advice", "pack", "call_hub", "call_101", "call_999")


class Routing(models.Model):
    """One answer of the engine, kept whole so that it can be replayed: facts, result, editions with their digests."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "sequence": PersonalData.NONE,
        "facts": PersonalData.SPECIAL,
        "result": PersonalData.SPECIAL,
        "child_keys": PersonalData.LINK,
        "editions": PersonalData.NONE,
        "routed_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="routings")
    sequence = models.PositiveIntegerField()
    facts: "models.TextField[Any, Any]" = EncryptedJSONField()
    result: "models.TextField[Any, Any]" = EncryptedJSONField()
    child_keys: "models.JSONField[list[str], Any]" = models.JSONField(default=list)
    """For each child of the facts, in order, the key of its record in the answers; "" where it has none."""
    editions: "models.JSONField[list[dict[str, str]], Any]" = models.JSONField(default=list)
    routed_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["referral", "sequence"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["referral", "sequence"], name="referrals_routing_in_sequence"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="referrals_routing_sequence_from_one"),
        ]

    def __str__(self) -> str:
        return f"routing {self.pk}"


class Route(models.Model):
    """One destination of a routing. `children` are indexes into the facts' children, as the engine gave them."""

    class State(models.TextChoices):
        PACK = "pack", "A pack is sent"
        ADVICE = "advice", "For advice: shown with the telephone number, without a pack"
        TO_FIND = "to_find", "The recipient must still be found"
        HELD = "held", "Held for the conflict officer"
        IN_PERSON = "in_person", "Told in person by the practitioner"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "referral": PersonalData.LINK,
        "routing": PersonalData.LINK,
        "position": PersonalData.NONE,
        "code": PersonalData.NONE,
        "unit": PersonalData.NONE,
        "agency": PersonalData.NONE,
        "mode": PersonalData.NONE,
        "urgency": PersonalData.NONE,
        "marking": PersonalData.NONE,
        "children": PersonalData.NONE,
        "state": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="routes")
    routing = models.ForeignKey(Routing, on_delete=models.PROTECT, related_name="routes")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    unit = models.CharField(max_length=80, blank=True)
    """The unit's code; blank where it must still be found."""
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True)
    mode = models.CharField(max_length=10)
    urgency = models.CharField(max_length=10)
    marking = models.CharField(max_length=10, blank=True)
    children: "models.JSONField[list[int], Any]" = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices)

    objects = ScopedManager["Route"]()

    class Meta:
        ordering: ClassVar[list[str]] = ["routing", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["routing", "code", "unit"], name="referrals_route_once_per_unit"),
            models.CheckConstraint(condition=Q(code__in=CODES), name="referrals_route_valid_code"),
            models.CheckConstraint(condition=Q(mode__in=MODES), name="referrals_route_valid_mode"),
            models.CheckConstraint(condition=Q(urgency__in=URGENCIES), name="referrals_route_valid_urgency"),
            models.CheckConstraint(condition=Q(marking__in=["", "CHANNEL"]), name="referrals_route_valid_marking"),
            models.CheckConstraint(
                condition=Q(state__in=["pack", "advice", "to_find", "held", "in_person"]),
                name="referrals_route_valid_state",
            ),
            models.CheckConstraint(
                condition=Q(unit="", agency__isnull=True, state="to_find") | (~Q(unit="") & Q(agency__isnull=False)),
                name="referrals_route_unit_has_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"route {self.pk}"

    @classmethod
    def scope(cls, user: Any, *, at: datetime) -> Q:
        """Return the condition on routes of referrals that this person reads in full, and on their agencies' own."""
        return visibility.routes_known(user, at=at)
