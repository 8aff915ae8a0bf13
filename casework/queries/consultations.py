"""Consultations: those of a person's own hubs, as they stand now, and what became of each."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agency
from accounts.permissions import Permission
from accounts.queries import agencies_where
from casework.models import Consultation, ConsultationReferral
from referrals.models import Referral


def units(user: Any, *, at: datetime) -> QuerySet[Agency]:
    """Return the hubs for which this person writes consultations down and reads them."""
    return agencies_where(user, Permission.RECORD_CONSULTATIONS, at=at).filter(kind=Agency.Kind.HUB).order_by("name")


def consultations_of(user: Any, *, at: datetime) -> QuerySet[Consultation]:
    """Return the consultations of this person's hubs, each as it stands now, the newest first."""
    later = Consultation.objects.filter(key=OuterRef("key"), sequence__gt=OuterRef("sequence"))
    rows = Consultation.objects.filter(~Exists(later), agency__in=units(user, at=at))
    return rows.select_related("agency", "recorded_by").order_by("-asked_at", "pk")


def get_consultation(user: Any, key: uuid.UUID, *, at: datetime) -> Consultation | None:
    """Return one consultation as it stands now, or None as if it did not exist."""
    return consultations_of(user, at=at).filter(key=key).first()


def rows_of(consultation: Consultation) -> list[Consultation]:
    """Return every row of a consultation before the one that stands, the newest first."""
    rows = Consultation.objects.filter(key=consultation.key, sequence__lt=consultation.sequence)
    return list(rows.select_related("recorded_by").order_by("-sequence"))


def referrals_of(keys: list[uuid.UUID]) -> dict[uuid.UUID, Referral]:
    """Return the newest referral that each of these consultations became, without its answers."""
    links = (
        ConsultationReferral.objects.filter(key__in=keys).order_by("started_at", "pk").values_list("key", "referral")
    )
    ids = dict(links)
    rows = Referral.objects.system(reason="what became of consultations, for those who wrote them down")
    found = {row.pk: row for row in rows.filter(pk__in=ids.values()).defer("answers")}
    return {key: found[pk] for key, pk in ids.items()}


def about_words(row: Consultation) -> str:
    """Return whom a consultation is about, as it was said; blank where nobody was named."""
    born = f"born {date_words(row.child_birth)}" if row.child_birth else ""
    return "\n".join(filter(None, (", ".join(filter(None, (row.child_name, born))), row.child)))


def date_words(iso: str) -> str:
    """Return 2012-05-31 as "31 May 2012"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def is_referred(key: uuid.UUID) -> bool:
    """Whether a referral of this consultation is being written or was sent."""
    links = ConsultationReferral.objects.filter(key=key).values("referral")
    rows = Referral.objects.system(reason="whether a consultation has become a referral").filter(pk__in=links)
    return rows.filter(status__in=[Referral.Status.DRAFT, Referral.Status.SENT]).exists()


def consultation_behind(user: Any, referral: Referral, *, at: datetime) -> Consultation | None:
    """Return the consultation that a case began with, for whoever reads consultations of that hub."""
    link = ConsultationReferral.objects.filter(referral=referral).first()
    return get_consultation(user, link.key, at=at) if link is not None else None
